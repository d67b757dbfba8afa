"""The score card: its verdicts, and how a terminal shows it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mockmews_testkit.certification.card import Readiness, ScoreCard
from mockmews_testkit.certification.certifying import Certifying, Wish
from mockmews_testkit.certification.probes import probes
from mockmews_testkit.checks.registry import CHECKS, Severity
from mockmews_testkit.checks.results import Outcome, Proof, Result
from mockmews_testkit.errors import Failure
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay import plays
from mockmews_testkit.replay.plays import PAYLOADS, Play, Played
from mockmews_testkit.reporting import score_card
from tests.integrations.correct import APP_FILE, CORRECT

ALL = {each.id: Outcome.PASS for each in CHECKS}


def card(
    outcomes: Mapping[str, Outcome], *, level: Severity = "high", only: tuple[str, ...] = ()
) -> ScoreCard:
    """All pass, but these."""
    given = {**ALL, **outcomes}
    proofs = (Proof("this was seen", (3, 5), "a.mews.yaml:3:5"),)
    runs = [
        [
            Result(id_, outcome, "so it is", proofs if outcome is Outcome.FAIL else ())
            for id_, outcome in given.items()
        ]
    ]
    return ScoreCard.of(runs, level=level, only=only)


@pytest.mark.parametrize(
    ("outcomes", "level", "verdict"),
    [
        ({}, "high", "READY"),
        ({"LOOP-01": Outcome.FAIL}, "high", "NOT READY: LOOP-01 (critical)"),
        ({"REQ-01": Outcome.FAIL, "LOOP-01": Outcome.FAIL}, "high", "NOT READY: LOOP-01 (critical), REQ-01 (high)"),
        ({"ORDER-01": Outcome.FAIL}, "high", "READY"),
        ({"ORDER-01": Outcome.FAIL}, "medium", "NOT READY: ORDER-01 (medium)"),
        ({"REQ-01": Outcome.FAIL}, "critical", "READY"),
        ({"SEND-03": Outcome.FAIL, "ERR-03": Outcome.FAIL}, "medium", "READY"),
        ({"HOOK-03": Outcome.NOT_EXERCISED, "REQ-01": Outcome.NOT_EXERCISED}, "high", "UNDECIDED: HOOK-03"),
        ({"HOOK-03": Outcome.WAIVED}, "high", "READY"),
        ({"HOOK-03": Outcome.NOT_EXERCISED, "REQ-01": Outcome.FAIL}, "high", "NOT READY: REQ-01 (high)"),
    ],
)  # fmt: skip
def test_card_is_ready_not_ready_or_undecided(
    outcomes: dict[str, Outcome], level: Severity, verdict: str
) -> None:
    assert card(outcomes, level=level).verdict == verdict


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.NOT_EXERCISED, "its probe went wrong: the app did not take Max's text"),
        (Outcome.PASS, "so it is"),
    ],
)
def test_card_tells_that_the_probe_of_a_check_went_wrong(outcome: Outcome, reason: str) -> None:
    certifying = Certifying(
        Wish(app_file=AppFile.load(CORRECT["sample"] / APP_FILE), payloads=PAYLOADS, only=("SEND-02",))
    )
    (probe,) = probes(("SEND-02",))
    for failure in (None, Failure("the app did not take Max's text")):
        play = Play(
            scenario=probe.scenario,
            app_file=certifying.wish.app_file,
            payload="entities",
            certifies=probe.checks,
        )
        results = (Result("SEND-02", outcome, "so it is"),)
        certifying.played.append(
            Played(play=play, outcome=plays.Outcome.FAILED, command="", results=results, failure=failure)
        )
    assert [each.reason for each in certifying.card.results] == [reason]


def test_card_of_named_checks_wants_each_of_them_exercised() -> None:
    named = card(
        {"ORDER-01": Outcome.NOT_EXERCISED, "HOOK-03": Outcome.NOT_EXERCISED}, only=("ORDER-01", "REQ-01")
    )
    assert [each.id for each in named.results] == ["REQ-01", "ORDER-01"]
    assert named.readiness is Readiness.UNDECIDED


def test_card_does_not_wait_for_what_does_not_concern_the_app() -> None:
    idle = Result("THREAD-05", Outcome.NOT_EXERCISED, "this app serves one hotel", applies=False)
    rest = [Result(each, Outcome.PASS) for each in ALL if each != "THREAD-05"]
    assert ScoreCard.of([[idle, *rest]]).readiness is Readiness.READY


def test_terminal_shows_the_sum_first_and_one_line_a_check() -> None:
    shown = [
        text
        for _, text in score_card.lines(
            card(
                {
                    "LOOP-01": Outcome.FAIL,
                    "REQ-04": Outcome.FAIL,
                    "HOOK-03": Outcome.NOT_EXERCISED,
                    "SEND-03": Outcome.NOT_EXERCISED,
                    "ERR-03": Outcome.NOT_EXERCISED,
                }
            )
        )
    ]
    assert shown[0] == "SCORE CARD  33 pass  2 fail  3 not exercised   NOT READY: LOOP-01 (critical)"
    for place, each in enumerate(CHECKS, 1):
        assert each.id in shown[place]
    assert [each.split() for each in shown if each.startswith("  HOOK-03")] == [
        ["HOOK-03", "critical", "not", "exercised", "so", "it", "is"]
    ]
    text = "\n".join(shown)
    assert "a.mews.yaml:3:5: this was seen (journal 3, 5)" in text
    assert "Show only messages whose Sender is Enterprise." in text
    assert "waived" not in shown[0]
    assert "1 waived" in score_card.headline(card({"LOOP-01": Outcome.WAIVED}))[1]
