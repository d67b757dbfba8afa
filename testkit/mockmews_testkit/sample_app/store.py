"""What the app must not forget, in one sqlite file: guests, threads, lines of chat, and webhook events.

Whatever was answered 2xx is stored before it is answered, so the app may be killed at any moment and goes on
where it was. Each method is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mockmews_testkit.sample_app.mews import Message

SCHEMA = """
CREATE TABLE IF NOT EXISTS guests (
    guest TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    thread TEXT,         -- the one unresolved thread of this guest
    seen_open REAL,      -- when Mews last took a message for it (Unix time)
    opening TEXT,        -- the subject of a thread that is being opened: its outcome is not known yet
    opening_since REAL
);
CREATE TABLE IF NOT EXISTS threads (  -- every thread ever opened: the hotel may answer in an older one
    number INTEGER PRIMARY KEY,
    thread TEXT NOT NULL UNIQUE,
    guest TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS lines (    -- what the guest sees, in this order
    seq INTEGER PRIMARY KEY,
    guest TEXT NOT NULL,
    author TEXT NOT NULL,             -- guest, hotel, bot or notice
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    time TEXT NOT NULL,
    state TEXT NOT NULL,              -- queued, trying (outcome not known), sent, refused
    thread TEXT,                      -- where a guest's line was tried
    UNIQUE (guest, author, id)
);
CREATE INDEX IF NOT EXISTS unfinished ON lines (guest, author, seq) WHERE state IN ('queued', 'trying');
CREATE TABLE IF NOT EXISTS accounted (  -- Mews's ids of messages that we sent or showed (SHOW-03)
    message TEXT PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS events (     -- message ids named by webhooks and not yet found in Mews
    message TEXT PRIMARY KEY,
    looks INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS marks (      -- the newest message when a chunk of threads was last read
    chunk INTEGER PRIMARY KEY,
    message TEXT NOT NULL
);
"""
CHUNK = 1000
"""Threads that one messages/getAll may name."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest and how far their conversation is."""

    guest: str
    name: str
    thread: str | None
    seen_open: float
    opening: str | None
    opening_since: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of chat; its id is the client's for a guest's, Mews's for a hotel's."""

    seq: int
    guest: str
    author: str
    id: str
    text: str
    time: str
    state: str
    thread: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """A message id to look for, and how often that was done in vain."""

    message: str
    looks: int


class Store:
    """The database. One process, one connection; statements are short, so they may run on the event loop."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)
        # WAL with NORMAL survives a killed process; choose FULL if a power cut must cost nothing either.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    # --- from the guest to Mews

    def accept(self, *, guest: str, name: str, line: str, text: str, answer: str | None = None) -> None:
        """Queue what a guest wrote, or the bot's answer; the same line id again changes nothing."""
        with self._db:
            self._db.execute(
                "INSERT INTO guests (guest, name) VALUES (?, ?)"
                " ON CONFLICT (guest) DO UPDATE SET name = excluded.name",
                (guest, name),
            )
            self._add_line(guest, "guest", line, text, _now(), "queued" if answer is None else "sent")
            if answer is not None:
                self._add_line(guest, "bot", f"bot-{line}", answer, _now(), "queued")

    def next_to_send(self, guest: str) -> Line | None:
        """The guest's oldest line that Mews has not got."""
        return self._line("guest = ? AND author = 'guest' AND state IN ('queued', 'trying')", guest)

    def guest(self, guest: str) -> Guest:
        row = self._db.execute(
            "SELECT guest, name, thread, coalesce(seen_open, 0), opening, coalesce(opening_since, 0)"
            " FROM guests WHERE guest = ?",
            (guest,),
        ).fetchone()
        return Guest(*row)

    def start_opening(self, guest: str, *, subject: str, now: float) -> None:
        """Remember that a thread with this subject is about to be asked for."""
        self._do("UPDATE guests SET opening = ?, opening_since = ? WHERE guest = ?", subject, now, guest)

    def forget_opening(self, guest: str) -> None:
        """Mews has surely not opened it."""
        self._do("UPDATE guests SET opening = NULL WHERE guest = ?", guest)

    def opened(self, guest: str, *, thread: str, now: float) -> None:
        """This is the guest's thread from now on."""
        with self._db:
            self._db.execute("INSERT OR IGNORE INTO threads (thread, guest) VALUES (?, ?)", (thread, guest))
            self._db.execute(
                "UPDATE guests SET thread = ?, seen_open = ?, opening = NULL WHERE guest = ?",
                (thread, now, guest),
            )

    def resolved(self, guest: str) -> None:
        """The guest's thread is no more to be written to."""
        self._do("UPDATE guests SET thread = NULL WHERE guest = ?", guest)

    def confirm_open(self, guest: str, *, now: float) -> None:
        self._do("UPDATE guests SET seen_open = ? WHERE guest = ?", now, guest)

    def trying(self, line: Line, *, thread: str) -> None:
        """The line is about to leave: until more is known, its outcome is unknown."""
        self._do("UPDATE lines SET state = 'trying', thread = ? WHERE seq = ?", thread, line.seq)

    def not_sent(self, line: Line) -> None:
        """Mews surely has not got the line."""
        self._do("UPDATE lines SET state = 'queued' WHERE seq = ?", line.seq)

    def sent(self, line: Line, *, message: str, now: float) -> None:
        """Mews has the line, as the message with this id."""
        with self._db:
            self._db.execute("UPDATE lines SET state = 'sent' WHERE seq = ?", (line.seq,))
            self._db.execute("INSERT OR IGNORE INTO accounted VALUES (?)", (message,))
            self._db.execute("UPDATE guests SET seen_open = ? WHERE guest = ?", (now, line.guest))

    def give_up(self, line: Line, *, notice: str) -> None:
        """The line will not be sent, and the guest is told."""
        with self._db:
            self._db.execute("UPDATE lines SET state = 'refused' WHERE seq = ?", (line.seq,))
            self._add_line(line.guest, "notice", f"notice-{line.seq}", notice, _now(), "queued")

    # --- from Mews to the guest

    def receive(self, messages: Iterable[str]) -> bool:
        """Queue the ids that a webhook named; whether any of them is news."""
        with self._db:
            added = self._db.executemany(
                "INSERT OR IGNORE INTO events (message) SELECT :id"
                " WHERE NOT EXISTS (SELECT 1 FROM accounted WHERE message = :id)",
                [{"id": message} for message in messages],
            )
        return added.rowcount > 0

    def due_events(self, *, now: float) -> list[Event]:
        """The events to look into now. One that came to be known meanwhile is done: it costs no call."""
        self._do("DELETE FROM events WHERE message IN (SELECT message FROM accounted)")
        rows = self._db.execute("SELECT message, looks FROM events WHERE due <= ?", (now,))
        return [Event(*row) for row in rows]

    def next_due(self) -> float | None:
        """When the next event is to be looked into."""
        due: float | None = self._db.execute("SELECT min(due) FROM events").fetchone()[0]
        return due

    def not_found(self, events: Iterable[Event], *, due: Sequence[float]) -> None:
        """Look again at `due[looks]` for those of the events that are still open, or never more."""
        with self._db:
            for event in events:
                if event.looks < len(due):
                    self._db.execute(
                        "UPDATE events SET looks = looks + 1, due = ? WHERE message = ?",
                        (due[event.looks], event.message),
                    )
                else:
                    self._db.execute("DELETE FROM events WHERE message = ?", (event.message,))

    def thread_chunks(self) -> list[tuple[int, list[str]]]:
        """All threads in numbered chunks; a thread never changes its chunk."""
        chunks: dict[int, list[str]] = {}
        for number, thread in self._db.execute("SELECT number, thread FROM threads ORDER BY number"):
            chunks.setdefault((number - 1) // CHUNK, []).append(thread)
        return list(chunks.items())

    def mark(self, chunk: int) -> str | None:
        row = self._db.execute("SELECT message FROM marks WHERE chunk = ?", (chunk,)).fetchone()
        return row[0] if row else None

    def show(self, chunk: int, messages: Sequence[Message]) -> set[str]:
        """Take in what was read of a chunk, oldest first; the guests who have something new to see.

        Shown and remembered as shown are one transaction, so a reply is shown once, whatever happens
        (SHOW-03). Our own messages are the business of the sending side alone, which may be waiting to learn
        whether one of them is in Mews; here they only answer the event that named them (LOOP-01).
        """
        guests: set[str] = set()
        with self._db:
            for message in messages:
                self._db.execute("DELETE FROM events WHERE message = ?", (message.id,))
                owner = self._db.execute("SELECT guest FROM threads WHERE thread = ?", (message.thread,))
                found = owner.fetchone()
                if message.sender != "Enterprise" or found is None:
                    continue
                new = self._db.execute("INSERT OR IGNORE INTO accounted VALUES (?)", (message.id,))
                if new.rowcount:
                    self._add_line(found[0], "hotel", message.id, message.text, message.created, "queued")
                    guests.add(found[0])
            if messages:
                self._db.execute("REPLACE INTO marks VALUES (?, ?)", (chunk, messages[-1].id))
        return guests

    def next_to_show(self, guest: str) -> Line | None:
        """The guest's oldest line that the callback has not got."""
        return self._line("guest = ? AND author <> 'guest' AND state = 'queued'", guest)

    def shown(self, line: Line) -> None:
        self._do("UPDATE lines SET state = 'sent' WHERE seq = ?", line.seq)

    # --- for both

    def chat(self, guest: str) -> list[Line]:
        """All that the guest sees, in order."""
        rows = self._db.execute("SELECT * FROM lines WHERE guest = ? ORDER BY seq", (guest,))
        return [Line(*row) for row in rows]

    def is_accounted(self, message: str) -> bool:
        """Whether we sent or showed the message with this id."""
        return bool(self._db.execute("SELECT 1 FROM accounted WHERE message = ?", (message,)).fetchone())

    def unfinished_guests(self) -> list[str]:
        """The guests with lines still on their way, in either direction."""
        rows = self._db.execute("SELECT DISTINCT guest FROM lines WHERE state IN ('queued', 'trying')")
        return [row[0] for row in rows]

    def _line(self, where: str, guest: str) -> Line | None:
        row = self._db.execute(f"SELECT * FROM lines WHERE {where} ORDER BY seq LIMIT 1", (guest,)).fetchone()  # noqa: S608 - `where` is one of our own literals
        return Line(*row) if row else None

    def _add_line(self, guest: str, author: str, line: str, text: str, time: str, state: str) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO lines (guest, author, id, text, time, state) VALUES (?, ?, ?, ?, ?, ?)",
            (guest, author, line, text, time, state),
        )

    def _do(self, statement: str, *values: str | float) -> None:
        with self._db:
            self._db.execute(statement, values)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
