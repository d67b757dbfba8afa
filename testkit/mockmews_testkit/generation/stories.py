"""A conversation that broke an invariant, as a scenario file that plays it again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockmews_testkit.errors import Failure
from mockmews_testkit.generation.invariants import invariant_of
from mockmews_testkit.generation.playing import BrokenError, texts_of
from mockmews_testkit.reading.matchers import Exactly
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.document import Guest, Scenario, Step
from mockmews_testkit.scenario.loading import ENDING
from mockmews_testkit.scenario.writing import write

Json = dict[str, Any]

_SAID_BY_LINES = ("ERR-01",)
"""A guest's line that never comes fails by itself; where it comes at once, the check is not even exercised."""


def scenario_of(
    found: BrokenError, *, machine: str, app: str | None, guests: tuple[Guest, ...], world: Json
) -> Scenario:
    """The story: what was done, and at its end what must hold."""
    return Scenario(
        name=f"{machine}: {invariant_of(found.check) if found.check else found.summary}",
        app=app,
        mews=world,
        guests=_who_took_part(found.steps, guests),
        steps=(*_named_where_needed(found.steps), *_ending(found)),
    )


def save(scenario: Scenario, found: Failure, folder: Path, *, machine: str) -> Path:
    """Write the story; one of the same check that was found before is written over."""
    folder.mkdir(parents=True, exist_ok=True)
    words = f"{machine}-{found.check or 'story'}-{scenario.mews['payload']}"
    file = folder / f"{re.sub(r'[^a-z0-9_]+', '-', words.lower()).strip('-')}{ENDING}"
    summary = "".join(each if each.isprintable() else " " for each in found.summary)
    file.write_bytes(f"# Failed: {summary}\n{write(scenario)}".encode())
    return file


def _who_took_part(steps: tuple[Step, ...], guests: tuple[Guest, ...]) -> tuple[Guest, ...]:
    present = {each.by for each in steps if isinstance(each, doc.GuestWrites)}
    return tuple(each for each in guests if each.key in present) or guests[:1]


def _named_where_needed(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps, without the names of guests' lines whose webhook is never delivered."""
    delivered = {
        name for each in steps if isinstance(each, doc.Deliver) for body in each.bodies or () for name in body
    }
    for each in steps:
        if isinstance(each, doc.GuestWrites) and each.named not in delivered:
            yield replace(each, named=None)
        else:
            yield each


def _ending(found: BrokenError) -> Iterator[Step]:
    """What is awaited: replies that were not shown, where their text tells which is which, and the check."""
    written = Counter(texts_of(found.steps))
    for line in found.unseen:
        if written[line.text] == 1:
            yield doc.GuestSees(expected=(Exactly(line.text),), by=line.guest)
    if found.check and found.check not in _SAID_BY_LINES:
        yield doc.Expect(passed=(found.check,))
