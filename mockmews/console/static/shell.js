// What stands around every view: top bar, rail, and the banners that no view may hide.

import * as api from "./api.js";
import { action, append, dialog, fill, h, icon, report, toast } from "./dom.js";
import { span, time } from "./format.js";
import { unread } from "./keep.js";
import { showKeys } from "./keys.js";
import { askToNotify, canAsk } from "./notify.js";
import { link } from "./router.js";

const ENTRIES = [
  ["inbox", "Inbox", "inbox"],
  ["webhooks", "Webhooks", "webhook"],
  ["log", "API log", "log"],
  ["faults", "Faults", "bolt"],
  ["clock", "Clock", "clock"],
  ["start", "Start", "flag"],
];

export class Shell {
  constructor() {
    this.elsewhere = new Map();
    this.world = h("button.chip.world", {
      type: "button",
      "aria-haspopup": "dialog",
      onclick: () => this.pick(),
    });
    this.clock = h("a.chip", { "aria-label": "Clock" });
    this.live = h("span.chip.live", { role: "status" });
    this.bell = action("", () => this.#ask(), {
      kind: "quiet icon-only",
      symbol: "bell",
      title: "Notify me when a guest writes",
    });
    this.theme = action("", () => this.#turnTheme(), {
      kind: "quiet icon-only",
      symbol: "moon",
      title: "Light or dark",
    });
    this.help = action("", () => showKeys(), {
      kind: "quiet icon-only",
      symbol: "help",
      title: "Keyboard help",
    });
    this.help.classList.add("key-help");
    append(document.getElementById("topbar"), [
      this.world,
      h("span.spacer"),
      this.clock,
      this.live,
      this.bell,
      this.theme,
      this.help,
    ]);
    this.rail = document.getElementById("rail");
    this.banners = document.getElementById("banners");
    this.place = { world: null, view: null };
    this.bell.hidden = !canAsk();
    this.theme.replaceChildren(icon(isDark() ? "sun" : "moon"));
    setInterval(() => this.tick(), 500);
  }

  titleOf(view) {
    return ENTRIES.find(([name]) => name === view)?.[1] ?? "Front desk";
  }

  /** Show another world. */
  take(desk) {
    this.off?.();
    this.desk = desk;
    this.held = 0;
    const offs = [
      desk.on("status", () => this.draw()),
      desk.on("world", () => this.draw()),
      desk.on("faults", () => this.draw()),
      desk.on("clock", () => this.tick()),
      desk.on("conversations", () => this.drawRail()),
      desk.on("elsewhere", (told) => this.#hearElsewhere(told)),
      desk.on("read", () => this.drawRail()),
    ];
    this.elsewhere.delete(desk.id);
    this.off = () => offs.forEach((each) => each());
    this.draw();
  }

  /** Another view of it is shown. */
  at(place) {
    this.place = place;
    this.clock.href = link(place.world, "clock");
    this.drawRail();
  }

  draw() {
    const { desk } = this;
    const name = desk.world?.name ?? "…";
    fill(
      this.world,
      h("b", {}, name),
      this.elsewhere.size > 0 && h("span.count", { title: "News in other hotels" }, this.elsewhere.size),
      icon("down", "small"),
    );
    this.world.setAttribute("aria-label", `Hotel: ${name}. Choose another`);
    const live = desk.status === "live";
    this.live.className = `chip live ${live ? "is-live" : desk.status === "connecting" ? "" : "is-lost"}`;
    fill(
      this.live,
      h("span.dot"),
      h("span.words", {}, live ? "Live" : desk.status === "connecting" ? "Connecting" : "Offline"),
    );
    this.drawRail();
    this.drawBanners();
    this.tick();
  }

  drawRail() {
    const { desk, place } = this;
    if (!desk || !place.world) return;
    const news = [...desk.seen.values()].reduce((sum, each) => sum + unread(each), 0);
    const counts = { inbox: news, faults: desk.faults.length };
    const focused = this.rail.contains(document.activeElement) ? document.activeElement.dataset.view : null;
    fill(
      this.rail,
      ENTRIES.map(([view, label, symbol]) => [
        view === "start" && h("span.gap"),
        h(
          "a",
          {
            href: link(place.world, view),
            data: { view },
            "aria-current": place.view === view ? "page" : undefined,
            title: label,
          },
          icon(symbol),
          h("span.label", {}, label),
          counts[view] > 0 &&
            h(
              "span.count",
              { class: view === "faults" ? "bad" : "" },
              counts[view] > 99 ? "99+" : counts[view],
            ),
        ),
      ]),
    );
    if (focused) this.rail.querySelector(`[data-view="${focused}"]`)?.focus();
    document.title = `${news ? `(${news}) ` : ""}${this.titleOf(place.view)} · mockmews`;
  }

  drawBanners() {
    const { desk } = this;
    const shown = [];
    if (desk.status === "lost") {
      shown.push(
        h(
          "div.banner.bad",
          { role: "alert" },
          h(
            "span.grow",
            {},
            h("b", {}, "The server does not answer. "),
            `Nothing at ${location.origin} listens; start it again (mockmews serve --port ${location.port || 80}). This page goes on by itself, and what you typed is kept.`,
          ),
        ),
      );
    }
    if (desk.faults.length) {
      const hits = desk.faults.reduce((sum, each) => sum + each.hits, 0);
      shown.push(
        h(
          "div.banner",
          {},
          icon("bolt", "small"),
          h(
            "span.grow",
            {},
            h(
              "b",
              {},
              desk.faults.length === 1 ? "A fault is on. " : `${desk.faults.length} faults are on. `,
            ),
            `Things go wrong on purpose; ${["no hit", "one hit"][hits] ?? `${hits} hits`} so far.`,
          ),
          h("a.button", { href: link(desk.id, "faults") }, "Show"),
          action("Clear all", () => api.remove(`${desk.path}/faults`).then(() => desk.readFaults())),
        ),
      );
    }
    if (desk.world?.settings.webhooks === "held") {
      shown.push(
        h(
          "div.banner.info",
          {},
          icon("hold", "small"),
          h(
            "span.grow",
            {},
            h("b", {}, "New webhooks are held. "),
            "Nothing reaches the app until you deliver it.",
          ),
          h("a.button", { href: link(desk.id, "webhooks") }, "Show"),
          action("Let them flow", async () => {
            await api.patch(desk.path, { webhooks: "auto" });
            desk.readWorld();
          }),
        ),
      );
    }
    fill(this.banners, shown);
  }

  tick() {
    const { desk } = this;
    if (desk?.clock) {
      const { rate } = desk.clock;
      const speed = rate === 1 ? "" : rate === 0 ? "frozen" : `×${rate}`;
      const shown = time(desk.now());
      if (this.shown !== shown + speed) {
        this.shown = shown + speed;
        fill(
          this.clock,
          icon("clock", "small"),
          h("span.mono", {}, shown),
          speed && h("span.badge.info", {}, speed),
        );
        this.clock.setAttribute("aria-label", `Clock of this hotel: ${shown} ${speed}`);
      }
    }
    for (const each of document.querySelectorAll("[data-since]")) {
      each.textContent = each.dataset.words.replace("%", span(desk.now() - Number(each.dataset.since)));
    }
    for (const each of document.querySelectorAll("[data-due]")) {
      const left = Number(each.dataset.due) - desk.now();
      each.textContent = each.dataset.words.replace("%", left > 0 ? `in ${span(left)}` : "now");
    }
  }

  /** Choose another world. */
  async pick() {
    const { integrations } = await api.get("/activity").catch((error) => (report(error), {}));
    if (!integrations) return;
    const list = h("div", { role: "list" });
    const search = h("input", {
      type: "search",
      placeholder: "Search hotels",
      "aria-label": "Search hotels",
      oninput: () => draw(),
    });
    const draw = () =>
      fill(
        list,
        integrations
          .filter((each) => each.name.toLowerCase().includes(search.value.toLowerCase()))
          .slice(0, 200)
          .map((each) =>
            h(
              "div",
              { role: "listitem" },
              h(
                "a.pick",
                {
                  href: link(each.integration_id, each.threads ? "inbox" : "start"),
                  onclick: () => close(),
                  "aria-current": each.integration_id === this.desk.id ? "true" : undefined,
                },
                h(
                  "span.grow",
                  {},
                  h("div.clip", {}, each.name),
                  h(
                    "div.when",
                    {},
                    each.threads
                      ? `${each.open_threads} open of ${each.threads} threads`
                      : "nobody has written yet",
                  ),
                ),
                this.elsewhere.has(each.integration_id) && h("span.count", {}, "new"),
              ),
            ),
          ),
      );
    draw();
    const close = dialog("Hotels on this server", [
      integrations.length > 8 && search,
      list,
      h(
        "p.hint",
        {},
        "Each pair of tokens is a hotel of its own, apart from all others. POST /integrations makes more.",
      ),
    ]);
  }

  #hearElsewhere(told) {
    if (told.kind !== "message") return this.desk.emit("stray", told);
    if (told.sender !== "Application") return;
    const first = !this.elsewhere.has(told.integration_id);
    this.elsewhere.set(told.integration_id, told.guest);
    this.draw();
    if (first) {
      toast(`${told.guest} writes to another hotel.`, {
        then: { label: "Open", go: () => (location.hash = link(told.integration_id, "inbox")) },
      });
    }
  }

  async #ask() {
    await askToNotify();
    this.bell.hidden = !canAsk();
  }

  #turnTheme() {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("mockmews.theme", theme);
    this.theme.replaceChildren(icon(isDark() ? "sun" : "moon"));
  }
}

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
