// One delivery: what happened to it, what was sent and answered, and what can be done about it.

import * as api from "../api.js";
import { action, code, h, icon } from "../dom.js";
import { plural, pretty } from "../format.js";
import { link } from "../router.js";
import { steps } from "./trail.js";

const MOST_THREADS = 5; // that one body leads to
const KINDS = { held: "warn", scheduled: "info", delivered: "good", discarded: "bad", cancelled: "" };

/** How a delivery stands, in one coloured word. */
export const badge = (each) => h("span.badge", { class: KINDS[each.state] }, each.state);

/** What a delivery tells of. */
export function named(each) {
  const names = [...new Set(each.events.map((event) => event.discriminator))];
  if (!names.length) return "Integration webhook";
  const more = names.length > 2 ? " …" : "";
  const count = each.events.length > 1 ? ` × ${each.events.length}` : "";
  return `${names.slice(0, 2).join(", ")}${more}${count}`;
}

/** The page of a delivery; `again` reads it anew after something was done. */
export function deliveryPage(desk, each, again) {
  return h(
    "div.page",
    {},
    h(
      "div.column",
      {},
      h("div.row", {}, backLink(desk), h("h1.grow", {}, named(each)), badge(each)),
      h("div.row", {}, actions(desk, each, again)),
      happened(desk, each),
      sent(each),
      each.attempts.length > 0 && answers(each),
      facts(each),
    ),
  );
}

function backLink(desk) {
  const told = { href: link(desk.id, "webhooks"), "aria-label": "Back to the webhooks" };
  return h("a.button.quiet.icon-only.back", told, icon("back"));
}

function actions(desk, each, again) {
  const go = async (...steps) => {
    for (const step of steps) await api.post(`${desk.path}/deliveries/${each.id}/${step}`);
    await again();
  };
  const ended = !["held", "scheduled"].includes(each.state);
  const first = ended ? "resend" : "deliver";
  return [
    action(ended ? "Send again" : "Deliver now", () => go(first), { kind: "primary" }),
    action("Send twice", () => go(first, "resend"), { title: "The same body two times: is it shown once?" }),
    each.state === "scheduled" && action("Hold", () => go("hold")),
    !ended && action("Cancel", () => go("cancel"), { kind: "danger" }),
  ];
}

function happened(desk, each) {
  const count = each.events.filter((event) => event.discriminator === "MessageAdded").length;
  const threads = threadsOf(each.body);
  return h(
    "section.card.slim",
    {},
    h("h2", {}, "What happened"),
    h("ol.timeline", {}, steps(desk, each, { linked: false })),
    count > 0 &&
      h(
        "p.hint",
        {},
        `About ${plural(count, "message")}`,
        threads.map((thread) => [
          ": ",
          h("a", { href: link(desk.id, "inbox", thread) }, "open the conversation"),
        ]),
      ),
  );
}

/** The threads of the messages that a body carries. */
function threadsOf(body) {
  try {
    const messages = JSON.parse(body).Entities?.Messages ?? [];
    return [...new Set(messages.map((each) => each.MessageThreadId))].slice(0, MOST_THREADS);
  } catch {
    return [];
  }
}

function sent(each) {
  if (!each.body) return h("p.hint", {}, "The body is fixed when the first attempt begins.");
  const last = each.attempts.at(-1);
  return h(
    "section.card.slim",
    {},
    h("h2", {}, "Request"),
    last && h("p.hint.mono", {}, `POST ${last.url}`),
    last && Object.entries(last.headers).map(([name, value]) => h("p.hint.mono", {}, `${name}: ${value}`)),
    code(pretty(each.body), { language: "Request body" }),
  );
}

function answers(each) {
  const answer = (attempt) => {
    const hops = attempt.hops > 0 && `, redirected ${plural(attempt.hops, "time")}`;
    return h(
      "div",
      {},
      h("p.hint", {}, h("b", {}, `Attempt ${attempt.number}: `), attempt.status ?? attempt.error, hops),
      attempt.response
        ? code(pretty(attempt.response), { language: `Answer ${attempt.number}` })
        : attempt.status && h("p.hint", {}, "with an empty body"),
      attempt.response_headers.map(([name, value]) => h("p.hint.mono", {}, `${name}: ${value}`)),
    );
  };
  return h("section.card.slim", {}, h("h2", {}, "Answers"), each.attempts.map(answer));
}

function facts(each) {
  const told = [
    ["Delivery", each.id],
    ["Enterprise", each.enterprise_id],
    ["Integration", each.integration_id],
    ["Created", each.created],
  ];
  return h(
    "dl.facts",
    {},
    told.map(([name, value]) => [h("dt", {}, name), h("dd.mono", {}, value)]),
  );
}
