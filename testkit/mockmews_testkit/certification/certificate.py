"""The certificate: a score card with all that its reader wants to know of the app and of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mockmews_testkit.certification.baseline import Change, compare
from mockmews_testkit.certification.card import Readiness, ScoreCard
from mockmews_testkit.certification.for_mews import ForMews
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.replay.plays import Outcome, Run

CONTRACT_DATE = "August 2026"
"""The state of Mews's public documentation that the contract was taken from."""
DISCLAIMER = "A self-check against the public documentation, not Mews's certification."


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What was certified, when, with what. `kit` is our version, `seed` None where each world drew its own."""

    app: str
    version: str
    file: str
    date: str
    kit: str
    payloads: tuple[str, ...]
    seed: int | None = None
    waivers: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What stands at the top of every report: names and values."""
        waived = "; ".join(f"{name}: {why}" for name, why in self.waivers.items())
        return [
            ("App", f"{self.app} {self.version}".strip()),
            ("Date", self.date),
            ("Kit", f"mockmews {self.kit}"),
            ("Contract", f"Mews's public documentation of {CONTRACT_DATE}"),
            ("Payloads", ", ".join(self.payloads)),
            ("Seed", "each world drew its own" if self.seed is None else str(self.seed)),
            ("Waived", waived or "nothing"),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What came of certifying an app. `unplayed` are probes that were given up, as others could not be played."""

    head: Head
    card: ScoreCard
    run: Run
    for_mews: ForMews
    change: Change | None = None
    unplayed: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every probe was played, as far as the verdict needs it.

        What a probe showed before it broke may be enough to say NOT READY, and never enough for anything else.
        """
        errors = [each for each in self.run.played if each.outcome is Outcome.ERROR]
        told = self.card.readiness is Readiness.NOT_READY and all(each.results for each in errors)
        return not self.unplayed and (not errors or told)

    @property
    def exit_code(self) -> int:
        """0: READY. 1: NOT READY or UNDECIDED. 2: something could not be played."""
        if not self.is_whole:
            return 2
        return 0 if self.card.readiness is Readiness.READY else 1

    def compared_with(self, file: str, before: Mapping[str, CheckOutcome]) -> Certificate:
        """The same, with what is new since an earlier report."""
        return replace(self, change=compare(file, before, self.card))
