"""When the staff answer next, by the opening hours of their enterprise and its time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

from mockmews import instants
from mockmews.instants import TICKS_PER_SECOND, Instant
from mockmews.model.opening_hours import OpeningHours

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# From two days before, for night shifts and zones that once skipped a day, to a week and two days after.
_DAYS = range(-2, 10)


def next_open(instant: Instant, hours: OpeningHours | None, zone: str) -> Instant:
    """The instant itself where the staff are there, else the instant at which they open next.

    Shifts are times of the wall clock. Where the clock is put forward over an opening time, the staff open
    as much later; where it is put back, they open at the first and close at the second of the two.
    """
    if hours is None:
        return instant
    from zoneinfo import ZoneInfo  # here: few hotels have hours

    try:
        place = ZoneInfo(zone)
        today = instants.to_datetime(instant).astimezone(place).date()
        shifts = [
            (_tick(day, shift.opens, place, folds=(0,)), _tick(day, shift.closes, place, folds=(0, 1)))
            for day in (today + timedelta(days=step) for step in _DAYS)
            for shift in hours.days[day.weekday()]
        ]
    except OverflowError:
        return instant  # within days of the calendar's own ends nobody keeps hours
    if any(opens <= instant < closes for opens, closes in shifts):
        return instant
    return min(opens for opens, _ in shifts if opens > instant)


def _tick(day: date, minute: int, place: tzinfo, *, folds: tuple[int, ...]) -> Instant:
    """The latest instant among the readings of a local wall time."""
    wall = datetime(day.year, day.month, day.day, tzinfo=place) + timedelta(minutes=minute)
    moments = (wall.replace(fold=fold).astimezone(UTC) - _EPOCH for fold in folds)
    return max((each.days * 86_400 + each.seconds) * TICKS_PER_SECOND for each in moments)
