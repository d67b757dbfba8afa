"""Rate limits: the windows of contract.md 8 and the switches of contract.md 12 row 19 and 13 row 27."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews.engine.rate_limits import RateWindow
from mockmews.errors import ConnectorError
from mockmews.instants import TICKS_PER_SECOND
from mockmews.setting_kinds import RateLimit
from mockmews.settings import Settings
from tests.engine.manual import ManualTime, ask, mock_on, wish, world_of

LIMIT = RateLimit(3, 30 * TICKS_PER_SECOND)


def spend(window: RateWindow, second: float, *, rate: float = 1, **settings: str) -> str | None:
    """None where the call is let through, else its Retry-After (empty where none is sent)."""
    try:
        at = round(second * TICKS_PER_SECOND)
        window.spend(at, LIMIT, Settings().changed(settings), rate=rate)
    except ConnectorError as error:
        assert (error.status, error.message) == (429, "Too many requests.")  # noqa: PT017 - a helper, not a test
        return dict(error.headers).get(b"retry-after", b"").decode()
    return None


def test_a_sliding_window_counts_each_call_from_its_own_instant() -> None:
    window = RateWindow()
    assert [spend(window, second) for second in (0, 10, 20)] == [None] * 3
    assert spend(window, 29.9) == "1"
    assert spend(window, 30) is None  # the first has left
    assert spend(window, 30) == "10"  # until the second does
    assert spend(window, 40) is None


def test_an_anchored_window_counts_all_calls_from_the_first_of_the_burst() -> None:
    window = RateWindow()
    anchored: dict[str, Any] = {"rate_window": "anchored"}
    assert [spend(window, second, **anchored) for second in (0, 10, 20, 29)] == [None, None, None, "1"]
    assert [spend(window, 30, **anchored) for _ in range(4)] == [None, None, None, "30"]


def test_refused_calls_do_not_count_unless_asked_for() -> None:
    window = RateWindow()
    assert [spend(window, 0) for _ in range(6)] == [None] * 3 + ["30"] * 3
    assert spend(window, 30) is None
    counting = RateWindow()
    counted: dict[str, Any] = {"rate_counts_refused": "true"}
    assert [spend(counting, second, **counted) for second in (0, 0, 0, 20)] == [None, None, None, "10"]
    assert [spend(counting, 30, **counted) for _ in range(3)] == [None, None, "20"]


def test_retry_after_is_whole_real_seconds() -> None:
    for rate, wait in ((1, "30"), (60, "1"), (0, "30"), (0.5, "59")):
        window = RateWindow()
        for _ in range(3):
            spend(window, 0)
        assert spend(window, 0.5, rate=rate) == wait


def test_retry_after_may_be_missing() -> None:
    window = RateWindow()
    assert [spend(window, 0, retry_after="absent") for _ in range(4)][-1] == ""


@pytest.mark.parametrize(("setting", "later"), [("true", 429), ("false", 200)])
def test_failed_calls_count_unless_told_otherwise(setting: str, later: int) -> None:
    mock = mock_on(ManualTime())
    world = world_of(mock, rate_limit="2/30s", settings={"rate_counts_failed": setting})
    made = {"OriginalSender": "Penelope", "Subject": "Arrival"}
    for _ in range(2):
        assert ask(mock, world, "messageThreads/add")[0] == 400
    assert ask(mock, world, "messageThreads/add", **made)[0] == later


def test_calls_with_unknown_tokens_spend_nothing() -> None:
    """contract.md 13 row 28."""
    mock = mock_on(ManualTime())
    world = world_of(mock, rate_limit="1/30s")
    for _ in range(5):
        assert ask(mock, world, "messages/add", ClientToken="nobody")[0] == 401
    assert [ask(mock, world, "messages/add")[0] for _ in range(2)] == [400, 429]


def test_a_changed_limit_judges_the_same_calls() -> None:
    mock = mock_on(ManualTime())
    world = world_of(mock, rate_limit="5/30s")
    assert [ask(mock, world, "messages/add")[0] for _ in range(4)] == [400] * 4
    mock.integrations.change(world, wish(rate_limit="2/30s"))
    assert ask(mock, world, "messages/add")[0] == 429
    mock.integrations.change(world, wish(rate_limit="6/30s"))
    assert [ask(mock, world, "messages/add")[0] for _ in range(3)] == [400, 400, 429]
