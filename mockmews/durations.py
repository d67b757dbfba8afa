"""Durations and ranges of durations as users write them: `500ms`, `30s`, `2m`, `1h30m`, `30s..2m`."""

from __future__ import annotations

import re

from msgspec import Struct

from mockmews.instants import TICKS_PER_SECOND

_UNITS = {
    "d": 86_400 * TICKS_PER_SECOND,
    "h": 3_600 * TICKS_PER_SECOND,
    "m": 60 * TICKS_PER_SECOND,
    "s": TICKS_PER_SECOND,
    "ms": TICKS_PER_SECOND // 1000,
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])", re.ASCII)
_FORM = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_LONGEST = 366 * _UNITS["d"]

Duration = int
"""Ticks of 100 ns, never negative."""


class DurationRange(Struct, frozen=True):
    """Anything from `low` to `high` ticks, drawn from a seed; a fixed duration has both equal."""

    low: Duration
    high: Duration

    def pick(self, fraction: float) -> Duration:
        """The duration at `fraction` (0 <= fraction < 1) of the range."""
        return self.low + int((self.high - self.low) * fraction)


def parse(text: str) -> Duration:
    """Ticks of a text such as `1h30m`; a bare `0` is allowed. ValueError says what was seen and wanted."""
    if text == "0":
        return 0
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration; write 500ms, 30s, 2m, 1h30m or 2d")
    ticks = sum(round(float(number) * _UNITS[unit]) for number, unit in _PART.findall(text))
    if ticks > _LONGEST:
        raise ValueError(f"{text!r} is longer than a year (366d)")
    return ticks


def parse_range(text: str) -> DurationRange:
    """A range `30s..2m`, or a fixed duration `30s`. ValueError says what was seen and wanted."""
    low, dots, high = text.partition("..")
    first = parse(low.strip())
    second = parse(high.strip()) if dots else first
    if second < first:
        raise ValueError(f"{text!r} runs backwards; write the shorter duration first")
    return DurationRange(first, second)


def render(duration: Duration) -> str:
    """The shortest text that reads back as the same duration, down to the millisecond: `1h30m`, `2.5s`."""
    if duration == 0:
        return "0s"
    words = []
    for unit in ("d", "h", "m"):
        count, duration = divmod(duration, _UNITS[unit])
        if count:
            words.append(f"{count}{unit}")
    if 0 < duration < TICKS_PER_SECOND and not words:
        words.append(f"{duration / _UNITS['ms']:g}ms")
    elif duration:
        words.append(f"{duration / TICKS_PER_SECOND:.10g}s")
    return "".join(words)


def render_range(span: DurationRange) -> str:
    """`30s..2m`, or `30s` where both ends are equal."""
    return render(span.low) if span.low == span.high else f"{render(span.low)}..{render(span.high)}"


def seconds(duration: Duration) -> float:
    """The duration in seconds."""
    return duration / TICKS_PER_SECOND
