"""What the wheel holds, and what it says of itself."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest

import mockmews

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"mockmews": ROOT / "mockmews", "mockmews_testkit": ROOT / "testkit" / "mockmews_testkit"}
LEFT_OUT = {".pyc"}


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode())


def test_wheel_is_pure_and_for_python_3(wheel: Path, metadata: Message) -> None:
    assert wheel.name == f"mockmews-{metadata['Version']}-py3-none-any.whl"


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_holds_every_file_of_both_packages(wheel_files: set[str], package: str) -> None:
    folder = PACKAGES[package]
    files = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in LEFT_OUT
    }
    assert files - wheel_files == set()


@pytest.mark.parametrize(
    "name",
    [
        "mockmews/py.typed",
        "mockmews/contract/openapi.json",
        "mockmews/store/migrations/001_first.sql",
        "mockmews_testkit/py.typed",
        "mockmews_testkit/scenario/scenario.schema.json",
        "mockmews_testkit/scenarios/messaging/penelope-arrives-late.mews.yaml",
    ],
)
def test_wheel_holds_what_is_read_at_run_time(wheel_files: set[str], name: str) -> None:
    assert name in wheel_files


def test_wheel_holds_every_scenario(wheel_files: set[str]) -> None:
    stories = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scenarios").rglob("*.mews.yaml")}
    assert stories
    assert {f"mockmews_testkit/{each}" for each in stories} <= wheel_files


def test_wheel_holds_nothing_else(wheel_files: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel_files}
    assert {each for each in tops if not each.endswith(".dist-info")} == set(PACKAGES)
    assert [name for name in wheel_files if "__pycache__" in name or Path(name).match("test_*.py")] == []


def test_wheel_says_what_pyproject_says(metadata: Message) -> None:
    assert metadata["Name"] == "mockmews"
    assert metadata["Version"] == mockmews.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra", [])) == {"all", "hypothesis", "tls"}


def test_wheel_asks_for_neither_pytest_nor_hypothesis(metadata: Message) -> None:
    needed = [each for each in metadata.get_all("Requires-Dist", []) if "extra ==" not in each]
    names = {re.split(r"[^\w-]", each)[0].lower() for each in needed}
    assert names & {"pytest", "hypothesis"} == set()
    assert "starlette" in names


def test_wheel_carries_licence_readme_and_command(
    wheel: Path, wheel_files: set[str], metadata: Message
) -> None:
    info = f"mockmews-{metadata['Version']}.dist-info"
    assert f"{info}/licenses/LICENSE" in wheel_files
    assert metadata.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")
    with ZipFile(wheel) as archive:
        commands = archive.read(f"{info}/entry_points.txt").decode()
    assert "mockmews = mockmews_testkit.cli:main" in commands
