"""Hearing and speaking by an object in Python that an app file names: found, and made where it must be."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.adapter import Adapter, Loop, described


class CallableEar(Adapter):
    """The user's adapter. A class or a function is called first, with the filled `env` of the app file."""

    def __init__(self, place: str, *, folder: Path, environment: Mapping[str, str]) -> None:
        loop = Loop()
        try:
            made = _made(place, _find(place, folder), environment, loop)
        except BaseException:
            loop.close()
            raise
        super().__init__(made, name=f"hear: python: {place}", loop=loop)


def _made(place: str, found: Any, environment: Mapping[str, str], loop: Loop) -> Any:
    if hasattr(found, "shown") and not isinstance(found, type):
        return found
    try:
        return loop.result(found(dict(environment)))
    except Exception as error:
        raise TestkitError(f"hear: python: {place} raised {described(error)}.") from error


def _find(place: str, folder: Path) -> Any:
    module, _, name = place.partition(":")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))  # as `python -m` does; modules may be imported later too
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise TestkitError(
            f"hear: python: {place} cannot be loaded from {folder}: {described(error)}."
        ) from error
    return found
