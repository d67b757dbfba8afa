"""The `mockmews` command: the fake's own commands, and the kit's, each loaded when it is used."""

from __future__ import annotations

import sys

from mockmews import MockMewsError
from mockmews.cli import LazyCommand, build
from mockmews_testkit.errors import TestkitError

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("demo", "mockmews_testkit.demo:demo", "Show the main job: guest, app, hotel and webhooks talk."),
)
"""Name, `module:command`, and the line that --help shows."""


def main() -> None:
    """The console script. A user's mistake is one clear line and exit code 2, never a traceback."""
    commands = [LazyCommand(*each) for each in COMMANDS]
    try:
        build(commands).main(prog_name="mockmews")
    except (MockMewsError, TestkitError) as error:
        sys.stderr.write(f"mockmews: {error}\n")
        sys.exit(2)
