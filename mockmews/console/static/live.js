// The journal as it happens: server-sent events read by fetch, for EventSource cannot send an admin token.

import { get, headers, renewToken, url } from "./api.js";
import { released } from "./press.js";

const SILENCE = 40_000; // milliseconds; the server says something every 15 s
const STREAMS = 3; // that all tabs together hold
const SECOND = 1000;
const OFTEN = 5; // polls after which is asked for what no journal tells
const CHANGING = ["faults", "clock", "integration"];
const EVERY = 30; // polls after which a stream is asked for again
const WAITS = [300, 600, 1200, 2500, 5000]; // between tries

/**
 * One of the few streams that a browser may hold: it opens six connections to a server, for all its tabs
 * together. What gives it back, or null where others have them all.
 */
async function slot() {
  if (!navigator.locks) return () => {};
  for (let number = 0; number < STREAMS; number += 1) {
    const release = await new Promise((took) => {
      navigator.locks.request(`mockmews.stream.${number}`, { ifAvailable: true }, (lock) => {
        if (!lock) return took(null);
        return new Promise((done) => took(done));
      });
    });
    if (release) return release;
  }
  return null;
}

/**
 * Follow the journal of a world. `since` is asked before each connection, and loads what was missed;
 * `tell(event, data)` gets each event, `state("live" | "lost", why)` how it stands. Returns what stops it.
 */
export function follow(world, { since, tell, state }) {
  let stopped = false;
  let tries = 0;
  let control = new AbortController();
  let wake = () => {};

  async function run() {
    while (!stopped) {
      control = new AbortController();
      let release = null;
      try {
        const number = await since();
        release = await slot();
        if (release) await read(number);
        else await poll(number);
      } catch (error) {
        if (stopped) return;
        if (error.status === 404) return state("gone", error);
        state("lost", error);
      } finally {
        release?.();
      }
      if (stopped) return;
      await new Promise((done) => {
        wake = done;
        setTimeout(done, WAITS[Math.min(tries++, WAITS.length - 1)]);
      });
    }
  }

  /** Ask every second, in place of a stream, until a stream is free. */
  async function poll(number) {
    for (let turn = 1; !stopped; turn += 1) {
      const { entries, generation } = await get(
        `/integrations/${encodeURIComponent(world)}/journal?since=${number}&limit=1000&brief=true`,
      );
      tries = 0;
      state("live");
      if (!stopped) tell("generation", generation);
      for (const entry of entries) if (!stopped) tell(entry.kind, entry);
      // What is under way is read again when it has ended.
      const open = entries.find((each) => each.kind === "request" && each.milliseconds === undefined);
      number = open ? open.number - 1 : (entries.at(-1)?.number ?? number);
      if (turn % OFTEN === 0) CHANGING.forEach((what) => tell("changed", { what }));
      if (turn % EVERY === 0) return;
      if (entries.length < 1000) await new Promise((done) => setTimeout(done, SECOND));
    }
  }

  async function read(number) {
    const path = `/integrations/${encodeURIComponent(world)}/journal/stream?since=${number}&brief=true&elsewhere=true`;
    const sent = headers();
    const response = await fetch(url(path), { headers: sent, signal: control.signal });
    if (response.status === 401) return renewToken(sent.Authorization?.slice(7) ?? null);
    if (!response.ok)
      throw Object.assign(new Error(`The stream answered ${response.status}.`), { status: response.status });
    let watchdog = setTimeout(() => control.abort(), SILENCE);
    try {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) throw new Error("The stream ended.");
        tries = 0;
        state("live");
        clearTimeout(watchdog);
        watchdog = setTimeout(() => control.abort(), SILENCE);
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        await released();
        for (const block of blocks) hear(block);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  function hear(block) {
    let event = "message";
    let data = null;
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("data: ")) data = line.slice(6);
    }
    if (data !== null && !stopped) tell(event, JSON.parse(data));
  }

  const soon = () => document.visibilityState === "visible" && wake();
  addEventListener("online", soon);
  document.addEventListener("visibilitychange", soon);
  run();
  return () => {
    stopped = true;
    removeEventListener("online", soon);
    document.removeEventListener("visibilitychange", soon);
    control.abort();
    wake();
  };
}
