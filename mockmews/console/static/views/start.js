// The first run: where the server is, which tokens, what to type, where webhooks go, and whether they arrive.

import * as api from "../api.js";
import { action, code, copy, fill, h, report, toast } from "../dom.js";
import { milliseconds } from "../format.js";
import { choice, choose } from "../keep.js";
import { link } from "../router.js";
import { snippets } from "../snippets.js";

const EVENTS = [
  "ServiceOrderUpdated",
  "ResourceUpdated",
  "MessageAdded",
  "ResourceBlockUpdated",
  "CustomerAdded",
  "CustomerUpdated",
  "PaymentUpdated",
];
const EXAMPLE = "http://127.0.0.1:3000/hooks?Token=${webhook_token}";

export function mount(main, desk) {
  const body = h("div.column");
  main.append(h("div.page", {}, body));
  const arrived = h("div.news", { role: "status" });
  const strayed = h("div.news", { role: "status" });
  let drawn = false;

  function draw() {
    if (!desk.world || drawn) return;
    drawn = true;
    fill(
      body,
      h(
        "div",
        {},
        h("h1", {}, "Your hotel is open"),
        h(
          "p.hint",
          {},
          "Three steps until a guest's message is on this screen, and your answer in their app.",
        ),
      ),
      arrived,
      strayed,
      address(desk),
      typed(desk),
      hooks(desk),
      reset(desk),
    );
  }

  const offs = [
    desk.on("world", draw),
    desk.on("message", (message) => {
      if (message.sender !== "Application") return;
      fill(
        arrived,
        h(
          "div.callout.good",
          {},
          h("b", {}, "A guest has written"),
          h(
            "span",
            {},
            h("bdi", {}, message.guest.slice(0, 80)),
            ": ",
            h("bdi", {}, message.text.slice(0, 160)),
          ),
          h(
            "div.row",
            {},
            h("a.button.primary", { href: link(desk.id, "inbox", message.message_thread_id) }, "Answer"),
          ),
        ),
      );
    }),
    desk.on("stray", () =>
      fill(
        strayed,
        h(
          "div.callout.warn",
          {},
          h("b", {}, "A request came that belongs to no hotel"),
          h("span", {}, "Its tokens are unknown here, or its path is wrong. "),
          h("a", { href: link(desk.id, "log") }, "See “Of no hotel” in the API log"),
          ".",
        ),
      ),
    ),
  ];
  draw();
  return { close: () => offs.forEach((off) => off()) };
}

function step(number, title, ...children) {
  return h(
    "section.card",
    {},
    h("div.row.tight", {}, h("span.step", { "aria-hidden": "true" }, number), h("h2", {}, title)),
    children,
  );
}

function token(name, value) {
  return [
    h("dt", {}, name),
    h(
      "dd.token",
      {},
      h("code", {}, value),
      action("", () => copy(value, `${name} copied`), {
        kind: "quiet icon-only",
        symbol: "copy",
        title: `Copy ${name}`,
      }),
    ),
  ];
}

function address(desk) {
  const { world } = desk;
  return step(
    1,
    "Point your app here",
    h("p", {}, "Change the platform address, and use these tokens. Nothing else changes."),
    h(
      "dl.facts.tokens",
      {},
      token("Platform address", location.origin),
      token("ClientToken", world.client_token),
      world.access_tokens.map((each, place) =>
        token(
          each.portfolio ? "Portfolio AccessToken" : place ? `AccessToken ${place + 1}` : "AccessToken",
          each.access_token,
        ),
      ),
      token("Webhook token", world.webhook_token),
    ),
  );
}

