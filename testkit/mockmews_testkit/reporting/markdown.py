"""Markdown: a run as a page for job summaries and merge requests."""

from __future__ import annotations

import re

from mockmews_testkit.replay.plays import Outcome, Played, Run

_MARKS = {Outcome.PASSED: "✅", Outcome.FAILED: "❌", Outcome.ERROR: "⚠️", Outcome.SKIPPED: "⏭️"}
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
    return "\n".join([*lines, ""])


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
