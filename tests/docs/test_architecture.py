"""ARCHITECTURE.md draws the house as it stands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
TREE = TEXT.partition("```text\n")[2].partition("```")[0]
PACKAGES = {"mockmews": ROOT / "mockmews", "mockmews_testkit": ROOT / "testkit" / "mockmews_testkit"}


def rooms(package: Path) -> set[str]:
    """The folders and modules on the top floor of a package, as the drawing names them."""
    folders = {f"{each.parent.name}/" for each in package.glob("*/__init__.py")}
    return folders | {each.name for each in package.glob("*.py") if not each.name.startswith("__")}


def drawn(package: str) -> set[str]:
    """What the drawing names below a package."""
    below = TREE.partition(f"{package}/")[2].partition("\n")[2]
    lines = re.split(r"^(?=\S)", below, maxsplit=1, flags=re.MULTILINE)[0].splitlines()
    names = {word for line in lines for word in re.split(r"\s{4,}", line.strip())[0].split()}
    return {name for name in names if re.fullmatch(r"\w+/|\w+\.py", name) and not name.startswith("__")}


@pytest.mark.parametrize("package", PACKAGES)
def test_architecture_draws_every_room(package: str) -> None:
    assert drawn(package) == rooms(PACKAGES[package])


def test_architecture_walls_place_every_room() -> None:
    # import-linter refuses an unplaced module; this says it without import-linter, and the other way round.
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    for package, folder in PACKAGES.items():
        (layers,) = (each["layers"] for each in contracts if each.get("containers") == [package])
        placed = {name.strip() for layer in layers for name in layer.split("|")} - {"__main__"}
        assert placed == {name.removesuffix(".py").removesuffix("/") for name in rooms(folder)}


def test_architecture_words_are_in_order() -> None:
    words = re.findall(r"^\| ([^|]+) \|", TEXT.partition("## Words")[2], re.MULTILINE)[2:]
    assert len(words) > 30
    assert words == sorted(words, key=str.lower)


def test_documents_link_to_files_that_exist() -> None:
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).exists()] == [], document
