"""docs/checks as the code makes it: a page for each check of the score card, and their list."""

from __future__ import annotations

import sys
from pathlib import Path

from mockmews_testkit.checks.explanations import explanation
from mockmews_testkit.checks.registry import CHECKS, Check

_LIST = """\
# The score card: 38 checks

These pages are made from the code by `make docs`; a test fails where the two differ.

`mockmews certify` judges all of them. The passive ones watch every scenario, every pytest test and every
conversation machine too; a **probe** first makes something go wrong. An app is READY where no check at or above
`--level` (high, unless you say otherwise) fails, and every critical one was exercised or waived. **Advice** never
fails an app: the public documents do not settle it.

This is a self-check against the public documentation, not Mews's certification.
"""


def pages() -> dict[str, str]:
    """The text of each file, by its name."""
    return {"README.md": _list(), **{f"{each.id}.md": page(each) for each in CHECKS}}


def page(check: Check) -> str:
    """The page of one check."""
    told = explanation(check.id)
    how = "needs a probe" if check.probe else "watches every run"
    return "\n".join(
        [
            f"# {check.id}: {check.observed}\n",
            f"{_severity(check)}, {how}. [All checks](README.md)\n",
            f"**Symptom.** {told.symptom}\n",
            f"**Cause.** {told.cause}\n",
            f"**Why it matters.** {check.why}\n",
            f"**Remedy.** {check.remedy}\n",
            "Wrong:\n",
            f"```{told.language}\n{told.wrong}\n```\n",
            "Right:\n",
            f"```{told.language}\n{told.right}\n```\n",
            f"Try it alone: `mockmews certify --check {check.id}`. Mews on it: <{check.url}>",
            "",
        ]
    )


def _list() -> str:
    rows = [
        f"| [{each.id}]({each.id}.md) | {each.observed} | {_severity(each)} | {'probe' if each.probe else ''} |"
        for each in CHECKS
    ]
    return "\n".join(
        [_LIST, "| id | what is observed | severity | |", "| --- | --- | --- | --- |", *rows, ""]
    )


def _severity(check: Check) -> str:
    return f"{check.severity}, advice" if check.advice else check.severity


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
