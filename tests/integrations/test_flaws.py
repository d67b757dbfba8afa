"""The table of flaws itself: every check has one, each is small, and its patch fits the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews_testkit.checks.registry import CHECKS
from tests.integrations.correct import CORRECT, NODE
from tests.integrations.flaws import Change, Flaw, flaws
from tests.integrations.matrix.page import page

MOST_LINES = 20
WRITTEN = Path(__file__).parents[2] / "docs" / "matrix.md"
ALL = flaws()


def test_flaws_are_there_for_every_check() -> None:
    assert {each.id for each in CHECKS} == {each.check for each in ALL}


def test_flaws_are_written_in_several_languages_and_shapes() -> None:
    assert sum(each.app in NODE for each in ALL) >= 5
    assert {each.app for each in ALL} >= {"polled", "batching", "node_callback"}


@pytest.mark.parametrize("flaw", ALL, ids=str)
def test_flaw_is_a_small_patch_that_fits(flaw: Flaw, tmp_path: Path) -> None:
    assert flaw.app in CORRECT
    assert flaw.lines <= MOST_LINES
    assert set(flaw.also) <= {each.id for each in CHECKS} - {flaw.check}
    app_file = flaw.write(tmp_path)
    for change in flaw.patch:
        code = (app_file.parent / change.file).read_text("utf-8")
        if change.file.endswith(".py"):
            compile(code, change.file, "exec")


def test_matrix_page_is_up_to_date() -> None:
    assert WRITTEN.read_text("utf-8") == page(), "run: make docs"


def test_change_is_applied_at_the_depth_of_what_it_replaces() -> None:
    change = Change("app.py", "if a:\n    b()", "c()\nif a:\n    b()")
    assert (
        change.applied("def f():\n    if a:\n        b()\n") == "def f():\n    c()\n    if a:\n        b()\n"
    )


@pytest.mark.parametrize("text", ["", "x = 1\nx = 1\n"])
def test_change_refuses_what_is_not_there_once(text: str) -> None:
    with pytest.raises(ValueError, match="does not hold this once"):
        Change("app.py", "x = 1", "x = 2").applied(text)
