// Save what was played as a scenario file, which `mockmews run` plays again.

import * as api from "../api.js";
import { code, dialog, download, fill, h } from "../dom.js";

const fileName = (name) =>
  `${
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "scenario"
  }.mews.yaml`;

/** A dialog with the scenario of this conversation, or of the whole hotel. */
export async function saveScenario(desk, thread) {
  let text = "";
  const name = h("input", {
    type: "text",
    value: `${thread.original_sender.slice(0, 60)}: ${thread.subject.slice(0, 60)}`,
    maxLength: 120,
    oninput: () => soon(),
  });
  const all = h("input", { type: "checkbox", role: "switch", onchange: () => soon() });
  const shown = h("div");
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 150);
  };
  async function draw() {
    try {
      const body = {
        name: name.value.trim() || "Scenario",
        ...(all.checked ? {} : { thread_id: thread.id }),
      };
      text = (await api.post(`${desk.path}/scenario`, body)).scenario;
      fill(shown, code(text, { language: "Scenario file" }));
    } catch (error) {
      text = "";
      fill(
        shown,
        h(
          "p.callout.warn",
          {},
          h("b", {}, error.message),
          error.status === 409
            ? "Scenarios are made from the journal, which lives in memory: it begins anew with each start of the server."
            : error.hint,
        ),
      );
    }
  }
  dialog("Save as a scenario", [
    h("label.field", {}, h("span", {}, "Name"), name),
    h("label.switch", {}, all, "Everything said in this hotel, not only here"),
    desk.dropped > 0 &&
      h(
        "p.callout.warn",
        {},
        `The journal was full: its ${desk.dropped} oldest entries are gone, so the beginning may be missing. The setting journal_limit lets it keep more.`,
      ),
    shown,
    h(
      "div.row",
      {},
      h(
        "button.button.primary",
        { type: "button", onclick: () => text && download(fileName(name.value), text, "application/yaml") },
        "Download",
      ),
      h("span.hint", {}, "Play it: mockmews run FILE --app YOUR-APP"),
    ),
  ]);
  await draw();
}
