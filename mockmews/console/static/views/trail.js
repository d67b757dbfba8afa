// The trail of a reply: queued, held, each attempt, what is due next, and whether the app fetched it.

import * as api from "../api.js";
import { action, fill, h } from "../dom.js";
import { milliseconds, time } from "../format.js";
import { Line } from "../line.js";
import { link } from "../router.js";

const WAIT = 20; // milliseconds in which wishes are gathered
const MOST = 100; // messages asked about at once

const BY_HAND = {
  deliver: "by hand",
  resend: "sent again",
  retry: "retry",
  duplicate: "copy by a fault",
  "stale connection": "on a new connection",
};

export class Trails {
  constructor(desk, thread) {
    Object.assign(this, {
      desk,
      thread,
      shown: new Map(),
      deliveries: new Map(),
      wanted: new Set(),
      readSoon: new Line().gathered(() => this.#read(), WAIT),
    });
    desk.readRequests().catch(() => {});
    this.offs = [
      desk.on("deliveries", (changed) => this.#changed(changed)),
      desk.on("fetched", (ids) => ids.forEach((id) => this.#draw(id))),
      desk.on("requests", () => this.#drawFetched()),
      desk.on("world", () => this.shown.forEach((_, id) => this.#draw(id))),
    ];
    this.drawnFetched = new Set();
  }

  close() {
    this.wanted.clear();
    this.offs.forEach((off) => off());
  }

  /** The element of a message's trail, always the same one, so that it stays open; it fills itself. */
  of(message) {
    const known = this.shown.get(message.id)?.trail;
    if (known) return known;
    const trail = h("details.trail", {}, h("summary", {}, "…"), h("ol.timeline"));
    this.shown.set(message.id, { trail, message });
    this.#draw(message.id);
    return trail;
  }

  /** Read the deliveries of these messages. */
  want(ids) {
    for (const id of ids) this.wanted.add(id);
    if (this.wanted.size) this.readSoon();
  }

  async #read() {
    const ids = [...this.wanted].slice(-MOST);
    if (!ids.length) return;
    for (const id of ids) this.wanted.delete(id);
    try {
      const { deliveries } = await api.get(
        `${this.desk.path}/deliveries${api.query({ about: ids.join(","), brief: true })}`,
      );
      for (const id of ids)
        this.deliveries.set(
          id,
          deliveries.filter((each) => each.events.some((event) => event.id === id)),
        );
      ids.forEach((id) => this.#draw(id));
    } catch {
      // Read again when the server is back.
    }
    this.want([]);
  }

  #changed(changed) {
    const ids = [];
    for (const id of this.shown.keys()) {
      const known = this.deliveries.get(id) ?? [];
      if (changed.has(`message:${id}`) || known.some((each) => changed.has(each.id))) ids.push(id);
    }
    this.want(ids);
  }

  #drawFetched() {
    for (const id of this.shown.keys()) {
      if (this.desk.fetched.has(id) && !this.drawnFetched.has(id)) this.#draw(id);
    }
  }

  #draw(id) {
    const place = this.shown.get(id);
    if (!place) return;
    const { trail } = place;
    const deliveries = this.deliveries.get(id);
    const fetched = this.desk.fetched.get(id);
    if (fetched) this.drawnFetched.add(id);
    fill(trail.firstChild, ...summary(this.desk, deliveries, fetched));
    fill(
      trail.lastChild,
      (deliveries ?? []).map((each) => steps(this.desk, each)),
      !deliveries?.length &&
        h(
          "li.warn",
          {},
          notTold(this.desk),
          " ",
          h("a", { href: link(this.desk.id, "start") }, "Set where webhooks go"),
        ),
      fetched &&
        h(
          "li.good",
          {},
          h("a", { href: link(this.desk.id, "log", fetched.number) }, "Fetched by the app"),
          h("span.when", {}, time(fetched.at)),
        ),
    );
  }
}

function notTold(desk) {
  return desk.world?.webhook_url
    ? "No webhook was sent for this message."
    : "The app was not told: no webhook URL is set.";
}

/** The trail in one line. */
function summary(desk, deliveries, fetched) {
  const got = fetched && h("span.good", {}, "fetched by the app");
  if (!deliveries) return [h("span", {}, "…"), got];
  const newest = deliveries.at(-1);
  if (!newest)
    return [
      h("span.warn", {}, desk.world?.webhook_url ? "no webhook" : "app not told: no webhook URL"),
      got && "·",
      got,
    ];
  return [standing(newest), got && "·", got];
}

/** How a delivery stands, in a few words. */
export function standing(delivery) {
  const last = delivery.attempts.at(-1);
  const outcome =
    last && (last.status ? `${last.status} in ${milliseconds(last.milliseconds)}` : "no answer");
  const due = delivery.next_attempt && { due: Date.parse(delivery.next_attempt) };
  switch (delivery.state) {
    case "held":
      return h("span.warn", {}, outcome ? `held · ${outcome}` : "held");
    case "scheduled":
      return outcome
        ? h("span.warn", {}, `${outcome} · `, h("span", { data: { ...due, words: "retry %" } }, "…"))
        : h("span", {}, "queued · ", h("span", { data: { ...due, words: "due %" } }, "…"));
    case "delivered":
      return h("span.good", {}, `delivered · ${outcome ?? ""}`);
    case "discarded":
      return h("span.bad", {}, `discarded after ${delivery.attempts.length} attempts · ${outcome}`);
    default:
      return h("span.warn", {}, delivery.state);
  }
}

/** What happened to a delivery, step by step, and what can be done. */
export function steps(desk, delivery, { linked = true } = {}) {
  const again = async (what) => void (await api.post(`${desk.path}/deliveries/${delivery.id}/${what}`));
  return [
    h(
      "li",
      {},
      linked ? h("a", { href: link(desk.id, "webhooks", delivery.id) }, "Queued") : "Queued",
      h("span.when", {}, time(delivery.created)),
    ),
    delivery.attempts.map((each) =>
      h(
        "li",
        { class: each.status >= 200 && each.status < 300 ? "good" : "bad" },
        h("b", {}, `Attempt ${each.number}: ${each.status ?? "no answer"}`),
        ` in ${milliseconds(each.milliseconds)}`,
        BY_HAND[each.cause] && ` (${BY_HAND[each.cause]})`,
        h("span.when", {}, time(each.at)),
        each.error && h("div.hint", {}, each.error),
      ),
    ),
    delivery.state === "held" &&
      h(
        "li.warn",
        {},
        "Held, until you deliver it ",
        linked && action("Deliver now", () => again("deliver"), { kind: "quiet" }),
      ),
    delivery.state === "scheduled" &&
      h(
        "li.warn",
        {},
        h("span", {
          data: {
            due: Date.parse(delivery.next_attempt),
            words: delivery.attempts.length ? "Retry due %" : "First attempt due %",
          },
        }),
      ),
    delivery.state === "discarded" &&
      h(
        "li.bad",
        {},
        "Discarded: no further attempt is made ",
        linked && action("Send again", () => again("resend"), { kind: "quiet" }),
      ),
    delivery.state === "cancelled" && h("li.warn", {}, "Cancelled"),
  ];
}
