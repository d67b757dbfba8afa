// The clock of this hotel: its rate, what falls due next, and the way there without waiting.

import * as api from "../api.js";
import { action, fill, h, toast } from "../dom.js";
import { firstLine, longDay, plural, time } from "../format.js";
import { Line } from "../line.js";
import { link } from "../router.js";

const RATES = [
  [0, "Frozen"],
  [1, "Real time"],
  [60, "×60: a minute a second"],
  [600, "×600"],
];
const STEPS = ["10s", "1m", "5m", "1h", "24h"];
const MOST_DUE = 50;

export function mount(main, desk) {
  const face = h("p.big-clock", { "aria-live": "off" });
  const day = h("p.hint");
  const rates = h("div.row");
  const due = h("ol.picks");
  const by = h("input", { type: "text", placeholder: "90s, 2m, 1h30m", "aria-label": "How far" });
  const said = h("p.hint", { role: "status" });
  const own = h("input", {
    type: "number",
    min: 0,
    max: 100000,
    step: "any",
    "aria-label": "Rate of your own",
  });
  const readDue = new Line().gathered(loadDue, 0);
  let deliveries = [];
  let drawn = null;

  async function advance(body) {
    said.textContent = "Moving on, and waiting for the app at each due moment …";
    try {
      const answer = await api.post(`${desk.path}/clock/advance`, body);
      desk.setClock(answer);
      const ran = answer.ran.map((each) => each.kind);
      said.textContent = ran.length
        ? `Done: ${plural(ran.length, "thing")} fell due (${[...new Set(ran)].join(", ")}).`
        : "Done; nothing fell due.";
    } catch (error) {
      said.textContent = "";
      throw error;
    }
  }

  async function setRate(rate) {
    desk.setClock(await api.patch(`${desk.path}/clock`, { rate }));
    toast(
      rate === 0
        ? "The clock stands still."
        : rate === 1
          ? "The clock runs as yours does."
          : `The clock runs ${rate} times as fast.`,
    );
  }

  function draw() {
    const { clock } = desk;
    if (!clock) return;
    if (drawn === clock.rate) return tick(); // else a rate that is being typed would be lost
    drawn = clock.rate;
    own.value = clock.rate;
    fill(
      rates,
      RATES.map(([rate, label]) =>
        h(
          "button.tab",
          {
            type: "button",
            "aria-pressed": String(clock.rate === rate),
            onclick: () => setRate(rate).catch(fail),
          },
          label,
        ),
      ),
      h("span.rate", {}, own),
      action("Set rate", () => setRate(Number(own.value))),
    );
    tick();
  }

  function fail(error) {
    toast(`${error.message} ${error.hint ?? ""}`, { bad: true });
  }

  function drawDue() {
    const names = new Map(desk.conversations.map((each) => [each.id, each.original_sender]));
    const all = [
      ...desk.planned.map((each) => ({
        at: each.due,
        what: `Reply to ${names.get(each.thread_id) ?? "a guest"}: ${firstLine(each.texts.join(" "))}`,
        href: link(desk.id, "inbox", each.thread_id),
      })),
      ...deliveries.map((each) => ({
        at: each.next_attempt,
        what: each.attempts.length
          ? `Retry of a webhook (attempt ${each.attempts.length + 1})`
          : "Webhook to the app",
        href: link(desk.id, "webhooks", each.id),
      })),
    ]
      .filter((each) => each.at)
      .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
    fill(
      due,
      all.slice(0, MOST_DUE).map((each) =>
        h(
          "li.row",
          {},
          h("span.badge.info", { data: { due: Date.parse(each.at), words: "%" } }, "…"),
          h("a.grow.clip", { href: each.href }, each.what),
          h("span.when.mono", {}, time(each.at)),
          action("Run up to this", () => advance({ to: each.at }), { kind: "quiet" }),
        ),
      ),
      !all.length &&
        h(
          "li.hint",
          {},
          "Nothing is due. What is planned, such as a reply for later or a retry, stands here.",
        ),
    );
  }

  async function loadDue() {
    deliveries = (await api.get(`${desk.path}/deliveries?state=scheduled&limit=${MOST_DUE}&brief=true`))
      .deliveries;
    drawDue();
  }

  function tick() {
    const now = desk.now();
    const shown = time(now);
    if (face.textContent !== shown) face.textContent = shown;
    day.textContent = `${longDay(now)} · ${desk.clock?.rate === 0 ? "standing still" : desk.clock?.rate === 1 ? "running as yours does" : `running ×${desk.clock?.rate ?? 1}`}`;
  }

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
          h("h1", {}, "Clock"),
          h(
            "p.hint",
            {},
            "Everything that Mews decides runs on it: lag, replies for later, retries, the rate limit. What your app feels stays real.",
          ),
        ),
        h("section.card", {}, face, day, rates),
        h(
          "section.card",
          {},
          h("h2", {}, "Advance"),
          h(
            "div.row",
            {},
            STEPS.map((step) => action(`+ ${step}`, () => advance({ by: step }))),
          ),
          h(
            "form",
            {
              class: "row tight short",
              onsubmit: (event) => (event.preventDefault(), advance({ by: by.value.trim() }).catch(fail)),
            },
            by,
            h("button.button.primary", { type: "submit" }, "Advance"),
          ),
          said,
        ),
        h("section.card", {}, h("h2", {}, "Due next"), due),
      ),
    ),
  );
  const offs = [
    desk.on("clock", draw),
    desk.on("planned", drawDue),
    desk.on("conversations", drawDue),
    desk.on("deliveries", readDue),
    desk.on("reloaded", readDue),
  ];
  const timer = setInterval(tick, 250);
  draw();
  drawDue();
  readDue();
  return {
    close() {
      clearInterval(timer);
      offs.forEach((off) => off());
    },
  };
}
