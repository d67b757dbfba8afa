"""The correct apps of different shapes, by the names of their folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mockmews_testkit import sample_app

APPS = Path(__file__).parent / "apps"
APP_FILE = "mews-app.yaml"

CORRECT = {
    "sample": Path(sample_app.__file__).parent,
    "polled": APPS / "polled",
    "batching": APPS / "batching",
    "client_order": APPS / "client_order",
    "many_hotels": APPS / "many_hotels",
    "node_callback": APPS / "node_callback",
}
"""The folder of each app, its app file in it."""

NODE = {"node_callback"}
"""Those that need Node.js."""


def skip_without_node(app: str) -> None:
    """Skips the test of an app that cannot run on this machine."""
    if app in NODE and shutil.which("node") is None:
        pytest.skip("needs Node.js")
