"""Waiting for entries of a journal: the past first, then what comes, until time is up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

from mockmews import durations
from mockmews.engine.journal import Journal
from mockmews.model.journal import JournalEntry
from mockmews.model.replies import TextPattern
from mockmews.model.waits import Condition, Wait
from mockmews.wire.patterns import compile_pattern

_MOST_NEAR = 3
_MOST_COMPARED = 200  # of the newest; texts are compared letter by letter
_COMPARED = 400  # letters of each text
_ALIKE = 0.5


class Outcome(Struct, frozen=True):
    """Entries that matched, and those that nearly did, each with the conditions that it missed."""

    found: tuple[JournalEntry, ...]
    near: tuple[tuple[JournalEntry, tuple[Condition, ...]], ...]
    complete: bool

    def explain(self, wanted: Wait) -> str:
        """What was awaited, how long, and how much of it came."""
        what = ", ".join(map(str, wanted.conditions)) or "any entry"
        return (
            f"{len(self.found)} of {wanted.count} entries with {what} within "
            f"{durations.render(wanted.timeout)}."
        )

    def near_misses(self) -> str:
        """The nearest other entries, and what differs."""
        lines = [
            f"entry {entry.number} ({entry.kind}) differs in "
            + ", ".join(f"{each.fact} ({fact_of(entry, each.fact)!r})" for each in missed)
            for entry, missed in self.near
        ]
        return "; ".join(lines) or "none"


async def wait_for(journal: Journal, wanted: Wait) -> Outcome:
    """Return when enough entries match, or time is up; `complete` tells which."""
    changed = asyncio.Event()
    unsubscribe = journal.subscribe(lambda _: changed.set())
    try:
        async with asyncio.timeout(durations.seconds(wanted.timeout)):
            while len(found := _matching(journal, wanted)) < wanted.count:
                await changed.wait()
                changed.clear()
    except TimeoutError:
        return judge(journal, wanted)
    finally:
        unsubscribe()
    return Outcome(tuple(found), (), complete=True)


def _matching(journal: Journal, wanted: Wait) -> list[JournalEntry]:
    return [
        entry
        for entry in journal.entries(since=wanted.since)
        if all(_meets(entry, each) for each in wanted.conditions)
    ]


def judge(journal: Journal, wanted: Wait) -> Outcome:
    """How far the journal, as it is, meets a wait."""
    found: list[JournalEntry] = []
    missed: list[tuple[JournalEntry, tuple[Condition, ...]]] = []
    for entry in journal.entries(since=wanted.since):
        differing = tuple(each for each in wanted.conditions if not _meets(entry, each))
        if differing:
            missed.append((entry, differing))
        else:
            found.append(entry)
    complete = len(found) >= wanted.count
    return Outcome(tuple(found), () if complete else _nearest(missed, wanted), complete)


def _nearest(
    missed: Iterable[tuple[JournalEntry, tuple[Condition, ...]]], wanted: Wait
) -> tuple[tuple[JournalEntry, tuple[Condition, ...]], ...]:
    """Those that come nearest: few conditions missed, and those by little; of equal ones the newest first."""
    few = sorted(missed, key=lambda miss: (len(miss[1]), -miss[0].number))[:_MOST_COMPARED]
    distances = [sum(1 - _likeness(entry, each) for each in conditions) for entry, conditions in few]
    # What meets no condition is near only where it is alike.
    limit = max(len(wanted.conditions) - _ALIKE, 0)
    near = [(distance, miss) for distance, miss in zip(distances, few, strict=True) if distance <= limit]
    near.sort(key=lambda pair: (pair[0], -pair[1][0].number))
    return tuple(miss for _, miss in near[:_MOST_NEAR])


def _likeness(entry: JournalEntry, missed: Condition) -> float:
    """From 0 (nothing alike) to below 1: how near a fact comes to what was wanted of it."""
    value = fact_of(entry, missed.fact)
    if missed.how == "matches" or not isinstance(value, str) or not isinstance(missed.value, str):
        return 0
    found, sought = value[:_COMPARED].casefold(), missed.value[:_COMPARED].casefold()
    return min(SequenceMatcher(None, found, sought, autojunk=False).ratio(), 0.99)


def fact_of(entry: JournalEntry, name: str) -> Any:
    """A fact of an entry by the name that matchers use."""
    return entry.kind if name == "kind" else entry.facts.get(name)


def _meets(entry: JournalEntry, condition: Condition) -> bool:
    value = fact_of(entry, condition.fact)
    if condition.how == "equals":
        return bool(value == condition.value)
    if value is None:
        return False
    text = str(value)
    if condition.how == "contains":
        return condition.value in text
    return compile_pattern(TextPattern(condition.value, "")).search(text) is not None
