"""What somebody waits for in a journal: conditions on entries, how many, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from mockmews.durations import Duration


class Condition(Struct, frozen=True):
    """One fact of an entry must equal, contain, or match (an RE2 pattern) a value."""

    fact: str
    how: Literal["equals", "contains", "matches"]
    value: Any

    def __str__(self) -> str:
        return f"{self.fact} {self.how} {self.value!r}"


class Wait(Struct, frozen=True):
    """Wait until `count` entries after `since` meet all conditions, at most `timeout` of real time."""

    conditions: tuple[Condition, ...]
    count: int
    since: int
    timeout: Duration
    match: Mapping[str, Any]
