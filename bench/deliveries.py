"""The rows of webhooks: a whole delivery of the fake, and its transport alone, beside aiohttp's bare POST.

A whole delivery is what falls due: its row, its events and its body, the POST with its time limit, the
attempt kept, the journal. The clock of every hotel stands still while messages are added, and the cost is
that of moving it on; as many hotels as there are posts in flight, since each sends one after another.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bench.bodies import post
from bench.contest import Cost, cpu_of, hold
from bench.hotels import make_hotel
from bench.load import Load
from bench.plan import Finding, Plan, compared
from bench.processes import Subject
from bench.senders import IN_FLIGHT

_HELD_BACK = {"lag": "1s", "batch_limit": "1"}


async def measure(plan: Plan) -> list[Finding]:
    """One contest of the three."""
    posts = plan.requests // IN_FLIGHT * IN_FLIGHT
    async with AsyncExitStack() as stack:
        receiver = stack.enter_context(Subject("receiver"))
        url = f"http://127.0.0.1:{receiver.port}/hooks/mews?Token=s3cret"
        contenders = {
            "delivery": _delivering(stack.enter_context(Subject("fake")), receiver, url, posts),
            "transport": await _posting(stack, "transport", url, posts),
            "aiohttp": await _posting(stack, "aiohttp", url, posts),
        }
        for cost in contenders.values():
            await cost()
        costs = await hold(contenders, rounds=plan.rounds)
    return [compared(key, costs, key, "aiohttp") for key in ("delivery", "transport")]


async def _posting(stack: AsyncExitStack, way: str, url: str, posts: int) -> Cost:
    """A sender that is told once a round, by the path of one request, how often to post."""
    subject = stack.enter_context(Subject("sender", way=way, url=url))
    load = await stack.enter_async_context(Load(subject.port, [post(f"/{posts}", b"{}")], connections=1))
    return lambda: cpu_of(subject, posts, load.send(1))


def _delivering(fake: Subject, receiver: Subject, url: str, posts: int) -> Cost:
    frozen = {"rate": 0}
    hotels = [
        make_hotel(fake.port, threads=1, webhook_url=url, clock=frozen, settings=_HELD_BACK)
        for _ in range(IN_FLIGHT)
    ]

    async def advance() -> None:
        await asyncio.gather(*(asyncio.to_thread(hotel.advance, "2s") for hotel in hotels))

    async def cost() -> float:
        for hotel in hotels:
            hotel.add_batch(posts // IN_FLIGHT)
        before = receiver.read().counted
        spent = await cpu_of(fake, posts, advance())
        if receiver.read().counted - before != posts:
            raise RuntimeError("Not each webhook went out once, and when the clock was moved on.")
        return spent

    return cost
