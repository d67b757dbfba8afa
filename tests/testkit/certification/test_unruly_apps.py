"""Apps that hang up, flood, leak or lie: certifying ends soon, says what it saw, and ends with 2."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml

from mockmews import MockMewsServer
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.errors import FloodError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.scenario import stage
from mockmews_testkit.scenario.events import ScenarioFinished
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.scenario.runner import run
from tests.testkit.certification.conftest import Certify

PROGRAM = Path(__file__).with_name("apps") / "unruly.py"


@pytest.fixture
def unruly(tmp_path: Path) -> Path:
    """Where the app file of an unruly app is written."""
    return tmp_path / "mews-app.yaml"


def write(file: Path, kind: str, **changes: object) -> None:
    say = {"post": "${app.url}/say", "json": {"from": "${guest.name}", "say": "${text}"}}
    described = {
        "version": 1,
        "app": {"name": "Unruly"},
        "start": [sys.executable, str(PROGRAM), "${app.port}", kind],
        "ready": {"get": "${app.url}/health"},
        "env": {"MEWS": "${mews.url}", "CLIENT": "${mews.client_token}", "ACCESS": "${mews.access_token}"},
        "webhook": "${app.url}/hooks?Token=${webhook_token}",
        "say": say,
        "hear": {"poll": {"get": "${app.url}/shown", "items": "$[*]", "text": "$.text", "id": "$.id"}},
        "within": "1s",
    }
    file.write_text(yaml.safe_dump({**described, **changes}))


def test_an_app_that_lies_about_readiness_is_given_up_soon(certify: Certify, unruly: Path) -> None:
    write(unruly, "hangs_up")
    told = certify()
    assert told.returncode == 2
    assert "the app gave no answer to its first guest" in told.stdout
    assert "probes were given up" in told.stdout
    assert "mockmews doctor --app" in told.stdout
    assert told.stdout.count("ERROR") == 3


def test_an_app_that_leaves_processes_behind_loses_them_and_is_told_so(
    certify: Certify, unruly: Path, tmp_path: Path
) -> None:
    write(unruly, "leaks", waive={"HOOK-03": "not yet"})
    told = certify("--check", "HOOK-03", "--payload", "entities", "--report", "json=card.json")
    assert told.returncode == 2
    assert "the app left 1 processes behind when it was ended" in told.stdout
    assert "left-behind" in told.stdout
    assert "left-behind" not in _command_lines()
    report = json.loads((tmp_path / "card.json").read_bytes())
    assert [each["result"] for each in report["score_card"]] == ["waived"]


def _command_lines() -> str:
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(each.read_text())
        except OSError:
            continue
    return "".join(found)


def test_an_app_that_floods_is_stopped_and_judged_by_what_was_seen(
    unruly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "MOST_CALLS", 300)
    write(unruly, "floods")
    (scenario,) = load_text('scenario: s\nsteps:\n  - guest: "Hi!"\n  - wait: 60s\n', "s.mews.yaml")
    with MockMewsServer() as server:
        bench = Bench(Fake.of(server), AppFile.load(unruly), payload="entities", world={})
        with bench:
            events = run(scenario, bench, probing=True)
            with pytest.raises(
                FloodError, match=r"the app floods Mews: \d{3,} calls in \d+ s, for 1 texts of guests"
            ):
                for event in events:
                    last = event
    assert isinstance(last, ScenarioFinished)
    assert last.seconds < 60
    assert "RATE-03" in {each.id for each in last.results if each.outcome == "fail"}


def test_an_app_that_never_starts_is_one_clear_line(certify: Certify, unruly: Path) -> None:
    write(unruly, "x", start=[sys.executable, "-c", "raise SystemExit('no database')", "${app.port}"])
    told = certify()
    assert told.returncode == 2
    assert "ended with exit code 1 before it was ready" in told.stderr
    assert "no database" in told.stderr
    assert "Traceback" not in told.stderr
