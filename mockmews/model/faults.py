"""Faults: what shall go wrong, where and when, and how often it did."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from mockmews.durations import Duration
from mockmews.instants import Instant

ANY = "any"

Answer = Literal["status", "reset", "truncate", "not_json", "unknown_field", "lose_response"]
"""What an operation gives in place of its answer."""

ANSWERS: tuple[Answer, ...] = (
    "status", "reset", "truncate", "not_json", "unknown_field", "lose_response",
)  # fmt: skip

SHAPES = ("noise", "split", "merge", "reorder")
"""What changes which events a webhook carries, or its place; so it acts before a body is fixed."""

LEAVING = ("drop", "duplicate", "wrong_token")
"""What acts on every POST of a webhook that is about to leave; `delay` does too."""

OF_WEBHOOKS = (*LEAVING, *SHAPES, "early")


class Fault(Struct, frozen=True, kw_only=True):
    """One fault. It has a place (`operation` or `webhook`, a name or `any`), conditions that must all hold,
    and effects.

    Counted is what comes to the place: requests with good tokens, or webhooks about to leave. `nth` is one
    number of that count, `every` each multiple; `times` bounds how often it strikes; `after` and `until` are
    on the world's clock, since it was set, and what comes outside of them is not counted. `delay` is real
    time; `retry_after` (None: no header) and `early` are on the world's clock.
    """

    operation: str | None = None
    webhook: str | None = None

    nth: int | None = None
    every: int | None = None
    times: int | None = None
    probability: float | None = None
    after: Duration | None = None
    until: Duration | None = None

    delay: Duration | None = None

    status: int | None = None
    retry_after: Duration | None = None
    reset: bool = False
    truncate: bool = False
    not_json: bool = False
    unknown_field: bool = False
    lose_response: Literal["reset", "hang"] | None = None

    drop: bool = False
    duplicate: int | None = None
    reorder: int | None = None
    wrong_token: Literal["missing", "other"] | None = None
    noise: tuple[str, ...] = ()
    split: int | None = None
    merge: int | None = None
    early: Duration | None = None

    @property
    def answer(self) -> Answer | None:
        """What an operation gives in place of its answer; None where it only waits."""
        return next((name for name in ANSWERS if getattr(self, name)), None)

    @property
    def shapes(self) -> bool:
        """Whether it changes what a webhook carries, or its place, and not only how it leaves."""
        return any(getattr(self, name) for name in SHAPES)

    def at_operation(self, name: str) -> bool:
        return self.operation in (ANY, name)


class SetFault(Struct, frozen=True):
    """A fault of one world, set at an instant of its clock. `seen` counts what came, `hits` what it struck.

    `number` counts the world's faults from 1; the dice of `probability` depend on it, the count and the seed.
    """

    number: int
    fault: Fault
    set_at: Instant
    seen: int = 0
    hits: int = 0

    @property
    def id(self) -> str:
        return f"fault-{self.number}"

    def counts(self, now: Instant) -> bool:
        """Whether what comes now is counted: within its time, and not struck as often as it may."""
        fault, since = self.fault, now - self.set_at
        if fault.times is not None and self.hits >= fault.times:
            return False
        return since >= (fault.after or 0) and (fault.until is None or since < fault.until)

    def strikes(self, number: int, fraction: float) -> bool:
        """Whether it strikes what came as this number (from 1). `fraction` is the dice: 0 to below 1."""
        fault = self.fault
        return (
            (fault.nth is None or number == fault.nth)
            and (fault.every is None or number % fault.every == 0)
            and (fault.probability is None or fraction < fault.probability)
        )


class Leaving(Struct, frozen=True):
    """How a webhook leaves: after a `delay` of real time, so many `copies`, with which wrong token if any."""

    delay: Duration = 0
    copies: int = 1
    wrong_token: Literal["missing", "other"] | None = None

    def struck_by(self, fault: Fault) -> Leaving:
        """The same with what a fault adds; of two wrong tokens the first counts."""
        return self.and_also(Leaving(fault.delay or 0, fault.duplicate or 1, fault.wrong_token))

    def and_also(self, other: Leaving) -> Leaving:
        """Both together."""
        return Leaving(
            self.delay + other.delay,
            max(self.copies, other.copies),
            self.wrong_token or other.wrong_token,
        )


AS_USUAL = Leaving()
