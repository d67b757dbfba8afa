"""Selecting: paths, tags and payloads become plays, each with the app file that is meant for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mockmews_testkit.bundled import ROOMS, is_bundled, scenario_folder
from mockmews_testkit.errors import UsageError
from mockmews_testkit.integration.app_file import NAME, SAMPLE, AppFile
from mockmews_testkit.replay.plays import PAYLOADS, Play
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.loading import discover, load_file

_LINE = re.compile(r"(?P<path>.+):(?P<line>[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for. Paths empty: the bundled scenarios. Payloads and seed None: as the scenario says.

    A path may end in `:LINE`, which chooses the one scenario of the file that stands there.
    """

    paths: Sequence[str] = ()
    app: str | None = None
    payloads: Sequence[str] | None = None
    seed: int | None = None
    tags: Sequence[str] = ()


def select(wishes: Wishes) -> list[Play]:
    """The plays, in the order of the paths. Raises DocumentError and UsageError before anything is started."""
    found = [each for path in wishes.paths or _stories() for each in _at(path)]
    chosen = [each for each in _once(found) if not wishes.tags or set(wishes.tags) & set(each[0].tags)]
    if not chosen:
        known = sorted({tag for scenario, _ in found for tag in scenario.tags})
        raise UsageError(
            f"No scenario has the tag {' or '.join(wishes.tags)}. "
            + (f"Tags here are: {', '.join(known)}." if known else "None here has a tag.")
        )
    apps = _Apps(wishes)
    return [
        play
        for scenario, alone in chosen
        for play in plays_of(scenario, apps.of(scenario), wishes, alone_in_file=alone)
    ]


def plays_of(
    scenario: Scenario, app_file: AppFile, wishes: Wishes, *, alone_in_file: bool = True
) -> Iterator[Play]:
    """A scenario under each payload. What the user asked for goes before what the scenario says."""
    own = scenario.mews.get("payload")
    for payload in wishes.payloads or ([str(own)] if own else PAYLOADS):
        yield Play(
            scenario=replace(scenario, mews={**scenario.mews, "payload": payload}),
            app_file=app_file,
            payload=payload,
            seed=wishes.seed,
            app_name=wishes.app,
            alone_in_file=alone_in_file,
        )


def app_for(scenario: Scenario, named: str | None) -> AppFile:
    """The app file that was named, else the scenario's own, else the nearest. Raises UsageError for none.

    The user's app goes before the one that a bundled scenario names.
    """
    if named is not None:
        return AppFile.load(named)
    beside = Path(scenario.source.file).resolve().parent
    bundled = is_bundled(beside)
    found = AppFile.find(Path.cwd()) if bundled and scenario.app is not None else None
    if scenario.app is not None and found is None:
        return AppFile.load(scenario.app if scenario.app == SAMPLE else beside / scenario.app)
    found = found or (None if bundled else AppFile.find(beside)) or AppFile.find(Path.cwd())
    if found is None:
        where = "here" if bundled else f"beside {scenario.source.file}"
        raise UsageError(
            f"No {NAME} says how to talk to your app: there is none {where}, nor above. Write one with "
            "`mockmews init`, name one with --app FILE, or try the sample app with --app sample."
        )
    return found


class _Apps:
    """App files, each read once."""

    def __init__(self, wishes: Wishes) -> None:
        self._named = wishes.app
        self._known: dict[tuple[Path, str | None], AppFile] = {}
        self._by_path: dict[Path, AppFile] = {}

    def of(self, scenario: Scenario) -> AppFile:
        key = (Path(scenario.source.file).parent, scenario.app)
        if key not in self._known:
            found = app_for(scenario, self._named)
            self._known[key] = self._by_path.setdefault(found.path.resolve(), found)
        return self._known[key]


def _stories() -> list[str]:
    """The bundled files that tell a story, plain talk first; probes are played by `mockmews certify`."""
    folders = [scenario_folder() / room for room in ROOMS]
    return [str(each) for each in discover(folders)]


def _at(path: str) -> Iterator[tuple[Scenario, bool]]:
    match = _LINE.fullmatch(path)
    if match and not Path(path).exists():
        yield _at_line(match["path"], int(match["line"]))
        return
    for file in discover([path]):
        scenarios = load_file(file)
        yield from ((each, len(scenarios) == 1) for each in scenarios)


def _at_line(path: str, line: int) -> tuple[Scenario, bool]:
    scenarios = load_file(path)
    before = [each for each in scenarios if each.source.line <= line]
    return (before or scenarios)[-1 if before else 0], len(scenarios) == 1


def _once(found: Iterable[tuple[Scenario, bool]]) -> Iterator[tuple[Scenario, bool]]:
    seen = set()
    for scenario, alone in found:
        key = (Path(scenario.source.file).resolve(), scenario.source.line)
        if key not in seen:
            seen.add(key)
            yield scenario, alone
