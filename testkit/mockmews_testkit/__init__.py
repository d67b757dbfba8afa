"""The test kit: plays guest and hotel against an app, and says what it found.

Importing this package loads nothing heavy; each public name is loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockmews_testkit.errors import Failure, TestkitError
    from mockmews_testkit.pytest_plugin.collection import scenarios
    from mockmews_testkit.testing.apps import AppUnderTest, app_file
    from mockmews_testkit.testing.asgi import serve_asgi
    from mockmews_testkit.testing.guest import MewsGuest
    from mockmews_testkit.testing.mews import Mews
    from mockmews_testkit.testing.world import World

_HOMES = {
    "AppUnderTest": "mockmews_testkit.testing.apps",
    "Failure": "mockmews_testkit.errors",
    "Mews": "mockmews_testkit.testing.mews",
    "MewsGuest": "mockmews_testkit.testing.guest",
    "TestkitError": "mockmews_testkit.errors",
    "World": "mockmews_testkit.testing.world",
    "app_file": "mockmews_testkit.testing.apps",
    "scenarios": "mockmews_testkit.pytest_plugin.collection",
    "serve_asgi": "mockmews_testkit.testing.asgi",
}

__all__ = [
    "AppUnderTest", "Failure", "Mews", "MewsGuest", "TestkitError", "World", "app_file", "scenarios", "serve_asgi",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'mockmews_testkit' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
