"""The HTML report: one file that needs no network, with each conversation beside its time line."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files

from mockmews_testkit.replay.plays import Outcome, Played, Run
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


def render(run: Run) -> str:
    """The whole page. What guests, apps and files say is text in it, and never interpreted."""
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
        el("title", "", f"mockmews: {run.summary}"),
        Html(f"<style>{css}</style>"),
    )  # fmt: skip
    body = el("body", "", _header(run), el("main", "", *_plays(run)), Html(f"<script>{script}</script>"))
    return f"<!doctype html>\n{el('html', '', head, body, lang='en')}\n"


def _static(name: str) -> str:
    return files(__package__).joinpath("static", name).read_text("utf-8")


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _header(run: Run) -> Html:
    apps = dict.fromkeys(
        f"{each.play.app_file.name} {each.play.app_file.version}".strip() for each in run.played
    )
    counts = [
        el("span", f"count {_WORDS[each]}", el("b", "", str(run.count(each))), f" {_WORDS[each]}")
        for each in Outcome
        if run.count(each)
    ]
    return el(
        "header", f"top {_WORDS[run.outcome]}",
        el(
            "div", "headline",
            el("span", "seal", "✓" if run.outcome is Outcome.PASSED else "✗", aria_hidden="true"),
            el(
                "div", "",
                el("h1", "", ", ".join(apps) or "No app"),
                el("p", "sub", f"mockmews run · {len(run.played)} plays · {run.seconds:.1f} s"),
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


def _plays(run: Run) -> Iterator[Html]:
    ordered = [*run.broken, *(each for each in run.played if not each.broke)]
    for place, each in enumerate(ordered):
        yield _play(each, is_open=place == 0 or (place < _MOST_OPEN and each.broke))


def _play(played: Played, *, is_open: bool) -> Html:
    scenario = played.play.scenario
    file, line, _ = played.source
    summary = el(
        "summary", "",
        el("span", "dot", aria_hidden="true"),
        el("span", "name", scenario.name),
        el("span", "chip", played.play.payload),
        el("span", "place", f"{file}:{line}"),
        el("span", "took", f"{played.seconds:.2f} s"),
        el("span", "word", _WORDS[played.outcome]),
    )  # fmt: skip
    parts = [
        el("p", "about", scenario.about) if scenario.about else "",
        _problem(played),
        conversation(played) if any(isinstance(each, Happened) for each in played.events) else "",
        _verdicts(played),
        _replay(played),
    ]
    return el(
        "details", f"play {_WORDS[played.outcome]}", summary, el("div", "inside", *parts),
        open="" if is_open else None,
    )  # fmt: skip


def _problem(played: Played) -> Html:
    if played.failure is None:
        return el("section", "problem", el("h2", "", played.error)) if played.error else Html("")
    failure = played.failure
    likely = el("p", "likely", el("b", "", failure.check), " ", failure.remedy)
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
