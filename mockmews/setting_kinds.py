"""The kinds of value that a setting takes: how each is read from text or JSON, and written back as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from mockmews import durations
from mockmews.durations import Duration, DurationRange

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


class Kind(Struct, frozen=True):
    """How values of one kind are read and written. `read` raises ValueError in words."""

    takes: str
    examples: tuple[str, ...]
    read: Callable[[object], Any]
    write: Callable[[Any], str]

    def other_than(self, default: str) -> str:
        """A value to show a user who wants to leave the default."""
        return next(each for each in self.examples if each != default)


class RateLimit(Struct, frozen=True):
    """`calls` requests in any `window` (ticks of 100 ns)."""

    calls: int
    window: Duration


def choice(*options: str) -> Kind:
    """One of a few words."""

    def read(value: object) -> str:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if value is None and "null" in options:
            text = "null"
        if text not in options:
            raise ValueError(f"{value!r} is none of them")
        return text

    return Kind(" | ".join(options), options, read, str)


def _flag(value: object) -> bool:
    text = str(value).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(f"{value!r} is neither")


def _count(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{value!r} is not a whole number")
    number = int(text)
    if number < 1:
        raise ValueError(f"{number} is below 1")
    return number


def _limit(value: object) -> int | None:
    return None if value is None or value == "none" else _count(value)


def _duration(value: object) -> Duration:
    if isinstance(value, int) and not isinstance(value, bool) and value != 0:
        raise ValueError(f"{value!r} has no unit")
    return durations.parse(str(value))


def _some_time(value: object) -> Duration:
    duration = _duration(value)
    if duration == 0:
        raise ValueError(f"{value!r} is no time at all")
    return duration


def _duration_range(value: object) -> DurationRange:
    return value if isinstance(value, DurationRange) else durations.parse_range(str(value))


def _rate(value: object) -> RateLimit | None:
    if isinstance(value, RateLimit):
        return value
    if value is None or value is False or value in ("off", "none"):
        return None
    calls, slash, window = str(value).partition("/")
    if not slash:
        raise ValueError(f"{value!r} has no window; write calls/window")
    limit = RateLimit(_count(calls), durations.parse(window))
    if limit.window == 0:
        raise ValueError("the window is empty")
    return limit


def _write_rate(limit: RateLimit | None) -> str:
    return "off" if limit is None else f"{limit.calls}/{durations.render(limit.window)}"


FLAG = Kind("true | false", ("true", "false"), _flag, lambda value: str(value).lower())
COUNT = Kind("a whole number from 1", ("100", "1000"), _count, str)
LIMIT = Kind(
    "none | a whole number from 1", ("4096",), _limit, lambda value: "none" if value is None else str(value)
)
DURATION = Kind("a duration such as 500ms, 30s, 2m", ("30s", "2m"), _duration, durations.render)
SOME_TIME = Kind(DURATION.takes, DURATION.examples, _some_time, durations.render)
DURATION_RANGE = Kind(
    "a duration or a range such as 30s..2m", ("30s", "2m"), _duration_range, durations.render_range
)
RATE = Kind("off | calls/window such as 200/30s", ("off",), _rate, _write_rate)
