"""How a probe is played: the checks judge, and what a fault keeps from holding is excused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.scenario import speaking
from mockmews_testkit.scenario.events import Event, ScenarioFinished, StepFinished
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.scenario.runner import run
from tests.testkit.checks.test_runs import APP

pytestmark = pytest.mark.usefixtures("small_apps")


def played(
    fake: Fake, folder: Path, steps: str, *, flaw: str = "", probing: bool = True
) -> tuple[list[bool], ScenarioFinished]:
    """Whether each step that was played held, and the end; by the small app, which cannot be restarted."""
    (folder / "mews-app.yaml").write_text(APP.format(flaw=flaw, within="1s"), "utf-8")
    (scenario,) = load_text(f"scenario: s\ntags: [REQ-01]\nsteps:\n{steps}", "s.mews.yaml")
    with Bench(fake, AppFile.load(folder), payload="ids_only", world=scenario.mews) as bench:
        events: list[Event] = list(run(scenario, bench, probing=probing))
    last = events[-1]
    assert isinstance(last, ScenarioFinished)
    return [each.failure is None for each in events if isinstance(each, StepFinished)], last


def test_a_text_that_mews_refuses_for_good_is_excused_in_a_probe_alone(fake: Fake, tmp_path: Path) -> None:
    steps = '  - guest: "Hi!"\n  - fault: {operation: messages/add, status: 400}\n  - guest: "Hello?"\n'
    held, last = played(fake, tmp_path, steps)
    assert held == [True, True, True]
    assert last.failure is None
    held, last = played(fake, tmp_path, steps, probing=False)
    assert held == [True, True, False]


def test_a_probe_goes_on_after_a_line_that_fails_for_a_fault_and_ends_without_one(
    fake: Fake, tmp_path: Path
) -> None:
    deaf = '  - guest_sees: "what nobody wrote"\n    within: 200ms\n  - guest: "Are you there?"\n'
    held, _ = played(fake, tmp_path, f'  - guest: "Hi!"\n{deaf}')
    assert held == [True, False]
    fault = "  - fault: {webhook: any, drop: true, times: 1}\n"
    held, last = played(fake, tmp_path, f'  - guest: "Hi!"\n{fault}{deaf}')
    assert held == [True, True, False, True]
    assert last.failure is not None


def test_a_probe_leaves_out_the_restart_of_an_app_that_cannot_be_restarted(
    fake: Fake, tmp_path: Path
) -> None:
    held, last = played(fake, tmp_path, '  - guest: "Hi!"\n  - restart_app\n  - guest: "Are you there?"\n')
    assert held == [True, True, True]
    assert last.failure is None


def test_a_check_that_fails_is_what_a_probe_tells_first(fake: Fake, tmp_path: Path) -> None:
    _, last = played(fake, tmp_path, '  - guest: "Hi!"\n  - hotel: "Hello!"\n', flaw="answers_500")
    assert last.failure is not None
    assert last.failure.check == "HOOK-01"
    assert "answered 500" in last.failure.summary


def test_an_app_that_hangs_is_told_to_answer_before_it_calls_mews(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = '  - guest: "Hi!"\n  - fault: {operation: messages/add, status: 503}\n  - guest: "Hello?"\n'
    _, last = played(fake, tmp_path, steps, probing=False)
    assert last.failure is not None
    assert "once it is stored" not in last.failure.summary
    monkeypatch.setattr(speaking, "_HANGING", 0)
    _, last = played(fake, tmp_path, steps, probing=False)
    assert last.failure is not None
    assert "answer a guest's text once it is stored, and call Mews after that" in last.failure.summary


def test_a_burst_is_spoken_without_waiting_for_mews_and_stands_there_in_order(
    fake: Fake, tmp_path: Path
) -> None:
    _, last = played(fake, tmp_path, '  - guest: ["One", "Two", "Three"]\n')
    assert last.failure is None
    assert {each.id: each.outcome for each in last.results}["SEND-02"] == "pass"
