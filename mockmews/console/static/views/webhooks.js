// Webhooks: every delivery and attempt, what was sent and what was answered, and what can be done about it.

import * as api from "../api.js";
import { action, append, fill, h, report, toast } from "../dom.js";
import { firstLine, plural, time, when } from "../format.js";
import { link } from "../router.js";
import { badge, deliveryPage, named } from "./delivery.js";
import { Panes, mounting, nothing, tab } from "./panes.js";
import { standing } from "./trail.js";

const PAGE = 200;
const ALONE = 25; // deliveries that are read one by one
const STATES = ["held", "scheduled", "delivered", "discarded", "cancelled"];

class Webhooks extends Panes {
  constructor(main, desk) {
    const where = h("div.row.tight");
    super(main, {
      names: { list: "Webhooks", rows: "Deliveries", item: "Delivery" },
      tabs: "Which deliveries",
      key: (each) => each.id,
      row: (each, current) => row(desk, each, current),
      more: () => this.#older(),
      head: (tabs) => [h("h1", {}, "Webhooks"), where, tabs],
    });
    Object.assign(this, { desk, where, state: "", rows: [], counts: {}, more: true, busy: false });
    this.offs = [
      desk.on("deliveries", (changed) => this.#changed(changed)),
      desk.on("world", () => this.#drawWhere()),
      desk.on("reloaded", () => this.#anew()),
    ];
    this.#drawWhere();
    this.#anew();
  }

  async #read(options) {
    const state = this.state;
    const found = await api.get(
      `${this.desk.path}/deliveries${api.query({ brief: true, state, ...options })}`,
    );
    if (state !== this.state) return null;
    this.counts = found.counts;
    return found.deliveries.reverse();
  }

  async #anew() {
    try {
      const found = await this.#read({ limit: PAGE });
      if (!found) return;
      this.rows = found;
      this.more = found.length === PAGE;
      this.draw();
      if (this.current) this.open(this.current);
    } catch (error) {
      if (error.status) report(error);
    }
  }

  async #older() {
    if (!this.more || this.busy || !this.rows.length) return;
    this.busy = true;
    try {
      const found = await this.#read({ limit: PAGE, before: this.rows.at(-1).id });
      if (!found) return;
      this.more = found.length === PAGE;
      this.#merge(found);
    } catch (error) {
      report(error);
    } finally {
      this.busy = false;
    }
  }

  /** Read the newest anew, and those of the changed ones that are further down. */
  async #changed(changed) {
    try {
      const found = await this.#read({ limit: 100 });
      if (!found) return;
      const read = new Set(found.map((each) => each.id));
      const further = this.rows.filter((each) => changed.has(each.id) && !read.has(each.id)).slice(0, ALONE);
      const alone = await Promise.all(
        further.map((each) => api.get(`${this.desk.path}/deliveries/${each.id}`)),
      );
      this.#merge([...found, ...alone]);
      if (this.current && changed.has(this.current)) this.open(this.current);
    } catch {
      // Read anew when the server is back.
    }
  }

  #merge(found) {
    const rows = new Map(this.rows.map((each) => [each.id, each]));
    const fresh = found.filter((each) => !rows.has(each.id));
    for (const each of found) rows.set(each.id, each);
    const newest = fresh.filter((each) => !this.rows.length || each.created >= this.rows[0].created);
    const older = fresh.filter((each) => !newest.includes(each));
    const ordered = [...newest, ...this.rows.map((each) => rows.get(each.id)), ...older];
    this.rows = ordered.filter((each) => !this.state || each.state === this.state);
    this.draw();
  }

  draw() {
    const all = Object.values(this.counts).reduce((sum, each) => sum + each, 0);
    fill(
      this.tabs,
      [
        ["", "All", all],
        ...STATES.map((state) => [state, state[0].toUpperCase() + state.slice(1), this.counts[state] ?? 0]),
      ]
        .filter(([state, , count]) => !state || count || state === this.state)
        .map(([state, label, count]) =>
          tab(label, {
            pressed: this.state === state,
            choose: () => {
              this.state = state;
              this.rows = [];
              this.#anew();
            },
            count,
          }),
        ),
    );
    if (this.state === "held" && this.rows.length > 1) {
      this.tabs.append(
        action(`Deliver all ${this.rows.length}`, () => this.#deliverAll(), { kind: "quiet" }),
      );
    }
    const told = this.desk.world?.webhook_url;
    this.showRows(this.rows, () =>
      nothing(
        "webhook",
        "No webhook yet",
        h(
          "p",
          {},
          told
            ? "As soon as a message is added, its webhook stands here with every attempt."
            : "No webhook URL is set, so the app is told nothing.",
        ),
        !told && h("a.button.primary", { href: link(this.desk.id, "start") }, "Set where webhooks go"),
      ),
    );
  }

  async #deliverAll() {
    for (const each of [...this.rows].reverse())
      await api.post(`${this.desk.path}/deliveries/${each.id}/deliver`);
    toast("All were sent.");
  }

  #drawWhere() {
    const { world } = this.desk;
    const held = world?.settings.webhooks === "held";
    const box = h("input", {
      type: "checkbox",
      role: "switch",
      checked: held,
      onchange: async () => {
        try {
          await api.patch(this.desk.path, { webhooks: box.checked ? "held" : "auto" });
          this.desk.readWorld();
        } catch (error) {
          box.checked = held;
          report(error);
        }
      },
    });
    fill(
      this.where,
      h(
        "span.clip.hint",
        { title: world?.webhook_url ?? "" },
        world?.webhook_url ? `to ${world.webhook_url}` : "no webhook URL is set",
      ),
      h("a.hint", { href: link(this.desk.id, "start") }, "Change"),
      h("label.switch", {}, box, "Hold new ones"),
    );
  }

  // One delivery

  invitation() {
    const what = "Choose a delivery to see what was sent, what your app answered, and to send it again.";
    return nothing("webhook", "Each webhook, each attempt", h("p", {}, what));
  }

  address(id) {
    return `${this.desk.path}/deliveries/${encodeURIComponent(id)}`;
  }

  gone() {
    const why = "The hotel was reset, or the server was started anew without --db.";
    return nothing("webhook", "This delivery is not here any more", h("p", {}, why));
  }

  page(each) {
    return deliveryPage(this.desk, each, () => this.open(each.id));
  }
}

export const mount = mounting(Webhooks);

const whose = (message) => (message.sender === "Enterprise" ? "You: " : `${firstLine(message.guest)}: `);

function row(desk, each, current) {
  return append(
    h("a.line-item", {
      href: link(desk.id, "webhooks", each.id),
      "aria-current": current ? "true" : undefined,
    }),
    [
      h(
        "span.top",
        {},
        badge(each),
        h(
          "span.clip",
          {},
          each.message ? h("bdi", {}, whose(each.message), firstLine(each.message.text)) : named(each),
        ),
        h("span.when", { title: each.created }, when(each.created, desk.now(), time)),
      ),
      h(
        "span.bottom",
        {},
        h("span.clip", {}, each.message && `${named(each)} · `, standing(each)),
        each.attempts.length > 1 && h("span.when", {}, plural(each.attempts.length, "attempt")),
      ),
    ],
  );
}
