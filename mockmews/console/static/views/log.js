// The API log: what the app asked, what it was answered, and the hint that only a mock can give.

import * as api from "../api.js";
import { action, append, code, copy, download, fill, h, icon, report } from "../dom.js";
import { firstLine, milliseconds, plural, pretty, time } from "../format.js";
import { curl } from "../curl.js";
import { Line } from "../line.js";
import { link } from "../router.js";
import { Panes, mounting, nothing, tab } from "./panes.js";

const KINDS = [
  ["", "All"],
  ["ok", "2xx"],
  ["failed", "Failed"],
  ["hint", "With a hint"],
  ["stray", "Of no hotel"],
];
const OPERATIONS = ["messageThreads/add", "messageThreads/getAll", "messages/add", "messages/getAll"];
const STRAY = "stray-"; // before the number of an entry of the server's own journal

class Log extends Panes {
  constructor(main, desk) {
    const search = h("input", {
      type: "search",
      placeholder: "Search path, hint, status",
      "aria-label": "Search path, hint, status",
      oninput: () => this.draw(),
    });
    const operation = h(
      "select",
      { "aria-label": "Operation", onchange: () => this.draw() },
      h("option", { value: "" }, "Every operation"),
      OPERATIONS.map((each) => h("option", { value: each }, each)),
    );
    const note = h("p.hint");
    super(main, {
      names: { list: "API log", rows: "Requests", item: "Request" },
      tabs: "Which requests",
      key: (each) => each.key,
      row: (each, current) => row(desk, each, current),
      more: () => this.kind !== "stray" && desk.requests?.length && desk.moreRequests().catch(report),
      head: (tabs) => [
        h(
          "div.row",
          {},
          h("h1.grow", {}, "API log"),
          action("HAR", () => this.#har(), {
            symbol: "save",
            kind: "quiet",
            title: "Download everything as a HAR file",
          }),
        ),
        h("div.row", {}, h("div.search.grow", {}, icon("search"), search), h("div.operation", {}, operation)),
        tabs,
        note,
      ],
    });
    Object.assign(this, { desk, search, operation, note, kind: "", stray: [] });
    this.readStray = new Line().gathered(() => this.#readStray(), 0);
    this.offs = [
      desk.on("requests", () => this.draw()),
      desk.on("stray", () => this.readStray()),
      desk.on("reloaded", () => this.#begin()),
    ];
    this.#begin();
  }

  #begin() {
    this.desk
      .readRequests()
      .then(() => this.draw())
      .catch((error) => error.status && report(error));
    this.readStray();
  }

