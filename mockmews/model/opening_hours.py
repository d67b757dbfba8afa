"""When the staff of an enterprise answer: shifts of a week in local time."""

from __future__ import annotations

from dataclasses import dataclass

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """From `opens` until before `closes`: minutes of the wall clock after midnight of the shift's day.

    A night shift closes beyond the day's 1440 minutes.
    """

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The shifts of each weekday, Monday first; a day without shifts is closed."""

    days: tuple[tuple[Shift, ...], ...]
