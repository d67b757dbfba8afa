"""The probes: the bundled scenarios by which an app is certified, and which checks each puts to the test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mockmews_testkit.bundled import PROBES, scenario_folder
from mockmews_testkit.checks.happenings import as_map, calls_in
from mockmews_testkit.durations import TICKS_PER_SECOND
from mockmews_testkit.replay.plays import Played
from mockmews_testkit.scenario.document import HotelReplies, Quiet, Scenario, SetFault, Step, Wait
from mockmews_testkit.scenario.events import Happened
from mockmews_testkit.scenario.loading import discover, load_file
from mockmews_testkit.vocabulary import CHECKS

PAGING = "PAGE-01"
"""This one wants to know how many messages the app asks for at once."""
FIRST_LOOK = "REQ-04"
"""A short conversation with replies, which shows that where nothing else is played."""

_REPEATED = "newer"
_MOST = 1000  # contract.md 4: no page is longer
_SHORT_PAGE = 100  # of these two are filled: who goes one step on to the second may go no step further


@dataclass(frozen=True, slots=True)
class Probe:
    """A scenario, and the checks that it puts to the test: its tags say so."""

    scenario: Scenario

    @property
    def checks(self) -> tuple[str, ...]:
        """Check ids."""
        return tuple(each for each in self.scenario.tags if each in CHECKS)

    @property
    def waits(self) -> float:
        """Seconds of real time that it lasts at least: those that last long begin first."""
        return sum(map(_waits, self.scenario.steps)) / TICKS_PER_SECOND

    @property
    def wants_hotels(self) -> bool:
        """Whether it is for apps that serve several hotels."""
        return len(self.scenario.hotels) > 1

    @property
    def has_namesakes(self) -> bool:
        """Whether it is for apps that know a guest by more than a name."""
        names = [each.name for each in self.scenario.guests]
        return len(set(names)) < len(names)

    @property
    def is_paging(self) -> bool:
        """Whether it is to be filled with replies first."""
        return PAGING in self.checks


def probes(only: Sequence[str] = (), *, hotels: bool = True, namesakes: bool = True) -> list[Probe]:
    """Those that the named checks need, or all; the longest first.

    `hotels`: the app serves several. `namesakes`: it can tell two guests of one name apart.
    """
    found = [Probe(each) for file in discover([scenario_folder() / PROBES]) for each in load_file(file)]
    found = [each for each in found if hotels or not each.wants_hotels]
    found = [each for each in found if namesakes or not each.has_namesakes]
    chosen = [each for each in found if not only or set(only) & set(each.checks)]
    if all(each.is_paging for each in chosen):
        chosen += [each for each in found if FIRST_LOOK in each.checks]
    return sorted(chosen, key=lambda each: -each.waits)


def _waits(step: Step) -> int:
    if isinstance(step, Wait | Quiet):
        return step.duration
    if isinstance(step, SetFault):
        return (step.fault.delay or 0) + (step.fault.retry_after or 0) * (step.fault.times or 1)
    return 0


def page_length(played: Iterable[Played]) -> int | None:
    """The most messages that an app asked for at once; None where it never asked."""
    entries = [event.entry for each in played for event in each.events if isinstance(event, Happened)]
    counts = [
        as_map(call.body.get("Limitation")).get("Count")
        for call in calls_in(entries, ())
        if call.operation == "messages/getAll" and call.status == 200
    ]
    lengths = [each for each in counts if isinstance(each, int) and not isinstance(each, bool)]
    return max((each for each in lengths if 1 <= each <= _MOST), default=None)


def beyond_a_page(probe: Probe, length: int) -> Probe:
    """The paging probe with more replies than stand on a page of this length, or on two short ones."""
    newer = length * 2 if length <= _SHORT_PAGE else length
    steps: list[Step] = []
    for step in probe.scenario.steps:
        if isinstance(step, HotelReplies) and step.named == _REPEATED:
            steps += [
                replace(step, text=f"{step.text}, no. {number}", named=f"{_REPEATED} {number}")
                for number in range(1, newer + 1)
            ]
        else:
            steps.append(step)
    return Probe(replace(probe.scenario, steps=tuple(steps)))
