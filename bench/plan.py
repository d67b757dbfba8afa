"""How much is measured, and what a measurement hands back."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.samples import Samples


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a run. `messages` is the length of the long history; 0 leaves that row out."""

    rounds: int
    requests: int
    warm_up: int
    messages: int
    starts: int


LONG = Plan(rounds=15, requests=4000, warm_up=6000, messages=1_000_000, starts=15)
QUICK = Plan(rounds=5, requests=1000, warm_up=6000, messages=0, starts=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was measured for the target of this key, and the costs behind it, by name and unit."""

    key: str
    samples: Samples
    costs: dict[str, float] = field(default_factory=dict)
