"""A scenario played step by step in a test, on the test's own `mews`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockmews import ControlError
from mockmews_testkit.errors import Failure
from mockmews_testkit.integration.app_file import SAMPLE, AppFile
from mockmews_testkit.replay.grounds import fresh_world
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.judging import verdicts
from mockmews_testkit.scenario.stage import failed
from mockmews_testkit.scenario.steps import play
from mockmews_testkit.testing.apps import AppUnderTest
from mockmews_testkit.testing.mews import Mews


def fields_of(scenario: Scenario) -> Mapping[str, Any]:
    """What a scenario asks of its world, as the marker takes it."""
    return fresh_world(scenario)


class Replaying:
    """Call it with the number of a step. Raises Failure with the evidence that `mockmews run` shows too.

    `app` None: the scenario names an app file of its own.
    """

    def __init__(self, mews: Mews, scenario: Scenario, app: object) -> None:
        __tracebackhide__ = True
        self._scenario = scenario
        mews.world.seat(app if app is not None else _own_app(scenario))
        self._conversation = mews.play(scenario)
        self._failure: Failure | None = None

    def __call__(self, number: int) -> None:
        """Play a step, and wait for what must follow from it."""
        __tracebackhide__ = True
        step, stage = self._scenario.steps[number], self._conversation.stage
        try:
            self._conversation.perform(step, play(stage, step))
        except ControlError as error:
            raise failed(f"the fake refused this step: {error}", step.source) from None

    def end(self) -> None:
        """All was said: each line must have come exactly once, and nothing else. `tell` raises what is wrong."""
        __tracebackhide__ = True
        self._conversation.settle()
        _, self._failure = verdicts(self._conversation.stage)

    def tell(self, number: int | None = None) -> None:
        """Raises what `end` found wrong with this step; with None, whatever it found."""
        __tracebackhide__ = True
        failure = self._failure
        if failure is None or (
            number is not None and failure.source != str(self._scenario.steps[number].source)
        ):
            return
        raise self._conversation.explained(failure, None).with_traceback(None)


def _own_app(scenario: Scenario) -> AppUnderTest:
    named = str(scenario.app)
    beside = Path(scenario.source.file).resolve().parent
    return AppUnderTest(AppFile.load(named if named == SAMPLE else beside / named))


__all__ = ["Failure", "Replaying", "fields_of"]
