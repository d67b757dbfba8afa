// Reads in a line: an answer that comes late, after a newer one, would undo what the page already knows.

import { released } from "./press.js";

const CALM = 1000; // milliseconds after which a request is a single one again

export class Line {
  #last = Promise.resolve();

  /** `work` as a function that begins when everything of this line that was asked for before has ended. */
  inTurn(work) {
    return (...given) => {
      const done = this.#last.then(() => work(...given));
      this.#last = done.catch(() => {}); // who asked hears of it
      return done;
    };
  }

  /** `work` in turn, once for all requests until it begins: `wait` milliseconds, and more of them in a storm. */
  gathered(work, wait) {
    let asked = false;
    let last = -Infinity;
    const begin = this.inTurn(async () => {
      await released();
      asked = false;
      last = performance.now();
      return work();
    });
    return () => {
      if (asked) return;
      asked = true;
      const storm = performance.now() - last < CALM;
      setTimeout(() => begin().catch(() => {}), storm ? 4 * wait : wait); // the stream tells of a dead server
    };
  }
}
