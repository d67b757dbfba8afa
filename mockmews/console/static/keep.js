// What this browser remembers: unsent texts, what was read, the last place, small choices.

const PREFIX = "mockmews.";
const MOST_READ = 1000; // threads

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null || value === "") localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs only the memory.
  }
}

export const choice = (name, usual) => read(`choice.${name}`) ?? usual;
export const choose = (name, value) => write(`choice.${name}`, value);

export const draft = (thread) => read(`draft.${thread}`) ?? "";
export const keepDraft = (thread, text) => write(`draft.${thread}`, text);

/** How many of a guest's messages were not seen in this browser yet. */
export function unread(conversation) {
  return Math.max(0, conversation.guest_messages - (read("read")?.[conversation.id] ?? 0));
}

/** Everything of this conversation has been seen; whether that is news. */
export function markRead(conversation) {
  const known = read("read") ?? {};
  if ((known[conversation.id] ?? 0) >= conversation.guest_messages) return false;
  delete known[conversation.id]; // and to the end, so that the oldest are forgotten first
  const kept = Object.entries(known).slice(1 - MOST_READ);
  write("read", { ...Object.fromEntries(kept), [conversation.id]: conversation.guest_messages });
  return true;
}

/** `listener` is called when another tab has read something; call what is returned to stop. */
export function onRead(listener) {
  const hear = (event) => event.key === `${PREFIX}read` && listener();
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}
