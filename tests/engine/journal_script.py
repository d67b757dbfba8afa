"""Plays a conversation on a time of its own and prints its journal: run by test_journal_determinism.py."""

from __future__ import annotations

import asyncio
import sys

from mockmews.wire.journal import render_entry
from mockmews.wire.responses import encode
from tests.engine.manual import ManualTime, ask, mock_on, opened, opens, wish, writes


async def play() -> None:
    source = ManualTime()
    async with opened(mock_on(source, seed=7)) as mock:
        world = next(iter(mock.worlds))
        rules = [
            {"when": {"text": "/late/i", "thread": "new"}, "say": ["A", "B"], "after": "30s..2m"},
            {"otherwise": "silent"},
        ]
        mock.integrations.change(
            world,
            wish(
                webhook_url="http://127.0.0.1:1/hooks?Token=${webhook_token}",
                reply_rules=rules,
                clock={"rate": 0, "at": "2026-03-10T12:00:00Z"},
                lag="2s..5m",
                retry={"attempts": 3, "delay": "1s..9m"},
                events=["MessageAdded", "CustomerAdded"],
            ),
        )
        thread = opens(mock, world)
        writes(mock, world, thread, "I am late", "Really")
        source.passes(1.5)
        mock.staff.reply(world, thread, "Hello")
        mock.staff.reply_later(world, "latest", "Later", 10_000_000)
        ask(mock, world, "messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 2})
        ask(mock, world, "messages/add", Messages=[{"MessageThreadId": thread, "Text": ""}])
        ask(
            mock, world, "messageThreads/getAll", EnterpriseIds=["x"], Limitation={"Count": 2}, Zebra=1, Ant=2
        )
        await mock.agenda.advance(world, world.clock.now() + 36_000_000_000, settled=False)
        mock.staff.resolve(world, thread, resolved=True)
        for entry in world.journal.entries():
            sys.stdout.buffer.write(encode(render_entry(entry)) + b"\n")


if __name__ == "__main__":
    asyncio.run(play())
