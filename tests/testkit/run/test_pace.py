"""The pace of plays in a shared world."""

from __future__ import annotations

import pytest

from mockmews_testkit.replay.pace import BUSY, Pace


class _StoppedError(Exception):
    pass


def test_pace_has_room_until_the_window_is_nearly_full() -> None:
    pace = Pace()
    pace.note(BUSY)
    assert not pace.busy
    pace.wait(lambda: None)
    pace.note(1)
    assert pace.busy


def test_pace_ends_its_wait_where_the_look_does() -> None:
    pace = Pace()
    pace.note(BUSY + 1)

    def look() -> None:
        raise _StoppedError

    with pytest.raises(_StoppedError):
        pace.wait(look)
