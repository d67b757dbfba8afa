"""Real time as the kit waits for it: deadlines, stopwatches, and conditions that come true or do not.

Everything that reads time or sleeps in the kit does it here; an app under test lives in real time too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Deadline:
    """A moment so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then; 0 once it is over."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self._end


class Stopwatch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._start


def until(condition: Callable[[], Found], within: float, *, every: float = 0.01) -> Found:
    """What `condition` returns once it is true in Python's sense; its last answer when time is up."""
    deadline = Deadline(within)
    while True:
        over = deadline.over
        found = condition()
        if found or over:
            return found
        sleep(min(every, deadline.left))


def sleep(seconds: float) -> None:
    """Let so much time pass."""
    time.sleep(seconds)


def unix_time() -> float:
    """Seconds since 1970, as messages of a channel carry them."""
    return time.time()
