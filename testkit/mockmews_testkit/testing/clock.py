"""The hotel's clock, as a test reads and moves it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from datetime import datetime
from typing import Any

from mockmews_testkit.durations import render
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.events import Event
from mockmews_testkit.testing.conversation import Conversation
from mockmews_testkit.testing.nouns import instant
from mockmews_testkit.testing.waiters import Span, here, in_a_thread, refuse_in_coroutine, ticks


class HotelClock:
    """The clock of the hotel: CreatedUtc, delays and retries follow it. `aio` has the waiters for coroutines."""

    def __init__(self, talk: Callable[[], Conversation]) -> None:
        self._talk = talk
        self.aio = AioClock(self)

    @property
    def now(self) -> datetime:
        """What it shows."""
        bench = self._talk().bench
        return instant(bench.control.clock(bench.id)["now"])

    @property
    def rate(self) -> float:
        """How fast it runs: 1 as in reality, 0 frozen."""
        bench = self._talk().bench
        rate: float = bench.control.clock(bench.id)["rate"]
        return rate

    def set(self, *, at: datetime | str | None = None, rate: float | None = None) -> None:
        """Set it to an instant, or let it run faster, slower or not at all. It never goes back over a message."""
        bench = self._talk().bench
        bench.control.set_clock(bench.id, rate=rate, at=_text(at))

    def freeze(self) -> None:
        """It stands still until it is advanced."""
        self.set(rate=0)

    def advance(self, by: Span) -> None:
        """Moves on through all that falls due, waits for the webhooks' answers, and for what the app then does."""
        __tracebackhide__ = True
        refuse_in_coroutine("mews.clock.advance()", "mews.clock.aio.advance(...)")
        self._advance(by, here())

    def _advance(self, by: Span, source: Source) -> None:
        __tracebackhide__ = True
        conversation = self._talk()
        bench = conversation.bench
        way = ticks(by, "advance")

        def advancing() -> Generator[Event, None, None]:
            bench.control.advance(bench.id, render(way))
            yield from ()

        conversation.perform(doc.Advance(duration=way, source=source), advancing())
        conversation.catch_up()


class AioClock:
    """What the clock does that takes time, for coroutines."""

    def __init__(self, clock: HotelClock) -> None:
        self._clock = clock

    def advance(self, by: Span) -> Coroutine[Any, Any, None]:
        """See HotelClock.advance."""
        return in_a_thread(self._clock._advance, by, here())  # noqa: SLF001 - its other half


def _text(at: datetime | str | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if isinstance(at, datetime) else at
