"""The vectors 50 to 60 of contract.md 14: time filters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeApp
from tests.connector.caller import NOON, App, Json, between

ELEVEN, ONE = "2026-03-10T11:00:00Z", "2026-03-10T13:00:00Z"
A_SECOND_LATER = "2026-03-10T12:00:01Z"


def texts(app: App, thread: str, interval: Json) -> list[str]:
    return [each["Text"] for each in app.find(thread, CreatedUtc=interval).messages]


@pytest.fixture
def thread(app: App) -> str:
    """A thread with a message at noon, and others a second before and after."""
    return one_message_a_second(app)


def one_message_a_second(app: App) -> str:
    app.control.set_clock(app.access_token, at="2026-03-10T11:59:59Z")
    thread = app.open_thread()
    for text in ("before", "noon", "after"):
        app.write(thread, text)
        app.advance("1s")
    return thread


def test_vector_50_the_start_belongs_to_the_interval(app: App, thread: str) -> None:
    assert texts(app, thread, between(NOON, ONE)) == ["after", "noon"]


def test_vector_51_the_end_does_not(app: App, thread: str, make_app: MakeApp) -> None:
    assert texts(app, thread, between(ELEVEN, NOON)) == ["before"]
    inclusive = make_app(settings={"interval_ends": "inclusive"})
    same = one_message_a_second(inclusive)
    assert texts(inclusive, same, between(ELEVEN, NOON)) == ["noon", "before"]


def test_vector_52_equal_ends_mean_that_instant(app: App, thread: str) -> None:
    assert texts(app, thread, between(NOON, NOON)) == ["noon"]


def test_vector_53_equal_ends_at_another_instant_find_nothing(app: App) -> None:
    thread = app.open_thread()
    app.write(thread, "noon")
    assert texts(app, thread, between(A_SECOND_LATER, A_SECOND_LATER)) == []


def day(date: str) -> str:
    return f"{date}T00:00:00Z"


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        pytest.param(day("2026-02-10"), day("2026-03-10"), 200, id="vector_54_a_month"),
        pytest.param(day("2026-02-01"), day("2026-03-10"), 400, id="vector_55_more_than_a_month"),
        pytest.param(day("2026-02-10"), "2026-03-10T00:00:00.0000001Z", 400, id="a_tick_more"),
        pytest.param(day("2026-01-31"), day("2026-02-28"), 200, id="a_month_that_ends_early"),
        pytest.param(day("2026-01-31"), day("2026-03-01"), 400, id="a_month_that_ends_early_and_a_day"),
        pytest.param(day("2028-01-31"), day("2028-02-29"), 200, id="a_leap_year"),
        pytest.param("9998-12-31T23:59:59Z", "9998-12-31T23:59:59Z", 200, id="the_last_instant"),
        pytest.param("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z", 200, id="the_first_day"),
    ],
)
def test_messages_take_one_month(app: App, start: str, end: str, status: int) -> None:
    answer = app.find(app.open_thread(), CreatedUtc=between(start, end))
    assert answer.status == status
    if status == 400:
        assert answer.refusal == (400, "Invalid CreatedUtc")


@pytest.mark.parametrize("field", ["CreatedUtc", "UpdatedUtc"])
def test_vector_56_threads_take_three_months(app: App, field: str) -> None:
    thread = app.open_thread()
    three, four = day("2025-12-11"), day("2025-11-11")
    assert app.find_threads(**{field: between(three, day("2026-03-11"))}).ids == [thread]
    assert app.find_threads(**{field: between(four, day("2026-03-11"))}).refusal == (400, f"Invalid {field}")


@pytest.mark.parametrize(
    "interval",
    [
        pytest.param(between(NOON, ...), id="vector_57_no_end"),
        pytest.param(between(ONE, NOON), id="vector_58_start_after_end"),
        pytest.param(between("2026-03-10", ONE), id="vector_60_a_date_alone"),
        pytest.param(between(..., NOON), id="no_start"),
        pytest.param(between(NOON, None), id="end_null"),
        pytest.param({}, id="empty"),
        pytest.param([NOON, ONE], id="a_list"),
        pytest.param(NOON, id="an_instant"),
        pytest.param(between("2026-03-10T12:00:00", ONE), id="no_zone"),
        pytest.param(between("2026-03-10T11:59:60Z", ONE), id="a_leap_second"),
        pytest.param(between("2026-02-30T12:00:00Z", ONE), id="a_day_that_does_not_exist"),
        pytest.param(between("2026-03-10T12:00:00.1234567890Z", ONE), id="ten_digits"),
        pytest.param(between("2026-03-10 12:00:00Z", ONE), id="a_space_for_the_T"),
        pytest.param(between("9999-01-01T00:00:00Z", "9999-01-01T00:00:00Z"), id="the_year_9999"),
        pytest.param(between("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z"), id="before_the_year_1"),
        pytest.param(between(1773144000, 1773147600), id="numbers"),
        pytest.param(between("٢٠٢٦-03-10T12:00:00Z", ONE), id="digits_that_are_not_ascii"),
    ],
)
def test_interval_that_is_bad_is_refused(app: App, interval: Any) -> None:
    # contract.md 13a: an interval is named itself, not the bound that is wrong.
    thread = app.open_thread()
    assert app.find(thread, CreatedUtc=interval).refusal == (400, "Invalid CreatedUtc")
    for field in ("CreatedUtc", "UpdatedUtc"):
        found = app.find_threads(MessageThreadIds=[thread], **{field: interval})
        assert found.refusal == (400, f"Invalid {field}")


@pytest.mark.parametrize(
    "noon",
    [
        pytest.param("2026-03-10T12:00:00.000Z", id="vector_59_milliseconds"),
        pytest.param("2026-03-10t12:00:00.000000000z", id="lower_case_and_nine_digits"),
        pytest.param("2026-03-10T14:00:00+02:00", id="an_offset"),
        pytest.param("2026-03-10T06:30:00-05:30", id="an_offset_west"),
    ],
)
def test_instant_in_another_form_is_the_same_instant(app: App, thread: str, noon: str) -> None:
    page = app.find(thread, CreatedUtc=between(noon, noon))
    assert [(each["Text"], each["CreatedUtc"]) for each in page.messages] == [("noon", NOON)]


def test_fraction_of_an_instant_counts(app: App, thread: str) -> None:
    later = "2026-03-10T12:00:00.0000001Z"
    assert texts(app, thread, between(later, ONE)) == ["after"]
    assert texts(app, thread, between(ELEVEN, later)) == ["noon", "before"]


def test_null_interval_is_none(app: App, thread: str) -> None:
    assert len(app.find(thread, CreatedUtc=None).messages) == 3
