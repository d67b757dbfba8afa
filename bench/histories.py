"""The row of long histories: messages/getAll where a million messages are stored, beside a thousand.

Both databases are files, made by the store itself and then served; the pages begin anywhere in them.
"""

from __future__ import annotations

import random
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from bench.bodies import Tokens, page_of_ten
from bench.contest import hold, under_load
from bench.hotels import TEXT
from bench.load import Load
from bench.plan import Finding, Plan, compared
from bench.processes import Subject
from mockmews.app import App, Options
from mockmews.engine.transaction import Transaction
from mockmews.engine.worlds import LiveWorld
from mockmews.model import demo
from mockmews.model.messages import Message, MessageThread, Sender
from mockmews.store.rooms import Store

_EACH = 1000
_PAGES = 400


async def measure(plan: Plan) -> list[Finding]:
    """Left out where the plan has no long history: it takes a while to write."""
    if not plan.long_threads:
        return []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mockmews-bench-")))
        contenders = {}
        for name, threads in (("at 1M", plan.long_threads), ("at 1k", 1)):
            requests = _written(folder / f"{threads}.db", threads)
            subject = stack.enter_context(Subject("fake", db=str(folder / f"{threads}.db")))
            load = await stack.enter_async_context(Load(subject.port, requests))
            await load.send(plan.warm_up)
            contenders[name] = under_load(subject, load, plan.requests)
        costs = await hold(contenders, rounds=plan.rounds)
    return [compared("get_long", costs, "at 1M", "at 1k")]


def _written(path: Path, threads: int) -> list[bytes]:
    """Write a database for the first demo hotel; requests for pages anywhere in it."""
    mock = App(Options(db=str(path))).mock
    found = mock.worlds.by_access_token(demo.pairs()[0][3].access_token)
    if found is None:
        raise RuntimeError("The fake has no demo hotel to write for.")
    world, integration = found
    cursors = []
    for _ in range(threads):
        cursors += _write_thread(mock.store, world, integration.enterprise_ids[0])
    mock.store.close()
    tokens = Tokens(world.noun.client_token, integration.access_token)
    chosen = random.Random(1).choices(cursors, k=_PAGES)
    return [page_of_ten(tokens, thread, cursor) for thread, cursor in chosen]


def _write_thread(store: Store, world: LiveWorld, enterprise: str) -> list[tuple[str, str]]:
    """A thread with its messages; each with the cursors that have a full page behind them."""
    key, now, cursors = world.noun.key, world.clock.now(), []
    created = world.stamp(now)
    with Transaction(store, world):
        sequence = world.next_sequence()
        identifier = world.identifier("thread", sequence, now)
        thread = MessageThread(sequence, identifier, enterprise, "A guest", "A long story", created, created)
        store.messages.insert_thread(key, thread)
        for number in range(_EACH):
            sequence = world.next_sequence()
            written = world.identifier("message", sequence, now)
            store.messages.insert(
                key,
                thread.sequence,
                Message(sequence, written, identifier, TEXT, Sender.APPLICATION, created, created),
            )
            if number >= 10 and number % 10 == 0:
                cursors.append((identifier, written))
    return cursors
