"""docs/settings.md says what the code does."""

from __future__ import annotations

from pathlib import Path

from tests.docs.settings_page import page

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_settings_page_is_up_to_date() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == page(), "run: make docs"
