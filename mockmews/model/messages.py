"""Threads, messages, and what the four operations ask for (contract.md 3)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from mockmews.instants import Instant


class Sender(StrEnum):
    """Who wrote a message (contract.md 3.3): staff, or a third-party app."""

    ENTERPRISE = "Enterprise"
    APPLICATION = "Application"


class MessageThread(Struct, frozen=True):
    """A conversation. `sequence` is its place in the world's time order; Mews never shows it."""

    sequence: int
    id: str
    enterprise_id: str
    original_sender: str
    subject: str
    created: Instant
    updated: Instant
    is_resolved: bool = False


class Message(Struct, frozen=True):
    """One message. `visible` is the instant from which getAll returns it (contract.md 13 row 42)."""

    sequence: int
    id: str
    thread_id: str
    text: str
    sender: Sender
    created: Instant
    visible: Instant


class NewThread(Struct, frozen=True):
    """What messageThreads/add asks for (contract.md 3.2)."""

    original_sender: str
    subject: str


class NewMessage(Struct, frozen=True):
    """One item of messages/add (contract.md 3.4); `identifier` is echoed, never stored."""

    thread_id: str
    text: str
    identifier: str | None = None


class Interval(Struct, frozen=True):
    """A time filter (contract.md 5). A bound is None only under `interval_bounds: optional`.

    Start = End means equality with that instant. `inclusive` is the older rule (contract.md 12 row 8).
    """

    start: Instant | None
    end: Instant | None
    inclusive: bool = False

    def range(self) -> tuple[Instant | None, Instant | None]:
        """The same as half-open ticks [low, high); None is unbounded."""
        closed = self.inclusive or (self.start is not None and self.start == self.end)
        return self.start, self.end + 1 if closed and self.end is not None else self.end


class Limitation(Struct, frozen=True):
    """`count` items after the exclusive `cursor`; without a cursor from the newest (contract.md 4)."""

    count: int
    cursor: str | None = None


class ThreadFilter(Struct, frozen=True):
    """What messageThreads/getAll asks for (contract.md 3.1). None where a filter was not given."""

    limitation: Limitation
    enterprise_ids: frozenset[str] | None = None
    thread_ids: frozenset[str] | None = None
    created: Interval | None = None
    updated: Interval | None = None


class MessageFilter(Struct, frozen=True):
    """What messages/getAll asks for (contract.md 3.3)."""

    limitation: Limitation
    thread_ids: frozenset[str]
    enterprise_ids: frozenset[str] | None = None
    created: Interval | None = None


class AddedMessage(Struct, frozen=True):
    """One result of messages/add: the echo of the identifier, and the message."""

    identifier: str | None
    message: Message


class PlannedReply(Struct, frozen=True):
    """What the front desk will say in a thread at `due`, and whether it then resolves or reopens it."""

    sequence: int
    thread_id: str
    texts: tuple[str, ...]
    due: Instant
    then: str | None = None
    cause: int | None = None
