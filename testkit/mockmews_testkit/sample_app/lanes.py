"""Lanes: work that runs one step after the other within a lane, while the lanes run side by side.

Each guest has a lane of their own towards Mews, which is what keeps a burst in order (SEND-02), keeps a guest
who writes twice at once to one thread (THREAD-01), and lets no guest wait for another's trouble.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum, auto

LONGEST_WAIT = 60.0
GRACE = 0.5
"""Seconds that a call under way gets when the app stops; what is cut off is resumed after the restart."""

log = logging.getLogger(__name__)


class Outcome(Enum):
    """How a step ended."""

    IDLE = auto()
    """There was nothing to do: the lane sleeps until it is woken."""
    DONE = auto()
    """Something was done, there may be more."""
    FAILED = auto()
    """To be tried again, later and later."""


class Lanes:
    """Runs `step(lane, failures)` for every lane that was woken, until it is idle.

    `failures` counts the failed steps in a row, so that a step may give up.
    """

    def __init__(self, step: Callable[[str, int], Awaitable[Outcome]], *, backoff_base: float) -> None:
        self._step = step
        self._backoff_base = backoff_base
        self._running: dict[str, asyncio.Task[None]] = {}
        self._closing = asyncio.Event()

    def wake(self, lane: str) -> None:
        """Run the lane, if it does not run already; what it works on is in the database."""
        if lane not in self._running and not self._closing.is_set():
            self._running[lane] = asyncio.create_task(self._run(lane))

    async def _run(self, lane: str) -> None:
        failures = 0
        while not self._closing.is_set():
            try:
                outcome = await self._step(lane, failures)
            except Exception:  # whatever it was, the guests who write later must still be served
                log.exception("a step failed unexpectedly")
                outcome = Outcome.FAILED
            if outcome is Outcome.IDLE:
                break
            failures = failures + 1 if outcome is Outcome.FAILED else 0
            if failures:
                await self._pause(min(self._backoff_base * 2 ** (failures - 1), LONGEST_WAIT))
        # No await since the step found nothing to do, so a wake-up cannot fall in between.
        del self._running[lane]

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)

    async def close(self) -> None:
        """Begin no further step; let the ones under way end, then cut them off."""
        self._closing.set()
        tasks = list(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
