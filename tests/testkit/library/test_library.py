"""The bundled library: what each story says of itself, that a correct app passes it, and a flawed one does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from mockmews_testkit.bundled import PROBES, ROOMS, scenario_folder
from mockmews_testkit.checks.registry import DOCUMENTATION
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.fakes import Addresses, Fakes
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.players import perform
from mockmews_testkit.replay.plays import PAYLOADS, Outcome, Play, Played
from mockmews_testkit.replay.selection import Wishes, select
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.loading import ENDING, discover, load_file
from tests.integrations.correct import APPS, skip_without_node
from tests.integrations.flaws import Flaw, library_flaws

MOST_LINES = 20
JOBS = 8
QUICK = "webhooks/three-in-one-body"
FIRST = "messaging/penelope-arrives-late"
BY_CHANCE = "messaging/replies-within-one-second"
"""Its flaw shows in the first story too, when both replies happen to fall into one second."""
FLAWS = library_flaws()


def _stories() -> dict[str, Scenario]:
    folder = scenario_folder()
    found = {}
    for file in discover([folder]):
        name = file.relative_to(folder).as_posix().removesuffix(ENDING)
        if not name.startswith(f"{PROBES}/"):
            (found[name],) = load_file(file)
    return found


STORIES = _stories()


def test_the_library_has_its_stories_in_three_rooms() -> None:
    assert len(STORIES) >= 25
    assert {name.partition("/")[0] for name in STORIES} == set(ROOMS)
    assert len({each.name for each in STORIES.values()}) == len(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_says_what_it_teaches_and_where_it_comes_from(name: str) -> None:
    story = STORIES[name]
    *words, page = (story.about or "").rstrip("\n").split("\n")
    assert len(" ".join(words)) > 80
    assert page.startswith(f"Mews: {DOCUMENTATION}")
    assert name.partition("/")[0] in story.tags


def test_every_story_has_an_app_that_it_catches() -> None:
    assert set(FLAWS) == set(STORIES)


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_is_a_small_patch_that_fits(name: str, tmp_path: Path) -> None:
    flaw = FLAWS[name]
    assert flaw.lines <= MOST_LINES
    folder = flaw.write(tmp_path).parent
    for file in {change.file for change in flaw.patch}:
        compile((folder / file).read_text("utf-8"), file, "exec")


@pytest.mark.parametrize(("app", "skipped"), [("sample", False), (str(APPS / "hotel_group"), True)])
def test_a_story_of_the_sample_app_is_not_told_of_others(app: str, skipped: bool) -> None:
    story = str(scenario_folder() / f"messaging/a-bot-answers-some-lines{ENDING}")
    (play, _) = select(Wishes(paths=[story], app=app))
    assert bool(play.out_of_place) is skipped


def _play(plays: Iterable[Play], *, jobs: int = 1) -> list[Played]:
    grounds = Grounds(Fakes(Addresses()), jobs=jobs)
    try:
        return [each for each in perform(list(plays), grounds, jobs=jobs) if isinstance(each, Played)]
    finally:
        grounds.close()


def _on_a_correct_app(name: str, payload: str, app: str = "sample") -> Play:
    """The app itself, or where the story asks for what it is not, one that is."""
    others = {"messaging/two-hotels": "hotel_group", "messaging/a-bot-answers-some-lines": "sample"}
    chosen = others.get(name, app)
    file = AppFile.sample() if chosen == "sample" else AppFile.load(APPS / chosen)
    return Play(scenario=STORIES[name], app_file=file, payload=payload)


def _on_its_flawed_app(name: str, story: str, folder: Path) -> Play:
    """A copy of the sample app is not the sample app, so a story that is told of that one is told of any."""
    app = AppFile.load(FLAWS[name].write(folder / name.replace("/", "-")))
    return Play(scenario=replace(STORIES[story], app=None), app_file=app, payload="entities")


def _is_caught(flaw: Flaw, played: Played) -> bool:
    failure = played.failure
    if failure is None or played.outcome is not Outcome.FAILED:
        return False
    return failure.check == flaw.check or failure.check in flaw.also


def test_a_story_tells_a_correct_app_from_a_flawed_one(tmp_path: Path) -> None:
    correct, flawed = _play(
        [_on_a_correct_app(QUICK, "ids_only"), _on_its_flawed_app(QUICK, QUICK, tmp_path)]
    )
    assert correct.outcome is Outcome.PASSED, correct.failure
    assert _is_caught(FLAWS[QUICK], flawed), flawed.failure


@pytest.mark.parametrize(
    ("app", "payloads"),
    [
        pytest.param("sample", PAYLOADS, marks=pytest.mark.soak(seconds=50)),
        pytest.param("node_callback", ("entities",), marks=pytest.mark.soak),
        pytest.param("polled", ("ids_only",), marks=pytest.mark.matrix(seconds=30)),
    ],
)
def test_a_correct_app_passes_the_library(app: str, payloads: tuple[str, ...]) -> None:
    skip_without_node(app)
    played = _play(
        (_on_a_correct_app(name, payload, app) for name in STORIES for payload in payloads), jobs=JOBS
    )
    assert [
        f"{each.play.title}: {each.problem}" for each in played if each.outcome is not Outcome.PASSED
    ] == []


@pytest.mark.soak(seconds=85)
def test_every_story_catches_its_flawed_app(tmp_path: Path) -> None:
    played = _play((_on_its_flawed_app(name, name, tmp_path) for name in FLAWS), jobs=JOBS)
    names = {scenario.name: name for name, scenario in STORIES.items()}
    missed = [
        f"{names[each.play.scenario.name]}: {each.outcome} {each.failure and each.failure.check} {each.problem}"
        for each in played
        if not _is_caught(FLAWS[names[each.play.scenario.name]], each)
    ]
    assert missed == []


@pytest.mark.matrix(seconds=40)
def test_the_first_story_misses_what_the_others_catch(tmp_path: Path) -> None:
    others = [
        name for name in FLAWS if name not in (FIRST, BY_CHANCE) and FLAWS[name].app == FLAWS[FIRST].app
    ]
    played = _play((_on_its_flawed_app(name, FIRST, tmp_path) for name in others), jobs=JOBS)
    failed = [each.play for each in played if each.outcome is not Outcome.PASSED]
    # A flaw may show once by chance, where the app is busy with something else; then it does not show again.
    assert [
        f"{each.play.app_file.path}: {each.problem}"
        for each in _play(failed)
        if each.outcome is not Outcome.PASSED
    ] == []
