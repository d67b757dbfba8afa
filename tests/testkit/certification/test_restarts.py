"""A text that waits in the app, for Mews refuses it for now, when the app is restarted."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.checks.results import Result
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.scenario.events import ScenarioFinished
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.scenario.runner import run
from tests.testkit.checks.test_runs import APP

pytestmark = pytest.mark.usefixtures("small_apps")

WAITS = """
scenario: a text waits
tags: [ERR-01]
steps:
  - guest: "Hi!"
  - fault: {operation: messages/add, status: 503}
  - guest: "Are you there?"
    at_once: true
  - restart_app
  - clear_faults
"""


def played(
    fake: Fake, folder: Path, app: str, *, flaw: str = "", within: str = "5s", story: str = WAITS
) -> tuple[ScenarioFinished, dict[str, Result]]:
    """How a probe ended, and what came of each check."""
    text = APP.format(flaw=flaw, within=within)
    text = text.replace("checks.small_app:SmallApp", f"certification.apps.waiting:{app}")
    (folder / "mews-app.yaml").write_text(text, "utf-8")
    (scenario,) = load_text(story, "s.mews.yaml")
    with Bench(fake, AppFile.load(folder), payload="ids_only", world=scenario.mews) as bench:
        *_, last = run(scenario, bench, probing=True)
    assert isinstance(last, ScenarioFinished)
    return last, {each.id: each for each in last.results}


@pytest.mark.parametrize("app", ["RestartedApp", "WaitingApp"])
def test_who_goes_on_after_a_restart_is_not_blamed_nor_is_who_cannot_be_restarted(
    fake: Fake, tmp_path: Path, app: str
) -> None:
    last, results = played(fake, tmp_path, app)
    assert last.failure is None
    assert not [
        (each.id, each.reason) for each in (results["ERR-01"], results["SEND-01"]) if each.outcome != "pass"
    ]


def test_who_forgets_what_waits_is_told_that_the_restart_lost_it(fake: Fake, tmp_path: Path) -> None:
    last, results = played(fake, tmp_path, "RestartedApp", flaw="forgets", within="1s")
    assert last.failure is not None
    assert last.failure.check == "ERR-01"
    (proof,) = results["ERR-01"].proofs
    assert "answered 503 and the app was restarted while the text waited" in proof.text
    assert "restart" in results["ERR-01"].check.remedy
    assert [each.id for each in last.results if each.outcome == "fail"] == ["ERR-01"]


def test_a_text_that_the_app_had_not_taken_when_it_was_restarted_is_excused(
    fake: Fake, tmp_path: Path
) -> None:
    last, results = played(fake, tmp_path, "RestartedApp", flaw="slow", within="1s")
    assert last.failure is None
    assert not [each.id for each in results.values() if each.outcome == "fail"]


def test_a_text_spoken_at_once_without_a_fault_reaches_mews_before_the_restart(
    fake: Fake, tmp_path: Path
) -> None:
    story = WAITS.replace("  - fault: {operation: messages/add, status: 503}\n", "")
    last, results = played(fake, tmp_path, "RestartedApp", flaw="forgets", story=story)
    assert last.failure is None
    assert results["SEND-01"].outcome == "pass"
