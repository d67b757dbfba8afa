// A guest chat in plain Node.js, without packages. Replies are POSTed to the guest's channel.
//
// What a guest writes and what a webhook tells is stored before it is answered. Lanes do the rest: for each
// guest one that sends and one that shows, and one for all that reads.
"use strict";

const http = require("node:http");
const { Memory } = require("./memory.js");
const { Mews, Refused, Unavailable, post, pause } = require("./mews.js");

const NOTICE = "Sorry, the hotel did not get your last message. Please write it again, or call the front desk.";
const TRIES = 8;
const LATER_LOOKS = [1500, 3000, 7000, 14000]; // ms; an event may come before its message can be read
const DEEP_PAGES = 10;

const memory = new Memory(process.env.MEMORY);
const mews = new Mews(process.env);

let stopping = false;
let posting = 0; // showings under way

// Runs a step until it says that there is nothing to do; after a failure again, later and later.
class Lane {
  constructor(step) {
    this.step = step;
    this.running = false;
    this.woken = false;
  }

  async wake() {
    this.woken = true;
    if (this.running) return;
    this.running = true;
    for (let failures = 0; this.woken && !stopping; ) {
      this.woken = false;
      try {
        this.woken = (await this.step(failures)) || this.woken;
        failures = 0;
      } catch (error) {
        console.error(`to be tried again: ${error.message}`);
        await pause(Math.min(500 * 2 ** failures, 60_000));
        failures += 1;
        this.woken = true;
      }
    }
    this.running = false;
  }
}

const lanes = new Map();

function lane(kind, guest, step) {
  const key = `${kind} ${guest}`;
  if (!lanes.has(key)) lanes.set(key, new Lane((failures) => step(guest, failures)));
  return lanes.get(key);
}

const sending = (guest) => lane("send", guest, send).wake();
const showing = (guest) => lane("show", guest, show).wake();
const reading = new Lane(read);

// --- from the guest to Mews

async function send(guest, failures) {
  const text = memory.guest(guest).waiting[0];
  if (!text) return false;
  try {
    const found = text.trying ? await find(text) : null;
    memory.note({ fact: "sent", guest, message: found ?? (await add(guest, text)) });
  } catch (error) {
    if (!(error instanceof Refused) && failures + 1 < TRIES) throw error;
    console.error(`gave up a text: ${error.message}`);
    memory.note({ fact: "refused", guest, notice: NOTICE });
    showing(guest);
  }
  look(); // a contact with the hotel: the moment to see whether a webhook went missing
  return true;
}

async function add(guest, text) {
  const thread = await threadOf(guest);
  memory.note({ fact: "trying", guest, thread });
  try {
    return await mews.addMessage(thread, text.text);
  } catch (error) {
    const stillOpen = error instanceof Refused && error.status === 400 ? await mews.isOpen(thread) : true;
    if (stillOpen) throw error;
    memory.note({ fact: "resolved", guest }); // the text goes into a new thread
    return add(guest, text);
  }
}

// The id of a text that is in Mews, though the call that brought it there got no answer.
async function find(text) {
  for await (const page of mews.messages([text.trying])) {
    for (const message of page.filter((each) => each.Sender.Discriminator === "Application")) {
      if (memory.known.has(message.Id)) return null; // all that is older was sent before
      if (message.Text === text.text) return message.Id;
    }
  }
  return null;
}

async function threadOf(guest) {
  const { name, thread, opening } = memory.guest(guest);
  if (thread) return thread;
  // The number in the subject tells the thread from others, should the answer get lost.
  const subject = opening ?? `Chat ${Math.random().toString(36).slice(2, 10)}`;
  const lost = opening ? await mews.findThread(subject) : null;
  memory.note({ fact: "opening", guest, subject });
  const id = lost ?? (await mews.addThread(name, subject));
  memory.note({ fact: "thread", guest, thread: id });
  return id;
}

// --- from Mews to the guest

let asked = true;

function look() {
  asked = true;
  reading.wake();
}

