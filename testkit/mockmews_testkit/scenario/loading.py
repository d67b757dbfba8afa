"""Scenario files from disk: found, read, and refused with file, line, column and advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path

from mockmews_testkit.errors import ScenarioError, UsageError
from mockmews_testkit.reading import yaml_problems, yaml_reading
from mockmews_testkit.reading.findings import Gathering, RefusedError, Source
from mockmews_testkit.reading.refusals import as_error
from mockmews_testkit.reading.shapes import entries_of, read_fields
from mockmews_testkit.reading.yaml_reading import Node
from mockmews_testkit.scenario import names
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.document_forms import DOCUMENT

ENDING = ".mews.yaml"


def load_file(path: str | PathLike[str]) -> list[Scenario]:
    """The scenarios of a file, one for each document.

    Raises ScenarioError with all that is wrong with the file, UsageError where it cannot be opened.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}). Name a *{ENDING} file.") from None
    name = str(path)
    try:
        return _load(yaml_problems.decode(content, name), name)
    except RefusedError as refusal:
        text = content.decode("utf-8", "replace")
        raise as_error(refusal.findings, text, ScenarioError) from None


def load_text(text: str, name: str) -> list[Scenario]:
    """The scenarios of a text; `name` stands for the file in every error. Raises ScenarioError."""
    try:
        return _load(yaml_problems.clean(text, name), name)
    except RefusedError as refusal:
        raise as_error(refusal.findings, text, ScenarioError) from None


def _load(text: str, file: str) -> list[Scenario]:
    reading = yaml_reading.read(text, file)
    gathering = Gathering(list(reading.findings))
    scenarios = [gathering.attempt(_scenario, document) for document in reading.documents]
    if not scenarios and not gathering.findings:
        advice = "Begin with scenario: and a title, then steps: and a list."
        gathering.add(Source(file, 1, 1), "no scenario stands in this file", advice)
    gathering.close()
    return [each for each in scenarios if each is not None]


def _scenario(node: Node) -> Scenario:
    document = entries_of(node, "a map with scenario and steps")
    values = read_fields(document, DOCUMENT, "a scenario")
    values.pop("version", None)
    scenario = Scenario(source=document.source, **values)
    steps = document.get("steps")
    findings = names.check(scenario, steps) if steps else []
    if findings:
        raise RefusedError(*findings)
    return scenario


def discover(paths: Sequence[str | PathLike[str]]) -> list[Path]:
    """The scenario files of some files and folders, each once; folders are searched through, in sorted order.

    Hidden folders are left out, as failed stories are saved in one. Raises UsageError where a path is
    missing, and where a folder has no scenario in it.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        for file in _files(path):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise UsageError(f"{path} does not exist. Name a *{ENDING} file, or a folder with such files.")
    files = sorted(each for each in path.rglob(f"*{ENDING}") if _is_visible(each, path))
    if not files:
        raise UsageError(f"No *{ENDING} file is in the folder '{path}'. Name one with such files.")
    yield from files


def _is_visible(file: Path, folder: Path) -> bool:
    above = file.relative_to(folder).parts[:-1]
    return file.is_file() and not any(part.startswith(".") for part in above)
