// Where we are, in the address: `#/w/WORLD/VIEW/ITEM`. So each place can be linked, and Back works.

export const VIEWS = ["inbox", "webhooks", "log", "faults", "clock", "start"];

/** `{world, view, item}` of the address; null for what it does not say. */
export function here() {
  const [, mark, world, view, item] = location.hash.split("/").map(decode);
  if (mark !== "w" || !world) return { world: null, view: null, item: null };
  return { world, view: VIEWS.includes(view) ? view : null, item: item || null };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a place. */
export function link(world, view, item) {
  return `#/w/${[world, view, item].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

/** Go there; with `replace` Back does not return to where we were. */
export function go(address, { replace = false } = {}) {
  if (location.hash === address) return;
  if (!replace) location.hash = address;
  else {
    history.replaceState(null, "", address);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
}
