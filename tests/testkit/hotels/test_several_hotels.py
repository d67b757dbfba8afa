"""An app that serves several hotels: told of each, spoken to in each, and judged by where its texts arrive."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews_testkit.bundled import scenario_folder
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.fakes import Addresses, Fakes
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.players import perform
from mockmews_testkit.replay.plays import Outcome, Play, Played
from mockmews_testkit.scenario.loading import load_file, load_text
from tests.integrations.correct import APPS
from tests.integrations.flaws import library_flaws

GROUP = APPS / "hotel_group"
(STORY,) = load_file(scenario_folder() / "messaging" / "two-hotels.mews.yaml")


def play(app: str | Path, *, payload: str = "entities", scenario: str | None = None) -> Played:
    """Two hotels, played on an app by itself."""
    (chosen,) = load_text(scenario, "story.mews.yaml") if scenario else (STORY,)
    grounds = Grounds(Fakes(Addresses()), jobs=1)
    try:
        plays = [Play(scenario=chosen, app_file=AppFile.load(app), payload=payload)]
        (played,) = [each for each in perform(plays, grounds, jobs=1) if isinstance(each, Played)]
        return played
    finally:
        grounds.close()


@pytest.mark.parametrize("payload", ["entities", "ids_only"])
def test_an_app_for_a_group_of_hotels_serves_each(payload: str) -> None:
    played = play(GROUP, payload=payload)
    assert played.outcome is Outcome.PASSED, played.failure


def test_one_token_for_all_hotels_is_caught(tmp_path: Path) -> None:
    played = play(library_flaws()["messaging/two-hotels"].write(tmp_path))
    assert played.failure is not None
    assert (played.failure.check, played.source[1]) == ("THREAD-05", 13)
    assert "went into a thread of another hotel" in played.failure.summary


def test_an_app_that_serves_one_hotel_is_not_blamed() -> None:
    played = play("sample")
    assert played.outcome is Outcome.SKIPPED
    assert "connect:" in played.problem
    assert "${hotel.id}" in played.problem


def test_a_single_hotel_may_have_a_name() -> None:
    played = play(
        "sample",
        scenario="scenario: One\nhotels: {Sea: {}}\nsteps:\n  - guest: Hi!\n    at: Sea\n  - hotel: Hello!\n",
    )
    assert played.outcome is Outcome.PASSED, played.failure
