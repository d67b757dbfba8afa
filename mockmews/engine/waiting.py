"""Waiting for entries of a journal: the past first, then what comes, until time is up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from mockmews import durations
from mockmews.engine.journal import Journal
from mockmews.model.journal import JournalEntry
from mockmews.model.replies import TextPattern
from mockmews.model.waits import Condition, Wait
from mockmews.wire.patterns import compile_pattern

_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Outcome:
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
            while not (outcome := judge(journal, wanted)).complete:
                await changed.wait()
                changed.clear()
    except TimeoutError:
        outcome = judge(journal, wanted)
    finally:
        unsubscribe()
    return outcome


def judge(journal: Journal, wanted: Wait) -> Outcome:
    """How far the journal, as it is, meets a wait."""
    found: list[JournalEntry] = []
    near: list[tuple[int, JournalEntry, tuple[Condition, ...]]] = []
    for entry in journal.entries(since=wanted.since):
        missed = tuple(each for each in wanted.conditions if not _meets(entry, each))
        if not missed:
            found.append(entry)
        elif len(missed) < len(wanted.conditions):
            near.append((len(missed), entry, missed))
    near.sort(key=lambda miss: (miss[0], -miss[1].number))
    nearest = tuple((entry, missed) for _, entry, missed in near[:_MOST_NEAR])
    return Outcome(tuple(found), nearest, len(found) >= wanted.count)


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
