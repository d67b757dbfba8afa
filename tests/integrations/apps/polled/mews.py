"""The client of Mews, with the standard library alone: four operations, pages, and the rate limit."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

CLIENT = "Polled concierge 1.2.0"
COUNT = 50
CALLS, WINDOW = 180, 30.0
TIMEOUT = 10.0


class RefusedError(Exception):
    """Mews said no; the same call would be refused again."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class UnavailableError(Exception):
    """No usable answer: Mews may have done what it was asked for, or not."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the app needs of a message."""

    id: str
    thread: str
    sender: str
    text: str
    written: str

    @classmethod
    def read(cls, item: dict[str, Any]) -> Message:
        return cls(
            id=item["Id"],
            thread=item["MessageThreadId"],
            sender=item["Sender"]["Discriminator"],
            text=item["Text"],
            written=item["CreatedUtc"],
        )


class Gate:
    """All calls pass it: fewer than the limit in 30 s, and none while Mews wants quiet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: deque[float] = deque()
        self._closed_until = 0.0
        self._strikes: Counter[str] = Counter()

    def wait(self) -> None:
        while (pause := self._pause()) > 0:
            time.sleep(pause)

    def _pause(self) -> float:
        with self._lock:
            now = time.monotonic()
            while self._left and self._left[0] <= now - WINDOW:
                self._left.popleft()
            full = self._left[0] + WINDOW - now if len(self._left) >= CALLS else 0.0
            pause = max(full, self._closed_until - now)
            if pause <= 0:
                self._left.append(now)
            return pause

    def limited(self, operation: str, told: str | None) -> None:
        """429: be quiet as long as told, else twice as long as the last time."""
        with self._lock:
            self._strikes[operation] += 1
            seconds = float(told) + 0.05 if told else min(0.5 * 2 ** (self._strikes[operation] - 1), 60)
            self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def passed(self, operation: str) -> None:
        self._strikes.pop(operation, None)


class Mews:
    """One hotel's Mews."""

    def __init__(self, url: str, client_token: str, access_token: str) -> None:
        self._url = f"{url}/api/connector/v1"
        self._tokens = {"ClientToken": client_token, "AccessToken": access_token, "Client": CLIENT}
        self._open = build_opener(ProxyHandler({})).open
        self._gate = Gate()

    @classmethod
    def from_environment(cls) -> Mews:
        names = ("MEWS_URL", "MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN")
        return cls(*(os.environ[name] for name in names))

    def add_thread(self, sender: str, subject: str) -> str:
        answer = self._call("messageThreads/add", OriginalSender=sender, Subject=subject)
        return str(answer["MessageThreads"][0]["Id"])

    def add_message(self, thread: str, text: str) -> str:
        answer = self._call("messages/add", Messages=[{"MessageThreadId": thread, "Text": text}])
        return str(answer["Messages"][0]["Message"]["Id"])

    def is_open(self, thread: str) -> bool:
        pages = self._pages("messageThreads", MessageThreadIds=[thread])
        return any(not each.get("IsResolved") for page in pages for each in page)

    def find_thread(self, subject: str, *, since: datetime) -> str | None:
        """The thread with this subject. Mews's clock need not be ours, so the interval is wide."""
        month = timedelta(days=30)
        interval = {"StartUtc": _utc(since - month), "EndUtc": _utc(datetime.now(UTC) + month)}
        for page in self._pages("messageThreads", CreatedUtc=interval):
            for each in page:
                if each["Subject"] == subject:
                    return str(each["Id"])
        return None

    def message_pages(self, threads: list[str]) -> Iterator[list[Message]]:
        """The messages of the threads, newest first."""
        for page in self._pages("messages", MessageThreadIds=threads):
            yield [Message.read(item) for item in page]

    def _pages(self, resource: str, **filters: Any) -> Iterator[list[dict[str, Any]]]:
        cursor = None
        while True:
            limitation = {"Count": COUNT, "Cursor": cursor}
            answer = self._call(f"{resource}/getAll", **filters, Limitation=limitation)
            page = answer[resource[0].upper() + resource[1:]]
            yield page
            cursor = answer["Cursor"]
            if cursor is None or len(page) < COUNT:
                return

    def _call(self, operation: str, **fields: Any) -> dict[str, Any]:
        body = json.dumps({**self._tokens, **fields}).encode()
        headers = {"Content-Type": "application/json"}
        while True:
            self._gate.wait()
            try:
                request = Request(f"{self._url}/{operation}", body, headers)
                with self._open(request, timeout=TIMEOUT) as response:
                    answer: dict[str, Any] = json.load(response)
            except HTTPError as error:
                if error.code == 429:
                    self._gate.limited(operation, error.headers["Retry-After"])
                    continue
                self._gate.passed(operation)
                seen = f"{operation}: {error.code}, Request-Id {error.headers['Request-Id']}"
                if error.code >= 500 or error.code in (408, 409):
                    raise UnavailableError(seen) from None
                raise RefusedError(error.code, seen) from None
            except (OSError, HTTPException, ValueError) as error:
                raise UnavailableError(f"{operation}: {type(error).__name__}") from None
            self._gate.passed(operation)
            return answer


def _utc(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
