"""The flawed apps: each a correct app with one small patch of its own code, and the copy that is made of it."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.integrations.correct import APP_FILE, APPS, CORRECT

FLAWS = Path(__file__).parent / "matrix"
LIBRARY = Path(__file__).with_name("library.yaml")
ROOT = Path(__file__).parents[2]
KEPT_IN = {"sample": Path("mockmews_testkit", "sample_app")}
"""Where an app lies below the folder that it is started in; the others lie where they lie here."""


@dataclass(frozen=True, slots=True)
class Change:
    """`old` stands in the file once, at any depth, and becomes `new` at the same depth."""

    file: str
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The patched text. Raises ValueError where `old` is not there, or more than once."""
        for depth in range(0, 40, 2):
            old, new = (textwrap.indent(each, " " * depth) for each in (self.old, self.new))
            if f"\n{text}".count(f"\n{old}") == 1:
                return f"\n{text}".replace(f"\n{old}", f"\n{new}", 1)[1:]
        if "\n" not in self.old and text.count(self.old) == 1:
            return text.replace(self.old, self.new)
        raise ValueError(f"{self.file} does not hold this once: {self.old!r}")

    @property
    def lines(self) -> int:
        """How many lines are put in or taken away."""
        old, new = self.old.splitlines(), self.new.splitlines()
        return len([each for each in new if each not in old]) + len([each for each in old if each not in new])


@dataclass(frozen=True, slots=True)
class Flaw:
    """A bug in `app`, which `check` alone should find; empty where a line of a story tells it by itself.

    `also`: checks that may fail too, or instead, and why.
    """

    check: str
    bug: str
    patch: tuple[Change, ...]
    app: str = "sample"
    also: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Flaw:
        """A row of a file of flaws. Raises TypeError where it holds something else."""
        changes = (
            Change(**{name: text.removesuffix("\n") for name, text in each.items()}) for each in row["patch"]
        )
        return cls(**{**row, "patch": tuple(changes)})

    @property
    def home(self) -> Path:
        """The folder of the correct app."""
        return CORRECT.get(self.app, APPS / self.app)

    @property
    def lines(self) -> int:
        """How many lines the patch puts in or takes away."""
        return sum(each.lines for each in self.patch)

    def __str__(self) -> str:
        return f"{self.check}-{self.app}"

    def write(self, folder: Path) -> Path:
        """The flawed app, written into an empty folder; its app file."""
        home = folder / (KEPT_IN.get(self.app) or self.home.relative_to(ROOT))
        if self.app in KEPT_IN:
            shutil.copytree(self.home, home)
            (home.parent / "__init__.py").touch()
        else:
            # Apps stand on one another; all are copied, so that none is taken from elsewhere.
            shutil.copytree(APPS, folder / APPS.relative_to(ROOT))
        for change in self.patch:
            file = home / change.file
            file.write_text(change.applied(file.read_text("utf-8")), "utf-8")
        return home / APP_FILE


def flaws() -> list[Flaw]:
    """Those that prove the score card, in the order of its areas."""
    return [
        Flaw.read(row)
        for file in sorted(FLAWS.glob("*.yaml"))
        for row in yaml.safe_load(file.read_text("utf-8"))
    ]


def library_flaws() -> dict[str, Flaw]:
    """For each story of the bundled library, by its path without ending, the app that it catches."""
    rows = yaml.safe_load(LIBRARY.read_text("utf-8"))
    return {row.pop("story"): Flaw.read(row) for row in rows}
