// Times, durations and names as people read them.

const CLOCK = new Intl.DateTimeFormat([], {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const SHORT = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat([], { weekday: "short", day: "numeric", month: "short" });
const LONG_DAY = new Intl.DateTimeFormat([], {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});

export const time = (iso) => CLOCK.format(new Date(iso));
export const shortTime = (iso) => SHORT.format(new Date(iso));
export const longDay = (iso) => LONG_DAY.format(new Date(iso));

/** The time today, else the day. */
export function when(iso, now, show = shortTime) {
  const date = new Date(iso);
  return date.toDateString() === new Date(now).toDateString() ? show(date) : DAY.format(date);
}

/** How long something takes or took: `4 s`, `12 min`, `3 h 5 min`. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
  return `${Math.floor(hours / 24)} days`;
}

export function milliseconds(value) {
  if (value === undefined || value === null) return "";
  return value < 10 ? `${value.toFixed(1)} ms` : value < 10_000 ? `${Math.round(value)} ms` : span(value);
}

export const plural = (count, one, many = `${one}s`) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** One or two letters that stand for a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return [...(words[0] ?? "?")][0] + (words.length > 1 ? [...words.at(-1)][0] : "");
}

/** The first line of a text, shortened. */
export const firstLine = (text) => text.slice(0, 300).replace(/\s+/g, " ").trim();

/** JSON with two spaces; what is no JSON stays as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
