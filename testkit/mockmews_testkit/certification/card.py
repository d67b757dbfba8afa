"""The score card: one result a check, and whether the app is ready for Mews by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mockmews_testkit.checks.registry import SEVERITIES, Severity
from mockmews_testkit.checks.results import Outcome, Result, sum_up


class Readiness(StrEnum):
    """What the score card says of an app as a whole."""

    READY = "READY"
    NOT_READY = "NOT READY"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """Results in the order of the score card. `level` is the least severity that fails the app.

    `asked`: these checks were named one by one, so each of them must have been put to the test. Otherwise
    only the critical ones must.
    """

    results: tuple[Result, ...]
    level: Severity = "high"
    asked: bool = False

    @classmethod
    def of(
        cls,
        runs: Iterable[Iterable[Result]],
        *,
        level: Severity = "high",
        only: Sequence[str] = (),
    ) -> ScoreCard:
        """The sum of several runs, of which the worst counts; `only`: of these checks alone."""
        results = tuple(each for each in sum_up(runs) if not only or each.id in only)
        return cls(results=results, level=level, asked=bool(only))

    def with_outcome(self, outcome: Outcome) -> tuple[Result, ...]:
        """The checks that came out so."""
        return tuple(each for each in self.results if each.outcome is outcome)

    @property
    def failing(self) -> tuple[Result, ...]:
        """Failed checks that keep the app from being ready, gravest first. Advice is never among them."""
        found = [each for each in self.with_outcome(Outcome.FAIL) if self.fails(each)]
        return tuple(sorted(found, key=lambda each: SEVERITIES.index(each.check.severity)))

    def fails(self, result: Result) -> bool:
        """Whether a failure of this check counts: it is no advice, and at or above the level."""
        check = result.check
        return not check.advice and SEVERITIES.index(check.severity) <= SEVERITIES.index(self.level)

    @property
    def undecided(self) -> tuple[Result, ...]:
        """Checks that must be put to the test, and were not. What does not concern such an app need not."""
        return tuple(
            each
            for each in self.with_outcome(Outcome.NOT_EXERCISED)
            if each.applies and not each.check.advice and (self.asked or each.check.severity == "critical")
        )

    @property
    def readiness(self) -> Readiness:
        """READY, NOT READY or UNDECIDED (product.md 9)."""
        if self.failing:
            return Readiness.NOT_READY
        return Readiness.UNDECIDED if self.undecided else Readiness.READY

    @property
    def counts(self) -> str:
        """`33 pass  2 fail  3 not exercised`, and how many are waived where any is."""
        parts = [f"{len(self.with_outcome(each))} {WORDS[each]}" for each in _COUNTED]
        waived = len(self.with_outcome(Outcome.WAIVED))
        return "  ".join([*parts, f"{waived} waived"] if waived else parts)

    @property
    def verdict(self) -> str:
        """`NOT READY: LOOP-01 (critical)`, `UNDECIDED: HOOK-03`, or `READY`."""
        return f"{self.readiness}: {self.reasons}" if self.reasons else str(self.readiness)

    @property
    def reasons(self) -> str:
        """The checks that keep the app from being ready; empty where it is."""
        named = [f"{each.id} ({each.check.severity})" for each in self.failing]
        return ", ".join(named or [each.id for each in self.undecided])


WORDS = {
    Outcome.PASS: "pass",
    Outcome.FAIL: "fail",
    Outcome.NOT_EXERCISED: "not exercised",
    Outcome.WAIVED: "waived",
}
"""How an outcome is called where people read it."""

_COUNTED = (Outcome.PASS, Outcome.FAIL, Outcome.NOT_EXERCISED)
