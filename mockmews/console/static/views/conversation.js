// One conversation: its bubbles, the trail of each reply, and the box to answer in.

import * as api from "../api.js";
import { action, append, fill, h, icon, report, toast } from "../dom.js";
import { longDay, time } from "../format.js";
import { Line } from "../line.js";
import { link } from "../router.js";
import { ReplyBox } from "./reply_box.js";
import { saveScenario } from "./scenario.js";
import { Trails } from "./trail.js";

const PAGE = 60; // messages
const GATHER = 10; // milliseconds
const MOST = 400; // bubbles in the page while it follows the newest

export class Conversation {
  constructor(place, desk, id) {
    Object.assign(this, {
      place,
      desk,
      id,
      thread: null,
      messages: [],
      known: new Set(),
      heard: [],
      reading: false,
      held: [],
      hasOlder: true,
      loading: false,
    });
    const line = new Line();
    this.load = line.inTurn(() => this.#meanwhileHeld(() => this.#load()));
    this.again = line.inTurn(() => this.#meanwhileHeld(() => this.#again()));
    this.older = line.inTurn(() => this.#older());
    this.head = h("header.conversation-head");
    this.bubbles = h("div.bubbles", { role: "log", "aria-label": "Messages" });
    this.jump = h(
      "button.button.jump",
      { type: "button", hidden: true, onclick: () => this.toEnd() },
      "New message",
      icon("down", "small"),
    );
    this.planned = h("div.planned-place", { class: "turn hotel", hidden: true });
    this.scroll = h("div.scroll", { tabIndex: 0, "aria-label": "Messages" }, this.bubbles);
    this.trails = new Trails(desk, id);
    this.box = new ReplyBox(desk, id);
    fill(place, this.head, this.scroll, this.box.element);
    this.follows = true;
    // What fills itself later, a trail for one, must not push the newest message out of sight.
    this.observer = new ResizeObserver(() => this.follows && this.toEnd());
    this.observer.observe(this.bubbles);
    this.observer.observe(this.scroll);
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.offs = [
      desk.on("message", (each) => each.message_thread_id === id && this.#now(() => this.#hear(each))),
      desk.on("conversation", (each) => each.id === id && this.#now(() => this.#take(each))),
      desk.on("planned", () => this.#drawPlanned()),
      desk.on("reloaded", () => this.again().catch(() => {})),
    ];
    this.load().catch((error) => this.#missing(error));
  }

  close() {
    this.observer.disconnect();
    this.offs.forEach((off) => off());
    this.trails.close();
    this.box.close();
  }

  /** What comes while a page is read, comes after it: an older answer must not undo it. */
  async #meanwhileHeld(read) {
    this.reading = true;
    try {
      await read();
    } finally {
      this.reading = false;
      this.held.splice(0).forEach((take) => take());
    }
  }

  #now(take) {
    if (this.reading) this.held.push(take);
    else take();
  }

  /** Read the thread and its newest messages anew. */
  async #load() {
    const [thread, { messages }] = await Promise.all([
      api.get(`${this.desk.path}/conversations/${encodeURIComponent(this.id)}`),
      api.get(`${this.desk.path}/messages${api.query({ thread_id: this.id, limit: PAGE })}`),
    ]).catch((error) => {
      if (error.status === 404 || error.status === 422) this.#missing(error);
      throw error;
    });
    this.#take(thread);
    this.messages = messages;
    this.known = new Set(messages.map((each) => each.id));
    this.hasOlder = messages.length === PAGE;
    this.#drawAll();
    this.toEnd();
  }

  /** The desk has read everything anew: who reads older messages meanwhile keeps the place. */
  async #again() {
    if (this.follows || !this.messages.length) return this.#load();
    const { messages } = await api.get(
      `${this.desk.path}/messages${api.query({ thread_id: this.id, limit: PAGE })}`,
    );
    if (messages.length === PAGE && !this.known.has(messages[0].id)) return this.#load();
    messages.forEach((each) => this.#hear(each));
    this.#wantTrails(this.messages); // what became of them while nobody listened
  }

  #missing(error) {
    if (error.status !== 404 && error.status !== 422) return report(error);
    fill(this.head, this.#backLink(), h("h1", {}, "This conversation is not here any more"));
    fill(
      this.bubbles,
      h(
        "div.empty",
        {},
        icon("inbox"),
        h(
          "p",
          {},
          "The hotel was reset, or the server was started anew without --db. What you had typed is still in the box below.",
        ),
      ),
    );
    this.box.orphan();
  }

  #backLink() {
    return h(
      "a.button.quiet.icon-only.back",
      { href: link(this.desk.id, "inbox"), "aria-label": "Back to the inbox" },
      icon("back"),
    );
  }

  #take(thread) {
    this.thread = thread;
    const name = h("bdi", {}, thread.original_sender.slice(0, 200));
    const resolve = thread.is_resolved ? "reopen" : "resolve";
    const turn = action(
      thread.is_resolved ? "Reopen" : "Resolve",
      async () => {
        await api.post(`${this.desk.path}/threads/${this.id}/${resolve}`);
        toast(thread.is_resolved ? "Reopened." : "Resolved.");
      },
      { symbol: "check" },
    );
    turn.dataset.keyE = "";
    fill(
      this.head,
      this.#backLink(),
      h(
        "div.who",
        {},
        h("h1", {}, name),
        h(
          "p.sub",
          {},
          thread.is_resolved && h("span.badge.good", {}, "resolved"),
          thread.is_resolved && " ",
          h("bdi", {}, thread.subject.slice(0, 300)),
          thread.waiting_since && [
            " · ",
            h("span", { data: { since: Date.parse(thread.waiting_since), words: "waits %" } }),
          ],
        ),
      ),
      action("Save as scenario", () => saveScenario(this.desk, thread), {
        symbol: "save",
        kind: "quiet",
        title: "Save as scenario",
      }),
      turn,
    );
    this.box.name(thread.original_sender);
  }

  // Bubbles

  /** Messages that come together are drawn together: a thousand in one call cost one layout. */
  #hear(message) {
    if (this.known.has(message.id)) return;
    this.known.add(message.id);
    this.heard.push(message);
    if (this.heard.length === 1) setTimeout(() => this.#draw(this.heard.splice(0)), GATHER);
  }

  #draw(fresh) {
    const isMine = fresh.some((each) => each.sender === "Enterprise");
    const follows = this.follows || this.#isAtEnd();
    const shown = fresh.filter((each) => !this.messages.some((known) => known.id === each.id));
    for (const each of shown) {
      const before = this.messages.at(-1);
      this.messages.push(each);
      append(this.bubbles, [this.#day(each, before), this.#turn(each, before, true)]);
    }
    this.bubbles.append(this.planned, this.jump);
    this.#wantTrails(fresh);
    if (follows || isMine) {
      this.#trim();
      this.toEnd();
    } else this.jump.hidden = false;
  }

  #drawAll() {
    fill(
      this.bubbles,
      this.hasOlder && h("p.day", {}, "Earlier messages …"),
      this.messages.map((each, place) => [
        this.#day(each, this.messages[place - 1]),
        this.#turn(each, this.messages[place - 1]),
      ]),
    );
    this.bubbles.append(this.planned, this.jump);
    this.#drawPlanned();
    this.#wantTrails(this.messages);
  }

  #wantTrails(messages) {
    this.trails.want(messages.filter((each) => each.sender === "Enterprise").map((each) => each.id));
  }

  #day(message, before) {
    const day = longDay(message.created_utc);
    return (!before || longDay(before.created_utc) !== day) && h("p.day", {}, day);
  }

