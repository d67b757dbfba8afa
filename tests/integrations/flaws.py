"""Flawed apps: a correct app of which a few lines are replaced, as data, and the copy that is made of it."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
APP_FILE = "mews-app.yaml"
APPS = Path(__file__).parent / "apps"
SAMPLE = ROOT / "testkit" / "mockmews_testkit" / "sample_app"
HOMES = {"sample": SAMPLE, "hotel_group": APPS / "hotel_group"}
"""The folder of each app that is patched here."""

LIBRARY = Path(__file__).with_name("library.yaml")
_READ = (".py", ".js", ".yaml")
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Edit:
    """In `file` of the app, `old`, which stands there once at any depth, becomes `new` at the same depth."""

    file: str
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The changed text. Raises ValueError where `old` is not there, or more than once."""
        for depth in range(0, _DEEPEST, 4):
            old, new = (textwrap.indent(each, " " * depth) for each in (self.old, self.new))
            if f"\n{text}".count(f"\n{old}") == 1:
                return f"\n{text}".replace(f"\n{old}", f"\n{new}", 1)[1:]
        if "\n" not in self.old and text.count(self.old) == 1:
            return text.replace(self.old, self.new)
        raise ValueError(f"{self.file} does not hold this once: {self.old!r}")

    @property
    def lines(self) -> int:
        """How many lines are taken away or put in, whichever are more."""
        return max(len(self.old.splitlines()), len(self.new.splitlines()))


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an app, in a few words, and the edits that make it so.

    `check` is the check that a failure names; empty where the failure is a line's own. `also`: checks that it may
    name instead, and why.
    """

    bug: str
    edits: tuple[Edit, ...]
    app: str = "sample"
    check: str = ""
    also: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Flaw:
        """A row of a file of flaws."""
        edits = tuple(Edit(**each) for each in row["patch"])
        return cls(row["bug"], edits, row.get("app", "sample"), row["check"], row.get("also", {}))

    @property
    def lines(self) -> int:
        """How many lines of the app differ."""
        return sum(each.lines for each in self.edits)

    def write(self, into: Path) -> Path:
        """A copy of the app with the flaw; its app file."""
        home, folder = HOMES[self.app], into / self.app
        shutil.copytree(home, folder, ignore=shutil.ignore_patterns("__pycache__"))
        package = ".".join(home.relative_to(ROOT / "testkit" if home == SAMPLE else ROOT).parts)
        files = [file for file in folder.rglob("*") if file.suffix in _READ]
        texts = {file: file.read_text("utf-8").replace(package, folder.name) for file in files}
        for edit in self.edits:
            texts[folder / edit.file] = edit.applied(texts[folder / edit.file])
        for file, text in texts.items():
            file.write_text(text, "utf-8")
        described = yaml.safe_load(texts[folder / APP_FILE])
        path = os.pathsep.join(map(str, (into, ROOT, ROOT / "testkit")))
        described |= {"cwd": str(into), "env": {**described["env"], "PYTHONPATH": path}}
        (folder / APP_FILE).write_text(yaml.safe_dump(described), "utf-8")
        return folder / APP_FILE


def library_flaws() -> dict[str, Flaw]:
    """For each story of the bundled library, by its path without ending, the app that it catches."""
    return {each["story"]: Flaw.read(each) for each in yaml.safe_load(LIBRARY.read_text("utf-8"))}
