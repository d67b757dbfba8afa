"""docs/checks says what the code does, and its examples can be read."""

from __future__ import annotations

import ast
import json
import textwrap
from pathlib import Path

import pytest

from mockmews_testkit.checks.explanations import explanations
from mockmews_testkit.vocabulary import CHECKS
from tests.docs.check_pages import pages

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "checks"


def test_check_pages_are_up_to_date() -> None:
    assert {each.name: each.read_text(encoding="utf-8") for each in WRITTEN.iterdir()} == pages(), (
        "run: make docs"
    )


def test_every_check_is_explained() -> None:
    assert tuple(explanations()) == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_example_is_short_and_well_formed(check: str) -> None:
    told = explanations()[check]
    assert told.wrong != told.right
    for code in (told.wrong, told.right):
        assert len(code.splitlines()) <= 10
        assert max(map(len, code.splitlines())) <= 100
        if told.language == "json":
            json.loads(code)
        elif told.language == "python":
            ast.parse(_whole(code))
    for sentence in (told.symptom, told.cause):
        assert sentence.endswith(".")


def _whole(code: str) -> str:
    """The code as a body of its own; what is cut out of a `try` or a loop gets its beginning back."""
    head = "try:\n    pass\n" if code.startswith("except") else ""
    return "async def example():\n    while True:\n" + textwrap.indent(head + code, " " * 8)
