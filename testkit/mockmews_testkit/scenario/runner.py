"""The runner: plays one scenario on one bench, and yields what happens."""

from __future__ import annotations

from collections.abc import Iterator

from mockmews import ControlError, MockMewsError
from mockmews_testkit.bench import Bench
from mockmews_testkit.checks.judging import judge_all
from mockmews_testkit.checks.results import Result
from mockmews_testkit.errors import Failure
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.events import (
    Event,
    ScenarioFinished,
    ScenarioStarted,
    StepFinished,
    StepStarted,
    Verdict,
)
from mockmews_testkit.scenario.judging import verdicts
from mockmews_testkit.scenario.recording import record_of
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.steps import play
from mockmews_testkit.scenario.surroundings import with_surroundings
from mockmews_testkit.scenario.waiting_room import news
from mockmews_testkit.waiting import Stopwatch


def run(scenario: Scenario, bench: Bench) -> Iterator[Event]:
    """Play every step until one fails, wait until all is quiet, and judge the whole.

    The last event is always ScenarioFinished, whose `failure` says what went wrong first.
    """
    watch = Stopwatch()
    stage = Stage(scenario, bench)
    yield ScenarioStarted(scenario, bench.payload, bench.id, bench.integration["seed"])
    failure: Failure | None = None
    for step in scenario.steps:
        yield StepStarted(step)
        try:
            yield from play(stage, step)
        except Failure as found:
            failure = found
        except ControlError as error:
            failure = failed(f"the fake refused this step: {error}", step.source)
        if failure is not None:
            failure = with_surroundings(failure, stage, step)
        yield StepFinished(step, failure)
        if failure is not None:
            break
    found_verdicts: tuple[Verdict, ...] = ()
    if failure is None:
        yield from _settle(stage)
        found_verdicts, failure = verdicts(stage)
        if failure is not None:
            failure = with_surroundings(failure, stage, None)
    results = _score(stage)
    yield ScenarioFinished(scenario, bench.payload, found_verdicts, failure, watch.seconds, results)


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
