"""Instants as whole numbers: 100-nanosecond ticks since 1970-01-01T00:00:00Z.

contract.md 6: the wire form is `YYYY-MM-DDThh:mm:ssZ`, UTC, no fraction. contract.md 13a: fractions up to
9 digits are read and compared at 100 ns; offsets are converted; lower-case t and z are accepted; a leap
second and a year outside 0001..9998 (after conversion) are refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

TICKS_PER_SECOND = 10_000_000
TICKS_PER_MILLISECOND = 10_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)
_FORM = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)?)?",
    re.ASCII,
)

Instant = int
"""Ticks of 100 ns since the Unix epoch."""


def parse(text: str, *, zone_required: bool = True) -> Instant:
    """Read an ISO 8601 instant. ValueError says in words what is wrong with it.

    With `zone_required=False` an instant without zone, or a date alone, is taken as UTC
    (contract.md 13 row 34, the setting `datetime_without_zone`).
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError("is not an ISO 8601 instant such as 2026-03-10T12:00:00Z")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if zone is None and zone_required:
        raise ValueError("has no time zone; Mews takes UTC instants such as 2026-03-10T12:00:00Z")
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        moment -= _offset(zone)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is not a possible instant ({error})") from None
    if moment.year > 9998:
        raise ValueError("lies outside the years 0001 to 9998")
    whole = moment - _NAIVE_EPOCH
    ticks = (whole.days * 86_400 + whole.seconds) * TICKS_PER_SECOND
    return ticks + int((fraction or "").ljust(9, "0")[:7])


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(f"time zone offset {zone} does not exist")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone[0] == "-" else offset


@lru_cache(maxsize=4096)
def _render_second(second: int) -> str:
    return (_NAIVE_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


@lru_cache(maxsize=4096)
def render(instant: Instant) -> str:
    """The wire form: UTC, truncated to the second, e.g. `2026-03-10T12:00:00Z`."""
    return _render_second(instant // TICKS_PER_SECOND) + "Z"


def render_milliseconds(instant: Instant) -> str:
    """The wire form with milliseconds (contract.md 12 row 18), e.g. `2026-03-10T12:00:00.000Z`."""
    second, rest = divmod(instant, TICKS_PER_SECOND)
    return f"{_render_second(second)}.{rest // TICKS_PER_MILLISECOND:03}Z"


def render_exactly(instant: Instant) -> str:
    """The finest form, for the mock's own face: all seven digits where there is a fraction."""
    second, rest = divmod(instant, TICKS_PER_SECOND)
    return f"{_render_second(second)}.{rest:07}Z" if rest else _render_second(second) + "Z"


def truncate(instant: Instant) -> Instant:
    """The instant at the start of its second."""
    return instant - instant % TICKS_PER_SECOND


def to_datetime(instant: Instant) -> datetime:
    """The same instant as an aware datetime in UTC (microseconds; the last tick digit is cut)."""
    return _EPOCH + timedelta(microseconds=instant // 10)


def add_months(instant: Instant, months: int) -> Instant:
    """The same day and time `months` calendar months later; the month's last day where that day is missing.

    contract.md 13 row 33: an interval of N months may reach exactly this far.
    """
    moment = _NAIVE_EPOCH + timedelta(microseconds=instant // 10)
    index = moment.year * 12 + moment.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last_day = (datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    later = moment.replace(year=year, month=month, day=min(moment.day, last_day))
    difference = later - moment
    return instant + (difference.days * 86_400 + difference.seconds) * TICKS_PER_SECOND
