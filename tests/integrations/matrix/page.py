"""docs/matrix.md as the flaws make it: which bugs the score card was proven on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from mockmews_testkit.checks.registry import CHECKS
from tests.integrations.correct import APP_FILE, CORRECT
from tests.integrations.flaws import Flaw, flaws

_INTRODUCTION = """\
# The proof of the score card

This page is made from `tests/integrations` by `make docs`; a test fails where the two differ.

A score card is worth what it finds, and whom it spares. Both are proven on real apps, as processes, over HTTP:

- **Correct apps** of different shapes must be READY, with nothing at all held against them.
- **Flawed apps**, each a correct app with one small patch of its own code, must fail the check that names the
  bug, and no other critical or high check unless the table says why.

`make matrix` certifies them all and prints what came of each; `make matrix TIMES=20` certifies every correct app
twenty times. CI certifies each flaw with `certify --check ID`, and each correct app once.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_apps(), "", *_table(flaws()), ""])


def _apps() -> Iterator[str]:
    yield "## Correct apps\n"
    yield "| App | Its shape |"
    yield "| --- | --- |"
    for name, folder in CORRECT.items():
        text = (folder / APP_FILE).read_text("utf-8")
        about = text.splitlines()[0].removeprefix("# ")
        waived = "".join(f" {check} is waived: {why}." for check, why in _waived(text).items())
        yield f"| `{name}` | {about}{waived} |"


def _waived(text: str) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(text).get("waive", {})
    return found


def _table(found: list[Flaw]) -> Iterator[str]:
    yield f"## {len(found)} flaws\n"
    yield "| Check | App | The bug | Lines | May fail too |"
    yield "| --- | --- | --- | --- | --- |"
    order = [each.id for each in CHECKS]
    for flaw in sorted(found, key=lambda each: order.index(each.check)):
        also = "<br>".join(f"{check}: {why}" for check, why in flaw.also.items())
        link = f"[{flaw.check}](checks/{flaw.check}.md)"
        yield f"| {link} | `{flaw.app}` | {flaw.bug} | {flaw.lines} | {also} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
