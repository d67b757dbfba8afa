"""Deadlines pass, stopwatches run, and conditions are asked until they hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockmews_testkit.waiting import Deadline, FairDeadline, Stopwatch, crowding, sleep, until


def test_deadline_passes() -> None:
    assert Deadline(0).over
    assert Deadline(-1).left == 0
    far = Deadline(60)
    assert not far.over
    assert 59 < far.left <= 60


def test_stopwatch_counts_what_was_slept() -> None:
    watch = Stopwatch()
    sleep(0.001)
    assert watch.seconds >= 0.001


def test_until_returns_what_holds_or_the_last_answer() -> None:
    answers: Iterator[str | None] = iter([None, "", "yes"])
    assert until(lambda: next(answers), 10, every=0) == "yes"
    assert until(lambda: "", 0) == ""


def test_until_asks_at_least_once_and_once_more_at_the_end() -> None:
    asked: list[float] = []
    watch = Stopwatch()
    until(lambda: asked.append(watch.seconds), 0.02, every=5)
    assert len(asked) == 2
    assert asked[1] >= 0.02


class Machine:
    """A machine whose time and whose crowd a test decides."""

    def __init__(self) -> None:
        self.now = 100.0
        self.crowd = 1.0

    def deadline(self, seconds: float) -> FairDeadline:
        return FairDeadline(seconds, clock=lambda: self.now, crowding=lambda: self.crowd)


def test_on_a_quiet_machine_a_fair_deadline_is_a_deadline() -> None:
    machine = Machine()
    deadline = machine.deadline(5)
    for _ in range(20):
        assert not deadline.over
        with deadline.asleep(0.25):
            machine.now += 0.25
    assert deadline.over
    assert deadline.lasted == 5


def test_on_a_crowded_machine_a_second_counts_less() -> None:
    machine = Machine()
    deadline = machine.deadline(5)
    machine.crowd = 4
    machine.now += 6
    assert deadline.left == 3.5
    machine.crowd = 1
    machine.now += 3.5
    assert deadline.over


def test_time_for_which_the_kit_itself_was_kept_waiting_does_not_count() -> None:
    machine = Machine()
    deadline = machine.deadline(5)
    with deadline.asleep(0.25):
        machine.now += 7
    assert deadline.left == 4.75


def test_a_fair_deadline_passes_at_last_on_any_machine() -> None:
    machine = Machine()
    deadline = machine.deadline(5)
    machine.crowd = 1000
    machine.now += 9
    assert not deadline.over
    machine.now += 1.5
    assert deadline.over


def test_a_fair_deadline_of_no_seconds_is_over() -> None:
    assert Machine().deadline(0).over
    assert Machine().deadline(-1).over


def test_crowding_is_never_below_one() -> None:
    assert crowding() >= 1


def test_crowding_is_one_where_the_system_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    assert crowding() == 1
