"""The JSON Schema of app files, for editors; it is kept as data beside this module."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import msgspec


def schema() -> dict[str, Any]:
    """The schema, as a fresh copy. Variables, JSONPaths and files that must exist only the loader can judge."""
    content = files(__package__).joinpath("app.schema.json").read_bytes()
    document: dict[str, Any] = msgspec.json.decode(content)
    return document
