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
from mockmews_testkit.errors import Evidence, Failure, FloodError
from mockmews_testkit.scenario.document import Scenario, SetFault, Step
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

    With `probing` the checks are what counts: lines that a fault keeps from holding are excused, the story goes
    on after one that fails for a fault, and the app gets the time that the checks give it. The last event is
    always ScenarioFinished, whose `failure` says what went wrong first; a FloodError is raised after it.
    """
    watch = Stopwatch()
    stage = Stage(scenario, bench, probing=probing)
    yield ScenarioStarted(scenario, bench.payload, bench.id, bench.integration["seed"])
    found_verdicts: tuple[Verdict, ...] = ()
    failure, flood = None, None
    try:
        failure = yield from _play_all(stage)
        if failure is None:
            yield from _settle(stage)
            found_verdicts, failure = verdicts(stage)
            failure = with_surroundings(failure, stage, None) if failure is not None else None
        story = Story(record_of(stage))
        if probing and (failure is not None or is_in_debt(story)):
            yield from passing(stage, min(story.busy_for, _LONGEST_PAUSE) + stage.within(None) + _MARGIN)
    except FloodError as found:
        flood = found
    results = _score(stage)
    if probing:
        failure = _with_broken_check(stage, results, failure)
    yield ScenarioFinished(scenario, bench.payload, found_verdicts, failure, watch.seconds, results)
    if flood is not None:
        raise flood


_MOST_FAILURES = 2
_LONGEST_PAUSE = 10.0  # seconds of an app's pause that its story waits out
_MARGIN = 0.5  # seconds: what the app was told of a moment after the line began is overdue as much later


def _play_all(stage: Stage) -> Generator[Event, None, Failure | None]:
    """Play the steps; the first failure. A probe goes on after one where a fault was set before."""
    failures: list[Failure] = []
    faults = bool(stage.scenario.mews.get("faults"))
    for step in stage.scenario.steps:
        faults = faults or isinstance(step, SetFault)
        yield StepStarted(step)
        failure = yield from _play(stage, step)
        yield StepFinished(step, failure)
        if failure is not None:
            failures.append(failure)
            if not (stage.probing and faults) or len(failures) == _MOST_FAILURES:
                break
    return failures[0] if failures else None


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
        stage.settle()
    except ControlError:
        # What still moves shows in the journal, and is judged by it.
        yield from news(stage)
    yield from news(stage)
