"""What a test reads of the fake: calls, threads, messages and faults, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the app under test.

    `body` is the JSON that was sent with its tokens masked, `at` the instant on the hotel's clock, `status`
    None where it is not answered, `hint` what only a mock can say of a refusal, `answer` the JSON answered.
    """

    operation: str | None
    body: Any
    at: datetime
    status: int | None
    hint: str
    answer: Any = None
    milliseconds: float | None = None
    method: str = "POST"
    path: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread in Mews (operations/messagethreads)."""

    id: str
    enterprise_id: str
    original_sender: str
    subject: str
    created: datetime
    updated: datetime
    is_resolved: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message in Mews (operations/messages). `sender` is `Application` or `Enterprise`."""

    id: str
    thread_id: str
    enterprise_id: str
    text: str
    sender: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST of a webhook. `status` is what the app answered, `error` why it did not."""

    number: int
    at: datetime
    status: int | None
    milliseconds: float
    error: str | None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook tells: that the thing with this id was added or changed."""

    discriminator: str
    id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook on its way, as it stood when it was asked for: `state` is `held`, `delivered` and so on."""

    id: str
    state: str
    enterprise_id: str
    events: tuple[Event, ...] = ()
    attempts: tuple[Attempt, ...] = field(default=())
    body: str | None = None


def instant(text: str) -> datetime:
    """An instant of the control API; digits below a microsecond are dropped."""
    return datetime.fromisoformat(text)


def call_of(entry: Json) -> Call:
    """A call from its journal entry."""
    return Call(
        operation=entry.get("operation"),
        body=_content(entry.get("request")),
        at=instant(entry["at"]),
        status=entry.get("status"),
        hint=entry.get("hint") or "",
        answer=_content(entry.get("response")),
        milliseconds=entry.get("milliseconds"),
        method=entry.get("method", "POST"),
        path=entry.get("path", ""),
    )


def thread_of(shown: Json) -> Thread:
    """A thread from the control API."""
    return Thread(
        shown["id"], shown["enterprise_id"], shown["original_sender"], shown["subject"],
        instant(shown["created_utc"]), instant(shown["updated_utc"]), shown["is_resolved"],
    )  # fmt: skip


def message_of(shown: Json) -> Message:
    """A message from the control API."""
    return Message(
        shown["id"], shown["message_thread_id"], shown["enterprise_id"], shown["text"], shown["sender"],
        instant(shown["created_utc"]),
    )  # fmt: skip


def delivery_of(shown: Json) -> Delivery:
    """A delivery from the control API."""
    return Delivery(
        shown["id"],
        shown["state"],
        shown["enterprise_id"],
        tuple(Event(each["discriminator"], each["id"]) for each in shown["events"]),
        tuple(
            Attempt(
                each["number"], instant(each["at"]), each["status"], each["milliseconds"], each["error"],
                each["cause"],
            )
            for each in shown["attempts"]
        ),
        shown["body"],
    )  # fmt: skip


def _content(kept: Json | None) -> Any:
    if kept is None:
        return None
    return kept["json"] if kept.get("json") is not None else kept.get("text")
