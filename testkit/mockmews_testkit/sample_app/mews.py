"""The client of Mews: the four operations of guest messaging, and what an answer of Mews means for us."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from mockmews_testkit.sample_app.settings import Settings
from mockmews_testkit.sample_app.throttle import Throttle, retry_after

CLIENT = "mockmews sample guest app 1.0"
"""Tells Mews who calls: a name and a version, always the same (REQ-02)."""
COUNT = 100
"""Items a page; Mews allows up to 1000."""
NOT_NOW = (408, 409)
"""Besides 5xx: statuses that another try may mend."""


class MewsError(Exception):
    """A call to Mews that did not bring what it was made for."""


class RefusedError(MewsError):
    """Mews said no (400, 401, 403, 404 ...): saying the same again brings the same answer (ERR-02)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class UnavailableError(MewsError):
    """It did not work this time; another try may succeed (ERR-01)."""


class NotSentError(UnavailableError):
    """The call never left, so nothing was done."""


class OutcomeUnknownError(UnavailableError):
    """The call left and no usable answer came: Mews may have done it, or not (SEND-03)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as messages/getAll tells it. Fields that we do not know are left alone (REQ-04)."""

    id: str
    thread: str
    text: str
    sender: str
    created: str

    @classmethod
    def read(cls, item: dict[str, Any]) -> Message:
        sender = item["Sender"]
        return cls(
            id=item["Id"].lower(),
            thread=item["MessageThreadId"].lower(),
            text=item["Text"],
            # An object today; older published schemas had the bare string.
            sender=sender["Discriminator"] if isinstance(sender, dict) else sender,
            created=item["CreatedUtc"],
        )


class Mews:
    """One hotel's Mews, seen with one pair of tokens."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http = http
        self._url = f"{settings.mews_url}/api/connector/v1"
        self._credentials = {
            "ClientToken": settings.client_token,
            "AccessToken": settings.access_token,
            "Client": CLIENT,
        }
        self._throttle = Throttle(
            calls_per_window=settings.calls_per_window, backoff_base=settings.backoff_base
        )

    async def add_thread(self, *, sender: str, subject: str) -> str:
        """Open a thread; its id."""
        answer = await self._call("messageThreads/add", {"OriginalSender": sender, "Subject": subject})
        with _reading("messageThreads/add"):
            return str(answer["MessageThreads"][0]["Id"]).lower()

    async def add_message(self, *, thread: str, text: str) -> str:
        """Add one message to a thread; its id."""
        answer = await self._call("messages/add", {"Messages": [{"MessageThreadId": thread, "Text": text}]})
        with _reading("messages/add"):
            return str(answer["Messages"][0]["Message"]["Id"]).lower()

    async def find_thread(self, *, subject: str, since: datetime) -> str | None:
        """The thread with this subject, opened about `since` or later; None where there is none.

        The window is wide because Mews's clock need not be ours; it stays within the three months that Mews
        allows, and ends in the future so that nothing of this very second is missed (PAGE-02).
        """
        window = {
            "StartUtc": _instant(since - timedelta(days=45)),
            "EndUtc": _instant(max(datetime.now(UTC), since) + timedelta(days=1)),
        }
        async for page in self._pages("messageThreads", {"CreatedUtc": window}):
            with _reading("messageThreads/getAll"):
                for thread in page:
                    if thread["Subject"] == subject:
                        return str(thread["Id"]).lower()
        return None

    async def is_open(self, thread: str) -> bool:
        """Whether the thread is there and not resolved."""
        async for page in self._pages("messageThreads", {"MessageThreadIds": [thread]}):
            with _reading("messageThreads/getAll"):
                return any(not item.get("IsResolved", False) for item in page)
        return False

    async def message_pages(self, threads: Sequence[str]) -> AsyncIterator[list[Message]]:
        """Pages of the messages of up to 1000 threads, all threads together, newest first."""
        async for page in self._pages("messages", {"MessageThreadIds": list(threads)}):
            with _reading("messages/getAll"):
                messages = [Message.read(item) for item in page]
            yield messages

    async def _pages(self, resource: str, filters: dict[str, Any]) -> AsyncIterator[list[dict[str, Any]]]:
        """Follow the Cursor until it is null or a page is not full (PAGE-01)."""
        operation = f"{resource}/getAll"
        cursor: str | None = None
        while True:
            limitation = {"Count": COUNT, "Cursor": cursor}
            answer = await self._call(operation, {**filters, "Limitation": limitation})
            with _reading(operation):
                page: list[dict[str, Any]] = answer[resource[0].upper() + resource[1:]]
                full = len(page) >= COUNT
            if page:
                yield page
            before, cursor = cursor, answer.get("Cursor")
            if not full or cursor is None or cursor == before:
                return

    async def _call(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make one call; after a 429, for which Mews did nothing, make it again when it may be made."""
        content = json.dumps({**self._credentials, **body}).encode()
        while True:
            async with self._throttle.turn():
                response = await self._post(operation, content)
                if response.status_code == 429:
                    self._throttle.refused(operation, retry_after(response.headers))
                    continue
                self._throttle.accepted(operation)
            return _answer(operation, response)

    async def _post(self, operation: str, content: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        try:
            return await self._http.post(f"{self._url}/{operation}", content=content, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSentError(f"{operation}: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknownError(f"{operation}: {type(error).__name__}") from error


def _answer(operation: str, response: httpx.Response) -> dict[str, Any]:
    """The answer's body, or what its status means."""
    status = response.status_code
    try:
        body = json.loads(response.content)
    except ValueError:
        body = None
    found = body if isinstance(body, dict) else {}
    # The request id is what Mews's support asks for; nothing else of a call need be logged (SEC-01).
    request_id = response.headers.get("request-id") or found.get("RequestId")
    seen = f"{operation}: {status} {found.get('Message', '')} (RequestId {request_id})"
    if status >= 500 or status in NOT_NOW:
        raise OutcomeUnknownError(seen)
    if not 200 <= status < 300:
        raise RefusedError(status, seen)
    if not isinstance(body, dict):
        raise OutcomeUnknownError(f"{seen}: the body is not a JSON object")
    return body


@contextmanager
def _reading(operation: str) -> Iterator[None]:
    """An answer that lacks what we need tells us no more than a lost one."""
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise OutcomeUnknownError(f"{operation}: unexpected answer ({error!r})") from error


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
