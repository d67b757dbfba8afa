// Single keys for those who never touch the mouse; they can be switched off (WCAG 2.1.4).

import { dialog, h } from "./dom.js";
import { choice, choose } from "./keep.js";
import { go, here, link } from "./router.js";

const VIEWS = { i: "inbox", w: "webhooks", l: "log", f: "faults", c: "clock", s: "start" };
const HELP = [
  ["g then i, w, l, f, c, s", "Inbox, Webhooks, API Log, Faults, Clock, get Started"],
  ["/", "Search"],
  ["↑ ↓ or j k", "Move in a list; Enter opens"],
  ["r", "Reply"],
  ["e", "Resolve, or reopen, the conversation"],
  ["Esc", "Leave the box; back to the list"],
  ["Enter", "In the reply box: send. Shift+Enter: a new line"],
  ["?", "This help"],
];

let after = "";

export function listenForKeys() {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const writing = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape") return escape(writing);
    if (writing || !choice("keys", true)) return;
    const { world, view, item } = here();
    const went = after === "g" && VIEWS[event.key];
    after = event.key === "g" ? "g" : "";
    if (went && world) return act(event, () => go(link(world, went)));
    if (event.key === "?") return act(event, showKeys);
    if (event.key === "/")
      return act(event, () => document.querySelector("main input[type=search]")?.focus());
    if (event.key === "r" && item)
      return act(event, () => document.querySelector(".reply textarea")?.focus());
    if (event.key === "e" && view === "inbox" && item)
      return act(event, () => document.querySelector("[data-key-e]")?.click());
    if (["ArrowDown", "j"].includes(event.key) && event.target === document.body) {
      act(event, () => document.querySelector("main .line-item")?.focus());
    }
  });
}

function act(event, work) {
  event.preventDefault();
  work();
}

function escape(writing) {
  if (writing) return writing.blur();
  const { world, view, item } = here();
  if (item) {
    go(link(world, view));
    requestAnimationFrame(() =>
      document.querySelector(`main .line-item[data-key="${CSS.escape(item)}"]`)?.focus(),
    );
  }
}

export function showKeys() {
  const box = h("input", {
    type: "checkbox",
    checked: choice("keys", true),
    onchange: () => choose("keys", box.checked),
  });
  dialog("Keyboard", [
    h(
      "dl.keys",
      {},
      HELP.map(([keys, what]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, what)]),
    ),
    h("label.switch", {}, box, "Single keys are on"),
  ]);
}
