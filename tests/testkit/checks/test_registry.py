"""The registry, the results and the laws as a whole."""

from __future__ import annotations

import re

from mockmews_testkit.checks.judging import LAWS, judge_all
from mockmews_testkit.checks.registry import CHECKS, check
from mockmews_testkit.checks.results import Outcome, Proof, Result, sum_up
from mockmews_testkit.vocabulary import CHECKS as IDS
from tests.testkit.checks.journal import Run, usual

ADVICE = {"SEND-03", "ERR-03"}
CRITICAL = {
    "THREAD-02", "THREAD-05", "SEND-01", "HOOK-01", "HOOK-03", "HOOK-04", "HOOK-08", "SHOW-01", "SHOW-02",
    "SHOW-03", "LOOP-01", "LOOP-02", "RATE-02", "ERR-01", "SEC-01",
}  # fmt: skip


def test_registry_has_every_check_of_the_score_card_and_a_law_for_each() -> None:
    assert tuple(each.id for each in CHECKS) == IDS
    assert tuple(LAWS) == IDS


def test_registry_says_why_in_one_sentence_and_what_to_do_in_two() -> None:
    for each in CHECKS:
        assert len(re.findall(r"[.?!](?: |$)", each.why)) == 1, each.id
        assert len(re.findall(r"[.?!](?: |$)", each.remedy.replace('1.4.0".', '".'))) == 2, each.id
        assert each.url.startswith("https://")


def test_registry_knows_what_is_critical_and_what_is_advice() -> None:
    assert {each.id for each in CHECKS if each.severity == "critical"} == CRITICAL
    assert {each.id for each in CHECKS if each.advice} == ADVICE
    assert not ADVICE & CRITICAL


def test_a_correct_run_fails_no_check() -> None:
    run = Run()
    usual(run)
    results = judge_all(run.record())
    assert [each.id for each in results] == list(IDS)
    assert not [each for each in results if each.outcome is Outcome.FAIL]


def test_a_waived_check_stays_visible_with_the_users_reason() -> None:
    run = Run()
    result = run.judged("ORDER-01", waivers={"ORDER-01": "the client sorts"})
    assert (result.outcome, result.reason) == (Outcome.WAIVED, "the client sorts")


def test_dropped_entries_leave_every_check_not_exercised() -> None:
    run = Run()
    usual(run)
    results = judge_all(run.record(dropped=7))
    assert {each.outcome for each in results} == {Outcome.NOT_EXERCISED}
    assert "7 entries" in results[0].reason


def test_sum_up_takes_the_worst_and_never_passes_what_no_run_exercised() -> None:
    seen = Proof("seen", (3,), "a.mews.yaml:1:1")
    passed = Result("REQ-01", Outcome.PASS)
    failed = Result("REQ-01", Outcome.FAIL, "bad", (seen,))
    idle = Result("REQ-01", Outcome.NOT_EXERCISED, "nothing")
    summed = sum_up([[passed, Result("REQ-02", Outcome.NOT_EXERCISED, "no")], [failed], [idle]])
    outcomes = {each.id: each for each in summed}
    assert [each.id for each in summed] == list(IDS)
    assert outcomes["REQ-01"] == Result("REQ-01", Outcome.FAIL, "bad", (seen,))
    assert outcomes["REQ-02"].outcome is Outcome.NOT_EXERCISED
    assert outcomes["REQ-03"].outcome is Outcome.NOT_EXERCISED
    assert sum_up([[idle], [passed]])[0].outcome is Outcome.PASS
    assert str(seen) == "a.mews.yaml:1:1: seen (journal 3)"


def test_a_result_knows_its_row_of_the_score_card() -> None:
    assert Result("SEC-01", Outcome.PASS).check is check("SEC-01")
