"""docs/performance.md and the numbers of the README come from the published run of the benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

from bench.page import PAGE, PLOT, PUBLISHED, drawing, page, summary

README = Path(__file__).parents[2] / "README.md"
SHOWN = (
    "add",
    "get",
    "start",
    "server_start",
    "integration",
    "conversation",
    "conversations_at_once",
    "conversation_late",
)
FACTS = json.loads(PUBLISHED.read_text("utf-8"))


def test_performance_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(FACTS), "run: make docs"
    assert PLOT.read_text("utf-8") == drawing(FACTS), "run: make docs"


def test_readme_shows_numbers_of_the_published_run() -> None:
    rows = summary(FACTS, SHOWN)
    assert len(rows) == len(SHOWN)
    readme = README.read_text("utf-8")
    assert [each for each in rows if each not in readme] == []
