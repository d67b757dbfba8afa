"""What a runner tells while it plays: events, in order, which reports and terminals consume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockmews_testkit.checks.results import Result
from mockmews_testkit.errors import Failure
from mockmews_testkit.scenario.document import Scenario, Step

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScenarioStarted:
    """A scenario begins under one webhook payload, on a world of this seed."""

    scenario: Scenario
    payload: str
    integration_id: str
    seed: int


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins."""

    step: Step


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the fake's journal: a call, a message, a webhook, something shown."""

    entry: Json


@dataclass(frozen=True, slots=True)
class Seen:
    """The app showed a text to a guest."""

    guest: str
    text: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step ended; `failure` is None where it held."""

    step: Step
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence about the whole conversation, and whether it is so."""

    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ScenarioFinished:
    """A scenario ended. `failure` is the first one, None where all held; `results` are those of the checks."""

    scenario: Scenario
    payload: str
    verdicts: tuple[Verdict, ...]
    failure: Failure | None
    seconds: float
    results: tuple[Result, ...] = ()


Event = ScenarioStarted | StepStarted | Happened | Seen | StepFinished | ScenarioFinished