  #turn(message, before, isNew = false) {
    const mine = message.sender === "Enterprise";
    const joined =
      before?.sender === message.sender &&
      Date.parse(message.created_utc) - Date.parse(before.created_utc) < 120_000;
    return h(
      "div.turn",
      { class: `${mine ? "hotel" : "guest"}${joined ? " joined" : ""}`, data: { id: message.id } },
      h("div.bubble", { class: isNew ? "is-new" : "", dir: "auto" }, message.text),
      h(
        "div.meta",
        {},
        h("span.visually-hidden", {}, mine ? "The hotel, " : "The guest, "),
        mine && this.trails.of(message),
        h("time", { dateTime: message.created_utc, title: message.created_utc }, time(message.created_utc)),
      ),
    );
  }

  #drawPlanned() {
    const mine = this.desk.planned.filter((each) => each.thread_id === this.id);
    this.planned.hidden = !mine.length;
    this.planned.classList.add("planned");
    fill(
      this.planned,
      mine.map((each) => [
        each.texts.map((text) => h("div.bubble", { dir: "auto" }, text)),
        h(
          "div.meta",
          {},
          h("span", { data: { due: Date.parse(each.due), words: "will be said %" } }),
          each.then && `then ${each.then}`,
          action(
            "Take back",
            async () => {
              await api.remove(`${this.desk.path}/planned_replies/${each.id}`);
              this.desk.readPlanned();
            },
            { kind: "quiet" },
          ),
        ),
      ]),
    );
    if (mine.length && this.#isAtEnd()) this.toEnd();
  }

  #trim() {
    if (this.messages.length <= MOST) return;
    const gone = this.messages.splice(0, this.messages.length - MOST / 2);
    for (const each of gone) this.known.delete(each.id);
    this.hasOlder = true;
    this.#drawAll();
  }

  #isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 80;
  }

  toEnd() {
    this.follows = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.jump.hidden = true;
  }

  async #scrolled() {
    this.follows = this.#isAtEnd();
    if (this.follows) this.jump.hidden = true;
    if (!this.hasOlder || this.loading || this.scroll.scrollTop > 240 || !this.messages.length) return;
    this.loading = true;
    await this.older().catch(report);
    this.loading = false;
  }

  async #older() {
    const path = `${this.desk.path}/messages${api.query({ thread_id: this.id, limit: PAGE, before: this.messages[0].id })}`;
    const { messages } = await api.get(path);
    const fresh = messages.filter((each) => !this.known.has(each.id));
    for (const each of fresh) this.known.add(each.id);
    this.hasOlder = messages.length === PAGE;
    this.messages = [...fresh, ...this.messages];
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    this.#drawAll();
    this.scroll.scrollTop = this.scroll.scrollHeight - below;
  }
}
