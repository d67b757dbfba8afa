"""The list that `mockmews settings` prints: every setting, and every doubt that has none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from mockmews.assumptions import Assumption
from mockmews.settings import Setting
from mockmews.wire.settings_table import settings_table

_COLUMN = 26
_INDENT = " " * _COLUMN


def as_text(settings: Iterable[Setting], values: Mapping[str, str], assumptions: Iterable[Assumption]) -> str:
    """For people: a setting's value, what it takes, why, where that comes from, and the line to type."""
    lines = ["SETTINGS  (rows: D of DRIFT, S of SILENCE; source: the page below the Connector API)", ""]
    for each in settings:
        value = values[each.name]
        shown = value if value == each.default else f"{value} (default {each.default})"
        rows = f"  [{' '.join(each.rows)}]" if each.rows else ""
        source = "" if each.source == "-" else f"  ({each.source})"
        lines += [
            f"{each.name:<{_COLUMN}}{shown}  <- {each.takes}{rows}",
            f"{_INDENT}{each.why}{source}",
            f"{_INDENT}{each.line}",
            "",
        ]
    lines += ["ASSUMED  (no setting; what is taken where the documents disagree or are silent)", ""]
    for doubt in assumptions:
        lines += [
            f"{doubt.row:<5}{doubt.question}",
            f"     {doubt.answer}: {doubt.why}",
            "",
        ]
    return "\n".join(lines).rstrip()


def as_json(values: Mapping[str, str]) -> str:
    """For programs: the same, as one JSON object."""
    return json.dumps(settings_table(values), indent=2)
