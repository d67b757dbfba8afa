"""The `mockmews` command: the fake's own commands, and the kit's, each loaded when it is used."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from mockmews import MockMewsError
from mockmews.cli import build
from mockmews_testkit.errors import TestkitError

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("demo", "mockmews_testkit.demo:demo", "Show the main job: guest, app, hotel and webhooks talk."),
)
"""Name, `module:command`, and the line that --help shows."""


class LazyCommand(click.Command):
    """A command of which only its name and its line of help are known until it is used."""

    def __init__(self, name: str, place: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help, add_help_option=False)
        self._place = place
        self.context_settings = {"ignore_unknown_options": True, "allow_extra_args": True}

    def _load(self) -> click.Command:
        module, _, attribute = self._place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        return self._load().make_context(info_name, args, parent, **extra)  # type: ignore[arg-type]

    def invoke(self, ctx: click.Context) -> object:
        return ctx.command.invoke(ctx)


def main() -> None:
    """The console script. A user's mistake is one clear line and exit code 2, never a traceback."""
    commands = [LazyCommand(*each) for each in COMMANDS]
    try:
        build(commands).main(prog_name="mockmews")
    except (MockMewsError, TestkitError) as error:
        print(f"mockmews: {error}", file=sys.stderr)
        sys.exit(2)
