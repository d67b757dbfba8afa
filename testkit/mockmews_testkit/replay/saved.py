"""Failed stories, kept as scenario files that replay by themselves: same payload, same seed, same app."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.app_file import SAMPLE, AppFile
from mockmews_testkit.replay.plays import Outcome, Play, Played
from mockmews_testkit.replay.selection import Wishes, select
from mockmews_testkit.scenario.document import Expect
from mockmews_testkit.scenario.loading import ENDING, discover
from mockmews_testkit.scenario.writing import write

_LONGEST_NAME = 60


def save(played: Iterable[Played], folder: Path) -> list[Path]:
    """Write each failed play into a file of its own; one that failed before is written over."""
    files: list[Path] = []
    for each in played:
        if each.outcome is Outcome.FAILED:
            folder.mkdir(parents=True, exist_ok=True)
            file = _free(folder, file_name(each), files)
            file.write_bytes(story(each, folder).encode())
            files.append(file)
    return files


def saved_plays(wishes: Wishes, folder: Path) -> tuple[list[Play], list[tuple[str, str]]]:
    """The plays of the stories in a folder, or of those named; and (file, problem) where one cannot be read.

    A story that cannot be read keeps none of the others from being played.
    """
    if not wishes.paths and not any(folder.glob(f"*{ENDING}")):
        return [], []
    plays: list[Play] = []
    unread: list[tuple[str, str]] = []
    for file in discover(wishes.paths or [folder]):
        try:
            plays += select(replace(wishes, paths=[str(file)]))
        except TestkitError as error:
            unread.append((str(file), str(error)))
    return plays, unread


def story(played: Played, folder: Path) -> str:
    """The scenario file of a failed play, as it shall stand in a folder."""
    play = played.play
    mews = dict(play.scenario.mews)
    if played.seed is not None:
        mews["seed"] = played.seed
    # A story that failed by its checks alone must fail by them when it is played again.
    broken = tuple(
        each.id for each in played.results if each.outcome is CheckOutcome.FAIL and not each.check.advice
    )
    steps = (*play.scenario.steps, *([Expect(passed=broken)] if broken and play.certifies else []))
    # Where a test brought its own app there is no file to name.
    app = _from(folder, play.app_file) if play.app_file.path.is_file() else None
    scenario = replace(play.scenario, app=app, mews=mews, steps=steps)
    problem = "".join(each if each.isprintable() else " " for each in played.problem)
    return f"# Failed: {problem}\n# From {_printable(play.place)}\n{write(scenario)}"


def file_name(played: Played) -> str:
    """A name that any system takes, and that tells the story and its payload."""
    words = re.sub(r"[^a-z0-9]+", "-", played.play.scenario.name.lower()).strip("-")
    return f"{words[:_LONGEST_NAME].strip('-') or 'story'}-{played.play.payload}"


def _free(folder: Path, name: str, taken: list[Path]) -> Path:
    """Stories of one run never write over each other."""
    file, number = folder / f"{name}{ENDING}", 1
    while file in taken:
        number += 1
        file = folder / f"{name}-{number}{ENDING}"
    return file


def _from(folder: Path, app_file: AppFile) -> str:
    if app_file.is_sample:
        return SAMPLE
    target = app_file.path.resolve()
    try:
        return Path(os.path.relpath(target, folder.resolve())).as_posix()
    except ValueError:
        return str(target)  # on Windows, another drive


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)
