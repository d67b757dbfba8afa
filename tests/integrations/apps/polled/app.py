"""A guest chat in plain Python: WSGI with a thread for each request, sqlite, and pages that poll.

What a guest writes and what a webhook tells is stored before it is answered. Two workers do the rest: one
brings texts to Mews, the other reads what the hotel wrote. Both go on after a restart where they stopped.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from tests.integrations.apps.polled.mews import Message, Mews, RefusedError, UnavailableError
from tests.integrations.apps.polled.web import Answer, serve

SCHEMA = """
CREATE TABLE IF NOT EXISTS guests (guest TEXT PRIMARY KEY, name TEXT, thread TEXT, opening TEXT);
CREATE TABLE IF NOT EXISTS threads (number INTEGER PRIMARY KEY, thread TEXT UNIQUE, guest TEXT);
CREATE TABLE IF NOT EXISTS lines (    -- the chat as guests see it; `message` is the id that Mews gave
    number INTEGER PRIMARY KEY, guest TEXT, author TEXT, id TEXT, text TEXT,
    state TEXT, thread TEXT, message TEXT UNIQUE, written TEXT, at REAL DEFAULT (julianday('now')),
    UNIQUE (guest, author, id));
CREATE TABLE IF NOT EXISTS events (message TEXT PRIMARY KEY, looks INTEGER DEFAULT 0, due REAL DEFAULT 0);
CREATE TABLE IF NOT EXISTS marks (chunk INTEGER PRIMARY KEY, message TEXT);
"""
NOTICE = "Sorry, the hotel did not get your last message. Please write it again, or call the front desk."
TRIES = 8
CHUNK = 1000
"""Threads that one messages/getAll may name."""
LATER_LOOKS = (1.5, 3.0, 7.0, 14.0)
"""An event may come before its message can be read: seconds until it is looked for again."""
DEEP_PAGES = 10


class Database:
    """One connection for all threads. Every statement is a transaction."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(SCHEMA)

    def __call__(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()


class Sender:
    """Brings the guests' texts to Mews, one after the other."""

    def __init__(self, db: Database, mews: Mews, sent: Callable[[], None]) -> None:
        self._db = db
        self._mews = mews
        self._sent = sent

    def step(self, failures: int) -> bool:
        """Send the oldest text; whether there was one. Raises UnavailableError to be called again later."""
        queue = "SELECT number, guest, text, state, thread FROM lines WHERE state IN ('waiting', 'trying')"
        for number, guest, text, state, thread in self._db(f"{queue} ORDER BY number LIMIT 1"):
            try:
                message = self._find(thread, text) if state == "trying" else None
                self._done(number, message or self._add(number, guest, text))
            except RefusedError as error:
                self._give_up(number, guest, error)
            except UnavailableError as error:
                if failures + 1 < TRIES:
                    raise
                self._give_up(number, guest, error)
            self._sent()
            return True
        return False

    def _add(self, number: int, guest: str, text: str) -> str:
        thread = self._thread_of(guest)
        self._db("UPDATE lines SET state = 'trying', thread = ? WHERE number = ?", thread, number)
        try:
            return self._mews.add_message(thread, text)
        except RefusedError as error:
            if error.status != HTTPStatus.BAD_REQUEST or self._mews.is_open(thread):
                raise
            # The hotel has resolved the thread: the text goes into a new one.
            self._db("UPDATE guests SET thread = NULL WHERE guest = ?", guest)
            return self._add(number, guest, text)

    def _find(self, thread: str, text: str) -> str | None:
        """The id of the text, where a call that got no answer has added it all the same."""
        for page in self._mews.message_pages([thread]):
            for message in page:
                if message.sender != "Application":
                    continue
                if self._db("SELECT 1 FROM lines WHERE message = ?", message.id):
                    return None  # all that is older was sent before
                if message.text == text:
                    return message.id
        return None

    def _done(self, number: int, message: str) -> None:
        self._db("UPDATE lines SET state = 'done', message = ? WHERE number = ?", message, number)

    def _give_up(self, number: int, guest: str, why: Exception) -> None:
        print(f"gave up a text: {why}", file=sys.stderr)
        self._db("UPDATE lines SET state = 'refused' WHERE number = ?", number)
        add = "INSERT INTO lines (guest, author, id, text) VALUES (?, 'notice', ?, ?)"
        self._db(add, guest, f"notice-{number}", NOTICE)

    def _thread_of(self, guest: str) -> str:
        """The guest's thread; a new one where there is none."""
        [(name, thread, opening)] = self._db(
            "SELECT name, thread, opening FROM guests WHERE guest = ?", guest
        )
        if thread is not None:
            return str(thread)
        # The number in the subject tells the thread from others, should the answer get lost.
        subject = opening or f"Chat {secrets.token_hex(4)}"
        found = self._mews.find_thread(subject, since=datetime.now(UTC)) if opening else None
        self._db("UPDATE guests SET opening = ? WHERE guest = ?", subject, guest)
        thread = found or self._mews.add_thread(name, subject)
        self._db("INSERT OR IGNORE INTO threads (thread, guest) VALUES (?, ?)", thread, guest)
        self._db("UPDATE guests SET thread = ?, opening = NULL WHERE guest = ?", thread, guest)
        return thread


class Reader:
    """Reads what is new in all threads, and shows it in the order in which Mews has it."""

    def __init__(self, db: Database, mews: Mews) -> None:
        self._db = db
        self._mews = mews
        self.asked = True

    def step(self, _failures: int) -> bool:
        """Look once; whether there was a reason to."""
        time.sleep(0.02)  # what comes together is read together
        asked, self.asked = self.asked, False
        known = "SELECT message FROM lines WHERE message IS NOT NULL"
        self._db(f"DELETE FROM events WHERE message IN ({known})")
        events = self._db("SELECT message, looks FROM events WHERE due <= ? ORDER BY rowid", time.time())
        if not asked and not events:
            return False
        try:
            self._look(events, asked=asked)
        except RefusedError as error:
            print(f"reading was refused: {error}", file=sys.stderr)
        except Exception:
            self.asked = self.asked or asked
            raise
        self._postpone(events)
        return True

    def due(self) -> float | None:
        """Seconds until an event is to be looked for again."""
        [(due,)] = self._db("SELECT min(due) FROM events")
        return None if due is None else max(0.0, due - time.time())

    def _look(self, events: list[tuple[str, int]], *, asked: bool) -> None:
        """Show all that is new; whatever the events name is among it."""
        del asked
        for guest, message in self._messages(deep=any(looks for _, looks in events)):
            self._take(guest, message)

    def _messages(self, *, deep: bool) -> Iterator[tuple[str, Message]]:
        """The messages since the last look, oldest first, with their guests. `deep`: also older ones."""
        owners = dict(self._db("SELECT thread, guest FROM threads ORDER BY number"))
        threads = list(owners)
        for chunk in range(0, len(threads), CHUNK):
            [mark] = self._db("SELECT message FROM marks WHERE chunk = ?", chunk) or [(None,)]
            read: list[Message] = []
            for number, page in enumerate(self._mews.message_pages(threads[chunk : chunk + CHUNK]), 1):
                read += page
                if any(message.id == mark[0] for message in page) and not (deep and number < DEEP_PAGES):
                    break
            yield from ((owners[message.thread], message) for message in reversed(read))
            if read:
                self._db("REPLACE INTO marks VALUES (?, ?)", chunk, read[0].id)

    def _take(self, guest: str, message: Message) -> None:
        if message.sender == "Enterprise":
            self._show(guest, message)
        self._db("DELETE FROM events WHERE message = ?", message.id)

    def _show(self, guest: str, message: Message) -> None:
        """Once, for the message's id is unique."""
        self._db(
            "INSERT OR IGNORE INTO lines (guest, author, id, text, message, written)"
            " VALUES (?, 'hotel', ?, ?, ?, ?)",
            *(guest, message.id, message.text, message.id, message.written),
        )

    def _postpone(self, events: list[tuple[str, int]]) -> None:
        """What was not found is looked for a few times more."""
        for message, looks in events:
            if looks == len(LATER_LOOKS):
                self._db("DELETE FROM events WHERE message = ?", message)
            else:
                due = time.time() + LATER_LOOKS[looks]
                self._db("UPDATE events SET looks = looks + 1, due = ? WHERE message = ?", due, message)


class Worker(threading.Thread):
    """Calls a step until there is nothing to do, and again when it is woken; after a failure later and later."""

    def __init__(self, step: Callable[[int], bool], due: Callable[[], float | None] = lambda: None) -> None:
        super().__init__(daemon=True)
        self._step = step
        self._due = due
        self._news = threading.Event()

    def wake(self) -> None:
        self._news.set()

    def run(self) -> None:
        failures = 0
        while True:
            self._news.clear()
            try:
                busy = self._step(failures)
                failures = 0
            except Exception as error:  # whatever it was, the guests who write later must be served
                print(f"to be tried again: {error!r}", file=sys.stderr)
                time.sleep(min(0.5 * 2**failures, 60))
                failures += 1
                continue
            if not busy:
                self._news.wait(self._due())


class Chat:
    """The chat of one hotel's guests."""

    def __init__(self, db: Database, mews: Mews, reader: type[Reader] = Reader) -> None:
        self._db = db
        self._reader = reader(db, mews)
        self._reading = Worker(self._reader.step, self._reader.due)
        # A text is a contact with the hotel, and so the moment to see whether a webhook went missing.
        self._sending = Worker(Sender(db, mews, self._look).step)
        self._reading.start()
        self._sending.start()

    def lines(self, guest: str) -> Iterator[dict[str, Any]]:
        """What the guest's page shows."""
        keys = ("id", "author", "text", "written", "at")
        for line in self._db(f"SELECT {', '.join(keys)} FROM lines WHERE guest = ? ORDER BY number", guest):
            yield dict(zip(keys, line, strict=True))

    def say(self, guest: str, body: dict[str, Any]) -> Answer:
        """Store what the guest writes; it is sent later."""
        name, line, text = body.get("name"), body.get("id"), body.get("text")
        if not all(isinstance(each, str) and each.strip() for each in (guest, name, line, text)):
            return 400, {"error": "send id, name and text"}
        self._db("INSERT OR IGNORE INTO guests (guest, name) VALUES (?, ?)", guest, name)
        add = "INSERT OR IGNORE INTO lines (guest, author, id, text, state) VALUES (?, 'guest', ?, ?, 'waiting')"
        self._db(add, guest, line, text)
        self._sending.wake()
        return 202, {"id": line}

    def webhook(self, body: dict[str, Any]) -> Answer:
        """Store what Mews tells; it is read later."""
        for event in body.get("Events", []):
            if event.get("Discriminator") == "MessageAdded":
                self._db("INSERT OR IGNORE INTO events (message) VALUES (?)", event["Value"]["Id"].lower())
        self._reading.wake()
        return 200, {}

    def _look(self) -> None:
        self._reader.asked = True
        self._reading.wake()


if __name__ == "__main__":
    serve(Chat(Database(os.environ["DATABASE"]), Mews.from_environment()))
