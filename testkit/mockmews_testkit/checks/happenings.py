"""What the journal tells, as nouns: hits of faults, calls, messages, threads and webhook attempts.

A journal may have been written by an app that does everything wrong: nothing here relies on what a body holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockmews_testkit import durations

Json = Mapping[str, Any]

MESSAGE_ADDED = "MessageAdded"
APPLICATION = "Application"
ENTERPRISE = "Enterprise"
ADDS = ("messageThreads/add", "messages/add")
LOOK_UPS = ("messageThreads/getAll", "messages/getAll")
TIME_LIMIT = 5.0
"""Seconds that Mews waits for the answer to a webhook (contract.md 9)."""

HIDING = ("lose_response", "truncate", "not_json")
"""Faults that do the work and spoil the answer: the app cannot know what came of its call."""

_SPOILING = ("status", "reset", "unknown_field", *HIDING)
_LONG_DELAY = 1.0  # seconds after which an app may give up waiting for an answer
_PATIENCE_OF_CLIENTS = 10.0  # seconds that a usual client waits for an answer that never comes
_REFUSALS = (400, 401, 403)
_EVENT = re.compile(r'"Discriminator":\s*"(\w+)",\s*"Value":\s*\{\s*"Id":\s*"([0-9A-Fa-f-]{36})"')


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault struck: the call `cause`, the message `cause` whose event went out early, or a `delivery`."""

    number: int
    elapsed: float
    injects: Json
    cause: int | None = None
    delivery: int | None = None
    fault: str = ""
    count: int = 1

    @property
    def delay(self) -> float:
        """Seconds that it makes an answer or a webhook wait."""
        return self._seconds("delay")

    @property
    def over(self) -> float | None:
        """When the fault strikes no more, in seconds of the journal; None where nothing tells."""
        if self.injects.get("until"):
            return self.elapsed + self._seconds("until")
        spent = self.injects.get("nth") or self.injects.get("times") == self.count
        return self.elapsed if spent else None

    def _seconds(self, name: str) -> float:
        written = self.injects.get(name)
        try:
            return durations.seconds(durations.parse(written)) if isinstance(written, str) else 0.0
        except ValueError:
            return 0.0

    def does(self, *effects: str) -> bool:
        """Whether it has one of these effects."""
        return any(self.injects.get(each) for each in effects)

    @property
    def is_short_wait(self) -> bool:
        """Whether it only lets an answer wait for a moment, as Mews does on a busy day: nothing went wrong."""
        return 0 < self.delay < _LONG_DELAY and self.delivery is None and not self.does(*_SPOILING)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation. `status` is None where the app saw no answer, `body` where it is no JSON."""

    number: int
    operation: str
    begun: float
    ended: float
    status: int | None
    entry: Json
    hits: tuple[Hit, ...] = ()

    @property
    def body(self) -> Json:
        """What was sent; empty where it was no JSON object."""
        return as_map(as_map(self.entry.get("request")).get("json"))

    @property
    def response(self) -> Json:
        """What was answered; empty where it was no JSON object, or too long for the journal."""
        return as_map(as_map(self.entry.get("response")).get("json"))

    @property
    def items(self) -> list[Json]:
        """The messages that a messages/add brings."""
        return [as_map(each) for each in as_list(self.body.get("Messages"))]

    @property
    def texts(self) -> list[str]:
        """Their texts."""
        return [each["Text"] for each in self.items if isinstance(each.get("Text"), str)]

    @property
    def threads(self) -> list[str]:
        """The threads that it names, in lower case."""
        named = [*as_list(self.body.get("MessageThreadIds"))]
        named += [each.get("MessageThreadId") for each in self.items]
        return [each.lower() for each in named if isinstance(each, str)]

    @property
    def cursor(self) -> str | None:
        """The Cursor that it sends."""
        cursor = as_map(self.body.get("Limitation")).get("Cursor")
        return cursor.lower() if isinstance(cursor, str) else None

    @property
    def key(self) -> str:
        """What makes two calls equal, though an id, an interval or a cursor differs."""
        return f"{self.operation} {self.body.get('OriginalSender')} {sorted(self.threads)} {self.texts}"

    @property
    def retry_after(self) -> float | None:
        """Seconds of its Retry-After; None where it has none that is a number."""
        for header in as_list(self.entry.get("response_headers")):
            if isinstance(header, list | tuple) and len(header) == 2 and header[0] == "retry-after":
                return float(header[1]) if str(header[1]).isdecimal() else None
        return None

    @property
    def injected(self) -> bool:
        """Whether a fault answered in the place of Mews."""
        return any(hit.does("status", "reset") for hit in self.hits)

    @property
    def limited(self) -> bool:
        """Whether it was answered 429."""
        return self.status == 429

    @property
    def refused(self) -> bool:
        """Whether it was refused for good."""
        return self.status in _REFUSALS

    @property
    def hidden(self) -> bool:
        """Whether the work was done, and the app may not know it."""
        if self.injected or (self.status is not None and self.status >= 400):
            return False
        return any(hit.does(*HIDING) or hit.delay >= _LONG_DELAY for hit in self.hits)

    @property
    def failed(self) -> bool:
        """Whether it failed for no fault of the app's, nothing done: 5xx, 408, 409 or a reset."""
        if any(hit.does("reset") for hit in self.hits):
            return True
        return self.status is not None and (self.status >= 500 or self.status in (408, 409))

    @property
    def odd(self) -> bool:
        """Whether it was answered as usual, but for a field that is new."""
        return bool(self.hits) and all(hit.does("unknown_field") for hit in self.hits)

    @property
    def troubled(self) -> bool:
        """Whether anything kept it from being answered as usual."""
        struck = any(not hit.is_short_wait for hit in self.hits)
        return struck or self.limited or self.failed or self.status is None


