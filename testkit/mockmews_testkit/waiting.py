"""Real time as the kit waits for it: deadlines, stopwatches, and conditions that come true or do not.

Everything that reads time or sleeps in the kit does it here; an app under test lives in real time too.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")

_LOAD = Path("/proc/loadavg")


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


def crowding() -> float:
    """How many programs want to run for each core of this machine, 1 at least.

    Only Linux tells it; elsewhere it is 1.
    """
    try:
        running = int(_LOAD.read_text(encoding="ascii").split()[3].partition("/")[0])
        return max(1.0, running / len(os.sched_getaffinity(0)))
    except (OSError, ValueError, IndexError, AttributeError):
        return 1.0


class FairDeadline:
    """A deadline for what an app must do: it counts only the time in which the machine served its programs.

    Where more programs want to run than there are cores, each gets a share of one, and a second counts that
    much less; time for which the kit was kept waiting beyond what it had asked for (`asleep`) does not count
    at all. So a correct app is never blamed for a starved machine, and one that does nothing on a quiet machine
    is found out in time. At the latest it is over after `MOST_STRETCHED` times the seconds.
    """

    MOST_STRETCHED = 2

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        crowding: Callable[[], float] = crowding,
    ) -> None:
        self._clock = clock
        self._crowding = crowding
        self._left = max(0.0, seconds)
        self._began = self._seen = clock()
        self._latest = self._began + self._left * self.MOST_STRETCHED
        self.seconds = seconds

    @property
    def left(self) -> float:
        """Seconds until then on a machine that serves its programs at once; 0 once it is over."""
        self._count()
        return self._left

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return self.left <= 0

    @property
    def lasted(self) -> float:
        """Seconds of real time since it was made."""
        return self._clock() - self._began

    @contextmanager
    def asleep(self, seconds: float) -> Iterator[None]:
        """Around a wait of at most so many seconds; where it takes longer, the kit itself was kept waiting."""
        self._count()
        yield
        self._count(at_most=seconds)

    def _count(self, *, at_most: float = math.inf) -> None:
        now = self._clock()
        passed = min(now - self._seen, at_most)
        self._seen = now
        self._left = max(0.0, self._left - passed / self._crowding()) if now < self._latest else 0.0


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
