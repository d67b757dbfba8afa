"""Flawed apps: a correct app of which a few lines are replaced, as data, and the copy that is made of it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
APP_FILE = "mews-app.yaml"
SAMPLE = ROOT / "testkit" / "mockmews_testkit" / "sample_app"
APPS = Path(__file__).parent / "apps"

MOST_LINES = 20
_READ = (".py", ".js", ".yaml")


@dataclass(frozen=True, slots=True)
class Edit:
    """In `file` of the app, `old`, which stands there once, is replaced by `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an app, in a few words, and the edits that make it so. At most 20 lines in all."""

    about: str
    edits: tuple[Edit, ...]
    app: Path = SAMPLE

    @property
    def lines(self) -> int:
        """How many lines the edits take away or bring in, whichever are more."""
        return sum(max(len(each.old.splitlines()), len(each.new.splitlines())) for each in self.edits)


def flawed(flaw: Flaw, into: Path, **changes: object) -> Path:
    """The app file of a copy with the flaw. `changes` are keys of the app file to set besides."""
    folder = into / flaw.app.name
    shutil.copytree(flaw.app, folder, ignore=shutil.ignore_patterns("__pycache__"))
    package = ".".join(flaw.app.relative_to(SAMPLE.parents[1] if flaw.app == SAMPLE else ROOT).parts)
    texts = {file: file.read_text("utf-8") for file in folder.rglob("*") if file.suffix in _READ}
    texts = {file: text.replace(package, folder.name) for file, text in texts.items()}
    for edit in flaw.edits:
        file = folder / edit.file
        if texts[file].count(edit.old) != 1:
            raise ValueError(f"{edit.file} has {texts[file].count(edit.old)} times, not once: {edit.old}")
        texts[file] = texts[file].replace(edit.old, edit.new)
    for file, text in texts.items():
        file.write_text(text, "utf-8")
    described = yaml.safe_load(texts[folder / APP_FILE])
    path = os.pathsep.join([str(into), str(ROOT), str(ROOT / "testkit")])
    if "cwd" in described:  # where it was started from is where its package lay
        described |= {"cwd": str(into), "env": {**described["env"], "PYTHONPATH": path}}
    (folder / APP_FILE).write_text(yaml.safe_dump({**described, **changes}), "utf-8")
    return folder / APP_FILE