@dataclass(frozen=True, slots=True)
class Message:
    """A message in Mews, by an app or by the front desk."""

    number: int
    id: str
    thread: str
    sender: str
    text: str
    elapsed: float
    at: str
    cause: int | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread that an app opened."""

    number: int
    id: str
    sender: str
    subject: str
    enterprise: str | None
    cause: int | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST of a webhook. `events` are pairs of discriminator and entity id. `hits` are of this POST."""

    number: int
    delivery: int
    begun: float
    ended: float
    status: int | None
    error: str | None
    state: str
    cause: str
    events: tuple[tuple[str, str], ...]
    hits: tuple[Hit, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether it was answered 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def wrong_token(self) -> bool:
        """Whether its URL had another token, or none."""
        return any(hit.does("wrong_token") for hit in self.hits)

    @property
    def messages(self) -> list[str]:
        """The ids of its MessageAdded events."""
        return [entity for discriminator, entity in self.events if discriminator == MESSAGE_ADDED]

    @property
    def lasted(self) -> float:
        """Seconds until its answer."""
        return self.ended - self.begun


def hits_in(entries: Iterable[Json]) -> list[Hit]:
    """Every strike of a fault."""
    return [
        Hit(
            each["number"],
            each["elapsed"],
            as_map(each.get("injects")),
            each.get("cause"),
            each.get("delivery"),
            str(each.get("fault") or ""),
            each.get("hit") or 1,
        )
        for each in entries
        if each["kind"] == "fault"
    ]


def calls_in(entries: Iterable[Json], hits: Iterable[Hit]) -> list[Call]:
    """Every call of the four operations, as far as its path is right."""
    struck: dict[int | None, list[Hit]] = {}
    for hit in hits:
        struck.setdefault(hit.cause, []).append(hit)
    found = []
    for each in entries:
        if each["kind"] == "request" and each.get("operation"):
            own = tuple(struck.get(each["number"], ()))
            lasted = (each.get("milliseconds") or 0) / 1000
            if any(hit.injects.get("lose_response") == "hang" for hit in own):
                lasted += _PATIENCE_OF_CLIENTS
            begun = each["elapsed"]
            call = Call(
                each["number"], each["operation"], begun, begun + lasted, each.get("status"), each, own
            )
            found.append(call)
    return found


def messages_in(entries: Iterable[Json]) -> list[Message]:
    """Every message, in order."""
    return [
        Message(
            each["number"], each["message_id"], each["thread_id"], each["sender"], each["text"],
            each["elapsed"], each.get("at", ""), each.get("cause"),
        )
        for each in entries
        if each["kind"] == "message"
    ]  # fmt: skip


def threads_in(entries: Iterable[Json]) -> list[Thread]:
    """Every thread, in order."""
    return [
        Thread(
            each["number"], each["thread_id"], each["guest"], each["subject"], each.get("enterprise_id"),
            each.get("cause"),
        )
        for each in entries
        if each["kind"] == "thread"
    ]  # fmt: skip


def attempts_in(entries: Iterable[Json], hits: Iterable[Hit]) -> list[Attempt]:
    """Every webhook attempt with the faults of this very POST, by the time it began.

    An attempt stands in the journal when it has ended. One on a kept connection that had ended is none.
    """
    struck = {hit.number: hit for hit in hits if hit.delivery is not None}
    waiting: dict[int, list[Hit]] = {}
    before: dict[int, tuple[Hit, ...]] = {}
    found: list[Attempt] = []
    for each in entries:
        if each["number"] in struck:
            hit = struck[each["number"]]
            waiting.setdefault(hit.delivery or 0, []).append(hit)
        elif each["kind"] == "attempt":
            delivery = each["delivery"]
            cause = each.get("attempt_cause") or ""
            own = tuple(waiting.pop(delivery, ()))
            if not own and cause in _SAME_POST:
                own = before.get(delivery, ())
            before[delivery] = own
            if cause == _STALE:
                found.remove(next(old for old in reversed(found) if old.delivery == delivery))
            found.append(_attempt(each, cause, own))
    return sorted(found, key=lambda attempt: (attempt.begun, attempt.number))


_STALE = "stale connection"
_SAME_POST = ("duplicate", _STALE)


def _attempt(entry: Json, cause: str, hits: tuple[Hit, ...]) -> Attempt:
    ended = entry["elapsed"]
    return Attempt(
        entry["number"],
        entry["delivery"],
        ended - (entry.get("milliseconds") or 0) / 1000,
        ended,
        entry.get("status"),
        entry.get("error"),
        entry.get("state") or "",
        cause,
        _events(as_map(entry.get("request_body"))),
        hits,
    )


def _events(body: Json) -> tuple[tuple[str, str], ...]:
    """The events of a webhook's body, which may be cut where it was long."""
    if isinstance(body.get("text"), str):
        return tuple((name, entity.lower()) for name, entity in _EVENT.findall(body["text"]))
    found = []
    for each in as_list(as_map(body.get("json")).get("Events")):
        event = as_map(each)
        entity = as_map(event.get("Value")).get("Id")
        found.append((str(event.get("Discriminator")), str(entity).lower()))
    return tuple(found)


def as_map(value: Any) -> Json:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """The value where it is an array, else an empty one."""
    return list(value) if isinstance(value, list | tuple) else []
