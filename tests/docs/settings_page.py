"""docs/settings.md as the code makes it: every setting, and every doubt of the documents without one."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from mockmews.assumptions import ASSUMPTIONS
from mockmews.settings import PROFILES, SETTINGS

_INTRODUCTION = """\
# Settings and doubts

This page is made from the code by `make docs`; a test fails where the two differ.

Where the public Mews documents disagree with each other or are silent, mockmews takes one answer and says
so. A doubt that a careful app should survive either way is a **setting**; the rest are **assumptions**.

- For a server: `mockmews serve --set NAME=VALUE`, any number of times, or `MOCKMEWS_NAME=VALUE` in the
  environment. `mockmews settings` prints this page's content with the values in force.
- For one world: `settings` of `POST /_mockmews/v1/integrations`, or of
  `ControlClient.create_integration(settings={...})`.
- In Python: `MockMewsServer(settings=Settings().changed({...}))`.

Rows are those of the project's list of doubts: D where documents drift apart, S where all are silent.
The source is the page below the Connector API documentation that the doubt comes from.
"""


def page() -> str:
    """The whole page."""
    settings = (
        (f"`{each.name}`", f"`{each.default}`", _code(each.takes), " ".join(each.rows), each.why, each.source)
        for each in SETTINGS
    )
    assumptions = ((each.row, each.question, each.answer, each.why) for each in ASSUMPTIONS)
    profiles = (
        (f"`{name}`", " ".join(f"`{key}={value}`" for key, value in changed.items()))
        for name, changed in PROFILES.items()
    )
    return "\n".join(
        [
            _INTRODUCTION,
            "## Settings\n",
            *_table(("Name", "Default", "Takes", "Rows", "Why this default", "Source"), settings),
            "\n## Profiles of `mockmews serve`\n",
            *_table(("`--profile`", "Changes"), profiles),
            "\n## Assumptions without a switch\n",
            *_table(("Row", "Question", "Answer", "Why"), assumptions),
            "",
        ]
    )


def _code(takes: str) -> str:
    """Choices as code; what is said in words stays words."""
    return ", ".join(f"`{each}`" for each in takes.split(" | ")) if " | " in takes else takes


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, ("---",) * len(head), *rows]
    return [f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
