"""What an advance waits for at each due moment: on a time that stands, what is not settled never will be."""

from __future__ import annotations

import json

import pytest

from mockmews.engine.settling import settle
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.instants import TICKS_PER_SECOND
from tests.engine.manual import ManualTime, mock_on, on_a_loop, opened, opens, world_of, writes

HELLO = "4bfe4675-5c44-4a1e-8d0b-ae5300dbaa93"
SOON = TICKS_PER_SECOND // 20


def takes_a_reply(world: LiveWorld) -> None:
    """The hotel replied, and the app answered the webhook about it."""
    world.journal.note("message", sender="Enterprise", message_id=HELLO, text="Hello!")
    events = [{"Discriminator": "MessageAdded", "Value": {"Id": HELLO}}]
    body = {"body": json.dumps({"Events": events}).encode()}
    world.journal.note("attempt", status=200, request_body=body)


@on_a_loop
async def test_what_the_app_did_before_the_moment_holds_nothing_up() -> None:
    source = ManualTime()
    async with opened(mock_on(source)) as mock:
        world = world_of(mock)
        writes(mock, world, opens(mock, world), "I will be late")
        source.passes(0.01)
        with pytest.raises(ControlError, match="Not settled"):
            await settle(world, within=SOON)
        assert await settle(world, since=source.real()) == 0


@on_a_loop
async def test_after_the_last_moment_an_app_that_showed_all_is_done() -> None:
    source = ManualTime()
    async with opened(mock_on(source)) as mock:
        world = world_of(mock)
        takes_a_reply(world)
        with pytest.raises(ControlError, match="Not settled"):
            await settle(world, within=SOON, since=source.real(), last=True)
        world.journal.note("sink", content={"text": "Hello!"})
        with pytest.raises(ControlError, match="Not settled"):
            await settle(world, within=SOON, since=source.real())  # something more falls due
        moment = source.real()
        source.passes(0.03)
        assert await settle(world, since=moment, last=True) == 0


@on_a_loop
async def test_where_the_desk_would_answer_the_app_is_given_its_quiet() -> None:
    source = ManualTime()
    async with opened(mock_on(source)) as mock:
        world = world_of(mock, reply_rules=[{"when": {}, "say": "Noted.", "after": "1m"}])
        takes_a_reply(world)
        world.journal.note("sink", content={"text": "Hello!"})
        moment = source.real()
        source.passes(0.03)
        with pytest.raises(ControlError, match="Not settled"):
            await settle(world, within=SOON, since=moment, last=True)
