// Two panes: a list with tabs, and beside it the item that was chosen. The log and the webhooks are such views.

import * as api from "../api.js";
import { fill, h, icon, report } from "../dom.js";
import { Line } from "../line.js";
import { VirtualList } from "../virtual_list.js";

const ROW = 58; // pixels

/** One of several choices above a list; `count` stands behind its label where it is given. */
export function tab(label, { pressed, choose, count }) {
  return h(
    "button.tab",
    { type: "button", "aria-pressed": String(pressed), onclick: choose },
    label,
    count !== undefined && [" ", h("span.n", {}, count.toLocaleString("en"))],
  );
}

/** What stands where there is nothing to show. */
export const nothing = (symbol, title, ...content) => [icon(symbol), h("h2", {}, title), ...content];

/** A view says what its list holds and how an item is read and drawn; the panes do the rest. */
export class Panes {
  /** `names` are those of list, rows and item for who cannot see them; `tabs` says what the tabs choose. */
  constructor(main, { names, tabs, key, row, more, head }) {
    this.current = this.drawn = null; // the ids of the item that was chosen and of the one that is seen
    this.tabs = h("div.tabs", { role: "group", "aria-label": tabs });
    this.empty = h("div.empty", { hidden: true });
    this.list = new VirtualList({
      height: ROW,
      label: names.rows,
      key,
      render: (each) => row(each, key(each) === this.current),
      more,
    });
    this.detail = h("section.pane.detail", { "aria-label": names.item });
    this.split = h(
      "div.split",
      { data: { open: "false" } },
      h(
        "section.pane.list.wide",
        { "aria-label": names.list },
        h("div.pane-head", {}, head(this.tabs)),
        this.empty,
        this.list.element,
      ),
      this.detail,
    );
    main.append(this.split);
    this.open = new Line().inTurn((id) => this.#open(id));
    this.offs = [];
  }

  close() {
    this.offs.forEach((off) => off());
  }

  /** Show the rows; where there are none, what `otherwise()` makes. */
  showRows(rows, otherwise) {
    this.list.show(rows);
    this.list.element.hidden = !rows.length;
    this.empty.hidden = rows.length > 0;
    if (!rows.length) fill(this.empty, otherwise());
  }

  /** Show the item of this id; without one, the view's `invitation()` to choose one. */
  show(id) {
    this.current = id;
    this.split.dataset.open = String(Boolean(id));
    this.list.draw(true);
    if (id) this.open(id);
    else fill(this.detail, h("div.empty", {}, this.invitation()));
  }

  /** Read the item from the view's `address(id)` and draw its `page(item)`, or say that it is `gone(error)`. */
  async #open(id) {
    if (this.current !== id) return;
    let item;
    try {
      item = await api.get(this.address(id));
    } catch (error) {
      if (this.current !== id) return;
      if (error.status !== 404) return void report(error);
      return void fill(this.detail, h("div.empty", {}, this.gone(error)));
    }
    if (this.current !== id) return;
    const scrolled = this.drawn === id ? (this.detail.querySelector(".page")?.scrollTop ?? 0) : 0;
    this.drawn = id;
    fill(this.detail, this.page(item));
    this.detail.querySelector(".page").scrollTop = scrolled;
  }
}

/** The `mount` of such a view. */
export const mounting = (View) => (main, desk, item) => {
  const view = new View(main, desk);
  view.show(item);
  return { show: (id) => view.show(id), close: () => view.close() };
};
