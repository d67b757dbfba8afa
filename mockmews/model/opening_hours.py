"""When the staff of an enterprise answer: shifts of a week in local time."""

from __future__ import annotations

from msgspec import Struct

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MINUTES_PER_DAY = 24 * 60


class Shift(Struct, frozen=True):
    """From `opens` until before `closes`: minutes of the wall clock after midnight of the shift's day.

    A night shift closes beyond the day's 1440 minutes.
    """

    opens: int
    closes: int


class OpeningHours(Struct, frozen=True):
    """The shifts of each weekday, Monday first; a day without shifts is closed."""

    days: tuple[tuple[Shift, ...], ...]
