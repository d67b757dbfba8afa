"""What `mockmews certify` says of an app, as its users run it: a process, its exit code and its JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-c", "from mockmews_testkit.cli import main; main()", "certify"]
LONGEST = 540
"""Seconds after which a certification is cut off."""


@dataclass(frozen=True, slots=True)
class Row:
    """One check of a score card."""

    id: str
    severity: str
    advice: bool
    result: str
    reason: str


@dataclass(frozen=True, slots=True)
class Card:
    """A score card: READY, NOT READY or UNDECIDED, and its rows by check id."""

    verdict: str
    rows: Mapping[str, Row]
    seconds: float

    @property
    def grave(self) -> set[str]:
        """The critical and high checks that failed, advice left out."""
        return {
            each.id
            for each in self.rows.values()
            if each.result == "fail" and each.severity in ("critical", "high") and not each.advice
        }

    @property
    def failures(self) -> str:
        """What failed, and what was seen."""
        return "; ".join(f"{each.id}: {each.reason}" for each in self.rows.values() if each.result == "fail")


def certified(app_file: Path, *options: str, cwd: Path | None = None) -> Card:
    """Certify an app. Raises RuntimeError where that could not be done at all."""
    told = subprocess.run(
        [*COMMAND, "--app", str(app_file), "--json", *options],
        capture_output=True, text=True, timeout=LONGEST, check=False, cwd=cwd or app_file.parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)},
    )  # fmt: skip
    try:
        found = json.loads(told.stdout)
    except ValueError:
        raise RuntimeError(f"certify ended with {told.returncode}: {told.stderr or told.stdout}") from None
    names = Row.__dataclass_fields__
    rows = [Row(**{name: row[name] for name in names}) for row in found["score_card"]]
    return Card(found["verdict"], {row.id: row for row in rows}, found["seconds"])
