"""What must hold in every conversation, whatever goes wrong: each invariant with the checks that judge it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mockmews_testkit.checks.judging import judge
from mockmews_testkit.checks.record import Record
from mockmews_testkit.checks.results import Outcome, Result

INVARIANTS: dict[str, tuple[str, ...]] = {
    "each reply reaches the right guest": ("SHOW-02",),
    "each guest writes in a thread of the own": ("THREAD-02", "THREAD-01"),
    "nothing is echoed": ("LOOP-01",),
    "each guest's text reaches Mews exactly once": ("SEND-01", "SEND-03", "RATE-02", "ERR-01"),
    "each guest's texts keep their order": ("SEND-02",),
    "each reply is shown exactly once": (
        "SHOW-01", "SHOW-03", "SHOW-04", "HOOK-08", "PAGE-01", "HOOK-04", "HOOK-06",
    ),
    "each guest's replies keep their order": ("ORDER-01", "ORDER-02"),
    "traffic is bounded": ("LOOP-02", "ERR-02", "RATE-01"),
    "every webhook is answered": ("HOOK-01",),
    "every request is legal": ("REQ-01", "REQ-02", "REQ-03", "PAGE-02"),
    "no token is shown": ("SEC-01",),
}  # fmt: skip
"""In the order in which they are judged: the first one that is broken is told."""

CHECKS = tuple(check for checks in INVARIANTS.values() for check in checks)


def broken(record: Record, checks: Iterable[str] = CHECKS) -> Result | None:
    """The first check that the run does not hold. The app has had all the time that it may take."""
    results = judge(replace(record, patience=0.0), *checks)
    return next((each for each in results if each.outcome is Outcome.FAIL), None)


def invariant_of(check_id: str) -> str:
    """The invariant in words that a check judges."""
    return next((words for words, checks in INVARIANTS.items() if check_id in checks), check_id)
