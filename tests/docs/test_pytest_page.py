"""docs/pytest.md shows tests that pass, with names that exist."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import mockmews_testkit
from mockmews_testkit.testing.guest import MewsGuest
from mockmews_testkit.testing.mews import Mews
from tests.docs.guide import ROOT, blocks

PAGE = "docs/pytest.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")


def test_page_shows_tests_that_pass(tmp_path: Path) -> None:
    (example,) = (each for each in blocks(PAGE) if each.kind.startswith("python test_"))
    (command,) = (each for each in blocks(PAGE) if each.kind == "sh pytest")
    (tmp_path / example.kind.removeprefix("python ")).write_text(example.text, encoding="utf-8")
    line = [sys.executable, "-m", *command.text.split(), "-p", "no:randomly", "-p", "no:cacheprovider"]
    ran = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{example.text.count('def test_')} passed" in ran.stdout


def test_page_names_what_exists() -> None:
    made = inspect.getsource(Mews)
    for name in re.findall(r"`mews\.(\w+)", TEXT):
        assert hasattr(Mews, name) or f"self.{name} = " in made, name
    for name in ("says", "sees", "another", "shown"):
        assert hasattr(MewsGuest, name)
    assert {"serve_asgi", "app_file"} <= set(mockmews_testkit.__all__)


def test_page_names_options_that_exist() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert [each for each in set(re.findall(r"--mews-[a-z-]+", TEXT)) if each not in help_text] == []
