// The box to answer in: now, later, or as a burst; what is typed survives errors, reloads and restarts.

import * as api from "../api.js";
import { h, icon, report } from "../dom.js";
import { draft, keepDraft } from "../keep.js";

const LATER = [
  ["", "now"],
  ["10s", "in 10 s"],
  ["30s", "in 30 s"],
  ["2m", "in 2 min"],
  ["5m", "in 5 min"],
  ["1h", "in 1 h"],
  ["other", "in …"],
];

export class ReplyBox {
  constructor(desk, thread) {
    Object.assign(this, { desk, thread, sending: false });
    this.text = h("textarea", {
      rows: 1,
      placeholder: "Answer …",
      "aria-label": "Your answer",
      value: draft(thread),
      oninput: () => this.#typed(),
    });
    this.later = h(
      "select",
      { "aria-label": "When to say it", onchange: () => this.#chose() },
      LATER.map(([value, label]) => h("option", { value }, label)),
    );
    this.other = h("input", {
      type: "text",
      size: 6,
      hidden: true,
      placeholder: "90s",
      "aria-label": "How much later, such as 90s or 2m",
    });
    this.burst = h("input", { type: "checkbox", role: "switch" });
    this.button = h("button.button.primary", { type: "submit" }, icon("send", "small"), "Send");
    this.element = h(
      "form.reply",
      { onsubmit: (event) => (event.preventDefault(), this.send()) },
      h("div.box", {}, this.text, this.button),
      h(
        "div.options",
        {},
        h("label.row.tight", {}, "Say it", this.later, this.other),
        h(
          "label.switch",
          { title: "A burst: several messages in one moment" },
          this.burst,
          "Each line a message",
        ),
        h("span.keys-hint", {}, h("kbd", {}, "Enter"), " sends"),
      ),
    );
    this.text.addEventListener("keydown", (event) => {
      if (
        event.key !== "Enter" ||
        event.shiftKey ||
        event.isComposing ||
        (this.burst.checked && !event.ctrlKey && !event.metaKey)
      )
        return;
      event.preventDefault();
      this.send();
    });
    this.burst.addEventListener("change", () => this.#grow());
    requestAnimationFrame(() => this.#grow());
    this.offs = [desk.on("status", () => this.#status())];
    this.#status();
  }

  close() {
    this.offs.forEach((off) => off());
  }

  name(guest) {
    this.text.setAttribute("aria-label", `Your answer to ${guest.slice(0, 80)}`);
  }

  /** The conversation is gone: the text stays readable, but cannot be sent. */
  orphan() {
    this.button.disabled = true;
    this.text.placeholder = "Nothing was left unsent.";
  }

  #status() {
    this.button.title = this.desk.status === "lost" ? "The server does not answer; your text is kept." : "";
  }

  #typed() {
    keepDraft(this.thread, this.text.value);
    this.#grow();
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
  }

  #chose() {
    this.other.hidden = this.later.value !== "other";
    if (!this.other.hidden) this.other.focus();
  }

  /** Say it. What could not be said stays in the box. */
  async send() {
    if (this.sending || !this.text.value.trim() || this.button.disabled) return;
    this.sending = true;
    this.text.focus(); // now, not when it was said: who has gone on meanwhile is not called back
    const after =
      this.later.value === "other" ? this.other.value.trim() || undefined : this.later.value || undefined;
    const whole = this.text.value;
    const texts = this.burst.checked ? whole.split("\n").filter((line) => line.trim()) : [whole];
    const rest = [...texts];
    try {
      for (const text of texts) {
        await api.post(`${this.desk.path}/messages`, { thread_id: this.thread, text, after });
        rest.shift();
      }
    } catch (error) {
      report(error);
    } finally {
      // What was typed while it was sent comes after what is left.
      const typed = this.text.value.startsWith(whole) ? this.text.value.slice(whole.length) : "";
      this.text.value = rest.join("\n") + typed;
      this.#typed();
      this.sending = false;
      if (!rest.length) this.later.value = "";
      this.other.hidden = this.later.value !== "other";
    }
  }
}
