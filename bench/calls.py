"""The rows of the four operations: messages/add and messages/getAll beside the floor, in one contest."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from bench.bodies import floor_request
from bench.contest import Contender, hold
from bench.hotels import make_hotel
from bench.load import Load
from bench.plan import Finding, Plan
from bench.processes import Subject
from bench.samples import Samples

_PATIENCE = 30.0  # seconds for the last webhooks of a round
_PAIRS = (
    ("add", "add", "floor"),
    ("add_file", "add on a file", "add"),
    ("add_subscribed", "add with subscriber", "add"),
    ("get", "getAll", "floor"),
)


async def measure(plan: Plan) -> list[Finding]:
    """One contest of all of them."""
    async with AsyncExitStack() as stack:
        contenders = await _contenders(stack)
        for contender in contenders.values():
            await contender.cost(plan.warm_up)  # until the journal is full, and drops as much as it takes
        costs = await hold(contenders, rounds=plan.rounds, requests=plan.requests)
    return [
        Finding(
            key,
            Samples.ratios(costs[ours], costs[other]),
            {f"{name}, us": statistics.median(costs[name]) for name in (ours, other)},
        )
        for key, ours, other in _PAIRS
    ]


async def _contenders(stack: AsyncExitStack) -> dict[str, Contender]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mockmews-bench-")))
    floor = stack.enter_context(Subject("floor"))
    receiver = stack.enter_context(Subject("receiver"))
    hook = f"http://127.0.0.1:{receiver.port}/hooks/mews?Token=s3cret"

    async def loaded(subject: Subject, requests: list[bytes]) -> Load:
        return await stack.enter_async_context(Load(subject.port, requests))

    async def adding(*, db: str = ":memory:", webhook_url: str | None = None) -> tuple[Subject, Load]:
        subject = stack.enter_context(Subject("fake", db=db))
        hotel = make_hotel(subject.port, webhook_url=webhook_url)
        return subject, await loaded(subject, hotel.adding())

    subscribed, its_load = await adding(webhook_url=hook)
    arrivals = _Arrivals(receiver, its_load)
    reading = stack.enter_context(Subject("fake"))
    hotel = make_hotel(reading.port, messages_each=20)
    return {
        "floor": Contender(floor, await loaded(floor, [floor_request()])),
        "add": Contender(*await adding()),
        "add on a file": Contender(*await adding(db=str(folder / "bench.db"))),
        "add with subscriber": Contender(subscribed, its_load, arrivals.complete),
        "getAll": Contender(reading, await loaded(reading, hotel.reading())),
    }


class _Arrivals:
    """Waits until every message that was sent has arrived as an event."""

    def __init__(self, receiver: Subject, load: Load) -> None:
        self._receiver = receiver
        self._load = load

    async def complete(self) -> None:
        async with asyncio.timeout(_PATIENCE):
            while self._receiver.read().counted < self._load.sent:
                await asyncio.sleep(0.005)
