// Webhooks: every delivery and attempt, what was sent and what was answered, and what can be done about it.

import * as api from "../api.js";
import { action, append, fill, h, icon, report, toast } from "../dom.js";
import { firstLine, plural, time, when } from "../format.js";
import { link } from "../router.js";
import { VirtualList } from "../virtual_list.js";
import { badge, deliveryPage, named } from "./delivery.js";
import { standing } from "./trail.js";

const ROW = 58; // pixels
const PAGE = 200;
const ALONE = 25; // deliveries that are read one by one
const STATES = ["held", "scheduled", "delivered", "discarded", "cancelled"];

export function mount(main, desk, item) {
  const view = new Webhooks(main, desk);
  view.show(item);
  return { show: (id) => view.show(id), close: () => view.close() };
}

class Webhooks {
  constructor(main, desk) {
    Object.assign(this, { desk, state: "", rows: [], counts: {}, more: true, busy: false, current: null });
    this.tabs = h("div.tabs", { role: "group", "aria-label": "Which deliveries" });
    this.where = h("div.row.tight");
    this.nothing = h("div.empty", { hidden: true });
    this.list = new VirtualList({
      height: ROW,
      label: "Deliveries",
      key: (each) => each.id,
      render: (each) => row(desk, each, each.id === this.current),
      more: () => this.#older(),
    });
    this.detail = h("section.pane.detail", { "aria-label": "Delivery" });
    this.split = h(
      "div.split",
      { data: { open: "false" } },
      h(
        "section.pane.list.wide",
        { "aria-label": "Webhooks" },
        h("div.pane-head", {}, h("h1", {}, "Webhooks"), this.where, this.tabs),
        this.nothing,
        this.list.element,
      ),
      this.detail,
    );
    main.append(this.split);
    this.offs = [
      desk.on("deliveries", (changed) => this.#changed(changed)),
      desk.on("world", () => this.#drawWhere()),
      desk.on("reloaded", () => this.#anew()),
    ];
    this.#drawWhere();
    this.#anew();
  }

  close() {
    this.offs.forEach((off) => off());
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
      if (this.current) this.#open(this.current);
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
      if (this.current && changed.has(this.current)) this.#open(this.current);
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
          h(
            "button.tab",
            {
              type: "button",
              "aria-pressed": String(this.state === state),
              onclick: () => {
                this.state = state;
                this.rows = [];
                this.#anew();
              },
            },
            label,
            " ",
            h("span.n", {}, count.toLocaleString("en")),
          ),
        ),
    );
    if (this.state === "held" && this.rows.length > 1) {
      this.tabs.append(
        action(`Deliver all ${this.rows.length}`, () => this.#deliverAll(), { kind: "quiet" }),
      );
    }
    this.list.show(this.rows);
    this.nothing.hidden = this.rows.length > 0;
    this.list.element.hidden = !this.rows.length;
    if (!this.rows.length) {
      fill(
        this.nothing,
        icon("webhook"),
        h("h2", {}, "No webhook yet"),
        h(
          "p",
          {},
          this.desk.world?.webhook_url
            ? "As soon as a message is added, its webhook stands here with every attempt."
            : "No webhook URL is set, so the app is told nothing.",
        ),
        !this.desk.world?.webhook_url &&
          h("a.button.primary", { href: link(this.desk.id, "start") }, "Set where webhooks go"),
      );
    }
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

  show(id) {
    this.current = id;
    this.split.dataset.open = String(Boolean(id));
    this.list.draw(true);
    if (id) this.#open(id);
    else
      fill(
        this.detail,
        h(
          "div.empty",
          {},
          icon("webhook"),
          h("h2", {}, "Each webhook, each attempt"),
          h("p", {}, "Choose a delivery to see what was sent, what your app answered, and to send it again."),
        ),
      );
  }

  async #open(id) {
    let delivery;
    try {
      delivery = await api.get(`${this.desk.path}/deliveries/${encodeURIComponent(id)}`);
    } catch (error) {
      if (this.current !== id) return;
      if (error.status !== 404) return report(error);
      return void fill(
        this.detail,
        h(
          "div.empty",
          {},
          icon("webhook"),
          h("h2", {}, "This delivery is not here any more"),
          h("p", {}, "The hotel was reset, or the server was started anew without --db."),
        ),
      );
    }
    if (this.current === id) this.#drawDelivery(delivery);
  }

  #drawDelivery(each) {
    const scrolled = this.detail.querySelector(".page")?.scrollTop ?? 0;
    fill(
      this.detail,
      deliveryPage(this.desk, each, () => this.#open(each.id)),
    );
    this.detail.querySelector(".page").scrollTop = scrolled;
  }
}

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
