"""Stories of ConversationMachine are saved where pytest was told to save failures."""

from __future__ import annotations

import os

import pytest

WITHOUT = [
    word
    for name in ("randomly", "cacheprovider", "hypothesispytest", "xdist")
    for word in ("-p", f"no:{name}")
]
TEST = """
import os
from pathlib import Path

def test_folder():
    assert Path(os.environ["MOCKMEWS_SAVE_FAILURES"]) == Path.cwd() / "stories"
"""


def test_machines_are_told_of_the_folder_for_this_run_alone(pytester: pytest.Pytester) -> None:
    before = os.environ.get("MOCKMEWS_SAVE_FAILURES")
    pytester.makepyfile(TEST)
    told = pytester.runpytest_inprocess(*WITHOUT, "--mews-save-failures=stories")
    told.assert_outcomes(passed=1)
    assert os.environ.get("MOCKMEWS_SAVE_FAILURES") == before
