"""Each correct app holds the documented conversation, and no check has anything to say against it."""

from __future__ import annotations

import pytest

from mockmews import MockMewsServer
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.bundled import scenario_folder
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.scenario.events import ScenarioFinished
from mockmews_testkit.scenario.loading import load_file
from mockmews_testkit.scenario.runner import run
from tests.integrations.correct import APP_FILE, CORRECT, skip_without_node

(PENELOPE,) = load_file(scenario_folder() / "messaging" / "penelope-arrives-late.mews.yaml")


@pytest.mark.parametrize("app", CORRECT)
def test_correct_app_holds_the_documented_conversation(server: MockMewsServer, app: str) -> None:
    skip_without_node(app)
    app_file = AppFile.load(CORRECT[app] / APP_FILE)
    with Bench(Fake.of(server), app_file, payload="ids_only", world={}) as bench:
        *_, finished = run(PENELOPE, bench)
    assert isinstance(finished, ScenarioFinished)
    assert finished.failure is None
