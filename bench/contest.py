"""A contest: processes that take turns at the same work, round after round, and what each unit cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bench.load import Load
from bench.processes import Subject

Cost = Callable[[], Awaitable[float]]
"""Does one round of work; its CPU microseconds a unit."""


def under_load(subject: Subject, load: Load, requests: int) -> Cost:
    """The cost of one request."""

    async def cost() -> float:
        return await cpu_of(subject, requests, load.send(requests))

    return cost


async def cpu_of(subject: Subject, units: int, work: Awaitable[object]) -> float:
    """CPU microseconds a unit that a process uses while `work` goes on."""
    began = subject.read().cpu
    await work
    return (subject.read().cpu - began) * 1e6 / units


async def hold(contenders: Mapping[str, Cost], *, rounds: int) -> dict[str, list[float]]:
    """The costs of each contender in each round. Who begins changes from round to round."""
    costs: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            costs[name].append(await contenders[name]())
    return costs
