"""Markdown: a run as a page for job summaries and merge requests."""

from __future__ import annotations

import re

from mockmews_testkit.certification.card import WORDS, Readiness, ScoreCard
from mockmews_testkit.certification.certificate import DISCLAIMER, Certificate
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.replay.plays import Outcome, Played, Run
from mockmews_testkit.reporting import score_card

_MARKS = {Outcome.PASSED: "✅", Outcome.FAILED: "❌", Outcome.ERROR: "⚠️", Outcome.SKIPPED: "⏭️"}
_VERDICTS = {Readiness.READY: "✅", Readiness.NOT_READY: "❌", Readiness.UNDECIDED: "❔"}
_CHECK_MARKS = {
    CheckOutcome.PASS: "✅",
    CheckOutcome.FAIL: "❌",
    CheckOutcome.NOT_EXERCISED: "❔",
    CheckOutcome.WAIVED: "➖",  # noqa: RUF001 - the sign of GitHub's own pages
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~>@:/.-])")
_MOST_ROWS = 500
_LONGEST_CELL = 300
_LONGEST_DETAILS = 20_000


def render(run: Run) -> str:
    """A table of all plays, those that did not pass first, then the evidence of each of these."""
    apps = dict.fromkeys(
        f"{each.play.app_file.name} {each.play.app_file.version}".strip() for each in run.played
    )
    lines = [
        f"# {_MARKS[run.outcome]} mockmews: {run.summary}",
        "",
        f"App: {', '.join(map(plain, apps))}",
        "",
        "| | Scenario | Payload | Where | What |",
        "|---|---|---|---|---|",
    ]
    ordered = [*run.broken, *(each for each in run.played if not each.broke)]
    lines += [_row(each) for each in ordered[:_MOST_ROWS]]
    if len(ordered) > _MOST_ROWS:
        lines += ["", f"... and {len(ordered) - _MOST_ROWS} more."]
    for each in run.broken[:_MOST_ROWS]:
        lines += _details(each)
    if run.results:
        lines += [
            "",
            "<details><summary>Score card of this run</summary>",
            "",
            *_card(ScoreCard.of(run.results)),
        ]
        lines += ["", "</details>"]
    return "\n".join([*lines, ""])


def render_certificate(certificate: Certificate) -> str:
    """The score card as a page: the verdict, a table of the checks, the failures, what to tell Mews."""
    card, change = certificate.card, certificate.change
    lines = [f"# {_VERDICTS[card.readiness]} mockmews: {card.verdict}", "", card.counts, ""]
    lines += [
        "| | |",
        "|---|---|",
        *(f"| {plain(name)} | {plain(value)} |" for name, value in certificate.head.rows),
    ]
    lines += ["", plain(str(change))] if change is not None else []
    lines += ["", *_card(card)]
    for each in card.with_outcome(CheckOutcome.FAIL):
        shown = [text.strip() for _, text in score_card.failure(each)]
        replay = certificate.run.replays.get(each.id, "")
        lines += ["", f"## {plain(each.id)}", "", fenced("\n".join([*shown, replay]))]
    for one in certificate.run.broken:
        if one.outcome is Outcome.ERROR:
            lines += ["", f"Could not be played: {plain(one.play.title)}: {plain(one.error)}"]
    lines += ["", "## What to tell Mews", "", "| | |", "|---|---|"]
    lines += [f"| {plain(name)} | {plain(value)} |" for name, value in certificate.for_mews.rows]
    return "\n".join([*lines, "", DISCLAIMER, ""])


def _card(card: ScoreCard) -> list[str]:
    rows = [
        [
            _CHECK_MARKS[each.outcome],
            plain(each.id),
            "advice" if each.check.advice else each.check.severity,
            WORDS[each.outcome],
            plain(each.check.observed if each.outcome is CheckOutcome.PASS else each.reason),
        ]
        for each in card.results
    ]
    head = ["| | Check | Severity | Result | What |", "|---|---|---|---|---|"]
    return [*head, *(f"| {' | '.join(row)} |" for row in rows)]


def plain(text: str) -> str:
    """A text that Markdown shows as it is: in one line, without links, mentions or HTML."""
    cut = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}..."
    line = " ".join("".join(each if each.isprintable() else " " for each in cut).split())
    escaped = line.replace("&", "&amp;").replace("<", "&lt;")
    return _SPECIAL.sub(r"\\\1", escaped)


def fenced(text: str) -> str:
    """A block of text as it is, whatever stands in it."""
    shown = "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)
    longest = max((len(each) for each in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown[:_LONGEST_DETAILS]}\n{fence}"


def _row(played: Played) -> str:
    file, line, _ = played.source
    cells = [
        _MARKS[played.outcome],
        plain(played.play.scenario.name),
        plain(played.play.payload),
        plain(f"{file}:{line}"),
        plain(played.problem) or f"{played.seconds:.2f} s",
    ]
    return f"| {' | '.join(cells)} |"


def _details(played: Played) -> list[str]:
    told = str(played.failure) if played.failure is not None else played.error
    return ["", f"## {plain(played.play.title)}", "", fenced(told), "", fenced(played.command)]
