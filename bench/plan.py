"""How much is measured, and what a measurement hands back."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.samples import Samples


@dataclass(frozen=True, slots=True)
class Growth:
    """How much of everything there is when growth is measured."""

    threads: int
    worlds: int
    connections: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a run. `long_threads` of a thousand messages are the long history; 0 leaves it out."""

    name: str
    rounds: int
    requests: int
    warm_up: int
    long_threads: int
    starts: int
    grown: int
    """Messages over which the growth of memory is measured, each of the rounds."""
    alone: int
    """Conversations that are played one after the other, beside those at once."""
    conversations: int
    growth: Growth | None = None


LONG = Plan(
    "long", rounds=12, requests=4000, warm_up=6000, long_threads=1000, starts=15, grown=5000,
    alone=50, conversations=1000,
    growth=Growth(threads=10_000, worlds=10_000, connections=1000, deliveries=100_000),
)  # fmt: skip
QUICK = Plan(
    "quick", rounds=6, requests=1000, warm_up=6000, long_threads=0, starts=4, grown=1000,
    alone=20, conversations=100,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What was measured for the target of this key, and the costs behind it, by name with unit."""

    key: str
    samples: Samples
    costs: dict[str, float] = field(default_factory=dict)


def compared(
    key: str, costs: Mapping[str, Sequence[float]], ours: str, other: str, *, unit: str = "CPU us"
) -> Finding:
    """One contender beside another, round by round: both sides of a round met the same neighbours."""
    ratios = tuple(one / two for one, two in zip(costs[ours], costs[other], strict=True))
    medians = {f"{name}, {unit}": statistics.median(costs[name]) for name in (ours, other)}
    return Finding(key, Samples(ratios), medians)
