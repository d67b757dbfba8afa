"""A guest chat on asyncio: gathers the events of a moment, then reads thread by thread, the likeliest first.

What a guest writes and what a webhook tells is stored before it is answered; tasks do the rest, one for each
guest and direction, and go on after a restart where they stopped.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.integrations.apps.batching.mews import Message, Mews, RefusedError, UnavailableError

SCHEMA = """
CREATE TABLE IF NOT EXISTS guests (guest TEXT PRIMARY KEY, name TEXT, thread TEXT, opening TEXT);
CREATE TABLE IF NOT EXISTS threads (thread TEXT PRIMARY KEY, guest TEXT, active REAL, mark TEXT);
CREATE TABLE IF NOT EXISTS texts (number INTEGER PRIMARY KEY, guest TEXT, id TEXT, text TEXT,
    state TEXT DEFAULT 'waiting', thread TEXT, UNIQUE (guest, id));
CREATE TABLE IF NOT EXISTS screen (number INTEGER PRIMARY KEY, guest TEXT, id TEXT UNIQUE, text TEXT,
    shown INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS known (message TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS events (message TEXT PRIMARY KEY, looks INTEGER DEFAULT 0, due REAL DEFAULT 0);
"""
NOTICE = "Sorry, the hotel did not get your last message. Please write it again, or call the front desk."
TRIES = 8
GATHER = 0.1
"""Seconds in which events are gathered before anything is read."""
LATER_LOOKS = (1.5, 3.0, 7.0, 14.0)
"""An event may come before its message can be read: seconds until it is looked for again."""

log = logging.getLogger("concierge")


class Lane:
    """Runs a step until it says that there is nothing to do; after a failure again, later and later."""

    def __init__(self, step: Callable[[int], Awaitable[bool]]) -> None:
        self._step = step
        self._woken = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    def wake(self) -> None:
        self._woken.set()

    async def _run(self) -> None:
        failures = 0
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                if await self._step(failures):
                    self._woken.set()
                failures = 0
            except Exception as error:  # whatever it was, what comes later must be served
                log.warning("to be tried again: %r", error)
                await asyncio.sleep(min(0.5 * 2**failures, 60.0))
                failures += 1
                self._woken.set()


class Concierge:
    """The conversations of all guests."""

    def __init__(self, db: sqlite3.Connection, mews: Mews, http: httpx.AsyncClient, channel: str) -> None:
        self._db = db
        self._mews = mews
        self._http = http
        self._channel = channel
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._to_read: set[str] = set()
        self._reading = Lane(self._read)
        self._showing = asyncio.Lock()

    def resume(self) -> None:
        """Go on after a restart, and see what the hotel wrote meanwhile."""
        for (guest,) in self._db.execute("SELECT guest FROM guests").fetchall():
            self._lane(guest, "send").wake()
            self._lane(guest, "show").wake()
        self._to_read.update(thread for (thread,) in self._db.execute("SELECT thread FROM threads"))
        self._reading.wake()

    async def close(self) -> None:
        """What is being shown is noted before the end, so that it is not shown again."""
        async with self._showing:
            for lane in (self._reading, *self._lanes.values()):
                lane.task.cancel()

    def _lane(self, guest: str, kind: str) -> Lane:
        if (guest, kind) not in self._lanes:
            step = self._send if kind == "send" else self._show
            self._lanes[guest, kind] = Lane(lambda failures: step(guest, failures))
        return self._lanes[guest, kind]

    # --- from the guest to Mews

    def guest_wrote(self, guest: str, name: str, line: str, text: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO guests (guest, name) VALUES (?, ?)", (guest, name))
        add = "INSERT OR IGNORE INTO texts (guest, id, text) VALUES (?, ?, ?)"
        self._db.execute(add, (guest, line, text))
        self._lane(guest, "send").wake()

    async def _send(self, guest: str, failures: int) -> bool:
        queue = (
            "SELECT number, text, state, thread FROM texts WHERE guest = ? AND state IN ('waiting', 'trying')"
        )
        row = self._db.execute(f"{queue} ORDER BY number", (guest,)).fetchone()
        if row is None:
            return False
        number, text, state, thread = row
        try:
            message = await self._find(thread, text) if state == "trying" else None
            message = message or await self._add(number, guest, text)
            self._db.execute("INSERT OR IGNORE INTO known VALUES (?)", (message,))
            self._db.execute("UPDATE texts SET state = 'done' WHERE number = ?", (number,))
        except (RefusedError, UnavailableError) as error:
            if isinstance(error, UnavailableError) and failures + 1 < TRIES:
                raise
            log.error("gave up a text: %s", error)
            self._db.execute("UPDATE texts SET state = 'refused' WHERE number = ?", (number,))
            self._put(guest, f"notice-{number}", NOTICE)
        # A contact with the hotel: the moment to see whether a webhook went missing.
        threads = self._db.execute("SELECT thread FROM threads WHERE guest = ?", (guest,))
        self._to_read.update(thread for (thread,) in threads)
        self._reading.wake()
        return True

    async def _add(self, number: int, guest: str, text: str) -> str:
        thread = await self._thread_of(guest)
        trying = "UPDATE texts SET state = 'trying', thread = ? WHERE number = ?"
        self._db.execute(trying, (thread, number))
        self._db.execute("UPDATE threads SET active = ? WHERE thread = ?", (time.time(), thread))
        try:
            return await self._mews.add_message(thread, text)
        except RefusedError as error:
            if error.status != 400 or await self._mews.is_open(thread):
                raise
            # The hotel has resolved the thread: the text goes into a new one.
            self._db.execute("UPDATE guests SET thread = NULL WHERE guest = ?", (guest,))
            return await self._add(number, guest, text)

    async def _find(self, thread: str, text: str) -> str | None:
        """The id of the text, where a call that got no answer has added it all the same."""
        async for page in self._mews.message_pages(thread):
            for message in page:
                if not message.from_hotel and self._knows(message.id):
                    return None  # all that is older was sent before
                if not message.from_hotel and message.text == text:
                    return message.id
        return None

    async def _thread_of(self, guest: str) -> str:
        select = "SELECT name, thread, opening FROM guests WHERE guest = ?"
        name, thread, opening = self._db.execute(select, (guest,)).fetchone()
        if thread is not None:
            return str(thread)
        # The number in the subject tells the thread from others, should the answer get lost.
        subject = opening or f"Chat {secrets.token_hex(4)}"
        found = await self._mews.find_thread(subject) if opening else None
        self._db.execute("UPDATE guests SET opening = ? WHERE guest = ?", (subject, guest))
        thread = found or await self._mews.add_thread(name, subject)
        add = "INSERT OR IGNORE INTO threads (thread, guest, active) VALUES (?, ?, ?)"
        self._db.execute(add, (thread, guest, time.time()))
        opened = "UPDATE guests SET thread = ?, opening = NULL WHERE guest = ?"
        self._db.execute(opened, (thread, guest))
        return thread

    # --- from Mews to the guest

    def webhook(self, body: dict[str, Any]) -> None:
        """Store the events; they are read a moment later, together."""
        for event in body.get("Events", []):
            if event.get("Discriminator") == "MessageAdded" and not self._knows(event["Value"]["Id"]):
                add = "INSERT OR IGNORE INTO events (message) VALUES (?)"
                self._db.execute(add, (event["Value"]["Id"],))
        # Where the older Entities block tells the threads, they are read first.
        for message in body.get("Entities", {}).get("Messages", []):
            if not self._knows(message["Id"]):
                self._to_read.add(message["MessageThreadId"])
        self._reading.wake()

    async def _read(self, _failures: int) -> bool:
        await asyncio.sleep(GATHER)
        seen: set[str] = set()
        while self._to_read:
            thread = next(iter(self._to_read))
            seen |= await self._read_thread(thread, deep=False)
            self._to_read.discard(thread)
        due = (
            "SELECT message, looks FROM events WHERE due <= ? AND message NOT IN (SELECT message FROM known)"
        )
        events = dict(self._db.execute(due, (time.time(),)).fetchall())
        missing = set(events) - seen
        for (thread,) in self._db.execute("SELECT thread FROM threads ORDER BY active DESC").fetchall():
            if not missing:
                break
            seen |= await self._read_thread(thread, deep=any(events[each] for each in missing))
            missing -= seen
        for message in missing:
            self._postpone(message, events[message])
        found = [(message,) for message in events if message not in missing]
        self._db.executemany("DELETE FROM events WHERE message = ?", found)
        self._db.execute("DELETE FROM events WHERE message IN (SELECT message FROM known)")
        return False

    async def _read_thread(self, thread: str, *, deep: bool) -> set[str]:
        """Show what is new in a thread, in Mews's order; the ids that were seen."""
        select = "SELECT guest, mark FROM threads WHERE thread = ?"
        row = self._db.execute(select, (thread,)).fetchone()
        if row is None:
            return set()
        guest, mark = row
        read: list[Message] = []
        try:
            async for page in self._mews.message_pages(thread):
                read += page
                if not deep and any(message.id == mark for message in page):
                    break
        except RefusedError as error:
            log.error("reading was refused: %s", error)
            return set()
        for message in reversed(read):
            if message.from_hotel and not self._knows(message.id):
                self._put(guest, message.id, message.text)
                self._db.execute("INSERT INTO known VALUES (?)", (message.id,))
        if read:
            self._db.execute("UPDATE threads SET mark = ? WHERE thread = ?", (read[0].id, thread))
        return {message.id for message in read}

    def _postpone(self, message: str, looks: int) -> None:
        """What was not found is looked for a few times more."""
        if looks == len(LATER_LOOKS):
            self._db.execute("DELETE FROM events WHERE message = ?", (message,))
            return
        later = "UPDATE events SET looks = looks + 1, due = ? WHERE message = ?"
        self._db.execute(later, (time.time() + LATER_LOOKS[looks], message))
        asyncio.get_running_loop().call_later(LATER_LOOKS[looks] + 0.01, self._reading.wake)

    def _knows(self, message: str) -> bool:
        return bool(self._db.execute("SELECT 1 FROM known WHERE message = ?", (message,)).fetchone())

    def _put(self, guest: str, line: str, text: str) -> None:
        add = "INSERT OR IGNORE INTO screen (guest, id, text) VALUES (?, ?, ?)"
        self._db.execute(add, (guest, line, text))
        self._lane(guest, "show").wake()

    async def _show(self, guest: str, _failures: int) -> bool:
        """POST the guest's next line to the channel."""
        select = "SELECT number, id, text FROM screen WHERE guest = ? AND NOT shown ORDER BY number"
        row = self._db.execute(select, (guest,)).fetchone()
        if row is None:
            return False
        number, line, text = row
        async with self._showing:
            content = {"guest": guest, "id": line, "text": text}
            (await self._http.post(self._channel, json=content)).raise_for_status()
            self._db.execute("UPDATE screen SET shown = 1 WHERE number = ?", (number,))
        return True


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    env = os.environ
    with sqlite3.connect(env["DATABASE"], isolation_level=None) as db:
        db.executescript(f"PRAGMA journal_mode = WAL; {SCHEMA}")
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            mews = Mews(
                http,
                url=env["MEWS_URL"],
                client_token=env["MEWS_CLIENT_TOKEN"],
                access_token=env["MEWS_ACCESS_TOKEN"],
            )
            app.state.concierge = Concierge(db, mews, http, env["CHAT_CALLBACK"])
            app.state.concierge.resume()
            yield
            await app.state.concierge.close()


async def health(_request: Request) -> Response:
    return JSONResponse({})


async def say(request: Request) -> Response:
    body = await request.json()
    fields = (request.path_params["guest"], body.get("name"), body.get("id"), body.get("text"))
    if not all(isinstance(each, str) and each.strip() for each in fields):
        return Response(status_code=400)
    request.app.state.concierge.guest_wrote(*fields)
    return Response(status_code=202)


async def webhook(request: Request) -> Response:
    tokens = request.query_params.getlist("Token")
    if len(tokens) != 1 or not hmac.compare_digest(tokens[0].encode(), os.environ["WEBHOOK_TOKEN"].encode()):
        return Response(status_code=401)
    request.app.state.concierge.webhook(await request.json())
    return Response(status_code=204)


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/health", health),
        Route("/chat/{guest:path}", say, methods=["POST"]),
        Route("/hooks/mews", webhook, methods=["POST"]),
    ],
)

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    port = int(os.environ["PORT"])
    uvicorn.run(app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1)
