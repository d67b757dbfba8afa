"""mockmews: a fake Mews for guest messaging. `MockMewsServer` runs it, `ControlClient` steers it.

Importing this package loads nothing heavy; each public name is loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mockmews.version import __version__ as __version__

if TYPE_CHECKING:
    from mockmews.client import ControlClient
    from mockmews.control_methods import ControlMethods
    from mockmews.errors import ControlError, MockMewsError
    from mockmews.server import MockMewsServer
    from mockmews.settings import Settings

_HOMES = {
    "ControlClient": "mockmews.client",
    "ControlMethods": "mockmews.control_methods",
    "ControlError": "mockmews.errors",
    "MockMewsError": "mockmews.errors",
    "MockMewsServer": "mockmews.server",
    "Settings": "mockmews.settings",
}

__all__ = ["ControlClient", "ControlError", "ControlMethods", "MockMewsError", "MockMewsServer", "Settings"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'mockmews' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
