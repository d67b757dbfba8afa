"""The guide to scenario files: its stories are played, its app file is read, and no step or option is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.fakes import Addresses, Fakes
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.players import perform
from mockmews_testkit.replay.plays import Outcome, Play, Played
from mockmews_testkit.scenario.document_forms import DOCUMENT
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.scenario.step_forms import EXPECT_FIELDS, STEPS
from mockmews_testkit.scenario.world_forms import FAULT_FIELDS
from tests.docs.guide import ROOT, Block, blocks

PAGE = "docs/scenarios.md"
BLOCKS = blocks(PAGE)
APPS = {"story": "sample", "group": str(ROOT / "tests" / "integrations" / "apps" / "hotel_group")}


def _play(block: Block) -> Play:
    (scenario,) = load_text(block.text, f"{PAGE}:{block.line}")
    app = AppFile.load(APPS[block.kind.removeprefix("yaml ")])
    return Play(scenario=scenario, app_file=app, payload="entities")


def test_scenario_examples_hold() -> None:
    plays = [_play(each) for each in BLOCKS if each.kind != "yaml app"]
    grounds = Grounds(Fakes(Addresses()), jobs=2)
    try:
        played = [each for each in perform(plays, grounds, jobs=2) if isinstance(each, Played)]
    finally:
        grounds.close()
    assert [each.problem for each in played if each.outcome is not Outcome.PASSED] == []
    assert len(played) == len(BLOCKS) - 1


def test_the_app_file_example_is_taken(tmp_path: Path) -> None:
    (block,) = [each for each in BLOCKS if each.kind == "yaml app"]
    (tmp_path / "mews-app.yaml").write_text(block.text, "utf-8")
    assert AppFile.load(tmp_path).name == "Concierge"


@pytest.mark.parametrize("word", [*STEPS, *DOCUMENT, *EXPECT_FIELDS, *FAULT_FIELDS])
def test_every_word_of_the_format_is_explained(word: str) -> None:
    assert word in (ROOT / PAGE).read_text("utf-8")


@pytest.mark.parametrize("word", STEPS)
def test_every_option_of_a_step_is_explained(word: str) -> None:
    page = (ROOT / PAGE).read_text("utf-8")
    assert [option for option in STEPS[word].options if f"`{option}" not in page] == []
