"""The JSON Schema of scenario files, for editors; it is kept as data beside this module."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import msgspec


def schema() -> dict[str, Any]:
    """The schema, as a fresh copy.

    It accepts a document whose scalars are all text, and the same document as an editor reads it, with
    numbers and booleans. What lies between keys far apart (names that were never defined, ranges that run
    backwards, whether a pattern compiles) only the loader can tell.
    """
    content = files(__package__).joinpath("scenario.schema.json").read_bytes()
    document: dict[str, Any] = msgspec.json.decode(content)
    return document
