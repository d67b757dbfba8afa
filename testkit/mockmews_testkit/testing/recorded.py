"""A test's conversation as a scenario that was played: for reports, and to be saved and replayed."""

from __future__ import annotations

import re
from pathlib import Path

from mockmews_testkit.errors import Failure
from mockmews_testkit.replay.plays import Outcome, Play, Played
from mockmews_testkit.replay.saved import save
from mockmews_testkit.scenario.events import ScenarioFinished, ScenarioStarted
from mockmews_testkit.testing.apps import Nobody
from mockmews_testkit.testing.conversation import Conversation


def played_of(conversation: Conversation, test: str, error: BaseException | None) -> Played:
    """What came of a test, as of a scenario: `error` is what it raised."""
    scenario = conversation.as_scenario(_title(test))
    described = conversation.bench.app_file
    play = Play(
        scenario=scenario,
        # Plain, so that it travels from one process to another; what an app file may hold does not.
        app_file=Nobody.instead_of(described),
        payload=conversation.bench.payload,
        seed=conversation.seed,
    )
    failure = _failure(error)
    began = ScenarioStarted(scenario, conversation.bench.payload, conversation.bench.id, conversation.seed)
    seconds = conversation.stage.watch.seconds
    ended = ScenarioFinished(scenario, conversation.bench.payload, (), failure, seconds)
    return Played(
        play=play,
        outcome=Outcome.PASSED if error is None else Outcome.FAILED,
        command=conversation.command,
        seed=conversation.seed,
        integration_id=conversation.bench.id,
        seconds=seconds,
        failure=failure,
        events=(began, *conversation.events, ended),
        output=conversation.bench.app.output_tail(200),
    )


def save_story(played: Played, folder: Path) -> None:
    """Write it into a folder, as a scenario file; nothing where no line was spoken."""
    if played.play.scenario.steps:
        save([played], folder)


def _failure(error: BaseException | None) -> Failure | None:
    if error is None or isinstance(error, Failure):
        return error
    said = str(error).partition("\n")[0]
    return Failure(f"{type(error).__name__}: {said}" if said else type(error).__name__)


def _title(test: str) -> str:
    return re.sub(r"\s+", " ", test)
