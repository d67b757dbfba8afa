"""The rows of growth: what a step costs once there is much of everything, beside what it cost at first.

Flat means within twice: threads of one hotel, worlds of one server, connections, and webhooks that wait for
a slow receiver.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bench.arrivals import Arrivals
from bench.contest import cpu_of, hold, under_load
from bench.hotels import add_threads, make_hotel
from bench.load import CONNECTIONS, Load
from bench.plan import Finding, Growth, Plan, compared
from bench.processes import Subject
from bench.samples import Samples

_KIB = 1024
_SLOW = 0.02  # seconds that the slow receiver takes for each webhook
_SENDERS = 100  # worlds that send to it: each sends one first attempt at a time


async def measure(plan: Plan) -> list[Finding]:
    """Left out where the plan has no growth: it takes minutes."""
    growth = plan.growth
    if growth is None:
        return []
    return [
        await _threads(plan, growth),
        *await _worlds(growth),
        await _connections(plan, growth),
        *await _webhooks(growth),
    ]


async def _threads(plan: Plan, growth: Growth) -> Finding:
    """messages/add into any of very many threads, beside sixteen."""
    async with AsyncExitStack() as stack:
        contenders = {}
        for name, count in (("many threads", growth.threads), ("few threads", CONNECTIONS)):
            fake = stack.enter_context(Subject("fake"))
            hotel = add_threads(make_hotel(fake.port, threads=1), count - 1)
            load = await stack.enter_async_context(Load(fake.port, hotel.adding()))
            await load.send(max(plan.warm_up, count))
            contenders[name] = under_load(fake, load, plan.requests)
        costs = await hold(contenders, rounds=plan.rounds)
    return compared("growth_threads", costs, "many threads", "few threads")


async def _worlds(growth: Growth) -> list[Finding]:
    """Making the last of very many worlds, beside the first; and what memory each takes."""
    with Subject("fake") as fake:
        tenth = growth.worlds // 10
        before, costs = fake.read(), []
        for _ in range(10):
            costs.append(await cpu_of(fake, tenth, asyncio.to_thread(_make_worlds, fake.port, tenth)))
        each = (fake.read().resident - before.resident) / growth.worlds / _KIB
    first, last = costs[0], costs[-1]
    spent = {"the last tenth, CPU us": last, "the first tenth, CPU us": first}
    return [
        Finding("growth_worlds", Samples((last / first,)), spent),
        Finding("memory_world", Samples((each,))),
    ]


def _make_worlds(port: int, count: int) -> None:
    for _ in range(count):
        make_hotel(port, threads=0)


async def _connections(plan: Plan, growth: Growth) -> Finding:
    """messages/add over very many kept connections, beside sixteen."""
    async with AsyncExitStack() as stack:
        contenders = {}
        for name, count in (("many connections", growth.connections), ("few connections", CONNECTIONS)):
            fake = stack.enter_context(Subject("fake"))
            requests = make_hotel(fake.port).adding()
            load = await stack.enter_async_context(Load(fake.port, requests, connections=count))
            await load.send(plan.warm_up)
            contenders[name] = under_load(fake, load, plan.requests)
        costs = await hold(contenders, rounds=plan.rounds)
    return compared("growth_connections", costs, "many connections", "few connections")


async def _webhooks(growth: Growth) -> list[Finding]:
    """Very many deliveries to a receiver that takes its time: the last ones, beside the first."""
    with Subject("receiver", pause=_SLOW) as receiver, Subject("fake") as fake:
        url = f"http://127.0.0.1:{receiver.port}/hooks?Token=s"
        settings = {"batch_limit": "1"}
        hotels = [
            make_hotel(fake.port, threads=1, webhook_url=url, settings=settings) for _ in range(_SENDERS)
        ]
        arrivals = Arrivals(receiver)
        each = growth.deliveries // _SENDERS // 10
        before, costs = fake.read(), []

        async def tenth() -> None:
            for hotel in hotels:
                await asyncio.to_thread(hotel.add_batch, each)
            await arrivals.of(each * _SENDERS)

        for _ in range(10):
            costs.append(await cpu_of(fake, each * _SENDERS, tenth()))
        kept = (fake.read().resident - before.resident) / growth.deliveries / _KIB
    first, last = costs[0], costs[-1]
    spent = {"the last tenth, CPU us": last, "the first tenth, CPU us": first}
    return [
        Finding("growth_webhooks", Samples((last / first,)), spent),
        Finding("memory_webhook", Samples((kept,))),
    ]
