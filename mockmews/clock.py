"""Time: the only module that reads it or waits for it.

A world's clock is real time plus an offset, times a rate: 1 is real, 60 runs a minute a second, 0 is
frozen. All that Mews decides obeys it; what the app under test feels stays real time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from mockmews.durations import Duration
from mockmews.instants import TICKS_PER_SECOND, Instant


class TimeSource(Protocol):
    """Where real time comes from."""

    def real(self) -> Instant:
        """The real instant, never going backwards within a process."""
        ...


class SystemTime:
    """The machine's time: its wall clock when the server started, moved on by its steady clock."""

    __slots__ = ("_start",)

    def __init__(self) -> None:
        self._start = time.time_ns() // 100 - time.monotonic_ns() // 100

    def real(self) -> Instant:
        return self._start + time.monotonic_ns() // 100


class ClockState(Struct, frozen=True):
    """A clock at rest, as the store keeps it: at the real instant `real` it showed `shown`."""

    rate: float
    shown: Instant
    real: Instant


class Clock:
    """The clock of one world."""

    __slots__ = ("_state", "real")

    real: Callable[[], Instant]
    """The real instant, whatever this clock shows: the source's own method, since every step asks for it."""

    def __init__(self, source: TimeSource, state: ClockState | None = None) -> None:
        self.real = source.real
        self._state = state or ClockState(1, source.real(), source.real())

    @property
    def rate(self) -> float:
        return self._state.rate

    @property
    def state(self) -> ClockState:
        return self._state

    def now(self) -> Instant:
        """What this clock shows."""
        return self.shown_at(self.real())

    def shown_at(self, real: Instant) -> Instant:
        """What this clock, as it runs now, shows at a real instant."""
        state = self._state
        passed = real - state.real
        return state.shown + (passed if state.rate == 1 else int(passed * state.rate))

    def set(self, *, at: Instant | None = None, rate: float | None = None) -> None:
        """Show `at` from now on, and run at `rate`; either may be left as it is."""
        self._state = ClockState(
            self._state.rate if rate is None else rate, self.now() if at is None else at, self.real()
        )

    def real_seconds_until(self, instant: Instant) -> float | None:
        """Real seconds until this clock shows `instant`: 0 when it is past, None while frozen."""
        wait = instant - self.now()
        if wait <= 0:
            return 0.0
        return wait / TICKS_PER_SECOND / self.rate if self.rate else None


def pause_thread(duration: Duration) -> None:
    """Let this thread wait in real time; never on a loop's thread."""
    time.sleep(duration / TICKS_PER_SECOND)


async def pause(duration: Duration) -> None:
    """Wait in real time."""
    await asyncio.sleep(duration / TICKS_PER_SECOND)
