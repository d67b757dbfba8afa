"""When the staff open next, over nights, weekends and changes of the clock."""

from __future__ import annotations

import pytest

from mockmews import instants
from mockmews.engine.opening_hours import next_open
from mockmews.wire.opening_hours import read_opening_hours

WEEKDAYS = {"mon-fri": "07:00-19:00", "sat": "10:00-12:00"}


def opening(at: str, hours: object, zone: str = "Europe/Prague") -> str:
    read = read_opening_hours(hours, where="opening_hours")
    return instants.render_exactly(next_open(instants.parse(at), read, zone))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-10T05:59:59.9999999Z", "2026-03-10T06:00:00Z"),  # Tuesday, before 07:00 in Prague
        ("2026-03-10T06:00:00Z", "2026-03-10T06:00:00Z"),
        ("2026-03-10T17:59:59.9999999Z", "2026-03-10T17:59:59.9999999Z"),
        ("2026-03-10T18:00:00Z", "2026-03-11T06:00:00Z"),
        ("2026-03-13T18:00:00Z", "2026-03-14T09:00:00Z"),  # Friday evening -> Saturday
        ("2026-03-14T11:00:00Z", "2026-03-16T06:00:00Z"),  # Saturday noon -> Monday
        ("2026-03-28T11:00:00Z", "2026-03-30T05:00:00Z"),  # over the change to summer time
    ],
)
def test_staff_answer_now_or_when_they_open(at: str, expected: str) -> None:
    assert opening(at, WEEKDAYS) == expected


def test_staff_without_hours_are_always_there() -> None:
    assert opening("2026-03-10T03:00:00Z", None) == "2026-03-10T03:00:00Z"


def test_a_night_shift_reaches_into_the_next_day() -> None:
    hours = {"sun": "22:00-06:00"}
    assert opening("2026-03-09T04:59:59Z", hours) == "2026-03-09T04:59:59Z"  # Monday, 05:59:59
    assert opening("2026-03-09T05:00:00Z", hours) == "2026-03-15T21:00:00Z"


def test_an_opening_time_that_the_clock_skips_comes_as_much_later() -> None:
    # On 29 March 2026 the clocks of Prague go from 02:00 to 03:00, at 01:00 UTC.
    assert opening("2026-03-29T00:59:59Z", "02:30-05:00") == "2026-03-29T01:30:00Z"


def test_a_shift_within_the_repeated_hour_lasts_until_its_second_end() -> None:
    # On 25 October 2026 the clocks of Prague go from 03:00 back to 02:00, at 01:00 UTC.
    assert opening("2026-10-25T01:15:00Z", "01:00-02:30") == "2026-10-25T01:15:00Z"
    assert opening("2026-10-25T01:30:00Z", "01:00-02:30") == "2026-10-26T00:00:00Z"


@pytest.mark.parametrize("zone", ["America/Santiago", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu", "UTC"])
@pytest.mark.parametrize("start", ["2011-12-28", "2026-03-28", "2026-04-03", "2026-09-04", "2026-10-23"])
def test_a_desk_that_never_closes_is_open_at_every_moment(zone: str, start: str) -> None:
    # Midnights that do not exist, or come twice, open no gap between two whole days.
    for minutes in range(0, 4 * 24 * 60, 30):
        at = instants.parse(f"{start}T00:00:00Z") + minutes * 60 * instants.TICKS_PER_SECOND
        hours = read_opening_hours("00:00-24:00", where="opening_hours")
        assert next_open(at, hours, zone) == at


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9998-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar_break_nothing(at: str) -> None:
    assert instants.parse(opening(at, WEEKDAYS, "America/New_York")) >= instants.parse(at)
