"""Durations as users of the kit write them, `500ms`, `30s`, `2m`, `1h30m`, and ranges of them, `30s..2m`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

TICKS_PER_SECOND = 10_000_000

_UNITS = {
    "d": 86_400 * TICKS_PER_SECOND,
    "h": 3_600 * TICKS_PER_SECOND,
    "m": 60 * TICKS_PER_SECOND,
    "s": TICKS_PER_SECOND,
    "ms": TICKS_PER_SECOND // 1000,
}
_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,7})?"
_FORM = re.compile("".join(rf"(?:({_NUMBER}){unit})?" for unit in _UNITS))
_LONGEST = 366 * _UNITS["d"]

Duration = int
"""Ticks of 100 ns, never negative."""


@dataclass(frozen=True, slots=True)
class DurationRange:
    """Anything from `low` to `high` ticks; a fixed duration has both equal."""

    low: Duration
    high: Duration


def parse(text: str) -> Duration:
    """Ticks of a text such as `1h30m`; a bare `0` is allowed. ValueError says what was seen and wanted."""
    if text == "0":
        return 0
    match = _FORM.fullmatch(text)
    if not text or match is None:
        unit = f"; did you mean {text}s?" if re.fullmatch(_NUMBER, text) else ""
        raise ValueError(f"{text!r} is not a duration{unit or '; write 500ms, 30s, 2m or 1h30m'}")
    counts = zip(match.groups(), _UNITS.values(), strict=True)
    ticks = round(sum(Fraction(count) * unit for count, unit in counts if count))
    if ticks > _LONGEST:
        raise ValueError(f"{text!r} is longer than a year (366d)")
    return ticks


def parse_range(text: str) -> DurationRange:
    """A range `30s..2m`, or a fixed duration `30s`. ValueError says what was seen and wanted."""
    low, dots, high = text.partition("..")
    first = parse(low)
    second = parse(high) if dots else first
    if second < first:
        raise ValueError(f"{text!r} runs backwards; write the shorter duration first")
    return DurationRange(first, second)


def render(duration: Duration) -> str:
    """The shortest text that reads back as the same ticks: `1h30m`, `2.5s`, `150ms`."""
    words = []
    for unit in ("d", "h", "m"):
        count, duration = divmod(duration, _UNITS[unit])
        if count:
            words.append(f"{count}{unit}")
    if duration or not words:
        unit = "ms" if 0 < duration < TICKS_PER_SECOND and not words else "s"
        words.append(f"{_decimal(duration, _UNITS[unit])}{unit}")
    return "".join(words)


def _decimal(ticks: int, unit: int) -> str:
    whole, rest = divmod(ticks, unit)
    digits = str(unit + rest)[1:].rstrip("0")  # every such unit is a power of ten
    return f"{whole}.{digits}" if digits else str(whole)


def render_range(span: DurationRange) -> str:
    """`30s..2m`, or `30s` where both ends are equal."""
    return render(span.low) if span.low == span.high else f"{render(span.low)}..{render(span.high)}"


def seconds(duration: Duration) -> float:
    """The duration in seconds."""
    return duration / TICKS_PER_SECOND