function typed(desk) {
  const texts = snippets({ url: location.origin, ...desk.world });
  const tabs = h("div.tabs", { role: "group", "aria-label": "Language" });
  const shown = h("div");
  function draw(language) {
    choose("language", language);
    fill(
      tabs,
      Object.keys(texts).map((each) =>
        h(
          "button.tab",
          { type: "button", "aria-pressed": String(each === language), onclick: () => draw(each) },
          each,
        ),
      ),
    );
    fill(shown, code(texts[language], { language }));
  }
  const known = choice("language", "curl");
  draw(known in texts ? known : "curl");
  return step(
    2,
    "Or let a guest write, by hand",
    h("p", {}, "Paste this where you work; Penelope appears here."),
    tabs,
    shown,
  );
}

function hooks(desk) {
  const input = h("input", {
    type: "url",
    placeholder: EXAMPLE,
    value: "",
    "aria-label": "Webhook URL",
    "aria-describedby": "hook-hint",
  });
  const now = h("p.hint", { id: "hook-hint" });
  const problem = h("p.callout.bad", { hidden: true, role: "alert" });
  const told = h("div", { role: "status" });
  const kind = h(
    "select",
    { "aria-label": "Which event" },
    EVENTS.map((each) => h("option", { value: each }, each)),
  );
  const draw = () => {
    const url = desk.world.webhook_url;
    now.textContent = url
      ? `Webhooks go to ${url}`
      : "No URL is set, so your app is told nothing. ${webhook_token} is filled with the token above.";
  };
  const test = action(
    "Send a test event",
    async () => {
      if (!desk.world.webhook_url) throw { message: "Set a webhook URL first.", hint: "" };
      fill(told, h("p.hint", {}, "Sending …"));
      const sent = await api.post(`${desk.path}/events`, { discriminator: kind.value });
      fill(told, outcome(desk, await settled(desk, sent)));
    },
    { onError: (error) => (fill(told), report(error)) },
  );
  draw();
  return step(
    3,
    "Hear about answers",
    h("p", {}, "Where your app listens for MessageAdded webhooks."),
    h(
      "form",
      {
        class: "row tight",
        onsubmit: async (event) => {
          event.preventDefault();
          problem.hidden = true;
          try {
            desk.world = await api.patch(desk.path, { webhook_url: input.value.trim() || null });
            desk.emit("world");
            draw();
            toast("Saved.");
          } catch (error) {
            problem.hidden = false;
            problem.textContent = `${error.message} ${error.hint}`;
          }
        },
      },
      input,
      h("button.button.primary", { type: "submit" }, "Save"),
    ),
    now,
    problem,
    h("div.row", {}, h("div", {}, kind), test),
    told,
  );
}

/** The delivery once it was attempted, or as it stands after ten seconds. */
async function settled(desk, sent) {
  const over = performance.now() + 10_000;
  for (;;) {
    const found = await api.get(`${desk.path}/deliveries/${sent.id}`);
    if (found.attempts.length || found.state !== "scheduled" || performance.now() > over) return found;
    await new Promise((done) => setTimeout(done, 120));
  }
}

function outcome(desk, delivery) {
  const last = delivery.attempts.at(-1);
  const good = delivery.state === "delivered";
  const words = !last
    ? `It is ${delivery.state}; it goes out when its time has come.`
    : last.status
      ? `Your app answered ${last.status} in ${milliseconds(last.milliseconds)}.`
      : `No answer: ${last.error}`;
  return h(
    "div.callout",
    { class: good ? "good" : last ? "bad" : "" },
    h("span", {}, words, " ", h("a", { href: link(desk.id, "webhooks", delivery.id) }, "See the delivery")),
  );
}

function reset(desk) {
  return h(
    "details.more",
    {},
    h("summary", {}, "Begin anew"),
    h(
      "div.row",
      {},
      h(
        "p.hint.grow",
        {},
        "Forgets all threads, messages, deliveries, faults and the journal of this hotel. Tokens and settings stay.",
      ),
      action(
        "Reset this hotel",
        async () => {
          await api.post(`${desk.path}/reset`);
          await desk.load();
          toast("Reset.");
        },
        { kind: "danger" },
      ),
    ),
  );
}