  async #readStray() {
    this.stray = (await api.get("/journal?newest=1000&brief=true")).entries;
    this.draw();
  }

  #fitting() {
    const search = this.search.value.trim().toLowerCase();
    const all = this.kind === "stray" ? this.stray : (this.desk.requests ?? []);
    const found = [];
    for (let place = all.length - 1; place >= 0; place -= 1) {
      const each = all[place];
      if (this.kind === "ok" && !(each.status >= 200 && each.status < 300)) continue;
      if (this.kind === "failed" && each.status >= 200 && each.status < 300) continue;
      if (this.kind === "hint" && !each.hint) continue;
      if (this.operation.value && each.operation !== this.operation.value) continue;
      if (
        search &&
        !`${each.method} ${each.path} ${each.status} ${each.hint ?? ""} ${each.request_id ?? ""}`
          .toLowerCase()
          .includes(search)
      )
        continue;
      found.push({ ...each, key: this.kind === "stray" ? `${STRAY}${each.number}` : String(each.number) });
    }
    return found;
  }

  draw() {
    fill(
      this.tabs,
      KINDS.map(([kind, label]) =>
        tab(label, {
          pressed: this.kind === kind,
          choose: () => {
            this.kind = kind;
            this.draw();
          },
          count: kind === "stray" && this.stray.length ? this.stray.length : undefined,
        }),
      ),
    );
    this.showRows(this.#fitting(), () => nothing("log", "Nothing here", h("p", {}, this.#why())));
    const { dropped } = this.desk;
    this.note.hidden = !dropped;
    this.note.textContent = dropped
      ? `The journal was full: ${dropped.toLocaleString("en")} of its oldest entries are gone. The setting journal_limit lets it keep more.`
      : "";
  }

  #why() {
    if (this.kind === "stray") return "Requests with unknown tokens or wrong paths stand here.";
    return this.desk.requests?.length ? "No request fits this filter." : "No app has called this hotel yet.";
  }

  async #har() {
    const har = await api.get(`${this.desk.path}/har${api.query({ url: location.origin })}`);
    download("mockmews.har", JSON.stringify(har, null, 2), "application/json");
  }

  // One request

  invitation() {
    const what =
      "Choose a request to see it whole, with the answer and, where it was refused, what to change.";
    return nothing("log", "What your app asked", h("p", {}, what));
  }

  address(id) {
    return id.startsWith(STRAY)
      ? `/journal/${id.slice(STRAY.length)}`
      : `${this.desk.path}/journal/${encodeURIComponent(id)}`;
  }

  gone(error) {
    return nothing("log", "This entry is not here any more", h("p", {}, error.hint));
  }

  page(each) {
    return h(
      "div.page",
      {},
      h(
        "div.column",
        {},
        h(
          "div.row",
          {},
          h(
            "a.button.quiet.icon-only.back",
            { href: link(this.desk.id, "log"), "aria-label": "Back to the log" },
            icon("back"),
          ),
          h("h1.grow", {}, each.operation ?? (each.path ? `${each.method} ${each.path}` : each.kind)),
          each.kind === "request" && badge(each),
        ),
        each.kind === "request" &&
          h(
            "div.row",
            {},
            action("Copy as curl", () => copy(curl(each, this.desk.world), "The command is copied"), {
              symbol: "copy",
            }),
            each.path &&
              h("span.hint.mono", {}, `${each.method} ${each.path}${each.query ? `?${each.query}` : ""}`),
          ),
        each.hint && h("div.callout.warn", {}, h("b", {}, "What went wrong"), each.hint),
        h(
          "dl.facts",
          {},
          [
            ["At", each.at],
            ["Took", milliseconds(each.milliseconds)],
            ["Request-Id", each.request_id],
            ["Entry", each.number],
          ]
            .filter(([, value]) => value)
            .map(([name, value]) => [h("dt", {}, name), h("dd.mono", {}, value)]),
        ),
        body("Request", each.request, each.request_headers),
        body("Response", each.response, each.response_headers),
      ),
    );
  }
}

export const mount = mounting(Log);

/** A body with its headers. */
function body(title, kept, pairs) {
  if (!kept && !pairs) return null;
  const text =
    kept?.json !== null && kept?.json !== undefined
      ? JSON.stringify(kept.json, null, 2)
      : (kept?.text ?? kept?.base64 ?? "");
  return h(
    "section.card.slim",
    {},
    h("h2", {}, title),
    pairs &&
      h(
        "details.more",
        {},
        h("summary", {}, `${pairs.length} headers`),
        h("pre.code", {}, pairs.map(([name, value]) => `${name}: ${value}`).join("\n")),
      ),
    text ? code(pretty(text), { language: `${title} body` }) : h("p.hint", {}, "no body"),
    kept?.length && h("p.hint", {}, `Cut: ${kept.length.toLocaleString("en")} bytes in all.`),
  );
}

function badge(each) {
  if (each.milliseconds === undefined) return h("span.badge.info", {}, "under way");
  const status = each.status ?? "lost";
  const kind = status >= 200 && status < 300 ? "good" : status === 429 ? "warn" : "bad";
  return h("span.badge", { class: kind }, status);
}

function row(desk, each, current) {
  return append(
    h("a.line-item", { href: link(desk.id, "log", each.key), "aria-current": current ? "true" : undefined }),
    [
      h(
        "span.top",
        {},
        badge(each),
        h("span.clip", {}, each.operation ?? `${each.method} ${each.path}`),
        h("span.when", {}, milliseconds(each.milliseconds)),
        h("span.when", { title: each.at }, time(each.at)),
      ),
      h(
        "span.bottom",
        {},
        h(
          "span.clip",
          {},
          each.hint ??
            (each.returned
              ? plural(each.returned.length, "message")
              : firstLine(desk.about.get(each.number) ?? each.path)),
        ),
      ),
    ],
  );
}
