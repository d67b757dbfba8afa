"""Runs the fake alone: `python -m mockmews serve`."""

from __future__ import annotations

from mockmews.cli import build

if __name__ == "__main__":
    build()(prog_name="python -m mockmews")
