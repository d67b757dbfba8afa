"""The HTML report: one file that needs no network."""

from __future__ import annotations

from html import escape

from mockmews_testkit.replay.plays import Run


def render(run: Run) -> str:
    """The whole page."""
    return f"<!doctype html><title>mockmews</title><p>{escape(run.summary)}</p>"
