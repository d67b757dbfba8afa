"""Waiting for something to happen in a scenario, while telling what happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.scenario.events import Event, Happened, Seen
from mockmews_testkit.scenario.stage import Stage
from mockmews_testkit.waiting import Deadline, FairDeadline

Found = TypeVar("Found")

_LONGEST_LOOK = 0.25
_NOTED = 1.5


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

    Raises what `explain` makes after `within` seconds in which the machine served its programs, and at once
    where the app has died.
    """
    deadline = FairDeadline(within)
    while True:
        over = deadline.over
        yield from news(stage)
        found = condition()
        if found is not None:
            return found
        stage.check_app()
        if over:
            raise told_of_stretching(explain(), deadline)
        wait = min(deadline.left, stage.look_every, _LONGEST_LOOK)
        with deadline.asleep(wait):
            yield from news(stage, wait=wait)


def told_of_stretching(failure: Failure, deadline: FairDeadline) -> Failure:
    """The failure, with what a busy machine did to its deadline."""
    if deadline.lasted > _NOTED * deadline.seconds:
        words = f"{deadline.lasted:.1f} s passed, of which {deadline.seconds:g} s count: the machine was busy"
        failure.evidence = (*failure.evidence, Evidence("How long it was waited for", words))
    return failure


def passing(stage: Stage, seconds: float) -> Generator[Event, None, None]:
    """Let real time pass. Raises FloodError where the app floods a probe meanwhile."""
    deadline = Deadline(seconds)
    while not deadline.over:
        yield from news(stage, wait=deadline.left)
        stage.check_flood()
