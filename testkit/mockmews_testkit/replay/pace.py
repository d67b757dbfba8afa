"""The pace of plays in a shared world, so that the kit's own load never makes an app look slow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from mockmews_testkit.waiting import Stopwatch, until

WINDOW = 30.0
"""Seconds in which Mews takes 200 requests of a token (contract.md 8)."""
BUSY = 140
"""Requests in a window after which the next play waits: the others are left for what it does itself."""
_LOOK_EVERY = 0.1


class Pace:
    """Remembers how many requests each play caused, and lets the next one begin once there is room."""

    def __init__(self) -> None:
        self._plays: deque[tuple[Stopwatch, int]] = deque()

    def note(self, requests: int) -> None:
        """A play has just ended after so many requests of the app."""
        self._plays.append((Stopwatch(), requests))

    @property
    def busy(self) -> bool:
        """Whether an app that keeps within the limit would have to wait."""
        while self._plays and self._plays[0][0].seconds > WINDOW:
            self._plays.popleft()
        return sum(requests for _, requests in self._plays) > BUSY

    def wait(self, look: Callable[[], object]) -> None:
        """Return once there is room. `look` is called meanwhile, and may end the wait by what it raises."""

        def has_room() -> bool:
            look()
            return not self.busy

        until(has_room, WINDOW, every=_LOOK_EVERY)
