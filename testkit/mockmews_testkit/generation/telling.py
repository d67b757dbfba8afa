"""Telling of a conversation that broke an invariant: made simple, saved as a story, and said in the failure."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mockmews_testkit.checks.registry import SEVERITIES, check
from mockmews_testkit.errors import Evidence
from mockmews_testkit.generation.playing import BrokenError
from mockmews_testkit.generation.simplest import Plot, simplest
from mockmews_testkit.generation.stories import save, scenario_of
from mockmews_testkit.scenario.document import Guest
from mockmews_testkit.scenario.writing import write

_MOST_TRIES = 150


def tell(
    found: BrokenError,
    *,
    machine: type,
    folder: Path,
    guests: tuple[Guest, ...],
    world: dict[str, Any],
    played: Callable[[Plot], BrokenError | None],
    forget: Callable[[], None],
) -> None:
    """Let the failure say its simplest story, where it was saved in the folder, and what plays it again.

    `played` says what comes of a plot; before the last time `forget` gives it its full time again.
    """

    def breaks(plot: Plot) -> bool:
        again = played(plot)
        return again is not None and _is_as_grave(again.check, found.check)

    keys = [each.key for each in guests]
    plot = simplest(Plot(found.steps, world["payload"]), breaks, guests=keys, most=_MOST_TRIES)
    forget()
    again = played(plot)
    if again is not None:
        found.tell(again)
        world = {**world, "payload": plot.payload}
    name = machine.__name__
    scenario = scenario_of(found, machine=name, app=_place_of(machine, folder), guests=guests, world=world)
    found.evidence += (Evidence("The story", write(scenario)),)
    with suppress(OSError):
        file = save(scenario, found, folder, machine=name)
        command = f"mockmews run {_relative(file.resolve(), Path.cwd())}"
        found.evidence += (Evidence("It was saved, and plays again by", command),)


def _is_as_grave(check_id: str, found: str) -> bool:
    """Whether a simpler story that breaks this check tells no less than the one that was found."""
    if not check_id or not found:
        return check_id == found
    return SEVERITIES.index(check(check_id).severity) <= SEVERITIES.index(check(found).severity)


def _place_of(machine: type, folder: Path) -> str | None:
    """How a scenario in a folder names the app of a machine: `../../tests/test_app.py:Machine`.

    None where no file has it under a name: then the nearest app file is played.
    """
    with suppress(TypeError, OSError):
        file = Path(inspect.getfile(machine)).resolve()
        if "<locals>" not in machine.__qualname__:
            return f"{_relative(file, folder)}:{machine.__qualname__}"
    return None


def _relative(file: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(file, folder.resolve())).as_posix()
    except ValueError:
        return file.as_posix()  # on Windows, another drive
