// A list of rows of one height of which only those in sight are in the page: 10,000 cost what 30 do.

const SPARE = 6; // rows above and below

export class VirtualList {
  /** `render(item)` makes an `a.line-item`; `key(item)` names it; `more()` is called near the end. */
  constructor({ height, render, key, more, label }) {
    Object.assign(this, { height, render, key, more });
    this.items = [];
    this.rows = new Map();
    this.space = document.createElement("div");
    this.element = document.createElement("div");
    this.element.className = "scroll";
    this.element.setAttribute("role", "list");
    this.element.setAttribute("aria-label", label);
    this.space.style.position = "relative";
    this.element.append(this.space);
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.#keys(event));
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.element);
  }

  /** Show these items; rows that stay keep their focus. `anchor` keeps the place while rows come on top. */
  show(items, { anchor = true } = {}) {
    const top = this.element.scrollTop;
    const first = this.items[Math.floor(top / this.height)];
    this.items = items;
    this.space.style.height = `${items.length * this.height}px`;
    if (anchor && top > this.height && first !== undefined) {
      const place = items.findIndex((each) => this.key(each) === this.key(first));
      if (place >= 0) this.element.scrollTop = place * this.height + (top % this.height);
    }
    this.draw(true);
  }

  draw(anew = false) {
    const from = Math.max(0, Math.floor(this.element.scrollTop / this.height) - SPARE);
    const to = Math.min(
      this.items.length,
      from + Math.ceil(this.element.clientHeight / this.height) + 2 * SPARE,
    );
    const kept = new Map();
    const focused = document.activeElement?.dataset?.key;
    for (let place = from; place < to; place += 1) {
      const item = this.items[place];
      const key = String(this.key(item));
      let row = anew ? undefined : this.rows.get(key);
      if (!row) {
        row = document.createElement("div");
        row.className = "line";
        row.setAttribute("role", "listitem");
        row.append(this.render(item));
        row.firstChild.dataset.key = key;
        row.style.height = `${this.height}px`;
      }
      row.style.top = `${place * this.height}px`;
      row.setAttribute("aria-posinset", place + 1);
      row.setAttribute("aria-setsize", this.items.length);
      kept.set(key, row);
    }
    const hadFocus = focused !== undefined && this.rows.has(focused);
    this.rows = kept;
    this.space.replaceChildren(...kept.values());
    if (hadFocus) kept.get(focused)?.firstChild.focus({ preventScroll: true });
    if (to >= this.items.length - SPARE) this.#readOn();
  }

  /** Read on, page after page, while the end is in sight and more has come. */
  async #readOn() {
    if (this.reading || !this.more) return;
    this.reading = true;
    const came = await this.more();
    this.reading = false;
    if (came && this.element.isConnected) this.draw();
  }

  /** Bring an item into sight, and focus its row. */
  reach(place, { focus = true } = {}) {
    const top = place * this.height;
    const view = this.element;
    if (top < view.scrollTop) view.scrollTop = top;
    else if (top + this.height > view.scrollTop + view.clientHeight)
      view.scrollTop = top + this.height - view.clientHeight;
    this.draw();
    const row = this.rows.get(String(this.key(this.items[place])))?.firstChild;
    if (focus) row?.focus({ preventScroll: true });
    return row;
  }

  #keys(event) {
    const place = this.items.findIndex((each) => String(this.key(each)) === event.target.dataset.key);
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.height) - 1);
    const steps = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step === undefined || !this.items.length || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.reach(Math.min(this.items.length - 1, Math.max(0, place + step)));
  }
}
