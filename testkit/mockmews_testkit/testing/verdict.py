"""The verdict on a test's conversation: which checks broke, and whether that fails the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockmews import MockMewsError
from mockmews_testkit.checks.results import Outcome, Result
from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.testing.conversation import Conversation

LEVELS = ("critical", "strict", "report", "off")
"""What fails a test: broken critical checks; high ones too; none; none, and nothing is judged."""

_FAILS = {"critical": ("critical",), "strict": ("critical", "high")}
_MOST_PROOFS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of every check in one test, and the failure that follows from it, if one does."""

    results: tuple[Result, ...] = ()
    failure: Failure | None = None


def verdict(conversation: Conversation, level: str, *, passed: bool) -> Verdict:
    """Judge a test that has run to its end. One that failed already is judged as it stands."""
    if level == "off":
        conversation.catch_up()
        return Verdict()
    try:
        conversation.catch_up()
        if passed and conversation.happened:
            conversation.settle()
        if not conversation.happened:
            return Verdict()
        results = tuple(conversation.judge())
    except MockMewsError:
        return Verdict()  # the fake has gone, so there is nothing to judge
    failure = conversation.broken_promise() if passed else None
    if failure is None and passed:
        failure = _failure(broken(results, level))
    return Verdict(results, None if failure is None else conversation.explained(failure))


def broken(results: Sequence[Result], level: str) -> list[Result]:
    """The checks that did not hold, and that fail a test at this level."""
    severities = _FAILS.get(level, ())
    return [
        each
        for each in results
        if each.outcome is Outcome.FAIL and each.check.severity in severities and not each.check.advice
    ]


def _failure(found: Sequence[Result]) -> Failure | None:
    if not found:
        return None
    first = found[0]
    source = next((proof.source for proof in first.proofs if proof.source), "")
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Failure(
        f"the test held, but {first.id} ({first.check.severity}) broke{more}: {first.reason}",
        source=source,
        evidence=[_evidence(each) for each in found],
        check=first.id,
        remedy=first.check.remedy,
    )


def _evidence(result: Result) -> Evidence:
    check = result.check
    proofs = [str(each) for each in result.proofs[:_MOST_PROOFS]] or [result.reason]
    lines = [check.observed, *(f"seen: {each}" for each in proofs), f"remedy: {check.remedy}", check.url]
    return Evidence(f"{check.id} ({check.severity})", "\n".join(lines))
