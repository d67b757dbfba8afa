// Elements from plain values. Text only ever becomes text nodes: nothing a guest writes is markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button.primary", {onclick, "aria-label": "…"}, "text", child)`. */
export function h(name, props, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(props ?? {})) set(element, key, value);
  append(element, children);
  return element;
}

function set(element, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "class") element.classList.add(...value.split(" ").filter(Boolean));
  else if (key === "data") Object.assign(element.dataset, value);
  else if (key in element && key !== "list" && key !== "form" && !key.includes("-")) element[key] = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

/** Put children into an element; texts and numbers become text nodes, null and false nothing. */
export function append(element, children) {
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Replace everything in an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

const PATHS = {
  inbox: ["M4 5h16v11H9l-5 4z", "M8 9h8M8 12h5"],
  webhook: ["M4 12h13", "M12 6l6 6-6 6", "M21 4v16"],
  log: ["M5 6h14M5 12h14M5 18h9"],
  bolt: ["M13 3L5 14h6l-1 7 8-11h-6z"],
  clock: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 7v5l3.5 2"],
  start: ["M5 12l5 5L20 7"],
  flag: ["M5 21V4", "M5 5h12l-2 4 2 4H5"],
  search: ["M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", "M16 16l4.5 4.5"],
  copy: ["M9 9h11v11H9z", "M15 9V4H4v11h5"],
  check: ["M5 13l4 4L19 7"],
  back: ["M15 5l-7 7 7 7"],
  down: ["M6 9l6 6 6-6"],
  bell: ["M6 17h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4.5z", "M10 20h4"],
  sun: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  ],
  moon: ["M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"],
  help: [
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
    "M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .8-1 1.7",
    "M12 16.8v.2",
  ],
  save: ["M12 4v11", "M7 10l5 5 5-5", "M5 20h14"],
  send: ["M4 12L20 4l-5 16-4-7z"],
  close: ["M6 6l12 12M18 6L6 18"],
  hold: ["M8 5v14M16 5v14"],
};

/** A drawn icon, hidden from screen readers. */
export function icon(name, size = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${size}`.trim());
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** A button that is busy while its work runs, and tells what went wrong by `onError`. */
export function action(label, work, { kind = "", symbol, title, onError } = {}) {
  const button = h("button.button", {
    type: "button",
    class: kind,
    title,
    "aria-label": label ? undefined : title,
  });
  append(button, [symbol && icon(symbol, label ? "small" : ""), label && h("span.words", {}, label)]);
  button.addEventListener("click", async (event) => {
    button.disabled = true;
    try {
      await work(event);
    } catch (error) {
      (onError ?? report)(error);
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

/** A short notice that goes by itself; `then` adds a button to it. */
export function toast(text, { bad = false, then } = {}) {
  const shown = h("div.toast", { class: bad ? "bad" : "" }, h("span.grow", {}, text));
  if (then)
    shown.append(
      h("button.button", { type: "button", onclick: () => (shown.remove(), then.go()) }, then.label),
    );
  const place = document.getElementById("toasts");
  if (place.lastChild?.firstChild.textContent === text) place.lastChild.remove(); // said once is enough
  place.append(shown);
  while (place.children.length > 4) place.firstChild.remove();
  setTimeout(() => shown.remove(), bad ? 9000 : 5000);
}

/** Say what went wrong and what to do. */
export function report(error) {
  toast([error.message, error.hint].filter(Boolean).join(" "), { bad: true });
}

/** Text to the clipboard; where the browser forbids that, it is shown to be copied by hand. */
export async function copy(text, what = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what}.`);
  } catch {
    dialog("Copy this", [
      h("textarea", { rows: 10, readOnly: true, value: text, "aria-label": "Text to copy" }),
    ]);
  }
}

/** Code with a copy button. */
export function code(text, { label = "Copy", language = "Code" } = {}) {
  return h(
    "div.copyable",
    {},
    h("pre.code", { tabIndex: 0, role: "region", "aria-label": language }, text),
    h("button.button", { type: "button", onclick: () => copy(text) }, icon("copy", "small"), label),
  );
}

/** Hand a text to the user as a file. */
export function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A dialog over the page; returns what closes it. Escape closes it too. */
export function dialog(title, body, { onclose } = {}) {
  const id = `dialog-${Math.random().toString(36).slice(2)}`;
  const close = () => shown.close();
  const shown = h(
    "dialog",
    { "aria-labelledby": id },
    h(
      "div.dialog-head",
      {},
      h("h2.grow", { id }, title),
      h(
        "button.button.quiet.icon-only",
        { type: "button", "aria-label": "Close", onclick: close },
        icon("close"),
      ),
    ),
    h("div.dialog-body", {}, body),
  );
  shown.addEventListener("close", () => (shown.remove(), onclose?.()));
  shown.addEventListener("click", (event) => event.target === shown && close());
  document.body.append(shown);
  shown.showModal();
  return close;
}
