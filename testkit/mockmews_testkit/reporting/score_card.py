"""The score card as lines for a terminal: the sum, a line for each check, and what to do about failures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockmews_testkit.certification.card import WORDS, Readiness, ScoreCard
from mockmews_testkit.checks.results import Outcome, Result
from mockmews_testkit.errors import more_about

Line = tuple[str, str]
"""Style and text, as `Terminal.line` takes them."""

_STYLES = {Outcome.PASS: "good", Outcome.FAIL: "bad", Outcome.NOT_EXERCISED: "hotel", Outcome.WAIVED: "wire"}
_VERDICTS = {Readiness.READY: "good", Readiness.NOT_READY: "bad", Readiness.UNDECIDED: "hotel"}
_MOST_PROOFS = 3
_LONGEST = 160


def lines(card: ScoreCard, replays: Mapping[str, str] | None = None) -> Iterator[Line]:
    """The whole card: its first line is the sum. `replays` are commands that show a failed check again, by id."""
    yield headline(card)
    for each in card.results:
        yield _STYLES[each.outcome], one_line(each)
    yield from explained(card, replays or {})


def headline(card: ScoreCard) -> Line:
    """`SCORE CARD  33 pass  2 fail  3 not exercised   NOT READY: LOOP-01 (critical)`."""
    return _VERDICTS[card.readiness], f"SCORE CARD  {card.counts}   {card.verdict}"


def one_line(result: Result) -> str:
    """A check with its id, severity and result, and what was seen where it did not pass."""
    check = result.check
    severity = f"{check.severity}, advice" if check.advice else check.severity
    words = f"  {check.id:<9}  {severity:<14}  {WORDS[result.outcome]:<13}"
    said = result.reason if result.outcome is not Outcome.PASS else ""
    return f"{words}  {_cut(said)}".rstrip()


def explained(card: ScoreCard, replays: Mapping[str, str]) -> Iterator[Line]:
    """For each failure the evidence, why it matters and the remedy; for what is undecided, what to add."""
    for each in card.with_outcome(Outcome.FAIL):
        yield "", ""
        yield from failure(each)
        if each.id in replays:
            yield "wire", f"   replay  {replays[each.id]}"
    if card.undecided and not card.failing:
        yield "", ""
        for each in card.undecided:
            yield "hotel", f"{each.id} was not exercised: {each.reason}"


def failure(result: Result) -> Iterator[Line]:
    """One failed check in full."""
    check = result.check
    yield "bad", f"{check.id} {check.observed}"
    for proof in result.proofs[:_MOST_PROOFS]:
        yield "", f"   seen    {proof}"
    left = len(result.proofs) - _MOST_PROOFS
    if left > 0:
        yield "wire", f"           ... and {left} more"
    yield "", f"   why     {check.why}"
    yield "", f"   remedy  {check.remedy}"
    yield "wire", f"   page    {check.url}"
    yield "wire", f"   more    {more_about(check.id)}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
