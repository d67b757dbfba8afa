"""The table of settings and assumptions as plain data, for the control API and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from mockmews.assumptions import ASSUMPTIONS
from mockmews.settings import SETTINGS, Setting


def settings_table(values: Mapping[str, str]) -> dict[str, Any]:
    """Every setting with its value and the line to type, and every doubt that has no setting."""
    return {
        "settings": [_row(each, values[each.name]) for each in SETTINGS],
        "assumed": [asdict(each) for each in ASSUMPTIONS],
    }


def _row(setting: Setting, value: str) -> dict[str, Any]:
    row = {**asdict(setting), "value": value, "line": setting.line}
    del row["other"]  # the line to type says it
    return row
