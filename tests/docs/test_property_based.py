"""docs/property-based.md: its tests run in a project of their own, and its story is the one that is saved."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.guide import ROOT, blocks
from tests.integrations.machine import machines
from tests.integrations.machine.test_machine import play

PAGE = blocks("docs/property-based.md")
APP = ROOT / "tests" / "integrations" / "machine" / "concierge.py"


def test_examples_of_the_page_pass(tmp_path: Path) -> None:
    shutil.copy(APP, tmp_path / "guest_app.py")
    files = [each for each in PAGE if each.kind.startswith("python ")]
    for each in files:
        (tmp_path / each.kind.partition(" ")[2]).write_text(each.text, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:randomly", "-p", "no:cacheprovider"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "5 passed" in told.stdout


def test_story_of_the_page_is_the_one_that_is_saved(tmp_path: Path) -> None:
    class Guests(machines.Own):
        """Shows its own."""

        failures = tmp_path

    with pytest.raises(AssertionError):
        play(Guests, 300)
    (block,) = (each for each in PAGE if each.kind == "yaml saved")
    (file,) = tmp_path.iterdir()
    assert file.name == "guests-loop-01-entities.mews.yaml"
    assert block.text in file.read_text(encoding="utf-8")


def test_attributes_of_the_page_are_those_of_the_machine() -> None:
    text = (ROOT / "docs" / "property-based.md").read_text(encoding="utf-8")
    for name in ("guests", "payloads", "faults", "within", "quiet_for", "meanwhile", "failures"):
        assert f"| `{name}` |" in text
        assert hasattr(machines.Right, name)
