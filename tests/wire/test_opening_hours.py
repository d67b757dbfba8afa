"""Opening hours and time zones as users write them."""

from __future__ import annotations

import pytest

from mockmews.errors import ConfigurationError
from mockmews.model.opening_hours import OpeningHours, Shift
from mockmews.wire.opening_hours import read_opening_hours, read_time_zone, write_opening_hours

DAY = (Shift(7 * 60, 19 * 60),)


def refusal(data: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_opening_hours(data, where="opening_hours")
    return str(caught.value)


def test_hours_of_one_text_hold_on_every_day() -> None:
    assert read_opening_hours("07:00-19:00", where="h") == OpeningHours((DAY,) * 7)


def test_hours_of_a_map_are_closed_on_days_without_a_name() -> None:
    hours = read_opening_hours({"mon-fri": "7:00-19:00", "Sat": "closed"}, where="h")
    assert hours == OpeningHours((DAY,) * 5 + ((), ()))


def test_a_range_of_days_may_run_over_the_weekend() -> None:
    hours = read_opening_hours({"friday-mon": "07:00-19:00"}, where="h")
    assert hours == OpeningHours((DAY, (), (), (), DAY, DAY, DAY))


def test_a_night_shift_ends_on_the_next_day() -> None:
    hours = read_opening_hours("07:00-12:00, 22:00-06:00", where="h")
    assert hours == OpeningHours(((Shift(420, 720), Shift(1320, 1800)),) * 7)


@pytest.mark.parametrize(
    "data",
    [None, "00:00-24:00", "07:00-12:00, 13:00-19:00", "22:00-06:00",
     {**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "07:00-19:00"), "sat": "closed", "sun": "closed"}],
)  # fmt: skip
def test_hours_written_are_read_back_equal(data: object) -> None:
    hours = read_opening_hours(data, where="h")
    assert write_opening_hours(hours) == data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("7-23", "opening_hours: this takes hours such as 07:00-23:00"),
        ("07:00-25:00", "opening_hours: this: '07:00-25:00' is beyond the day"),
        ("07:60-23:00", "opening_hours: this: '07:60-23:00' is beyond the day"),
        ("07:00-07:00", "opening_hours: this: '07:00-07:00' is empty; write 00:00-24:00"),
        ("13:00-19:00, 07:00-12:00", "opening_hours: this: shifts overlap or run backwards"),
        ("closed", "opening_hours: the staff never open"),
        ({"mon": "closed"}, "opening_hours: the staff never open"),
        ({"mno": "07:00-19:00"}, "opening_hours.mno: 'mno' is no weekday. Did you mean 'mon'?"),
        ({"mon-fri": "07:00-19:00", "wed": "closed"}, "opening_hours.wed: wed is named twice"),
        ({"mon": 7}, "opening_hours.mon: mon takes hours such as 07:00-23:00"),
        (True, "opening_hours: this takes hours such as"),
    ],
)
def test_hours_with_a_mistake_are_refused(data: object, expected: str) -> None:
    assert refusal(data).startswith(expected)


def test_a_time_zone_is_an_iana_name() -> None:
    assert read_time_zone("Europe/Prague", where="time_zone") == "Europe/Prague"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Europe/Pragu",
            "time_zone: 'Europe/Pragu' is no IANA time zone such as Europe/Prague. Did you mean",
        ),
        ("Europe", "time_zone: 'Europe' is no IANA time zone"),
        ("../secret", "time_zone: '../secret' is no IANA time zone"),
        (2, "time_zone: this takes a text, not 2"),
    ],
)
def test_a_time_zone_that_does_not_exist_is_refused(name: object, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_time_zone(name, where="time_zone")
    assert str(caught.value).startswith(expected)
