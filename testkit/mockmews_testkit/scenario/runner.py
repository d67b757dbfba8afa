"""The runner: plays one scenario on one bench, and yields what happens."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from mockmews import ControlError, MockMewsError
from mockmews_testkit.bench import Bench
from mockmews_testkit.checks.debts import is_in_debt
from mockmews_testkit.checks.judging import judge_all
from mockmews_testkit.checks.registry import SEVERITIES
from mockmews_testkit.checks.results import Outcome, Result
from mockmews_testkit.checks.story import Story
from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.scenario.document import Scenario, Step
from mockmews_testkit.scenario.events import (
    Event,
    ScenarioFinished,
    ScenarioStarted,
    StepFinished,
    StepStarted,
    Verdict,
)
from mockmews_testkit.scenario.judging import as_failure, verdicts
from mockmews_testkit.scenario.recording import record_of
from mockmews_testkit.scenario.speaking import await_arrivals
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.steps import play
from mockmews_testkit.scenario.surroundings import with_surroundings
from mockmews_testkit.scenario.waiting_room import news, passing
from mockmews_testkit.waiting import Stopwatch


def run(scenario: Scenario, bench: Bench, *, probing: bool = False) -> Iterator[Event]:
    """Play every step until one fails, wait until all is quiet, and judge the whole.

    With `probing` the checks are what counts: a line that fails does not end the story at once, lines that a
    fault keeps from holding are excused, and the app gets the time that the checks give it. The last event is
    always ScenarioFinished, whose `failure` says what went wrong first.
    """
    watch = Stopwatch()
    stage = Stage(scenario, bench, probing=probing)
    yield ScenarioStarted(scenario, bench.payload, bench.id, bench.integration["seed"])
    failures: list[Failure] = []
    for step in scenario.steps:
        yield StepStarted(step)
        failure = yield from _play(stage, step)
        yield StepFinished(step, failure)
        if failure is not None:
            failures.append(failure)
            if len(failures) == (_MOST_FAILURES if probing else 1):
                break
    found_verdicts: tuple[Verdict, ...] = ()
    if not failures:
        yield from _settle(stage)
        found_verdicts, failure = verdicts(stage)
        failures += [with_surroundings(failure, stage, None)] if failure is not None else []
    if probing and (failures or is_in_debt(Story(record_of(stage)))):
        yield from _be_patient(stage)
    results = _score(stage)
    first = failures[0] if failures else None
    if probing:
        first = _with_broken_check(stage, results, first)
    yield ScenarioFinished(scenario, bench.payload, found_verdicts, first, watch.seconds, results)


_MOST_FAILURES = 2
_MARGIN = 0.5  # seconds: what the app was told of a moment after the line began is overdue as much later


def _play(stage: Stage, step: Step) -> Generator[Event, None, Failure | None]:
    """Play a step; the failure with all that surrounds it, None where it held."""
    try:
        yield from play(stage, step)
        if step is stage.scenario.steps[-1]:
            yield from await_arrivals(stage)
    except Failure as found:
        return with_surroundings(found, stage, step)
    except ControlError as error:
        return with_surroundings(failed(f"the fake refused this step: {error}", step.source), stage, step)
    return None


def _be_patient(stage: Stage) -> Generator[Event, None, None]:
    """Let the app have its time, so that the checks can say what is missing."""
    try:
        yield from passing(stage, stage.within(None) + _MARGIN)
    except Failure:
        return  # a flood; it is told of already


def _with_broken_check(stage: Stage, results: Iterable[Result], line: Failure | None) -> Failure | None:
    """The gravest check that did not hold, with what a failed line has to say.

    A line that failed for what is advice, or waived, is no failure.
    """
    found = [each for each in results if each.outcome is Outcome.FAIL and not each.check.advice]
    if not found:
        known = [each for each in results if each.outcome in (Outcome.FAIL, Outcome.WAIVED)]
        return None if any(each.id in stage.scenario.tags for each in known) else line
    worst = min(found, key=lambda each: SEVERITIES.index(each.check.severity))
    broken = as_failure(worst, stage.scenario.source)
    if line is None:
        return with_surroundings(broken, stage, None)
    return Failure(
        broken.summary,
        evidence=[*broken.evidence, Evidence("The line that failed", line.summary), *line.evidence],
        source=line.source,
        check=broken.check,
        remedy=broken.remedy,
    )


def _score(stage: Stage) -> tuple[Result, ...]:
    """What came of every check; of none where the fake has gone."""
    try:
        stage.watch.look()
        return tuple(judge_all(record_of(stage)))
    except MockMewsError:
        return ()


def _settle(stage: Stage) -> Iterator[Event]:
    """Until nothing moves: only then can "exactly once" be judged."""
    try:
        stage.bench.control.settle(stage.bench.id)
    except ControlError:
        # What still moves shows in the journal, and is judged by it.
        yield from news(stage)
    yield from news(stage)
