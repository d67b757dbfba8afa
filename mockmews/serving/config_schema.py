"""The JSON Schema of the hotel's file, for editors; it lies beside this module as data."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def schema() -> dict[str, Any]:
    """The schema of `mockmews.yaml`. What only other parts of the file can tell, such as names, it lets pass."""
    text = resources.files("mockmews.serving").joinpath("config.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
