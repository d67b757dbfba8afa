"""Outcomes of attempts: those of one turn of the loop are one transaction, and stand or fall with it."""

from __future__ import annotations

import asyncio
from sqlite3 import OperationalError

import pytest

from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import KnownDelivery, LiveWorld
from mockmews.model.webhooks import AttemptCause, DeliveryAttempt, DeliveryState
from tests.engine.manual import ManualTime, mock_on, on_a_loop, opened, opens, world_of, writes


def held(mock: MockMews) -> tuple[LiveWorld, KnownDelivery]:
    """A world whose one webhook waits for its attempt."""
    world = world_of(mock, webhook_url="http://127.0.0.1:9/", webhooks="held", own_messages=True)
    writes(mock, world, opens(mock, world), "Hello")
    (delivery,) = mock.deliveries.all(world)
    return world, world.known_deliveries[delivery.sequence]


def keep(mock: MockMews, world: LiveWorld, known: KnownDelivery, status: int) -> asyncio.Future[None]:
    known.posts += 1
    attempt = DeliveryAttempt(
        known.posts, AttemptCause.DELIVER, world.clock.now(), "http://app/", status, 1.0
    )
    return mock._outcomes.keep(world, known, attempt, AttemptCause.DELIVER)


@on_a_loop
async def test_answers_of_one_turn_are_one_transaction_and_stand_in_each_journal() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        worlds = [held(mock) for _ in range(3)]
        statements: list[str] = []
        mock.store._database.connection.set_trace_callback(statements.append)
        await asyncio.gather(*(keep(mock, *each, 200) for each in worlds))
        mock.store._database.connection.set_trace_callback(None)
        assert statements.count("BEGIN") == statements.count("COMMIT") == 1
        for world, _ in worlds:
            (delivery,) = mock.deliveries.all(world)
            assert delivery.state is DeliveryState.DELIVERED
            (attempt,) = mock.deliveries.details(world, delivery)[1]
            assert [each.facts["attempt"] for each in world.journal.entries(kinds=["attempt"])] == [1]
            assert (attempt.number, attempt.status) == (1, 200)


@on_a_loop
async def test_two_answers_about_one_delivery_in_one_turn_are_judged_in_their_order() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        world, known = held(mock)
        await asyncio.gather(keep(mock, world, known, 200), keep(mock, world, known, 500))
        (delivery,) = mock.deliveries.all(world)
        assert delivery.state is DeliveryState.DELIVERED
        assert [each.status for each in mock.deliveries.details(world, delivery)[1]] == [200, 500]


@on_a_loop
async def test_where_the_store_fails_nothing_of_the_turn_has_happened() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        worlds = [held(mock) for _ in range(2)]
        mock.store._database.connection.execute("PRAGMA query_only = ON")
        for kept in [keep(mock, *each, 200) for each in worlds]:
            with pytest.raises(OperationalError):
                await kept
        mock.store._database.connection.execute("PRAGMA query_only = OFF")
        for world, _ in worlds:
            (delivery,) = mock.deliveries.all(world)
            assert delivery.state is DeliveryState.HELD
            assert not list(world.journal.entries(kinds=["attempt"]))


@on_a_loop
async def test_an_aborted_attempt_leaves_nothing_and_a_stopped_server_keeps_what_was_answered() -> None:
    mock = mock_on(ManualTime())
    mock.open()
    aborted, answered = held(mock), held(mock)
    keep(mock, *aborted, 200).cancel()
    kept = keep(mock, *answered, 200)
    mock._outcomes.store_all()
    assert kept.done()
    assert [each.state for each in mock.deliveries.all(aborted[0])] == [DeliveryState.HELD]
    assert [each.state for each in mock.deliveries.all(answered[0])] == [DeliveryState.DELIVERED]
    await mock.close()
