"""The window: the page where a person is the front desk; it talks to the control API only."""

from __future__ import annotations

PAGE = "/_mockmews/"
FILES = "/_mockmews/console/"


def is_ours(path: str) -> bool:
    """Whether a path is the console's, and not the control API's."""
    return path in (PAGE, PAGE.rstrip("/")) or path.startswith(FILES)
