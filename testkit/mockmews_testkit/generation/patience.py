"""How long something is waited for that may never come, so that shrinking a loss does not take minutes."""

from __future__ import annotations

from mockmews_testkit.waiting import Stopwatch

IN_TROUBLE = "something, while Mews fails"
"""What is waited for only a moment: it has its time once Mews is well again."""

_LEAST = 0.3
_SLOWER = 3


class Patience:
    """Waits `full` seconds for a thing, until one of its kind was waited for in vain.

    Then those that follow, which are variations of a failure that is known, get only some times of what the
    slowest took that came. The last replay of a failure must have the full time again: `forget`.
    """

    def __init__(self, full: float) -> None:
        self.full = full
        self._slowest = 0.0
        self._in_vain: set[str] = set()

    def seconds(self, kind: str) -> float:
        """How long to wait for a thing of this kind."""
        if kind == IN_TROUBLE:
            return min(self.full, _LEAST)
        if kind not in self._in_vain:
            return self.full
        return min(self.full, max(_LEAST, _SLOWER * self._slowest))

    def came(self, watch: Stopwatch) -> None:
        """Something was waited for, and came."""
        self._slowest = max(self._slowest, watch.seconds)

    def in_vain(self, kind: str) -> None:
        """Something of this kind was waited for, and never came."""
        self._in_vain.add(kind)

    def forget(self) -> None:
        """Wait the full time for everything again."""
        self._in_vain.clear()
