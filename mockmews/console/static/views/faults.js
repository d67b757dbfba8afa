// Faults: things that go wrong on purpose, from a shelf or as a rule of one's own, with their hits.

import * as api from "../api.js";
import { action, fill, h, icon, report, toast } from "../dom.js";
import { plural, time } from "../format.js";

const PRESETS = [
  [
    "Too many requests",
    "The next messages/add gets 429 and Retry-After: 2.",
    { operation: "messages/add", status: 429, retry_after: "2s", times: 1 },
  ],
  ["Mews is down", "The next three calls get 500.", { operation: "any", status: 500, times: 3 }],
  ["Mews is slow", "Every getAll takes 6 seconds.", { operation: "messages/getAll", delay: "6s" }],
  [
    "Answer lost",
    "A message is stored, but its answer never arrives.",
    { operation: "messages/add", lose_response: "reset", times: 1 },
  ],
  ["Connection reset", "The next call is cut, nothing is done.", { operation: "any", reset: true, times: 1 }],
  ["Not JSON", "The next answer is no JSON.", { operation: "any", not_json: true, times: 1 }],
  [
    "Unknown fields",
    "Every answer has fields that no document names.",
    { operation: "any", unknown_field: true },
  ],
  ["Webhooks twice", "Every webhook comes two times.", { webhook: "MessageAdded", duplicate: 2 }],
  ["Webhooks lost", "The next webhook never leaves.", { webhook: "MessageAdded", drop: true, times: 1 }],
  ["Wrong order", "Webhooks leave in pairs, the later one first.", { webhook: "MessageAdded", reorder: 2 }],
  ["Late webhook", "Every webhook waits 10 seconds.", { webhook: "MessageAdded", delay: "10s" }],
  [
    "Wrong token",
    "Webhooks carry another token than yours.",
    { webhook: "MessageAdded", wrong_token: "other" },
  ],
  [
    "Other events too",
    "Foreign events stand in the same body.",
    { webhook: "MessageAdded", noise: ["ServiceOrderUpdated", "SomethingNew"] },
  ],
  [
    "Too early",
    "The event comes 2 seconds before getAll knows the message.",
    { webhook: "MessageAdded", early: "2s" },
  ],
];
const WHERE = [
  ["operation", "any", "every operation"],
  ...["messageThreads/add", "messageThreads/getAll", "messages/add", "messages/getAll"].map((name) => [
    "operation",
    name,
    name,
  ]),
  ["webhook", "MessageAdded", "MessageAdded webhooks"],
  ["webhook", "any", "every webhook"],
];
const WHAT = {
  operation: [
    ["status", "answer with a status", "429"],
    ["delay", "wait before the answer", "2s"],
    ["reset", "reset the connection", true],
    ["lose_response", "do it, lose the answer (reset or hang)", "reset"],
    ["truncate", "do it, cut the answer", true],
    ["not_json", "do it, answer no JSON", true],
    ["unknown_field", "do it, answer with unknown fields", true],
  ],
  webhook: [
    ["drop", "never send it", true],
    ["duplicate", "send it so many times", "2"],
    ["reorder", "so many in reverse order", "2"],
    ["delay", "wait before it leaves", "5s"],
    ["wrong_token", "with a wrong token (missing or other)", "other"],
    ["noise", "with foreign events before its own", "SomethingNew"],
    ["split", "so many events a body", "1"],
    ["merge", "wait until so many go in one body", "3"],
    ["early", "before getAll shows the message", "1s"],
  ],
};
const WHEN = [
  ["times", "so often at most"],
  ["nth", "only the one of this number"],
  ["every", "each multiple of"],
  ["probability", "with a chance of 0 to 1"],
  ["after", "so long after it was set"],
  ["until", "until so long after it was set"],
];
const META = new Set(["id", "set", "seen", "hits"]);

