"""Every row of DRIFT and SILENCE is answered: by settings, or by one assumption."""

from __future__ import annotations

from collections import Counter

from mockmews.assumptions import ASSUMPTIONS
from mockmews.settings import SETTINGS

ROWS = {f"D{number}" for number in range(1, 29)} | {f"S{number}" for number in range(1, 51)}


def rows_of_settings() -> set[str]:
    return {row for setting in SETTINGS for row in setting.rows}


def test_assumptions_and_settings_answer_every_row() -> None:
    assert rows_of_settings() | {each.row for each in ASSUMPTIONS} == ROWS


def test_assumptions_leave_to_settings_what_has_a_switch() -> None:
    assert rows_of_settings() & {each.row for each in ASSUMPTIONS} == set()


def test_assumptions_answer_each_row_once() -> None:
    assert [row for row, count in Counter(each.row for each in ASSUMPTIONS).items() if count > 1] == []


def test_assumptions_say_something_in_every_column() -> None:
    assert all(each.question.endswith("?") and each.answer and each.why for each in ASSUMPTIONS)
