"""A stranger's project keeps working beside us, whatever its folders are called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDERS = ("testkit", "scenarios", "bench", "tests")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose folders have the names of ours, each a package with something of its own in it."""
    for name in FOLDERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f'OWNER = "the stranger\'s {name}"\n', encoding="utf-8")
    imports = "\n".join(f"import {name}" for name in FOLDERS if name != "tests")
    checks = "\n".join(
        f'    assert {name}.OWNER == "the stranger\'s {name}"' for name in FOLDERS if name != "tests"
    )
    (tmp_path / "tests" / "test_own.py").write_text(
        f"{imports}\n\n\ndef test_own_folders_are_found():\n{checks}\n", encoding="utf-8"
    )
    return tmp_path


def run(project: Path, installed: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in the project's folder, where our wheel is installed and our checkout is far away."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "PYTHON", "MOCKMEWS"))
    }
    return subprocess.run(
        [sys.executable, *command], cwd=project, env={**variables, "PYTHONPATH": str(installed)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_a_stranger_runs_pytest_beside_us(project: Path, unpacked_wheel: Path, mode: str) -> None:
    ran = run(project, unpacked_wheel, "-m", "pytest", "-q", f"--import-mode={mode}", "-p", "no:randomly")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_a_stranger_imports_us_and_its_own_folders(project: Path, unpacked_wheel: Path) -> None:
    code = (
        "import mockmews, mockmews_testkit, testkit, scenarios;"
        "from mockmews_testkit.bundled import scenario_folder;"
        "print(mockmews.__file__, testkit.__file__, scenario_folder(), sep='\\n')"
    )
    ran = run(project, unpacked_wheel, "-c", code)
    assert ran.returncode == 0, ran.stderr
    ours, theirs, stories = ran.stdout.splitlines()
    assert Path(ours).is_relative_to(unpacked_wheel)
    assert Path(theirs).is_relative_to(project)
    assert Path(stories) == unpacked_wheel / "mockmews_testkit" / "scenarios"


def test_a_stranger_runs_the_fake_from_its_folder(project: Path, unpacked_wheel: Path) -> None:
    code = (
        "from mockmews import MockMewsServer\n"
        "with MockMewsServer() as mews:\n"
        "    print(mews.control.health()['status'])"
    )
    ran = run(project, unpacked_wheel, "-c", code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["ok"]


LOADED = """
import sys

def pytest_unconfigure():
    print("LOADED", *sorted(each for each in sys.modules if each.partition(".")[0] in {names}))
"""


def test_a_stranger_who_does_not_use_us_loads_the_plugin_alone(project: Path, unpacked_wheel: Path) -> None:
    conftest = LOADED.replace("{names}", "('mockmews', 'mockmews_testkit', 'uvicorn', 'starlette', 'httpx')")
    (project / "conftest.py").write_text(conftest, encoding="utf-8")
    ran = run(project, unpacked_wheel, "-m", "pytest", "-q", "-s", "-p", "no:randomly")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = ran.stdout.partition("LOADED ")[2].split("\n")[0]
    plugin = "mockmews_testkit.pytest_plugin"
    assert told.split() == ["mockmews_testkit", plugin, f"{plugin}.options"]
    without = run(
        project, unpacked_wheel, "-m", "pytest", "-q", "-s", "-p", "no:randomly", "-p", "no:mockmews"
    )
    assert without.returncode == 0, without.stdout + without.stderr
    assert without.stdout.endswith("LOADED\n")


def test_a_stranger_needs_no_hypothesis_for_the_fixtures(project: Path, unpacked_wheel: Path) -> None:
    (project / "hypothesis.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    test = "def test_hello(mews, mews_guest):\n    mews_guest.says('Hi!')\n"
    (project / "tests" / "test_hotel.py").write_text(test, encoding="utf-8")
    options = ["-q", "-p", "no:randomly", "-p", "no:hypothesispytest", "--mews-app", "sample"]
    ran = run(project, unpacked_wheel, "-m", "pytest", *options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout
