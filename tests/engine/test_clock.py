"""Clocks: real time plus an offset, times a rate; set, kept over a restart, and never running backwards."""

from __future__ import annotations

import asyncio

import pytest

from mockmews.clock import Clock, ClockState, SystemTime, pause
from mockmews.instants import TICKS_PER_SECOND
from tests.engine.manual import NOON, ManualTime, mock_on, opens, world_of


def seconds(clock: Clock) -> float:
    """What the clock shows, in seconds after noon."""
    return (clock.now() - NOON) / TICKS_PER_SECOND


def test_a_clock_shows_real_time_unless_told_otherwise() -> None:
    source = ManualTime()
    clock = Clock(source)
    source.passes(5)
    assert (seconds(clock), clock.rate, clock.real()) == (5, 1, source.at)


@pytest.mark.parametrize(("rate", "shown"), [(0, 0), (1, 10), (60, 600), (0.5, 5), (100_000, 1_000_000)])
def test_a_clock_runs_at_its_rate(rate: float, shown: float) -> None:
    source = ManualTime()
    clock = Clock(source)
    clock.set(rate=rate)
    source.passes(10)
    assert seconds(clock) == shown


def test_a_clock_goes_on_from_where_it_was_set() -> None:
    source = ManualTime()
    clock = Clock(source)
    source.passes(10)
    clock.set(rate=60)
    source.passes(1)
    assert seconds(clock) == 70
    clock.set(at=NOON + 1000 * TICKS_PER_SECOND)
    source.passes(1)
    assert seconds(clock) == 1060
    clock.set(rate=0)
    source.passes(100)
    assert seconds(clock) == 1060
    clock.set(rate=1, at=NOON)
    source.passes(2)
    assert seconds(clock) == 2


def test_a_clock_says_how_long_something_takes_in_real_seconds() -> None:
    source = ManualTime()
    clock = Clock(source)
    due = NOON + 120 * TICKS_PER_SECOND
    assert clock.real_seconds_until(due) == 120
    clock.set(rate=60)
    assert clock.real_seconds_until(due) == 2
    clock.set(rate=0)
    assert clock.real_seconds_until(due) is None
    assert clock.real_seconds_until(NOON) == 0
    clock.set(at=due + 1)
    assert clock.real_seconds_until(due) == 0


def test_a_clock_at_rest_goes_on_with_the_time_that_passed() -> None:
    source = ManualTime()
    state = ClockState(60, NOON, source.at)
    source.passes(3)
    assert seconds(Clock(source, state)) == 180


def test_the_machines_time_is_utc_and_never_goes_back() -> None:
    source = SystemTime()
    shown = [source.real() for _ in range(1000)]
    assert shown == sorted(shown)
    assert shown[0] > NOON - 366 * 86_400 * TICKS_PER_SECOND


def test_a_worlds_clock_does_not_go_back_where_the_machines_did(tmp_path: object) -> None:
    path = f"{tmp_path}/mews.db"
    source = ManualTime()
    mock = mock_on(source, path)
    world = world_of(mock, clock={"behind": "5s"})
    token = world.noun.integrations[0].access_token
    source.passes(10)
    opens(mock, world)
    mock.integrations.set_clock(world, rate=1)
    shown = world.clock.now()
    mock.store.close()
    again = mock_on(ManualTime(NOON - 3600 * TICKS_PER_SECOND), path)
    found = again.worlds.by_access_token(token)
    assert found is not None
    assert found[0].clock.now() == shown
    again.store.close()


def test_a_pause_is_over_when_its_time_is() -> None:
    asyncio.run(asyncio.wait_for(pause(TICKS_PER_SECOND // 100), 10))
