"""What the four small apps have in common: the Mews side of a concierge, and a web server for their channels."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx

Json = dict[str, Any]
Show = Callable[[str, str, str], None]
"""Shows a guest a text of the hotel: guest, text, message id."""


class Answer(NamedTuple):
    """What a route answers: JSON, or a text of a media type."""

    status: int
    content: Any = None
    media_type: str = "application/json"


class Concierge:
    """Keeps a thread for each guest, and shows each reply once. Webhooks only wake a worker."""

    def __init__(self, show: Show, *, access_token: str | None = None) -> None:
        self._show = show
        self._access_token = access_token or os.environ["MEWS_ACCESS_TOKEN"]
        self._http = httpx.Client(base_url=os.environ["MEWS_URL"], trust_env=False)
        self._threads: dict[str, str] = {}
        self._shown: set[str] = set()
        self._lock = threading.Lock()
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    def guest_wrote(self, guest: str, name: str, text: str) -> None:
        """Send the guest's text to the hotel, in the guest's own thread."""
        with self._lock:
            if guest not in self._threads:
                answer = self._call("messageThreads/add", OriginalSender=name, Subject=f"Chat with {name}")
                self._threads[guest] = answer["MessageThreads"][0]["Id"]
            self._call("messages/add", Messages=[{"MessageThreadId": self._threads[guest], "Text": text}])

    def webhook(self, path: str, body: bytes) -> Answer:
        """Mews tells that something happened: answer at once, look later."""
        if parse_qs(urlsplit(path).query).get("Token") != [os.environ["WEBHOOK_TOKEN"]]:
            return Answer(401)
        if any(each["Discriminator"] == "MessageAdded" for each in json.loads(body)["Events"]):
            self._news.put(None)
        return Answer(204)

    def _work(self) -> None:
        while True:
            self._news.get()
            with self._lock:
                guests = {thread: guest for guest, thread in self._threads.items()}
            for message in self._messages(list(guests)):
                if message["Sender"]["Discriminator"] == "Enterprise" and message["Id"] not in self._shown:
                    self._shown.add(message["Id"])
                    self._show(guests[message["MessageThreadId"]], message["Text"], message["Id"])

    def _messages(self, threads: list[str]) -> list[Json]:
        """All messages of the threads, oldest first."""
        found: list[Json] = []
        cursor = None
        while threads:
            limitation = {"Count": 100, "Cursor": cursor}
            page = self._call("messages/getAll", MessageThreadIds=threads, Limitation=limitation)
            found += page["Messages"]
            cursor = page["Cursor"]
            if len(page["Messages"]) < 100:
                break
        return found[::-1]

    def _call(self, operation: str, **fields: Any) -> Json:
        tokens = {
            "ClientToken": os.environ["MEWS_CLIENT_TOKEN"],
            "AccessToken": self._access_token,
            "Client": "Small concierge 1.0",
        }
        answer = self._http.post(f"/api/connector/v1/{operation}", json={**tokens, **fields})
        answer.raise_for_status()
        content: Json = answer.json()
        return content


class Web(BaseHTTPRequestHandler):
    """A request to an app; its `route` answers."""

    protocol_version = "HTTP/1.1"

    def route(self, body: bytes) -> Answer:
        """What `method path` answers to this body."""
        return Answer(404)

    def do_GET(self) -> None:
        self.answer(self.route(b""))

    def do_POST(self) -> None:
        self.answer(self.route(self.rfile.read(int(self.headers.get("Content-Length", 0)))))

    def answer(self, answer: Answer) -> None:
        """Send it."""
        text = answer.content if isinstance(answer.content, str) else json.dumps(answer.content)
        body = b"" if answer.content is None else text.encode()
        self.send_response(answer.status)
        if body:
            self.send_header("Content-Type", answer.media_type)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def serve(web: type[Web]) -> None:
    """Listen until the process ends."""
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), web).serve_forever()
