"""A contest: servers that take turns under the same load, round after round, and what each request cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bench.load import Load
from bench.processes import Subject


async def _at_once() -> None:
    """The work of a request ends with its answer."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One server with its load. `settled` waits for work that a request leaves behind."""

    subject: Subject
    load: Load
    settled: Callable[[], Awaitable[None]] = _at_once

    async def cost(self, requests: int) -> float:
        """CPU microseconds a request."""
        began = self.subject.read().cpu
        await self.load.send(requests)
        await self.settled()
        return (self.subject.read().cpu - began) * 1e6 / requests


async def hold(contenders: Mapping[str, Contender], *, rounds: int, requests: int) -> dict[str, list[float]]:
    """CPU microseconds a request, of each contender in each round. Who begins changes from round to round."""
    costs: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            costs[name].append(await contenders[name].cost(requests))
    return costs
