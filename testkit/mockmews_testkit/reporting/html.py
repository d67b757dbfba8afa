"""The HTML report: one file that needs no network, with each conversation beside its time line."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import PurePath

from mockmews_testkit.certification.card import WORDS as CHECK_WORDS
from mockmews_testkit.certification.card import Readiness, ScoreCard
from mockmews_testkit.certification.certificate import Certificate
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.errors import more_about
from mockmews_testkit.replay.plays import Outcome, Played, Run
from mockmews_testkit.reporting import html_card
from mockmews_testkit.reporting.conversation import conversation
from mockmews_testkit.reporting.elements import Html, el, many
from mockmews_testkit.scenario.events import Happened

_MOST_OPEN = 3
_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.ERROR: "error",
    Outcome.SKIPPED: "skipped",
}


def render(run: Run, certificate: Certificate | None = None) -> str:
    """The whole page, with the score card on top. What guests, apps and files say is never interpreted."""
    css, script = (_static(name) for name in ("report.css", "report.js"))
    policy = (
        f"default-src 'none'; style-src '{_hash(css)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = el(
        "head", "",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name_="color-scheme", content="light dark"),
        el("title", "", f"mockmews: {run.summary if certificate is None else certificate.card.verdict}"),
        Html(f"<style>{css}</style>"),
    )  # fmt: skip
    body = el(
        "body", "",
        _header(run) if certificate is None else _certified(certificate),
        el("main", "", *_parts(run, certificate)),
        Html(f"<script>{script}</script>"),
    )  # fmt: skip
    return f"<!doctype html>\n{el('html', '', head, body, lang='en')}\n"


def _static(name: str) -> str:
    return files(__package__).joinpath("static", name).read_text("utf-8")


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _header(run: Run) -> Html:
    apps = dict.fromkeys(
        f"{each.play.app_file.name} {each.play.app_file.version}".strip() for each in run.played
    )
    good = run.outcome is Outcome.PASSED
    sub = f"mockmews run · {_sum(run)}"
    counts = [
        el("span", f"count {_WORDS[each]}", el("b", "", str(run.count(each))), f" {_WORDS[each]}")
        for each in Outcome
        if run.count(each)
    ]
    return _top(_WORDS[run.outcome], "✓" if good else "✗", ", ".join(apps) or "No app", sub, *counts)


_SEALS = {
    Readiness.READY: ("passed", "✓"),
    Readiness.NOT_READY: ("failed", "✗"),
    Readiness.UNDECIDED: ("error", "?"),
}


def _certified(certificate: Certificate) -> Html:
    head, card, run = certificate.head, certificate.card, certificate.run
    style, seal = _SEALS[card.readiness]
    sub = f"{head.app} {head.version}".strip() + f" · mockmews certify · {_sum(run)}"
    counts = [
        el("span", f"count {kind}", el("b", "", str(len(card.with_outcome(each)))), f" {CHECK_WORDS[each]}")
        for each, kind in _COUNT_STYLES.items()
        if card.with_outcome(each)
    ]
    return _top(style, seal, card.readiness, sub, *counts, reasons=card.reasons)


_COUNT_STYLES = {
    CheckOutcome.PASS: "passed",
    CheckOutcome.FAIL: "failed",
    CheckOutcome.NOT_EXERCISED: "error",
    CheckOutcome.WAIVED: "error",
}


def _sum(run: Run) -> str:
    count = len(run.played)
    return f"{count} play{'' if count == 1 else 's'} · {run.seconds:.1f} s"


def _top(style: str, seal: str, title: str, sub: str, *counts: Html, reasons: str = "") -> Html:
    return el(
        "header", f"top {style}",
        el(
            "div", "headline",
            el("span", "seal", seal, aria_hidden="true"),
            el(
                "div", "",
                el("h1", "", title),
                el("p", "reasons", reasons) if reasons else "",
                el("p", "sub", sub),
            ),
        ),
        el("div", "counts", *counts),
        el(
            "div", "tools",
            el("button", "", "Only what did not pass", type="button", id="broken", aria_pressed="false"),
            el("button", "", "Open all", type="button", id="open"),
            el("button", "", "Close all", type="button", id="close"),
        ),
    )  # fmt: skip


def _parts(run: Run, certificate: Certificate | None) -> Iterator[Html]:
    ordered = [*run.broken, *(each for each in run.played if not each.broke)]
    places = {id(each): f"play-{number}" for number, each in enumerate(ordered, 1)}
    if certificate is not None:
        yield html_card.of_certificate(certificate, places)
    elif run.results:
        yield html_card.of_run(ScoreCard.of(run.results), ordered, places)
    for number, each in enumerate(ordered):
        is_open = (certificate is None and number == 0) or (number < _MOST_OPEN and each.broke)
        yield _play(each, places[id(each)], is_open=is_open)
    if certificate is not None:
        yield html_card.for_mews(certificate)


def _play(played: Played, place: str, *, is_open: bool) -> Html:
    scenario = played.play.scenario
    file, line, _ = played.source
    summary = el(
        "summary", "",
        el("span", "dot", aria_hidden="true"),
        el("span", "name", scenario.name),
        el("span", "chip", played.play.payload),
        el("span", "place", f"{_short(file)}:{line}", title=f"{file}:{line}"),
        el("span", "took", f"{played.seconds:.2f} s"),
        el("span", "word", _WORDS[played.outcome]),
    )  # fmt: skip
    parts = [
        *_about(scenario.about or ""),
        _problem(played),
        conversation(played) if any(isinstance(each, Happened) for each in played.events) else "",
        _verdicts(played),
        _replay(played),
    ]
    return el(
        "details", f"play {_WORDS[played.outcome]}", summary, el("div", "inside", *parts),
        open="" if is_open else None, id=place,
    )  # fmt: skip


def _short(file: str) -> str:
    """The file and its folder: what tells one from another in a list."""
    return "/".join(PurePath(file).parts[-2:])


def _about(text: str) -> Iterator[Html]:
    """What a story says of itself; the page that it comes from stands in a line of its own."""
    words, _, page = text.rpartition("\nMews: ")
    for style, part in (("about", words or text), ("about page", f"Mews: {page}" if words else "")):
        if part:
            yield el("p", style, part)


def _problem(played: Played) -> Html:
    if played.failure is None:
        return el("section", "problem", el("h2", "", played.error)) if played.error else Html("")
    failure = played.failure
    more = el("code", "", more_about(failure.check)) if failure.check else ""
    likely = el("p", "likely", el("b", "", failure.check), " ", failure.remedy, " ", more)
    evidence = [
        el("details", "evidence", el("summary", "", each.title), el("pre", "", each.text), open="")
        for each in failure.evidence
    ]
    return el(
        "section", "problem",
        el("h2", "", failure.summary),
        el("p", "place", failure.source) if failure.source else "",
        likely if failure.check or failure.remedy else "",
        *evidence,
    )  # fmt: skip


def _verdicts(played: Played) -> Html:
    items = [el("li", "holds" if each.holds else "broken", each.text) for each in played.verdicts]
    return el("ul", "verdicts", *items) if items else Html("")


def _replay(played: Played) -> Html:
    seed = f"seed {played.seed}" if played.seed is not None else ""
    return el(
        "footer", "replay", el("span", "", many("To play it again ", el("small", "", seed))),
        el("code", "", played.command), el("button", "copy", "Copy", type="button"),
    )  # fmt: skip
