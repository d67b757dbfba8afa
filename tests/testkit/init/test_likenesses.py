"""Each likeness, with nothing but the start line filled in, passes the doctor and its scenario on a small real app."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mockmews import MockMewsServer
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.doctor.examination import examine
from mockmews_testkit.doctor.findings import Obstacle, Passed
from mockmews_testkit.init.likenesses import LIKENESSES, written_for
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.scenario.events import ScenarioFinished
from mockmews_testkit.scenario.loading import load_file
from mockmews_testkit.scenario.runner import run

ROOT = Path(__file__).resolve().parents[3]
_UNFILLED = 'start: "command-that-starts-your-app"\n'


@pytest.fixture(params=LIKENESSES)
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A newcomer's folder in which one line was changed."""
    likeness = request.param
    if likeness == "websocket" and shutil.which("node") is None:
        pytest.skip("needs Node.js")
    for name, text in written_for(likeness):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    app = f"tests.integrations.likenesses.{likeness.replace('-', '_')}"
    text = (tmp_path / "mews-app.yaml").read_text("utf-8")
    assert text.count(_UNFILLED) == 1
    filled = text.replace(_UNFILLED, f'start: ["${{python}}", -m, {app}]\n')
    (tmp_path / "mews-app.yaml").write_text(filled, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def test_likeness_passes_the_doctor(project: Path, server: MockMewsServer) -> None:
    found = list(examine(AppFile.load(project), Fake.of(server)))
    assert [each for each in found if isinstance(each, Obstacle)] == []
    assert [each.step for each in found if isinstance(each, Passed) and each.step != "join"] == [
        "start", "say", "mews", "webhook", "hear", "ids_only", "quiet",
    ]  # fmt: skip


@pytest.mark.parametrize("payload", ["entities", "ids_only"])
def test_likeness_plays_the_scenario(project: Path, server: MockMewsServer, payload: str) -> None:
    (scenario,) = load_file(project / "scenarios" / "penelope-arrives-late.mews.yaml")
    with Bench(Fake.of(server), AppFile.load(project), payload=payload, world={}) as bench:
        *_, finished = run(scenario, bench)
    assert isinstance(finished, ScenarioFinished)
    assert finished.failure is None
    assert len(finished.verdicts) == 2
