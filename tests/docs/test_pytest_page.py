"""The page on pytest: its examples lie in one project and are run there, and its names exist."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mockmews_testkit
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.testing.guest import MewsGuest
from mockmews_testkit.testing.mews import Mews
from tests.docs.guide import ROOT, Block, blocks

PAGE = "docs/pytest.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
COMMANDS = Path(sys.executable).parent
SERVE = "import os\n\nfrom concierge import create_app\n\n\ndef app():\n    return create_app(os.environ)\n"
STORY = 'scenario: Penelope says hello\nsteps:\n  - guest: "Hi!"\n  - hotel: "Hello!"\n'
ASKED = "def test_hello(mews, mews_guest):\n    mews_guest.says('Hi!')\n    mews.hotel.replies('Hello!')\n"
ASKED += "    mews_guest.sees('Hello!')\n"


def block(name: str) -> str:
    (found,) = [each.text for each in blocks(PAGE) if each.kind.partition(" ")[2] == name]
    return found


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name.partition(" ")[0]).write_text(block(name), encoding="utf-8")


def run(folder: Path, *command: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "concierge.py", "conftest.py", "pytest.ini")
    object_of_the_app = block("conftest.py").partition("class Concierge")[2].partition("@pytest")[0]
    helpers = f"import httpx\n\n\nclass Concierge{object_of_the_app}"
    (tmp_path / "test_helpers.py").write_text(helpers, encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "hello.mews.yaml").write_text(STORY, encoding="utf-8")
    return tmp_path


@pytest.mark.soak(seconds=30)
def test_page_examples_run_in_one_project(project: Path) -> None:
    names = [each.kind.partition(" ")[2] for each in blocks(PAGE) if each.kind.startswith("python test_")]
    names.remove("test_penelope.py")  # it has the bundled app
    write(project, *names)
    told = run(project, "pytest", "-W", "error", "-p", "no:cacheprovider", "-p", "no:randomly", "-q")
    # Two of the conversation, one of coroutines, two of the marker, twice two stories, three of unittest.
    assert re.search(r"\b11 passed", told), told
    assert "SCORE CARD" in told
    assert "OK" in run(project, "unittest", "test_plain")


def test_page_opens_with_tests_of_the_bundled_app(tmp_path: Path) -> None:
    write(tmp_path, "test_penelope.py")
    (line,) = [each.text.split() for each in blocks(PAGE) if each.kind == "sh pytest"]
    told = run(tmp_path, *line, "-p", "no:randomly", "-p", "no:cacheprovider")
    assert f"{block('test_penelope.py').count('def test_')} passed" in told


@pytest.mark.soak
@pytest.mark.parametrize("name", ["conftest.py once", "conftest.py variant"])
def test_page_shows_other_ways_to_bring_an_app(project: Path, name: str) -> None:
    write(project, name, "mews-app.yaml")
    (project / "serve.py").write_text(SERVE, encoding="utf-8")
    (project / "test_own.py").write_text(ASKED, encoding="utf-8")
    assert "1 passed" in run(project, "pytest", "-p", "no:cacheprovider", "-q", "test_own.py")


def test_page_app_files_can_be_read(tmp_path: Path) -> None:
    write(tmp_path, "container.yaml")
    assert AppFile.load(tmp_path / "container.yaml").uses_port


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.skipif(not (COMMANDS / "mockmews").exists(), reason="needs the command")
def test_page_example_in_another_language_runs(tmp_path: Path) -> None:
    write(tmp_path, "concierge.test.mjs")
    (line,) = [each.text for each in blocks(PAGE) if each.kind == "sh node"]
    command = [str(COMMANDS / "mockmews"), *line.split()[1:]]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_page_blocks_are_all_run() -> None:
    kinds = {each.kind.partition(" ")[0] for each in blocks(PAGE)}
    assert kinds == {"python", "yaml", "ini", "js", "sh"}
    assert all(isinstance(each, Block) and each.text.strip() for each in blocks(PAGE))


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
        timeout=600,
    ).stdout
    assert [each for each in set(re.findall(r"--mews-[a-z-]+", TEXT)) if each not in help_text] == []
