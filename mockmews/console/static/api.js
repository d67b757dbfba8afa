// The control API: JSON in and out, errors in words, and the admin token asked for once.

import { released } from "./press.js";

const BASE = new URL("v1", location.href.split("#")[0]).pathname;
const KEY = "mockmews.admin_token";

/** What the control API refused, or that it did not answer at all (`status` 0). */
export class ApiError extends Error {
  constructor(status, code, message, hint = "") {
    super(message);
    Object.assign(this, { status, code, hint });
  }
}

let asking = null;
/** Set by the page: asks the user for the admin token, and resolves with it. */
export const askFor = { token: async () => "" };

/** The headers that the API wants: JSON, and the admin token where this tab has one. */
export function headers() {
  const token = sessionStorage.getItem(KEY);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** The token is asked for once, however many calls were refused for want of it. */
export async function renewToken(refused) {
  const current = sessionStorage.getItem(KEY);
  if (current && current !== refused) return;
  asking ??= askFor.token(Boolean(refused)).then((token) => {
    sessionStorage.setItem(KEY, token.trim());
    asking = null;
  });
  await asking;
}

export const url = (path) => BASE + path;

async function call(method, path, body) {
  for (;;) {
    const sent = sessionStorage.getItem(KEY);
    let response, text;
    try {
      response = await fetch(url(path), {
        method,
        headers: { ...headers(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      text = await response.text();
      await released();
    } catch {
      throw new ApiError(
        0,
        "unreachable",
        "The server does not answer.",
        "Is mockmews still running? What you typed is kept.",
      );
    }
    if (response.status === 401) {
      await renewToken(sent);
      continue;
    }
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      throw new ApiError(
        response.status,
        "no_json",
        `The server answered ${response.status} without JSON.`,
        "Is this address really mockmews?",
      );
    }
    if (!response.ok) {
      const error = answer.error ?? {};
      throw new ApiError(
        response.status,
        error.code ?? "",
        error.message ?? `The server answered ${response.status}.`,
        error.hint ?? "",
      );
    }
    return answer;
  }
}

/** A query string of what is given. */
export function query(values) {
  const given = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const put = (path, body) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);
