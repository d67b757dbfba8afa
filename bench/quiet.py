"""Whether the machine is quiet: a bench that shares it with others says so."""

from __future__ import annotations

import time
from pathlib import Path

_WATCHED = 0.5  # seconds
_MOST_BUSY = 0.1  # of all cores together


def disturbance() -> str | None:
    """A sentence where others are busy; None where not, or where the system does not tell."""
    statistics = Path("/proc/stat")
    if not statistics.exists():
        return None
    before = _ticks(statistics)
    time.sleep(_WATCHED)
    after = _ticks(statistics)
    total, idle = (later - earlier for later, earlier in zip(after, before, strict=True))
    busy = 1 - idle / total if total else 0.0
    if busy <= _MOST_BUSY:
        return None
    return f"the machine is not quiet: others keep its cores busy {busy:.0%} of the time; repeat this later"


def _ticks(statistics: Path) -> tuple[int, int]:
    """All ticks of all cores, and the idle ones among them."""
    numbers = [int(word) for word in statistics.read_text().splitlines()[0].split()[1:9]]
    return sum(numbers), numbers[3] + numbers[4]
