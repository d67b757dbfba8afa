"""Waiting for something to happen in a scenario, while telling what happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from mockmews_testkit.errors import Failure
from mockmews_testkit.scenario.events import Event, Happened, Seen
from mockmews_testkit.scenario.stage import Stage
from mockmews_testkit.waiting import Deadline

Found = TypeVar("Found")

_LONGEST_LOOK = 0.25


def news(stage: Stage, *, wait: float = 0) -> Generator[Event, None, None]:
    """What happened since the last look; waits up to `wait` seconds where nothing did."""
    for entry in stage.watch.look(wait):
        yield Happened(entry)
    for cast in stage.present:
        shown = stage.shown(cast)
        for each in shown[stage.told.get(cast.guest.key, 0) :]:
            yield Seen(cast.guest.name, each.text)
        stage.told[cast.guest.key] = len(shown)


def until(
    stage: Stage,
    condition: Callable[[], Found | None],
    within: float,
    explain: Callable[[], Failure],
) -> Generator[Event, None, Found]:
    """Wait until `condition` finds something, and return it.

    Raises what `explain` makes after `within` seconds, and at once where the app has died.
    """
    deadline = Deadline(within)
    while True:
        over = deadline.over
        yield from news(stage)
        found = condition()
        if found is not None:
            return found
        stage.check_app()
        if over:
            raise explain()
        yield from news(stage, wait=min(deadline.left, stage.look_every, _LONGEST_LOOK))


def passing(stage: Stage, seconds: float) -> Generator[Event, None, None]:
    """Let real time pass. Raises FloodError where the app floods a probe meanwhile."""
    deadline = Deadline(seconds)
    while not deadline.over:
        yield from news(stage, wait=deadline.left)
        stage.check_flood()
