"""The agenda: timers that follow the clock, work in due order, and what outlives the server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mockmews.engine.worlds import Due, LiveWorld
from mockmews.errors import ControlError
from mockmews.instants import TICKS_PER_SECOND
from tests.engine.manual import NOON, ManualTime, mock_on, on_a_loop, opened, opens, wish, world_of, writes
from tests.webhooks.receiver import Gate, Receiver

FROZEN = {"rate": 0, "at": "2026-03-10T12:00:00Z"}


def at(second: float) -> int:
    return NOON + round(second * TICKS_PER_SECOND)


def texts(mock: object, world: LiveWorld) -> list[str]:
    staff = mock.staff  # type: ignore[attr-defined]
    return [each.text for each in staff.messages(world, staff.threads(world))]


@on_a_loop
async def test_a_timer_is_set_for_what_falls_due_next() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        world = world_of(mock)
        assert world.timer is None
        opens(mock, world)
        mock.staff.reply_later(world, None, "in an hour", 3600 * TICKS_PER_SECOND)
        hour = world.timer
        assert hour is not None
        mock.staff.reply_later(world, None, "in two", 7200 * TICKS_PER_SECOND)
        assert world.timer is hour
        mock.staff.reply_later(world, None, "in a minute", 60 * TICKS_PER_SECOND)
        assert world.timer is not hour
        assert hour.cancelled()
        mock.integrations.set_clock(world, rate=0)
        assert world.timer is None
        mock.integrations.set_clock(world, rate=60)
        assert world.timer is not None
        mock.integrations.reset(world)
        assert world.timer is None


@on_a_loop
async def test_a_timer_that_rings_does_all_that_is_due_in_order() -> None:
    source = ManualTime()
    async with opened(mock_on(source)) as mock:
        world = world_of(mock)
        opens(mock, world)
        heard = asyncio.Event()
        for second in (3, 1, 2, 4000):
            mock.staff.reply_later(world, None, str(second), second * TICKS_PER_SECOND)
        world.journal.subscribe(lambda entry: heard.set() if entry.facts.get("text") == "3" else None)
        source.passes(10)
        mock.agenda.rearm(world)
        await heard.wait()
        assert texts(mock, world) == ["1", "2", "3"]
        assert [due.at for due in world.heap] == [at(4000)]


@on_a_loop
async def test_work_that_fails_does_not_stop_what_falls_due_later(caplog: pytest.LogCaptureFixture) -> None:
    source = ManualTime()
    async with opened(mock_on(source)) as mock:
        world = world_of(mock)
        opens(mock, world)

        def break_down(_: LiveWorld, __: Due) -> bool:
            raise RuntimeError("broken on purpose")

        mock.agenda.employ("breaking", break_down, stands=lambda _, __: True)
        heard = asyncio.Event()
        world.journal.subscribe(lambda entry: heard.set() if entry.kind == "message" else None)
        mock.agenda.schedule(world, Due(at(0), 99, "breaking"))
        mock.staff.reply_later(world, None, "still said", 0)
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        await heard.wait()
        assert texts(mock, world) == ["still said"]


@on_a_loop
async def test_an_advance_stops_at_each_due_moment_and_stamps_what_happens_there() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        world = world_of(mock, clock=FROZEN)
        opens(mock, world)
        for second in (30, 10, 20, 50):
            mock.staff.reply_later(world, None, str(second), second * TICKS_PER_SECOND)
        ran = await mock.agenda.advance(world, at(40), settled=False)
        assert [(due.at, due.kind) for due in ran] == [
            (at(10), "reply"),
            (at(20), "reply"),
            (at(30), "reply"),
        ]
        messages = mock.staff.messages(world, mock.staff.threads(world))
        assert [(each.text, each.created) for each in messages] == [
            ("10", at(10)), ("20", at(20)), ("30", at(30)),
        ]  # fmt: skip
        assert world.clock.now() == at(40)
        assert await mock.agenda.advance(world, at(40), settled=False) == []
        with pytest.raises(ControlError) as error:
            await mock.agenda.advance(world, at(39), settled=False)
        assert error.value.code == "backwards"


@on_a_loop
async def test_an_advance_on_a_running_clock_runs_on_from_its_end() -> None:
    source = ManualTime()
    async with opened(mock_on(source)) as mock:
        for rate in (1, 60):
            world = world_of(mock, clock={"rate": rate, "at": "2026-03-10T12:00:00Z"})
            await mock.agenda.advance(world, at(3600), settled=False)
            source.passes(1)
            assert world.clock.now() == at(3600 + rate)


@on_a_loop
async def test_two_worlds_with_equal_times_do_not_mix() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        one, other = (world_of(mock, clock=FROZEN, seed=7) for _ in range(2))
        for world in (one, other):
            opens(mock, world)
            mock.staff.reply_later(world, None, "Hello", TICKS_PER_SECOND)
        await mock.agenda.advance(one, at(2), settled=False)
        assert (texts(mock, one), texts(mock, other)) == (["Hello"], [])
        assert other.clock.now() == NOON


# With a database file


@on_a_loop
async def test_what_was_due_when_the_server_was_away_is_done_in_due_order(tmp_path: Path) -> None:
    path, source = str(tmp_path / "mews.db"), ManualTime()
    with Receiver() as receiver:
        async with opened(mock_on(source, path)) as mock:
            world = world_of(mock, webhook_url=receiver.url, lag="90s")
            token = world.noun.integrations[0].access_token
            written = writes(mock, world, opens(mock, world), "Hi")
            mock.staff.reply_later(world, None, "second", 120 * TICKS_PER_SECOND)
            mock.staff.reply_later(world, None, "first", 60 * TICKS_PER_SECOND)
            mock.staff.reply_later(world, None, "much later", 86_400 * TICKS_PER_SECOND)
        source.passes(3600)
        async with opened(mock_on(source, path)) as mock:
            found = mock.worlds.by_access_token(token)
            assert found is not None
            world = found[0]
            ran = await mock.agenda.advance(world, world.clock.now() + TICKS_PER_SECOND, settled=False)
            assert [(due.at, due.kind) for due in ran] == [
                (at(60), "reply"), (at(90), "delivery"), (at(120), "reply"),
            ]  # fmt: skip
            assert texts(mock, world) == ["Hi", "first", "second"]
            assert receiver.ids[:1] == written
            assert [due.kind for due in sorted(world.heap)] == ["delivery", "reply"]
            entries = list(world.journal.entries())
            numbers = {entry.number for entry in entries}
            assert {entry.cause for entry in entries} <= numbers | {None}
            reply = next(entry for entry in entries if entry.kind == "reply")
            assert reply.cause is None, "what caused it is in the journal of another run"


@on_a_loop
async def test_an_attempt_that_is_cut_off_by_the_end_is_made_again_with_the_same_body(tmp_path: Path) -> None:
    path, source = str(tmp_path / "mews.db"), ManualTime()
    with Receiver() as receiver:
        gate = Gate()
        receiver.answer_with(500, gate)
        async with opened(mock_on(source, path)) as mock:
            world = world_of(mock, webhook_url=receiver.url, clock=FROZEN)
            token = world.noun.integrations[0].access_token
            writes(mock, world, opens(mock, world), "Hi")
            await mock.agenda.advance(world, NOON, settled=False)
            moving = asyncio.ensure_future(mock.agenda.advance(world, at(3600), settled=False))
            await asyncio.to_thread(gate.wait_until_arrived)
        with pytest.raises(ControlError):
            await moving
        gate.open()
        async with opened(mock_on(source, path)) as mock:
            found = mock.worlds.by_access_token(token)
            assert found is not None
            world = found[0]
            assert world.clock.now() == at(2), "a clock that was advanced does not go back"
            await mock.agenda.advance(world, at(3600), settled=False)
            (delivery,) = mock.deliveries.all(world)
            _, attempts = mock.deliveries.details(world, delivery)
            assert delivery.state == "delivered"
            assert [each.status for each in attempts] == [500, 200], "the one that was cut off counts nothing"
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1


@on_a_loop
async def test_what_was_delivered_is_not_delivered_again_after_a_restart(tmp_path: Path) -> None:
    path, source = str(tmp_path / "mews.db"), ManualTime()
    with Receiver() as receiver:
        receiver.answer_with(200, 500)
        async with opened(mock_on(source, path)) as mock:
            world = world_of(mock, webhook_url=receiver.url, clock=FROZEN, retry={"attempts": 1})
            token = world.noun.integrations[0].access_token
            thread = opens(mock, world)
            for text in ("taken", "discarded"):
                writes(mock, world, thread, text)
                await mock.agenda.advance(world, NOON, settled=False)
            writes(mock, world, thread, "cancelled")
            (*_, last) = mock.deliveries.all(world)
            mock.deliveries.cancel(world, last)
        async with opened(mock_on(source, path)) as mock:
            found = mock.worlds.by_access_token(token)
            assert found is not None
            assert await mock.agenda.advance(found[0], at(3600), settled=False) == []
            states = [each.state for each in mock.deliveries.all(found[0])]
    assert states == ["delivered", "discarded", "cancelled"]
    assert len(receiver.received) == 2


@on_a_loop
async def test_ids_after_a_restart_go_on_where_they_were(tmp_path: Path) -> None:
    path, source = str(tmp_path / "mews.db"), ManualTime()

    async def play(*, restarted: bool) -> list[str]:
        async with opened(mock_on(source, path if restarted else ":memory:")) as mock:
            world = next(iter(mock.worlds))
            mock.integrations.change(world, wish(clock=FROZEN, seed=7))
            thread = opens(mock, world)
            ids = [thread, *writes(mock, world, thread, "One")]
            if not restarted:
                return ids + writes(mock, world, thread, "Two")
        async with opened(mock_on(source, path)) as mock:
            return ids + writes(mock, next(iter(mock.worlds)), thread, "Two")

    assert await play(restarted=True) == await play(restarted=False)
