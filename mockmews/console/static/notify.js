// When a guest writes: a browser notification, as employees are notified.

import { firstLine } from "./format.js";
import { here, link } from "./router.js";

let off = () => {};

/** Whether the browser would still have to be asked. */
export const canAsk = () => "Notification" in globalThis && Notification.permission === "default";

export async function askToNotify() {
  if (canAsk()) await Notification.requestPermission();
}

/** Notify of guests of this world who write while nobody looks at their conversation. */
export function watchGuests(desk) {
  off();
  off = desk.on("message", (message) => {
    if (message.sender !== "Application") return;
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
    if (document.visibilityState === "visible" && here().item === message.message_thread_id) return;
    const shown = new Notification(message.guest, {
      body: firstLine(message.text),
      tag: message.message_thread_id,
      icon: "console/icon.svg",
    });
    shown.onclick = () => {
      focus();
      location.hash = link(desk.id, "inbox", message.message_thread_id);
      shown.close();
    };
  });
}
