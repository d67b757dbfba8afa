"""Deadlines pass, stopwatches run, and conditions are asked until they hold."""

from __future__ import annotations

from collections.abc import Iterator

from mockmews_testkit.waiting import Deadline, Stopwatch, sleep, until


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
