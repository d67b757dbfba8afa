"""The nouns of a scenario: its guests, its hotels and its steps, each with the place where it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockmews_testkit.durations import Duration
from mockmews_testkit.reading.findings import NOWHERE, Source
from mockmews_testkit.reading.matchers import Matcher
from mockmews_testkit.scenario.faults import Fault


@dataclass(frozen=True, slots=True)
class NumberRange:
    """From `low` to `high`, both included: `3..4`; a plain number has both equal."""

    low: int
    high: int

    def __contains__(self, number: int) -> bool:
        return self.low <= number <= self.high

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}..{self.high}"


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone who writes in the app. Steps call the guest by `key`; the app is told `name`."""

    key: str
    name: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hotel:
    """An enterprise of the scenario. Steps call it by `key`."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestWrites:
    """`guest`: the guest writes `text` in the app, and Mews must receive it.

    `more` are texts of a burst: each is written as soon as the app has answered the one before, and Mews must
    receive all. `by` is the guest (None: the first), `at` the hotel (None: the only one). With `forwarded`
    false a bot answers this one, and it must not reach Mews. With `at_once` the next line is spoken meanwhile,
    or the app restarted, or faults cleared, and this one is awaited after it. One that is `named` (`as`) has a
    webhook of its own to deliver, where Mews sends one.
    """

    text: str
    more: tuple[str, ...] = ()
    by: str | None = None
    at: str | None = None
    within: Duration | None = None
    forwarded: bool = True
    at_once: bool = False
    named: str | None = None
    source: Source = field(default=NOWHERE, compare=False)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written, in order."""
        return (self.text, *self.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotelReplies:
    """`hotel`: the front desk replies `text`, and the app must show it to `to` (None: who wrote last).

    A reply that is `named` (`as`) is held back, and awaited by `guest_sees` alone.
    """

    text: str
    to: str | None = None
    after: Duration | None = None
    named: str | None = None
    within: Duration | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppAnswers:
    """`app`: a text that the app itself must show the guest, such as a bot's answer."""

    expected: Matcher
    to: str | None = None
    within: Duration | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSees:
    """`guest_sees`: each shown exactly once since the start, in this order unless `any_order`.

    Others may stand between, unless `only`.
    """

    expected: tuple[Matcher, ...]
    by: str | None = None
    any_order: bool = False
    only: bool = False
    within: Duration | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """`deliver`: sends held webhooks, one body for each inner tuple of names; None: all that are held."""

    bodies: tuple[tuple[str, ...], ...] | None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFault:
    """`fault`: from here on something goes wrong."""

    fault: Fault
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearFaults:
    """`clear_faults`: nothing goes wrong any more."""

    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """`advance`: the hotel's clock goes forward."""

    duration: Duration
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """`resolve`: the front desk closes the thread of a guest (None: who wrote last)."""

    by: str | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """`reopen`: the front desk opens the resolved thread of a guest again (None: who wrote last)."""

    by: str | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartApp:
    """`restart_app`: the app under test is stopped and started again; `down` for so long (None: at once)."""

    down: Duration | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """`wait`: real time passes."""

    duration: Duration
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """`quiet`: for so long nothing more is shown and nothing more is added to Mews."""

    duration: Duration
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """`expect`: calls per operation since the last fault or expect, checks that hold, counts of threads."""

    calls: tuple[tuple[str, NumberRange], ...] = ()
    passed: tuple[str, ...] = ()
    threads: NumberRange | None = None
    open_threads: NumberRange | None = None
    source: Source = field(default=NOWHERE, compare=False)


Step = (
    GuestWrites | HotelReplies | AppAnswers | GuestSees | Deliver | SetFault | ClearFaults | Advance
    | Resolve | Reopen | RestartApp | Wait | Quiet | Expect
)  # fmt: skip

DEFAULT_GUESTS = (Guest("Penelope", "Penelope"),)
"""Who writes where a scenario names no guests: the guest of the use-case guide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One document of a scenario file, which is one test.

    `mews` holds options of the world as the control API takes them (JSON values, snake_case). `app` is the
    path of an app file, as written. `hotels` is empty where there is one hotel without a name.
    """

    name: str
    steps: tuple[Step, ...]
    about: str | None = None
    tags: tuple[str, ...] = ()
    app: str | None = None
    mews: Mapping[str, Any] = field(default_factory=dict, hash=False)
    guests: tuple[Guest, ...] = DEFAULT_GUESTS
    hotels: tuple[Hotel, ...] = ()
    source: Source = field(default=NOWHERE, compare=False)
