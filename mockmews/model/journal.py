"""Journal entries: what happened in a world, in order, each with its cause."""

from __future__ import annotations

from typing import Any, Literal, get_args

from msgspec import Struct

from mockmews.instants import Instant

Kind = Literal[
    "attempt", "cancelled", "choice", "event", "fault", "forgotten", "held", "hotel", "merged", "message",
    "reopened", "reply", "request", "resolved", "sink", "thread",
]  # fmt: skip
"""What can happen in a world."""

KINDS: tuple[Kind, ...] = get_args(Kind)


class JournalEntry(Struct):  # not frozen: it is completed, and two are made for each request
    """One happening. `at` is on the world's clock, `elapsed` in real ticks since the journal began.

    `facts` depend on `kind`; those of a request are completed when it is answered. `generation` counts
    the resets of the world, `cause` names the entry that this one follows from. `weight` is what counts
    towards the bytes that a journal may hold.
    """

    number: int
    kind: Kind
    at: Instant
    elapsed: int
    generation: int
    cause: int | None
    facts: dict[str, Any]
    weight: int = 0
