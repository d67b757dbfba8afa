"""The rows of the operations: messages/add and messages/getAll beside the floor, in one contest."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench.arrivals import Arrivals
from bench.bodies import floor_request
from bench.contest import Cost, cpu_of, hold, under_load
from bench.hotels import make_hotel
from bench.load import Load
from bench.plan import Finding, Plan, compared
from bench.processes import Subject

_PAIRS = (
    ("add", "add", "floor"),
    ("add_file", "add on a file", "add"),
    ("add_subscribed", "add with subscriber", "add"),
    ("get", "getAll", "floor"),
)


async def measure(plan: Plan) -> list[Finding]:
    """One contest of all of them."""
    async with AsyncExitStack() as stack:
        contenders = await _Field(plan, stack).contenders()
        costs = await hold(contenders, rounds=plan.rounds)
    return [compared(key, costs, ours, other) for key, ours, other in _PAIRS]


class _Field:
    """Starts the servers, each with a load that has run until the journal is full."""

    def __init__(self, plan: Plan, stack: AsyncExitStack) -> None:
        self._plan = plan
        self._stack = stack
        self._receiver = stack.enter_context(Subject("receiver"))

    async def contenders(self) -> dict[str, Cost]:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="mockmews-bench-"))
        reading = self._stack.enter_context(Subject("fake"))
        hotel = make_hotel(reading.port, messages_each=20)
        return {
            "floor": await self._cost(self._stack.enter_context(Subject("floor")), [floor_request()]),
            "add": await self._adding(),
            "add on a file": await self._adding(db=str(Path(folder) / "bench.db")),
            "add with subscriber": await self._subscribed(),
            "getAll": await self._cost(reading, hotel.reading()),
        }

    async def _cost(self, subject: Subject, requests: list[bytes]) -> Cost:
        return under_load(subject, await self._load(subject, requests), self._plan.requests)

    async def _load(self, subject: Subject, requests: list[bytes]) -> Load:
        load = await self._stack.enter_async_context(Load(subject.port, requests))
        await load.send(self._plan.warm_up)
        return load

    async def _adding(self, **options: Any) -> Cost:
        subject = self._stack.enter_context(Subject("fake", **options))
        return await self._cost(subject, make_hotel(subject.port).adding())

    async def _subscribed(self) -> Cost:
        """The work of a request ends with the answer to its webhook."""
        subject, count = self._stack.enter_context(Subject("fake")), self._plan.requests
        hotel = make_hotel(subject.port, webhook_url=f"http://127.0.0.1:{self._receiver.port}/hooks?Token=s")
        arrivals = Arrivals(self._receiver)
        load = await self._load(subject, hotel.adding())
        await arrivals.of(self._plan.warm_up)

        async def answered_and_told() -> None:
            await asyncio.gather(load.send(count), arrivals.of(count))

        return lambda: cpu_of(subject, count, answered_and_told())
