"""Opening hours and time zones as users write them: `07:00-23:00`, or a map of weekdays."""

from __future__ import annotations

import re
from itertools import pairwise

from mockmews.model.opening_hours import MINUTES_PER_DAY, WEEKDAYS, OpeningHours, Shift
from mockmews.settings import suggestion
from mockmews.wire.given import Given, Where

_SHIFT = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)
_NAMES = dict.fromkeys(WEEKDAYS) | dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
_WANTED = "hours such as 07:00-23:00, several as 07:00-12:00, 13:00-19:00, or closed"


def read_opening_hours(data: object, *, where: str | Where) -> OpeningHours | None:
    """One text for every day, or a map such as `{mon-fri: 07:00-19:00, sat: closed}`; None: always open.

    Days that a map does not name are closed. A shift that ends before it begins ends on the next day.
    """
    return opening_hours_of(Given.of(data, where))


def opening_hours_of(given: Given) -> OpeningHours | None:
    """The same for a value inside other data. Raises ConfigurationError."""
    data = given.value
    if data is None:
        return None
    if isinstance(data, dict):
        days: list[tuple[Shift, ...] | None] = [None] * 7
        for key, value in data.items():
            entry = given.below(str(key), value)
            for day in _days(entry, str(key)):
                if days[day] is not None:
                    raise entry.refused(f"{WEEKDAYS[day]} is named twice; give each day once")
                days[day] = _shifts(entry)
        hours = OpeningHours(tuple(day or () for day in days))
    else:
        hours = OpeningHours((_shifts(given),) * 7)
    if not any(hours.days):
        raise given.refused("the staff never open; open a day, or leave them silent by a rule")
    return hours


def write_opening_hours(hours: OpeningHours | None) -> str | dict[str, str] | None:
    """Plain JSON data that `read_opening_hours` reads back equal."""
    if hours is None:
        return None
    days = [", ".join(map(_written, shifts)) or "closed" for shifts in hours.days]
    return days[0] if len(set(days)) == 1 else dict(zip(WEEKDAYS, days, strict=True))


def read_time_zone(data: object, *, where: str | Where) -> str:
    """The name of an IANA time zone, such as `Europe/Prague`."""
    return time_zone_of(Given.of(data, where))


def time_zone_of(given: Given) -> str:
    """The same for a value inside other data. Raises ConfigurationError."""
    import zoneinfo  # here: few hotels name a time zone

    name = given.text()
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder of zones is an OSError
        known = zoneinfo.available_timezones()
        advice = suggestion(name, dict.fromkeys(known)) if known else " Install tzdata: there are no zones."
        raise given.refused(f"{name[:60]!r} is no IANA time zone such as Europe/Prague.{advice}") from None
    return name


def _days(given: Given, key: str) -> list[int]:
    first, dash, last = (part.strip().lower() for part in key.partition("-"))
    for name in (first, last) if dash else (first,):
        if name not in _NAMES:
            near = suggestion(name, _NAMES)
            raise given.refused(f"{name[:60]!r} is no weekday.{near} Write mon, or mon-fri")
    start, end = WEEKDAYS.index(first[:3]), WEEKDAYS.index((last if dash else first)[:3])
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _shifts(given: Given) -> tuple[Shift, ...]:
    if not isinstance(given.value, str):
        raise given.refused(f"{given.name} takes {_WANTED}; not {given.seen}")
    if given.value.strip() == "closed":
        return ()
    shifts = tuple(_shift(given, part.strip()) for part in given.value.split(","))
    for earlier, later in pairwise(shifts):
        if later.opens < earlier.closes:
            raise given.refused(f"{given.name}: shifts overlap or run backwards; write the earlier one first")
    return shifts


def _shift(given: Given, text: str) -> Shift:
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise given.refused(f"{given.name} takes {_WANTED}; not {text[:60]!r}")
    hour, minute, last_hour, last_minute = map(int, match.groups())
    opens, closes = hour * 60 + minute, last_hour * 60 + last_minute
    if minute > 59 or last_minute > 59 or opens >= MINUTES_PER_DAY or closes > MINUTES_PER_DAY:
        raise given.refused(f"{given.name}: {text!r} is beyond the day; hours are 00:00 to 24:00")
    if opens == closes:
        raise given.refused(f"{given.name}: {text!r} is empty; write 00:00-24:00 for the whole day")
    return Shift(opens, closes if closes > opens else closes + MINUTES_PER_DAY)


def _written(shift: Shift) -> str:
    closes = shift.closes if shift.closes <= MINUTES_PER_DAY else shift.closes - MINUTES_PER_DAY
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (shift.opens, closes))