async function read() {
  await pause(20); // what comes together is read together
  const now = Date.now();
  const due = [...memory.events].filter(([, event]) => event.due <= now);
  const wanted = asked;
  if (!wanted && due.length === 0) return false;
  asked = false;
  try {
    await catchUp(due.some(([, event]) => event.looks > 0));
  } catch (error) {
    if (!(error instanceof Refused)) {
      asked ||= wanted;
      throw error;
    }
    console.error(`reading was refused: ${error.message}`);
  }
  for (const [id] of due) postpone(id);
  return true;
}

// Everything that was not shown yet, in the order of Mews.
async function catchUp(deep) {
  const threads = [...memory.owners.keys()];
  for (let chunk = 0; chunk < threads.length; chunk += 1000) {
    const mark = memory.marks.get(chunk);
    const found = [];
    let pages = 0;
    for await (const page of mews.messages(threads.slice(chunk, chunk + 1000))) {
      found.push(...page);
      pages += 1;
      if (page.some((each) => each.Id === mark) && !(deep && pages < DEEP_PAGES)) break;
    }
    for (const message of found.reverse()) {
      memory.events.delete(message.Id);
      if (message.Sender.Discriminator !== "Enterprise" || memory.known.has(message.Id)) continue;
      const guest = memory.owners.get(message.MessageThreadId);
      memory.note({ fact: "reply", guest, message: message.Id, text: message.Text });
      showing(guest);
    }
    if (found.length > 0) memory.note({ fact: "mark", chunk, message: found.at(-1).Id });
  }
}

// What was not found is looked for a few times more.
function postpone(id) {
  const event = memory.events.get(id);
  if (!event) return;
  if (event.looks === LATER_LOOKS.length) return memory.events.delete(id);
  event.due = Date.now() + LATER_LOOKS[event.looks];
  event.looks += 1;
  setTimeout(() => reading.wake(), event.due - Date.now() + 1);
}

async function show(guest) {
  const line = memory.guest(guest).unseen[0];
  if (!line) return false;
  posting += 1;
  try {
    const answer = await post(process.env.CHAT_CALLBACK, { to: guest, id: line.id, text: line.text });
    if (answer.status >= 300) throw new Unavailable(`the channel answered ${answer.status}`);
    memory.note({ fact: "shown", guest });
  } finally {
    posting -= 1;
  }
  return true;
}

// --- the web server

function say(guest, body) {
  const { name, id, text } = body;
  if (![guest, name, id, text].every((each) => typeof each === "string" && each.trim())) return 400;
  memory.note({ fact: "text", guest, name, id, text });
  sending(guest);
  return 202;
}

function webhook(url, body) {
  const tokens = url.searchParams.getAll("Token");
  if (tokens.length !== 1 || tokens[0] !== process.env.WEBHOOK_TOKEN) return 401;
  for (const event of body.Events ?? []) {
    if (event.Discriminator === "MessageAdded") memory.note({ fact: "event", message: event.Value.Id });
  }
  reading.wake();
  return 204;
}

function route(method, url, body) {
  const [, place, guest] = url.pathname.split("/");
  if (method === "GET" && place === "health") return 200;
  if (method === "POST" && place === "chat") return say(decodeURIComponent(guest), body);
  if (method === "POST" && place === "hooks") return webhook(url, body);
  return 404;
}

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let status = 400;
  try {
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : {};
    status = route(request.method, new URL(request.url, "http://localhost"), body);
  } catch (error) {
    console.error(error instanceof SyntaxError ? "a body that is no JSON" : error);
  }
  response.writeHead(status).end();
});

server.listen(Number(process.env.PORT), "127.0.0.1", () => {
  for (const guest of memory.guests.keys()) {
    sending(guest);
    showing(guest);
  }
  reading.wake();
});

// What is being shown is noted before the end, so that it is not shown again.
process.on("SIGTERM", () => {
  stopping = true;
  server.close();
  setInterval(() => posting === 0 && process.exit(0), 5);
});
