"""Samples of one measure, a value a round, and what they say together: the median and its spread."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

_UNSTEADY = 0.15


@dataclass(frozen=True, slots=True)
class Samples:
    """At least one value."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The middle half lies between these."""
        if len(self.values) < 2:
            return self.values[0], self.values[0]
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return low, high

    @property
    def steady(self) -> bool:
        """Whether the middle half is narrow beside the median."""
        low, high = self.quartiles
        return high - low <= _UNSTEADY * abs(self.median)
