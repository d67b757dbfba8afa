// While a pointer is pressed nothing is drawn anew: a click whose element was replaced meanwhile would be lost.

let pressed = false;
const waiting = [];

function release() {
  pressed = false;
  waiting.splice(0).forEach((done) => done());
}

/** Resolves at once, or when the pointer that is pressed was let go and its click was heard. */
export const released = () => (pressed ? new Promise((done) => waiting.push(done)) : Promise.resolve());

const listen = (name, hear) => addEventListener(name, hear, { capture: true, passive: true });
listen("pointerdown", () => (pressed = true));
listen("pointerup", () => setTimeout(release));
// Where no pointerup tells of it: a scroll by touch, a list of choices that opened, a release outside of the page.
for (const name of ["pointercancel", "change", "keydown"]) listen(name, release);
listen("blur", (event) => event.target === globalThis && release());
listen("pointermove", (event) => pressed && !event.buttons && release());