const rule = (fault) => Object.fromEntries(Object.entries(fault).filter(([name]) => !META.has(name)));
const inWords = (fault) =>
  Object.entries(rule(fault))
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : value}`)
    .join(" · ");

export function mount(main, desk) {
  const standing = h("section.card", { "aria-labelledby": "standing" });
  const set = async (fault, name) => {
    await api.post(`${desk.path}/faults`, fault);
    desk.readFaults();
    toast(`On: ${name}.`);
  };

  function draw() {
    const { faults } = desk;
    fill(
      standing,
      h(
        "div.row",
        {},
        h(
          "h2.grow",
          { id: "standing" },
          faults.length
            ? plural(faults.length, "fault is on", "faults are on")
            : "Everything works as it should",
        ),
        faults.length > 0 &&
          action(
            "Clear all",
            async () => {
              await api.remove(`${desk.path}/faults`);
              desk.readFaults();
            },
            { kind: "danger" },
          ),
      ),
      faults.length === 0 && h("p.hint", {}, "Take one from the shelf below and watch what your app does."),
      faults.length > 0 &&
        h(
          "ul.picks",
          {},
          faults.map((each) =>
            h(
              "li.row",
              {},
              h("span.badge", { class: each.hits ? "bad" : "warn" }, plural(each.hits, "hit")),
              h("span.grow.mono", {}, inWords(each)),
              h("span.when", {}, `${each.seen} seen, since ${time(each.set)}`),
              action(
                "Clear",
                async () => {
                  await api.remove(`${desk.path}/faults/${encodeURIComponent(each.id)}`);
                  desk.readFaults();
                },
                { kind: "quiet" },
              ),
            ),
          ),
        ),
    );
  }

  const shelf = h(
    "section.card",
    {},
    h("h2", {}, "From the shelf"),
    h(
      "div.grid",
      {},
      PRESETS.map(([name, what, fault]) => {
        const button = action("", () => set(fault, name), { kind: "preset" });
        return (fill(button, h("b", {}, name), h("span", {}, what)), button);
      }),
    ),
  );

  main.append(
    h(
      "div.page",
      {},
      h(
        "div.column",
        {},
        h(
          "div",
          {},
          h("h1", {}, "Faults"),
          h("p.hint", {}, "Real systems fail. Let this one fail now, while you watch."),
        ),
        standing,
        shelf,
        ownRule(set),
      ),
    ),
  );
  const off = desk.on("faults", draw);
  draw();
  return { close: off };
}

/** A rule of one's own: where, what and when, as a form that writes the JSON that is sent. */
function ownRule(set) {
  const where = h(
    "select",
    { onchange: () => whereChanged() },
    WHERE.map(([, , label], place) => h("option", { value: place }, label)),
  );
  const what = h("select", { onchange: () => whatChanged() });
  const value = h("input", { type: "text", oninput: () => write() });
  const retry = h("input", { type: "text", placeholder: "2s", oninput: () => write() });
  const whens = WHEN.map(([name, label]) => [
    name,
    h("input", { type: "text", inputMode: "text", oninput: () => write() }),
    label,
  ]);
  const json = h("textarea.mono", {
    rows: 3,
    spellcheck: false,
    "aria-label": "The fault as JSON, as it is sent",
  });
  const problem = h("div.callout.bad", { hidden: true, role: "alert" });
  const valueField = h("label.field", {}, h("span", {}, "How much"), value);
  const retryField = h("label.field", {}, h("span", {}, "Retry-After"), retry);
  const plain = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

  function write() {
    const [place, name] = WHERE[where.value];
    const fault = { [place]: name };
    const effect = WHAT[place][what.value];
    fault[effect[0]] =
      effect[2] === true
        ? true
        : effect[0] === "noise"
          ? value.value.split(",").map((each) => each.trim())
          : plain(value.value.trim());
    if (effect[0] === "status" && retry.value.trim()) fault.retry_after = retry.value.trim();
    for (const [key, input] of whens) if (input.value.trim()) fault[key] = plain(input.value.trim());
    json.value = JSON.stringify(fault);
    retryField.hidden = effect[0] !== "status";
    valueField.hidden = effect[2] === true;
  }
  function whatChanged() {
    const [, , usual] = WHAT[WHERE[where.value][0]][what.value];
    value.value = usual === true ? "" : usual;
    write();
  }
  function whereChanged() {
    fill(
      what,
      WHAT[WHERE[where.value][0]].map(([, label], place) => h("option", { value: place }, label)),
    );
    whatChanged();
  }
  whereChanged();

  return h(
    "section.card",
    {},
    h("h2", {}, "A rule of your own"),
    h(
      "form",
      {
        class: "card-form",
        onsubmit: async (event) => {
          event.preventDefault();
          problem.hidden = true;
          try {
            await set(JSON.parse(json.value), "your rule");
          } catch (error) {
            problem.hidden = false;
            fill(
              problem,
              error instanceof SyntaxError
                ? `This is no JSON: ${error.message}`
                : `${error.message} ${error.hint ?? ""}`,
            );
            if (error.status === 0) report(error);
          }
        },
      },
      h(
        "div.grid",
        {},
        h("label.field", {}, h("span", {}, "Where"), where),
        h("label.field", {}, h("span", {}, "What"), what),
        valueField,
        retryField,
      ),
      h(
        "details.more",
        {},
        h("summary", {}, "When (empty: always)"),
        h(
          "div.grid",
          {},
          whens.map(([name, input, label]) =>
            h("label.field", {}, h("span", {}, name), input, h("small", {}, label)),
          ),
        ),
      ),
      h("label.field", {}, h("span", {}, "What is sent"), json),
      problem,
      h(
        "div.row",
        {},
        h("button.button.primary", { type: "submit" }, icon("bolt", "small"), "Let it go wrong"),
      ),
    ),
  );
}
