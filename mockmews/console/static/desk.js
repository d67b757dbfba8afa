// What the page knows of one world: loaded by the control API, kept true by the journal's stream.

import * as api from "./api.js";
import { Line } from "./line.js";
import { follow } from "./live.js";

const PAGE = 100;
const LOG = 1000; // entries a page
const MOST_LOG = 10_000; // the journal keeps no more
const STORM = 25; // more changes at once are read as a page, not one by one

/**
 * One world. Emits `status`, `world`, `conversations`, `message`, `deliveries`, `requests`, `clock`, `faults`,
 * `planned` and `elsewhere` events when what stands in the fields of these names has changed.
 */
export class Desk extends EventTarget {
  constructor(id) {
    super();
    this.id = id;
    this.path = `/integrations/${encodeURIComponent(id)}`;
    this.status = "connecting";
    this.problem = null;
    this.world = null;
    this.conversations = [];
    this.next = null;
    this.seen = new Map();
    this.filter = { state: "open", search: "" };
    this.faults = [];
    this.planned = [];
    this.clock = null;
    this.clockRead = 0;
    this.generation = null;
    this.last = 0;
    this.dropped = 0;
    this.requests = null;
    this.olderRequests = null;
    this.fetched = new Map();
    this.about = new Map();
    this.dirty = new Set();
    this.changed = new Set();
    this.load = new Line().inTurn(() => this.#load());
    const conversations = new Line();
    this.readConversations = conversations.inTurn(() => this.#readConversations());
    this.moreConversations = conversations.inTurn(() => this.#moreConversations());
    this.freshen = conversations.gathered(() => this.#freshen(), 60);
    const requests = new Line();
    this.readRequests = requests.inTurn((anew) => this.#readRequests(anew));
    this.moreRequests = requests.inTurn(() => this.#moreRequests());
    const parts = new Line();
    this.readParts = parts.inTurn(() => this.#loadParts());
    this.readClock = parts.gathered(() => this.#loadClock(), 150);
    this.readFaults = parts.gathered(() => this.#loadFaults(), 80);
    this.readPlanned = parts.gathered(() => this.#loadPlanned(), 80);
    this.readWorld = parts.gathered(() => this.#loadWorld(), 80);
    this.tellDeliveries = new Line().gathered(() => this.#tellDeliveries(), 60);
    this.tellRequests = new Line().gathered(() => this.emit("requests"), 50);
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  on(name, listener) {
    const listen = (event) => listener(event.detail);
    this.addEventListener(name, listen);
    return () => this.removeEventListener(name, listen);
  }

  open() {
    this.close = follow(this.id, {
      since: () => this.load(),
      tell: (event, data) => {
        if (event === "elsewhere") this.emit("elsewhere", data);
        else if (event === "changed") this.#hearChange(data.what);
        else if (event === "generation") this.#hearGeneration(data);
        else this.#hear(data);
      },
      state: (status, problem = null) => {
        const changed = status !== this.status;
        Object.assign(this, { status, problem });
        if (changed) this.emit("status");
      },
    });
  }

  /** Read everything anew; the number after which the stream goes on. */
  async #load() {
    const { last, generation, dropped } = await api.get(`${this.path}/journal?newest=1&brief=true`);
    this.generation = generation;
    this.seen.clear();
    this.dropped = dropped;
    this.last = last;
    await Promise.all([
      this.readParts(),
      this.readConversations(),
      this.requests === null ? null : this.readRequests(true),
    ]);
    this.emit("reloaded");
    return last;
  }

  #loadParts() {
    return Promise.all([this.#loadWorld(), this.#loadFaults(), this.#loadPlanned(), this.#loadClock()]);
  }

  async #loadWorld() {
    try {
      this.world = await api.get(this.path);
    } catch (error) {
      if (error.status !== 404) throw error;
      this.close();
      this.status = "gone"; // it was deleted
      return this.emit("status");
    }
    this.emit("world");
  }

  async #loadFaults() {
    this.faults = (await api.get(`${this.path}/faults`)).faults;
    this.emit("faults");
  }

  async #loadPlanned() {
    this.planned = (await api.get(`${this.path}/planned_replies`)).planned_replies;
    this.emit("planned");
  }

  async #loadClock() {
    this.setClock(await api.get(`${this.path}/clock`));
  }

  setClock(clock) {
    this.clock = clock;
    this.clockRead = performance.now();
    this.emit("clock");
  }

  /** What the world's clock shows now, in milliseconds since 1970. */
  now() {
    if (!this.clock) return Date.now();
    return Date.parse(this.clock.now) + (performance.now() - this.clockRead) * this.clock.rate;
  }

  // Conversations

  async #readConversations() {
    const page = await this.#askConversations({
      limit: Math.min(1000, Math.max(PAGE, this.conversations.length)),
    });
    if (!page) return;
    this.conversations = page.conversations;
    this.next = page.next;
    this.#see(page.conversations);
    this.emit("conversations");
  }

  /** A page of those that fit the filter; null where another filter was chosen meanwhile. */
  async #askConversations(options) {
    const { filter } = this;
    const state = filter.state === "all" ? "" : filter.state;
    const page = await api.get(`${this.path}/conversations${api.query({ ...filter, state, ...options })}`);
    return filter === this.filter ? page : null;
  }

  /** Every conversation as it was read last, whatever the inbox shows now: what is unread is counted in all. */
  #see(conversations) {
    for (const each of conversations) this.seen.set(each.id, each);
  }

  /** A further page of conversations; false where there are none. */
  async #moreConversations() {
    if (this.next === null) return false;
    const page = await this.#askConversations({ limit: PAGE, before: this.next });
    if (!page) return false;
    this.#see(page.conversations);
    const known = new Set(this.conversations.map((each) => each.id));
    this.conversations = [...this.conversations, ...page.conversations.filter((each) => !known.has(each.id))];
    this.next = page.next;
    this.emit("conversations");
    return page.conversations.length > 0;
  }

  async #freshen() {
    const ids = [...this.dirty];
    this.dirty.clear();
    if (ids.length > STORM || this.filter.search) return this.#readConversations();
    for (const found of await Promise.all(ids.map((id) => api.get(`${this.path}/conversations/${id}`)))) {
      this.#see([found]);
      const rest = this.conversations.filter((each) => each.id !== found.id);
      const state = found.is_resolved ? "resolved" : "open";
      const fits = this.filter.state === "all" || this.filter.state === state;
      if (fits) rest.push(found);
      this.conversations = rest.sort((one, other) => other.activity - one.activity);
      this.emit("conversation", found);
    }
    this.emit("conversations");
  }

  // Requests: the API log, what each was about, and which messages the app has fetched

  async #readRequests(anew = false) {
    if (anew)
      Object.assign(this, { requests: null, olderRequests: null, fetched: new Map(), about: new Map() });
    if (this.requests !== null) return;
    this.requests = [];
    await this.#moreRequests();
  }

  /** A further page of older requests; false where there are none. */
  async #moreRequests() {
    if (this.olderRequests === 0) return false;
    const before = this.olderRequests ?? undefined;
    const path = `${this.path}/journal${api.query({ kind: "request,thread,message", newest: LOG, before, brief: true })}`;
    const { entries: all } = await api.get(path);
    const entries = all.filter((entry) => entry.kind === "request");
    for (const entry of all) this.#learn(entry);
    const known = new Set(this.requests.map((each) => each.number));
    this.requests = [...entries.filter((each) => !known.has(each.number)), ...this.requests];
    this.olderRequests = all.length < LOG ? 0 : all[0].number;
    this.emit("requests");
    return all.length > 0;
  }

