"""A small guest app in threads of this process, right in all that ConversationMachine looks for.

What it must remember stands in its `Database`, which a restart keeps. Each flaw in `flaws.py` is a patch of it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
BASE = "/api/connector/v1"
DAY = timedelta(days=1)
INSTANT = "%Y-%m-%dT%H:%M:%SZ"
TRIES = 8
PAGE = 4


class UnansweredError(Exception):
    """A call was sent, and no answer came: nobody knows what became of it."""


class RefusedError(Exception):
    """Mews answered, and not with 200."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass
class Database:
    """What is kept: threads by guest, the ids of messages that were sent and shown, and what guests saw."""

    threads: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    screens: dict[str, list[str]] = field(default_factory=dict)


class Concierge:
    """The app, and the adapter by which a test speaks as its guests."""

    def __init__(self, mews: Any) -> None:
        self.mews = mews
        self.database = Database()
        self.start()

    def start(self) -> None:
        self.writing: dict[str, threading.Lock] = {}
        self.lock = threading.Lock()
        self.reading = threading.Lock()
        self.stopping = threading.Event()
        self.server = Webhooks(self)
        self.mews.webhook_to(f"http://127.0.0.1:{self.server.server_port}/hooks?Token=${{webhook_token}}")

    def restart(self) -> None:
        self.close()
        self.start()

    def close(self) -> None:
        self.stopping.set()
        self.server.end()

    # From the guest to Mews

    def say(self, guest: Any, text: str) -> None:
        with self.lock:
            writing = self.writing.setdefault(guest.id, threading.Lock())
        with writing:
            self.send(self.thread_of(guest), text)

    def thread_of(self, guest: Any) -> str:
        """The guest's thread, opened where there is none yet."""
        if guest.id not in self.database.threads:
            self.database.threads[guest.id] = self.open_thread(guest)
        return self.database.threads[guest.id]

    def open_thread(self, guest: Any) -> str:
        subject = f"Chat {guest.id}"
        for pause in pauses():
            try:
                opened = self.call("messageThreads/add", OriginalSender=guest.name, Subject=subject)
                return str(opened["MessageThreads"][0]["Id"])
            except UnansweredError:
                found = [each for each in self.all_threads() if each["Subject"] == subject]
                if found:
                    return str(found[0]["Id"])
            except RefusedError as error:
                self.give_up(error, pause)
        raise RuntimeError("no thread could be opened")

    def send(self, thread: str, text: str) -> None:
        for pause in pauses():
            try:
                added = self.call("messages/add", Messages=[{"MessageThreadId": thread, "Text": text}])
                self.database.sent.add(added["Messages"][0]["Message"]["Id"])
                return
            except UnansweredError:
                if self.was_taken(thread, text):
                    return
            except RefusedError as error:
                self.give_up(error, pause)
        raise RuntimeError("the message could not be sent")

    def was_taken(self, thread: str, text: str) -> bool:
        """Whether an add without an answer was done: then a message of ours is there that nobody knows."""
        for message in self.messages([thread]):
            if message["Id"] not in self.database.sent and message["Text"] == text and is_own(message):
                self.database.sent.add(message["Id"])
                return True
        return False

    def give_up(self, error: RefusedError, pause: float) -> None:
        if error.status not in (408, 429, 500):
            raise error
        self.stopping.wait(pause)

    # From Mews to the guest

    def receive(self, body: Json) -> None:
        if any(each["Discriminator"] == "MessageAdded" for each in body["Events"]):
            with self.reading:
                self.show_news(body)

    def show_news(self, body: Json) -> None:
        """All that is new in every thread, oldest first."""
        guests = {thread: guest for guest, thread in self.database.threads.items()}
        for message in reversed(list(self.messages(list(guests)))):
            if self.is_new(message):
                self.database.seen.add(message["Id"])
                self.show(guests[message["MessageThreadId"]], message["Text"])

    def is_new(self, message: Json) -> bool:
        return not is_own(message) and message["Id"] not in self.database.seen

    def show(self, guest: str, text: str) -> None:
        self.database.screens.setdefault(guest, []).append(text)

    def shown(self, guest: Any) -> list[str]:
        return list(self.database.screens.get(guest.id, []))

    # Calls

    def messages(self, threads: list[str]) -> Iterator[Json]:
        """Every message of these threads, newest first."""
        return self.pages("messages/getAll", "Messages", MessageThreadIds=threads) if threads else iter(())

    def all_threads(self) -> Iterator[Json]:
        now = datetime.now(UTC)
        interval = {"StartUtc": f"{now - DAY:{INSTANT}}", "EndUtc": f"{now:{INSTANT}}"}
        return self.pages("messageThreads/getAll", "MessageThreads", CreatedUtc=interval)

    def pages(self, operation: str, items: str, **fields: Any) -> Iterator[Json]:
        cursor = None
        while True:
            answer = self.read(operation, Limitation={"Count": PAGE, "Cursor": cursor}, **fields)
            yield from answer[items]
            cursor = answer["Cursor"]
            if cursor is None or len(answer[items]) < PAGE:
                return

    def read(self, operation: str, **fields: Any) -> Json:
        for pause in pauses():
            try:
                return self.call(operation, **fields)
            except UnansweredError:
                self.stopping.wait(pause)
            except RefusedError as error:
                self.give_up(error, pause)
        raise RuntimeError(f"{operation} cannot be had")

    def call(self, operation: str, **fields: Any) -> Json:
        tokens = {"ClientToken": self.mews.client_token, "AccessToken": self.mews.access_token}
        body = json.dumps({**tokens, "Client": "Concierge 1.0", **fields})
        connection = HTTPConnection(self.mews.url.removeprefix("http://"), timeout=10)
        try:
            connection.request("POST", f"{BASE}/{operation}", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise UnansweredError(operation) from error
        finally:
            connection.close()
        if answer.status != 200:
            raise RefusedError(answer.status)
        found: Json = json.loads(content)
        return found


def pauses() -> Iterator[float]:
    """Growing, and not for ever."""
    return (0.005 * 2**attempt for attempt in range(TRIES))


def is_own(message: Json) -> bool:
    return bool(message["Sender"]["Discriminator"] == "Application")


class Webhooks(ThreadingHTTPServer):
    """Where Mews posts to."""

    daemon_threads = True

    def __init__(self, app: Concierge) -> None:
        self.app = app
        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.005,), daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Webhooks

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 401
        if self.path == f"/hooks?Token={self.server.app.mews.webhook_token}":
            try:
                self.server.app.receive(body)
                status = 204
            except Exception:
                status = 500
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""
