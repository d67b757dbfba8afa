"""Admission: how many plays begin at the same time, and what lets the next one begin."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mockmews_testkit.replay import admission
from mockmews_testkit.replay.admission import Admission, Beginning

A_MOMENT = 0.05
LONG = 20.0


class Player:
    """A player who comes to the door, and goes in when there is a place."""

    def __init__(self, door: Admission) -> None:
        self.is_in = threading.Event()
        self._may_go = threading.Event()
        self._thread = threading.Thread(target=self._play, args=(door,))
        self._thread.start()
        self.beginning: Beginning

    def _play(self, door: Admission) -> None:
        with door.begin() as self.beginning:
            self.is_in.set()
            self._may_go.wait(LONG)

    def goes(self) -> None:
        self._may_go.set()
        self._thread.join()


def waits_until(door: Admission, something: Callable[[Player], None]) -> None:
    """With one play at a time at the door, a second one waits until the first one does something."""
    first = Player(door)
    assert first.is_in.wait(LONG)
    second = Player(door)
    try:
        assert not second.is_in.wait(A_MOMENT)
        something(first)
        assert second.is_in.wait(LONG)
    finally:
        first.goes()
        second.goes()


def test_the_next_play_begins_when_one_is_under_way() -> None:
    waits_until(Admission(1), lambda first: first.beginning.is_under_way())


def test_the_next_play_begins_when_one_is_over() -> None:
    waits_until(Admission(1), lambda first: first.goes())


def test_a_story_whose_first_line_takes_long_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "LONGEST", A_MOMENT)
    waits_until(Admission(1), lambda first: first.beginning.story_begins())


def test_nobody_waits_where_the_run_is_over() -> None:
    door = Admission(1)
    waits_until(door, lambda _: door.close())


def test_as_many_as_have_a_place_begin_at_once() -> None:
    door = Admission(3)
    players = [Player(door) for _ in range(3)]
    assert all(each.is_in.wait(LONG) for each in players)
    for each in players:
        each.goes()
