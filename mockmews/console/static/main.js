// The page: finds its world in the address, opens its desk, and mounts the view that is asked for.

import * as api from "./api.js";
import { Desk } from "./desk.js";
import { action, dialog, fill, h, icon, report } from "./dom.js";
import { choice, choose } from "./keep.js";
import { listenForKeys } from "./keys.js";
import { watchGuests } from "./notify.js";
import { go, here, link } from "./router.js";
import { Shell } from "./shell.js";

const LOADERS = {
  inbox: () => import("./views/inbox.js"),
  webhooks: () => import("./views/webhooks.js"),
  log: () => import("./views/log.js"),
  faults: () => import("./views/faults.js"),
  clock: () => import("./views/clock.js"),
  start: () => import("./views/start.js"),
};
const RETRY = 1500; // milliseconds

const main = document.getElementById("main");
const shell = new Shell();
let desk = null;
let view = null;
let mounting = 0;

api.askFor.token = (wrong) =>
  new Promise((done) => {
    const input = h("input", {
      type: "password",
      autocomplete: "off",
      required: true,
      "aria-invalid": wrong ? "true" : undefined,
    });
    let given = "";
    const form = h(
      "form",
      {
        class: "field",
        onsubmit: (event) => {
          event.preventDefault();
          given = input.value;
          if (given.trim()) close();
        },
      },
      h("label.field", {}, h("span", {}, "Admin token"), input),
      wrong &&
        h(
          "p.callout.bad",
          { role: "alert" },
          "That token was refused. Look at the banner of the server once more.",
        ),
      h(
        "p.hint",
        {},
        "mockmews printed it when it started, and takes it by --admin-token. It is kept for this tab only.",
      ),
      h("button.button.primary", { type: "submit" }, "Open the console"),
    );
    const close = dialog("This server wants its admin token", [form], {
      onclose: async () => done(given || (await api.askFor.token(false))),
    });
    input.focus();
  });

async function route() {
  const place = here();
  const turn = (mounting += 1);
  try {
    if (!place.world) return await chooseWorld();
    if (desk?.id !== place.world) openDesk(place.world);
    if (!place.view) return go(link(place.world, await firstView(place.world)), { replace: true });
    shell.at(place);
    desk.readWorld();
    if (view?.name === place.view && view.desk === desk) return view.show?.(place.item);
    const { mount } = await LOADERS[place.view]();
    if (turn !== mounting) return;
    if (desk.status === "gone") return gone();
    view?.close?.();
    main.replaceChildren();
    view = { name: place.view, desk, ...mount(main, desk, place.item) };
    main.dataset.view = place.view;
  } catch (error) {
    if (error.status !== undefined && error.status !== 0) return report(error);
    fill(
      main,
      h(
        "div.empty",
        {},
        icon("webhook"),
        h("h2", {}, "The server does not answer"),
        h("p", {}, "Start it again, for example with `mockmews serve`; this page goes on by itself."),
      ),
    );
    view = null;
    delete main.dataset.view;
    setTimeout(() => turn === mounting && route(), RETRY);
  }
}

async function chooseWorld() {
  const { integrations } = await api.get("/activity");
  const lively = integrations.find((each) => each.threads);
  const known = integrations.find((each) => each.integration_id === choice("world"));
  const chosen = known?.threads ? known : (lively ?? known ?? integrations[0]);
  go(link(chosen.integration_id), { replace: true });
}

async function firstView(world) {
  const { integrations } = await api.get("/activity");
  return integrations.some((each) => each.integration_id === world && each.threads) ? "inbox" : "start";
}

function openDesk(world) {
  desk?.close();
  view?.close?.();
  view = null;
  desk = new Desk(world);
  desk.on("status", () => desk.status === "gone" && gone());
  shell.take(desk);
  watchGuests(desk);
  desk.open();
  desk.on("world", () => choose("world", world));
}

function gone() {
  view?.close?.();
  view = null;
  delete main.dataset.view;
  fill(
    main,
    h(
      "div.empty",
      {},
      icon("inbox"),
      h("h2", {}, "This hotel is not here any more"),
      h(
        "p",
        {},
        "It was deleted, or the server was started anew without it. Without --db a server forgets everything when it ends.",
      ),
      action("Show another", () => go("#/", {}), { kind: "primary" }),
    ),
  );
}

addEventListener("hashchange", route);
listenForKeys();
route();
