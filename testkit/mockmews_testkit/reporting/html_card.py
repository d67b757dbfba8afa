"""The score card as HTML: the head, a row for each check, and what to tell Mews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mockmews_testkit.certification.card import WORDS, ScoreCard
from mockmews_testkit.certification.certificate import DISCLAIMER, Certificate
from mockmews_testkit.checks.results import Outcome, Result
from mockmews_testkit.errors import more_about
from mockmews_testkit.replay.plays import Played
from mockmews_testkit.reporting.elements import Html, el

Places = Mapping[int, str]
"""The id of the element of each play, by Python's id of the play."""

_MARKS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.NOT_EXERCISED: "○", Outcome.WAIVED: "w"}
_MOST_PROOFS = 5
_MOST_PLAYS = 4


def of_run(card: ScoreCard, played: Iterable[Played], places: Places) -> Html:
    """What the checks say of a run: a part that is closed at first."""
    return el(
        "details", "card",
        el("summary", "", "Score card of this run", el("span", "sums", card.counts)),
        el("div", "checks", *_rows(card, tuple(played), places)),
    )  # fmt: skip


def of_certificate(certificate: Certificate, places: Places) -> Html:
    """The card of a certification, with its head."""
    change = certificate.change
    return el(
        "section", "card",
        _facts(certificate.head.rows),
        el("p", "change", str(change)) if change is not None else "",
        el("div", "checks", *_rows(certificate.card, certificate.run.played, places)),
    )  # fmt: skip


def for_mews(certificate: Certificate) -> Html:
    """The end of the page."""
    return el(
        "section", "card for-mews",
        el("h2", "", "What to tell Mews"),
        _facts(certificate.for_mews.rows),
        el("p", "about", DISCLAIMER),
    )  # fmt: skip


def _facts(rows: Iterable[tuple[str, str]]) -> Html:
    return el(
        "dl", "facts", *(el("div", "", el("dt", "", name), el("dd", "", value)) for name, value in rows)
    )


def _rows(card: ScoreCard, played: tuple[Played, ...], places: Places) -> Iterator[Html]:
    for each in card.results:
        row = (
            el("span", "mark", _MARKS[each.outcome], aria_hidden="true"),
            el("span", "id", each.id),
            el("span", "observed", each.check.observed),
            el("span", "severity", "advice" if each.check.advice else each.check.severity),
            el("span", "result", WORDS[each.outcome]),
        )
        style = f"check {each.outcome.value}"
        yield el(
            "details", style,
            el("summary", "", *row),
            el("div", "explained", *_explained(each, played, places)),
            open="" if each.outcome is Outcome.FAIL and card.fails(each) else None,
        )  # fmt: skip


def _explained(result: Result, played: tuple[Played, ...], places: Places) -> Iterator[Html]:
    check = result.check
    if result.reason and not (result.outcome is Outcome.FAIL and result.proofs):
        yield el("p", "reason", result.reason)
    if result.proofs:
        yield el("ul", "proofs", *(el("li", "", str(each)) for each in result.proofs[:_MOST_PROOFS]))
    yield el("p", "", el("b", "", "Why "), check.why)
    yield el("p", "", el("b", "", "Remedy "), check.remedy)
    yield el("p", "", el("b", "", "Mews "), el("a", "", check.url, href=check.url, rel="noreferrer"))
    yield el("p", "", el("b", "", "More "), el("code", "", more_about(check.id)))
    if result.outcome is Outcome.FAIL:
        shown = [each for each in played if result.id in each.failed_checks]
        links = [
            el("a", "talk-link", each.play.title, href=f"#{places[id(each)]}")
            for each in shown[:_MOST_PLAYS]
            if id(each) in places
        ]
        if links:
            yield el("p", "", el("b", "", "Conversation "), *links)
