// What must survive a restart: facts, one a line of JSON, in a file that only ever grows.
"use strict";

const fs = require("node:fs");

class Memory {
  constructor(file) {
    this.file = file;
    this.guests = new Map(); // id -> {name, thread, opening, waiting: texts, unseen: lines}
    this.owners = new Map(); // thread -> guest
    this.known = new Set(); // ids of messages that were sent, or are shown
    this.lines = new Set(); // ids of texts that guests wrote
    this.events = new Map(); // message id -> {looks, due}
    this.marks = new Map(); // the newest message of each thousand threads when they were last read
    const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n") : [];
    before.pop(); // empty, or what a killed process did not finish
    for (const line of before) this.take(JSON.parse(line));
  }

  guest(id) {
    if (!this.guests.has(id)) this.guests.set(id, { waiting: [], unseen: [] });
    return this.guests.get(id);
  }

  // Remember a fact. It is on file when this returns.
  note(fact) {
    fs.appendFileSync(this.file, JSON.stringify(fact) + "\n");
    this.take(fact);
  }

  take({ fact, ...of }) {
    const guest = of.guest === undefined ? null : this.guest(of.guest);
    switch (fact) {
      case "text":
        if (this.lines.has(`${of.guest} ${of.id}`)) break; // the channel repeats what it is not sure of
        this.lines.add(`${of.guest} ${of.id}`);
        guest.name = of.name;
        guest.waiting.push({ id: of.id, text: of.text });
        break;
      case "opening":
        guest.opening = of.subject;
        break;
      case "thread":
        guest.thread = of.thread;
        guest.opening = null;
        this.owners.set(of.thread, of.guest);
        break;
      case "resolved":
        guest.thread = null;
        break;
      case "trying":
        guest.waiting[0].trying = of.thread;
        break;
      case "sent":
        guest.waiting.shift();
        this.known.add(of.message);
        this.events.delete(of.message);
        break;
      case "refused": {
        const text = guest.waiting.shift();
        guest.unseen.push({ id: `notice-${text.id}`, text: of.notice });
        break;
      }
      case "event":
        if (!this.known.has(of.message)) this.events.set(of.message, { looks: 0, due: 0 });
        break;
      case "reply":
        this.known.add(of.message);
        this.events.delete(of.message);
        guest.unseen.push({ id: of.message, text: of.text });
        break;
      case "shown":
        guest.unseen.shift();
        break;
      case "mark":
        this.marks.set(of.chunk, of.message);
        break;
    }
  }
}

module.exports = { Memory };
