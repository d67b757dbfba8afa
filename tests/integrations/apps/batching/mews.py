"""The asyncio client of Mews: four operations, pages, and the rate limit."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

CLIENT = "Batching concierge 0.9"
COUNT = 100
CALLS, WINDOW = 180, 30.0


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
    from_hotel: bool
    text: str


class Mews:
    """One hotel's Mews."""

    def __init__(self, http: httpx.AsyncClient, *, url: str, client_token: str, access_token: str) -> None:
        self._http = http
        self._url = f"{url}/api/connector/v1"
        self._tokens = {"ClientToken": client_token, "AccessToken": access_token, "Client": CLIENT}
        self._left: deque[float] = deque()
        self._closed_until = 0.0
        self._strikes: Counter[str] = Counter()

    async def add_thread(self, sender: str, subject: str) -> str:
        answer = await self._call("messageThreads/add", OriginalSender=sender, Subject=subject)
        return str(answer["MessageThreads"][0]["Id"])

    async def add_message(self, thread: str, text: str) -> str:
        answer = await self._call("messages/add", Messages=[{"MessageThreadId": thread, "Text": text}])
        return str(answer["Messages"][0]["Message"]["Id"])

    async def is_open(self, thread: str) -> bool:
        async for page in self._pages("messageThreads", MessageThreadIds=[thread]):
            return any(not each.get("IsResolved") for each in page)
        return False

    async def find_thread(self, subject: str) -> str | None:
        """The thread with this subject, opened not long ago by a call that got no answer."""
        now = datetime.now(UTC)
        interval = {"StartUtc": _utc(now - timedelta(days=30)), "EndUtc": _utc(now + timedelta(days=30))}
        async for page in self._pages("messageThreads", CreatedUtc=interval):
            for each in page:
                if each["Subject"] == subject:
                    return str(each["Id"])
        return None

    async def message_pages(self, thread: str) -> AsyncIterator[list[Message]]:
        """The messages of a thread, newest first."""
        async for page in self._pages("messages", MessageThreadIds=[thread]):
            yield [
                Message(each["Id"], each["Sender"]["Discriminator"] == "Enterprise", each["Text"])
                for each in page
            ]

    async def _pages(self, resource: str, **filters: Any) -> AsyncIterator[list[dict[str, Any]]]:
        cursor: str | None = None
        while True:
            limitation = {"Count": COUNT, "Cursor": cursor}
            answer = await self._call(f"{resource}/getAll", **filters, Limitation=limitation)
            page = answer[resource[0].upper() + resource[1:]]
            yield page
            cursor = answer["Cursor"]
            if cursor is None or len(page) < COUNT:
                return

    async def _call(self, operation: str, **fields: Any) -> dict[str, Any]:
        content = json.dumps({**self._tokens, **fields}).encode()
        headers = {"Content-Type": "application/json"}
        while True:
            await self._turn()
            try:
                answer = await self._http.post(f"{self._url}/{operation}", content=content, headers=headers)
            except httpx.HTTPError as error:
                raise UnavailableError(f"{operation}: {type(error).__name__}") from error
            if answer.status_code == 429:
                self._limited(operation, answer.headers.get("Retry-After"))
                continue
            self._strikes.pop(operation, None)
            seen = f"{operation}: {answer.status_code}, Request-Id {answer.headers.get('Request-Id')}"
            if answer.status_code >= 500 or answer.status_code in (408, 409):
                raise UnavailableError(seen)
            if not answer.is_success:
                raise RefusedError(answer.status_code, seen)
            try:
                found: dict[str, Any] = answer.json()
            except ValueError as error:
                raise UnavailableError(f"{operation}: the answer is no JSON") from error
            return found

    async def _turn(self) -> None:
        """Wait until a call may leave: fewer than the limit in 30 s, and none while Mews wants quiet."""
        while True:
            now = time.monotonic()
            while self._left and self._left[0] <= now - WINDOW:
                self._left.popleft()
            full = self._left[0] + WINDOW if len(self._left) >= CALLS else 0.0
            until = max(full, self._closed_until)
            if until <= now:
                break
            await asyncio.sleep(until - now)
        self._left.append(now)

    def _limited(self, operation: str, told: str | None) -> None:
        """429: be quiet as long as told, else twice as long as the last time."""
        self._strikes[operation] += 1
        pause = float(told) + 0.05 if told else min(0.5 * 2 ** (self._strikes[operation] - 1), 60.0)
        self._closed_until = max(self._closed_until, time.monotonic() + pause)


def _utc(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