  #learn(entry) {
    if (entry.kind === "thread") this.about.set(entry.cause, `${entry.guest}: ${entry.subject}`);
    if (entry.kind === "message" && !this.about.has(entry.cause))
      this.about.set(entry.cause, `${entry.guest}: ${entry.text.slice(0, 200)}`);
    for (const id of entry.returned ?? []) if (!this.fetched.has(id)) this.fetched.set(id, entry);
  }

  #hearRequest(entry) {
    if (entry.returned) {
      this.#learn(entry);
      this.emit("fetched", entry.returned);
    }
    if (this.requests === null) return;
    const place = this.requests.findLastIndex((each) => each.number <= entry.number);
    if (place >= 0 && this.requests[place].number === entry.number) this.requests[place] = entry;
    else this.requests.splice(place + 1, 0, entry);
    if (this.requests.length > MOST_LOG) this.requests.splice(0, this.requests.length - MOST_LOG);
    this.tellRequests();
  }

  // What the journal tells

  #hear(entry) {
    if (this.#hearGeneration(entry.generation)) return;
    this.last = entry.number;
    switch (entry.kind) {
      case "message":
        this.#learn(entry);
        this.#hearMessage(entry);
        break;
      case "thread":
        this.#learn(entry);
        this.dirty.add(entry.thread_id);
        this.freshen();
        break;
      case "resolved":
      case "reopened":
        this.dirty.add(entry.thread_id);
        this.freshen();
        break;
      case "request":
        this.#hearRequest(entry);
        break;
      case "event":
        if (!this.world?.webhook_url) this.readWorld();
        this.changed.add(`message:${entry.entity_id}`);
        this.tellDeliveries();
        break;
      case "attempt":
      case "cancelled":
      case "held":
      case "merged":
        if (entry.delivery_id) this.changed.add(entry.delivery_id);
        this.tellDeliveries();
        break;
      case "fault":
        this.readFaults();
        break;
      case "reply":
        this.#hearReply(entry);
      // falls through
      case "hotel":
      case "choice":
      case "forgotten":
        this.readPlanned();
        this.readClock();
        break;
    }
  }

  /** Somebody, maybe in another tab or a test, has changed what no journal tells. */
  #hearChange(what) {
    if (what === "faults") this.readFaults();
    else if (what === "clock") this.readClock();
    else if (what === "integration" || what === "reply_rules") this.readWorld();
    else if (what === "reset") this.load().catch(() => {});
  }

  #hearMessage(entry) {
    const message = {
      id: entry.message_id,
      message_thread_id: entry.thread_id,
      text: entry.text,
      sender: entry.sender,
      created_utc: entry.at,
      guest: entry.guest,
    };
    this.emit("message", message);
    this.dirty.add(entry.thread_id);
    this.freshen();
  }

  /** A planned reply was given: from now on it stands among the messages, not also among what is planned. */
  #hearReply({ thread_id, at }) {
    const given = this.planned.find((each) => each.thread_id === thread_id && each.due <= at);
    this.planned = this.planned.filter((each) => each !== given);
    this.emit("planned");
  }

  #tellDeliveries() {
    const changed = new Set(this.changed);
    this.changed.clear();
    this.emit("deliveries", changed);
    this.readClock();
  }

  /** Whether the world was reset: another generation, in which nothing of ours is left. */
  #hearGeneration(generation) {
    if (generation === this.generation) return false;
    this.generation = generation;
    this.load().catch(() => {});
    return true;
  }
}
