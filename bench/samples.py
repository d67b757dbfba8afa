"""Samples of one measure, a value a round, and what they say together: the median and its spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Samples:
    """At least one value."""

    values: tuple[float, ...]

    @classmethod
    def ratios(cls, ours: Sequence[float], other: Sequence[float]) -> Samples:
        """Round by round: both sides of a round met the same neighbours."""
        return cls(tuple(one / two for one, two in zip(ours, other, strict=True)))

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
    def unsteadiness(self) -> float:
        """The width of the middle half, as a share of the median."""
        low, high = self.quartiles
        return (high - low) / self.median if self.median else 0.0
