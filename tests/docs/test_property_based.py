"""docs/property-based.md: its tests run in a project of their own, and its story plays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockmews_testkit.run_command import run
from tests.docs.guide import ROOT, blocks
from tests.integrations.machine import machines

FEW = """
from hypothesis import HealthCheck, settings
slow = [HealthCheck.too_slow]  # a busy machine
settings.register_profile("few", max_examples=10, deadline=None, suppress_health_check=slow)
settings.load_profile("few")
"""
PAGE = blocks("docs/property-based.md")
MACHINES = Path(machines.__file__)
APP = ROOT / "tests" / "integrations" / "machine" / "concierge.py"


def test_examples_of_the_page_pass(tmp_path: Path) -> None:
    shutil.copy(APP, tmp_path / "guest_app.py")
    files = [each for each in PAGE if each.kind.startswith("python ")]
    for each in files:
        text = each.text.replace("max_examples=20", "max_examples=5")
        (tmp_path / each.kind.partition(" ")[2]).write_text(text, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(FEW, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:randomly", "-p", "no:cacheprovider"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "5 passed" in told.stdout


def test_story_of_the_page_fails_for_such_an_app_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = (each for each in PAGE if each.kind == "yaml saved")
    file = tmp_path / "story.mews.yaml"
    file.write_text(f"scenario: own\nmews: {{webhooks: held, payload: entities}}\n{block.text}", "utf-8")
    told = [CliRunner().invoke(run, [str(file), "--app", f"{MACHINES}:{name}"]) for name in ("Own", "Right")]
    assert [each.exit_code for each in told] == [1, 0], told[0].output + told[1].output
    assert "LOOP-01" in told[0].output


def test_attributes_of_the_page_are_those_of_the_machine() -> None:
    text = (ROOT / "docs" / "property-based.md").read_text(encoding="utf-8")
    for name in ("guests", "payloads", "faults", "within", "quiet_for", "meanwhile", "failures"):
        assert f"| `{name}` |" in text
        assert hasattr(machines.Right, name)
