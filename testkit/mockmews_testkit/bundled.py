"""Where the scenarios that are shipped with the kit lie."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from mockmews_testkit.errors import TestkitError

ROOMS = ("messaging", "webhooks", "faults")
"""The folders of the library, in the order in which it is played."""
PROBES = "certification"
"""The folder below it whose scenarios are probes: they are judged by the score card, not line by line."""


def is_bundled(file: str | PathLike[str]) -> bool:
    """Whether a file comes with the kit."""
    return Path(file).resolve().is_relative_to(scenario_folder().resolve())


def scenario_folder() -> Path:
    """The folder of the bundled scenarios: in a wheel inside the package, in a checkout at the root.

    Raises TestkitError where neither is there.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "scenarios", package.parent.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise TestkitError(
        f"The bundled scenarios are missing: neither {package / 'scenarios'} nor "
        f"{package.parent.parent / 'scenarios'} is a folder. Install mockmews again."
    )
