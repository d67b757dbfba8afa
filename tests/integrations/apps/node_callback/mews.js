// The client of Mews: four operations, pages, and the rate limit.
"use strict";

const http = require("node:http");
const https = require("node:https");

const CLIENT = "Node concierge 2.0.1";
const COUNT = 50;
const TIMEOUT = 10_000;
const CALLS = 180; // in 30 s, of the 200 that Mews allows
const WINDOW = 30_000;
const DAY = 86_400_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const utc = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

// Mews said no; the same call would be refused again.
class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

// No usable answer: Mews may have done what it was asked for, or not.
class Unavailable extends Error {}

// POST JSON; {status, headers, text}. Throws Unavailable where no whole answer comes in time.
function post(url, body) {
  const content = Buffer.from(JSON.stringify(body));
  const headers = { "Content-Type": "application/json", "Content-Length": content.length };
  const { request } = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const failed = (error) => reject(new Unavailable(`no answer: ${error.code ?? error.message}`));
    const signal = AbortSignal.timeout(TIMEOUT);
    const sent = request(url, { method: "POST", headers, signal }, async (response) => {
      try {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() });
      } catch (error) {
        failed(error);
      }
    });
    sent.on("error", failed);
    sent.end(content);
  });
}

// All calls pass it: fewer than the limit in 30 s, and none while Mews wants quiet.
class Gate {
  constructor() {
    this.left = [];
    this.closedUntil = 0;
    this.strikes = new Map();
  }

  async turn() {
    for (;;) {
      const now = Date.now();
      this.left = this.left.filter((each) => each > now - WINDOW);
      const full = this.left.length >= CALLS ? this.left[0] + WINDOW : 0;
      const until = Math.max(full, this.closedUntil);
      if (until <= now) break;
      await pause(until - now + 1);
    }
    this.left.push(Date.now());
  }

  // 429: be quiet as long as told, else twice as long as the last time.
  limited(operation, told) {
    const strikes = (this.strikes.get(operation) ?? 0) + 1;
    this.strikes.set(operation, strikes);
    const ms = told ? Number(told) * 1000 + 50 : Math.min(500 * 2 ** (strikes - 1), 60_000);
    this.closedUntil = Math.max(this.closedUntil, Date.now() + ms);
  }

  passed(operation) {
    this.strikes.delete(operation);
  }
}

class Mews {
  constructor(env) {
    this.url = `${env.MEWS_URL}/api/connector/v1`;
    this.tokens = { ClientToken: env.MEWS_CLIENT_TOKEN, AccessToken: env.MEWS_ACCESS_TOKEN, Client: CLIENT };
    this.gate = new Gate();
  }

  async addThread(sender, subject) {
    const answer = await this.call("messageThreads/add", { OriginalSender: sender, Subject: subject });
    return answer.MessageThreads[0].Id;
  }

  async addMessage(thread, text) {
    const answer = await this.call("messages/add", { Messages: [{ MessageThreadId: thread, Text: text }] });
    return answer.Messages[0].Message.Id;
  }

  async isOpen(thread) {
    for await (const page of this.pages("messageThreads", { MessageThreadIds: [thread] })) {
      return page.some((each) => !each.IsResolved);
    }
    return false;
  }

  // The thread with this subject. Mews's clock need not be ours, so the interval is wide.
  async findThread(subject) {
    const now = Date.now();
    const interval = { StartUtc: utc(now - 30 * DAY), EndUtc: utc(now + 30 * DAY) };
    for await (const page of this.pages("messageThreads", { CreatedUtc: interval })) {
      const found = page.find((each) => each.Subject === subject);
      if (found) return found.Id;
    }
    return null;
  }

  // Pages of the messages of these threads, newest first.
  messages(threads) {
    return this.pages("messages", { MessageThreadIds: threads });
  }

  async *pages(resource, filters) {
    const name = resource[0].toUpperCase() + resource.slice(1);
    let cursor = null;
    do {
      const limitation = { Count: COUNT, Cursor: cursor };
      const answer = await this.call(`${resource}/getAll`, { ...filters, Limitation: limitation });
      yield answer[name];
      cursor = answer[name].length < COUNT ? null : answer.Cursor;
    } while (cursor !== null);
  }

  async call(operation, fields) {
    for (;;) {
      await this.gate.turn();
      const { status, headers, text } = await post(`${this.url}/${operation}`, { ...this.tokens, ...fields });
      if (status === 429) {
        this.gate.limited(operation, headers["retry-after"]);
        continue;
      }
      this.gate.passed(operation);
      const seen = `${operation}: ${status}, Request-Id ${headers["request-id"]}`;
      if (status >= 500 || status === 408 || status === 409) throw new Unavailable(seen);
      if (status >= 300) throw new Refused(status, seen);
      try {
        return JSON.parse(text);
      } catch {
        throw new Unavailable(`${operation}: the answer is no JSON`);
      }
    }
  }
}

module.exports = { Mews, Refused, Unavailable, pause, post };
