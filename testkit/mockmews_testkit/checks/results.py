"""What came of a check: its outcome with the reason and the proofs, for one run and summed up over several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mockmews_testkit.checks.registry import CHECKS, Check, check


class Outcome(StrEnum):
    """The four results of a check. NOT_EXERCISED is never a pass."""

    PASS = "pass"  # noqa: S105 - the word of the score card, no password
    FAIL = "fail"
    NOT_EXERCISED = "not_exercised"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was seen: a sentence, the journal entries it stands on, and `file:line:column` if any."""

    text: str
    entries: tuple[int, ...] = ()
    source: str = ""

    def __str__(self) -> str:
        where = f"{self.source}: " if self.source else ""
        journal = f" (journal {', '.join(map(str, self.entries))})" if self.entries else ""
        return f"{where}{self.text}{journal}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a law says of one run. `applies` is false where the check does not concern such an app at all."""

    outcome: Outcome
    reason: str = ""
    proofs: tuple[Proof, ...] = ()
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one check."""

    id: str
    outcome: Outcome
    reason: str = ""
    proofs: tuple[Proof, ...] = ()
    applies: bool = True

    @property
    def check(self) -> Check:
        """The row of the score card."""
        return check(self.id)


def passed(*proofs: Proof) -> Verdict:
    """It held. Proofs of a pass are advice."""
    return Verdict(Outcome.PASS, proofs[0].text if proofs else "", proofs)


def failed(proofs: Sequence[Proof]) -> Verdict:
    """It did not hold: the first proof is the reason."""
    return Verdict(Outcome.FAIL, proofs[0].text, tuple(proofs))


def not_exercised(reason: str, *, applies: bool = True) -> Verdict:
    """The run did not show it: why, and what to add."""
    return Verdict(Outcome.NOT_EXERCISED, reason, applies=applies)


def judged(proofs: Sequence[Proof], *, exercised: bool, otherwise: str) -> Verdict:
    """Failed where anything was found against it, else passed where it was put to the test at all."""
    if proofs:
        return failed(proofs)
    return passed() if exercised else not_exercised(otherwise)


_WORST_FIRST = (Outcome.FAIL, Outcome.WAIVED, Outcome.PASS, Outcome.NOT_EXERCISED)


def sum_up(runs: Iterable[Iterable[Result]]) -> list[Result]:
    """One result a check over several runs, in the order of the score card.

    The worse counts: it passes only where some run put it to the test and none saw it fail.
    """
    found: dict[str, list[Result]] = {each.id: [] for each in CHECKS}
    for results in runs:
        for each in results:
            found[each.id].append(each)
    return [_worst(each, results) for each, results in found.items()]


def _worst(check_id: str, results: Sequence[Result]) -> Result:
    if not results:
        return Result(check_id, Outcome.NOT_EXERCISED, "no run was judged")
    worst = min(results, key=lambda each: _WORST_FIRST.index(each.outcome))
    alike = [each for each in results if each.outcome is worst.outcome]
    proofs = tuple(dict.fromkeys(proof for each in alike for proof in each.proofs))
    applies = any(each.applies for each in results)
    return Result(check_id, worst.outcome, worst.reason, proofs, applies)
