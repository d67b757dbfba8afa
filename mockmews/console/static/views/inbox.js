// The inbox: conversations, newest activity first, and beside them the one that is open.

import * as api from "../api.js";
import { append, fill, h, icon, report } from "../dom.js";
import { firstLine, initials, plural, when } from "../format.js";
import { markRead, onRead, unread } from "../keep.js";
import { link } from "../router.js";
import { VirtualList } from "../virtual_list.js";
import { Conversation } from "./conversation.js";
import { tab } from "./panes.js";

const ROW = 76; // pixels
const STATES = [
  ["open", "Open"],
  ["resolved", "Resolved"],
  ["all", "All"],
];
const PAUSE = 200; // milliseconds after the last key before a search

export function mount(main, desk, item) {
  const split = h("div.split", { data: { open: "false" } });
  const tabs = h("div.tabs", { role: "group", "aria-label": "Which conversations" });
  const search = h("input", {
    type: "search",
    value: desk.filter.search,
    placeholder: "Search guests and texts",
    "aria-label": "Search guests and texts",
  });
  const nothing = h("div.empty", { hidden: true });
  const autopilot = h("div.autopilot");
  const list = new VirtualList({
    height: ROW,
    label: "Conversations",
    key: (each) => each.id,
    render: (each) => row(desk, each, each.id === open?.id),
    more: () => desk.moreConversations().catch(report),
  });
  const detail = h("section.pane.detail", { "aria-label": "Conversation" });
  append(split, [
    h(
      "section.pane.list",
      { "aria-label": "Inbox" },
      h(
        "div.pane-head",
        {},
        h("div.row", {}, h("h1.grow", {}, "Inbox"), tabs),
        h("div.search", {}, icon("search"), search),
      ),
      nothing,
      list.element,
      autopilot,
    ),
    detail,
  ]);
  main.append(split);
  let open = null;
  let timer = null;

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => filter({ search: search.value.trim() }), PAUSE);
  });

  function filter(changes) {
    desk.filter = { ...desk.filter, ...changes };
    desk.conversations = [];
    desk.readConversations().catch(report);
    drawTabs();
  }

  function drawTabs() {
    fill(
      tabs,
      STATES.map(([state, label]) =>
        tab(label, { pressed: desk.filter.state === state, choose: () => filter({ state }) }),
      ),
    );
  }

  function draw() {
    const seen = open && desk.seen.get(open.id);
    if (seen && document.visibilityState === "visible" && markRead(seen)) desk.emit("read");
    list.show(desk.conversations);
    const empty = desk.conversations.length === 0 && desk.status !== "connecting";
    nothing.hidden = !empty;
    list.element.hidden = empty;
    if (empty) {
      fill(
        nothing,
        icon("inbox"),
        h(
          "h2",
          {},
          desk.filter.search
            ? "Nobody said that"
            : desk.filter.state === "resolved"
              ? "Nothing resolved yet"
              : "No guest is waiting",
        ),
        h(
          "p",
          {},
          desk.filter.search
            ? "No guest, subject or message has this text."
            : "A conversation begins when your app opens a thread for a guest.",
        ),
        !desk.filter.search && h("a.button", { href: link(desk.id, "start") }, "How to begin"),
      );
    }
  }

  function drawAutopilot() {
    const rules = desk.world?.reply_rules ?? [];
    const kept = JSON.parse(sessionStorage.getItem(`mockmews.rules.${desk.id}`) ?? "null");
    autopilot.hidden = !rules.length && !kept;
    const box = h("input", {
      type: "checkbox",
      role: "switch",
      checked: rules.length > 0,
      onchange: async () => {
        try {
          if (rules.length) sessionStorage.setItem(`mockmews.rules.${desk.id}`, JSON.stringify(rules));
          await api.put(`${desk.path}/reply_rules`, { reply_rules: rules.length ? [] : kept });
          desk.readWorld();
        } catch (error) {
          box.checked = rules.length > 0;
          report(error);
        }
      },
    });
    fill(
      autopilot,
      h("label.switch", {}, box, "Automatic answers"),
      h(
        "span.hint",
        {},
        rules.length ? `${plural(rules.length, "rule")} may answer before you` : "Only you answer",
      ),
    );
  }

  function show(id) {
    if (open?.id === id) return;
    open?.close();
    open = null;
    split.dataset.open = String(Boolean(id));
    if (id) open = new Conversation(detail, desk, id);
    else {
      fill(
        detail,
        h(
          "div.empty",
          {},
          icon("inbox"),
          h("h2", {}, "You are the front desk"),
          h(
            "p",
            {},
            "Choose a conversation to read it, answer it, and see how each answer travels to the app.",
          ),
        ),
      );
    }
    draw();
  }

  const offs = [
    desk.on("conversations", draw),
    desk.on("world", drawAutopilot),
    desk.on("status", draw),
    desk.on("read", draw),
    onRead(() => desk.emit("read")),
  ];
  const seenAgain = () => document.visibilityState === "visible" && draw();
  document.addEventListener("visibilitychange", seenAgain);
  drawTabs();
  drawAutopilot();
  show(item);
  return {
    show,
    close() {
      offs.forEach((off) => off());
      document.removeEventListener("visibilitychange", seenAgain);
      open?.close();
    },
  };
}

function row(desk, each, current) {
  const news = unread(each);
  const last = each.last_message;
  const said = last ? `${last.sender === "Enterprise" ? "You: " : ""}${firstLine(last.text)}` : each.subject;
  return h(
    "a.line-item.thread",
    {
      href: link(desk.id, "inbox", each.id),
      class: news ? "is-unread" : "",
      "aria-current": current ? "true" : undefined,
    },
    h("span.avatar", { "aria-hidden": "true" }, initials(each.original_sender)),
    h(
      "span.lines",
      {},
      h(
        "span.top",
        {},
        h("bdi.clip.name", {}, firstLine(each.original_sender)),
        each.is_resolved && h("span.badge.good", {}, "resolved"),
        h("span.when", {}, when(last?.created_utc ?? each.created_utc, desk.now())),
      ),
      h(
        "span.bottom",
        {},
        h("bdi.clip", {}, said),
        each.waiting_since &&
          h("span.when.wait", { data: { since: Date.parse(each.waiting_since), words: "waits %" } }),
        news > 0 && h("span.count", { "aria-label": `${news} unread` }, news),
      ),
    ),
  );
}
