// Webhooks: every delivery and attempt, what was sent and what was answered, and what can be done about it.

import * as api from "../api.js";
import { action, append, fill, h, report, toast } from "../dom.js";
import { firstLine, plural, time, when } from "../format.js";
import { Line } from "../line.js";
import { link } from "../router.js";
import { badge, deliveryPage, named } from "./delivery.js";
import { Panes, mounting, nothing, tab } from "./panes.js";
import { standing } from "./trail.js";

const PAGE = 200;
const NEWEST = 100; // deliveries that are read anew where something changed
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
      more: () => this.older().catch(report),
      head: (tabs) => [h("h1", {}, "Webhooks"), where, tabs],
    });
    Object.assign(this, { desk, where, state: "", rows: [], counts: {}, more: true, changed: new Set() });
    const line = new Line();
    this.anew = line.inTurn(() => this.#anew());
    this.older = line.inTurn(() => this.#older());
    this.readChanged = line.gathered(() => this.#readChanged(), 0);
    this.offs = [
      desk.on("deliveries", (changed) => this.#hear(changed)),
      desk.on("world", () => this.#drawWhere()),
      desk.on("reloaded", () => this.anew()),
    ];
    this.#drawWhere();
    this.anew();
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
    if (!this.more || !this.rows.length) return false;
    const found = await this.#read({ limit: PAGE, before: this.rows.at(-1).id });
    if (!found) return false;
    this.more = found.length === PAGE;
    const known = new Set(this.rows.map((each) => each.id));
    this.rows = [...this.rows, ...found.filter((each) => !known.has(each.id))];
    this.draw();
    return found.length > 0;
  }

  #hear(changed) {
    for (const id of changed) this.changed.add(id);
    this.readChanged();
  }

  /** Read the newest anew, and those of the changed ones that are further down. */
  async #readChanged() {
    const changed = new Set(this.changed);
    this.changed.clear();
    try {
      const newest = await this.#read({ limit: NEWEST });
      if (!newest) return;
      const read = new Set(newest.map((each) => each.id));
      const meets = newest.length === NEWEST && this.rows.some((each) => read.has(each.id));
      const rest = meets ? this.rows.filter((each) => !read.has(each.id)) : [];
      if (!meets) this.more = newest.length === NEWEST;
      const further = rest.filter((each) => changed.has(each.id)).slice(0, ALONE);
      const alone = await Promise.all(
        further.map((each) => api.get(`${this.desk.path}/deliveries/${each.id}`)),
      );
      const anew = new Map(alone.map((each) => [each.id, each]));
      const fits = (each) => !this.state || each.state === this.state;
      this.rows = [...newest, ...rest.map((each) => anew.get(each.id) ?? each).filter(fits)];
      this.draw();
      if (this.current && changed.has(this.current)) await this.open(this.current);
    } catch {
      // Read anew when the server is back.
    }
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
              this.anew();
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
