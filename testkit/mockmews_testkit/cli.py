"""The `mockmews` command: the fake's own commands, and the kit's, each loaded when it is used."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from typing import Any

from mockmews import MockMewsError
from mockmews.cli import LazyCommand, build
from mockmews_testkit.errors import TestkitError

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("demo", "mockmews_testkit.demo:demo", "Show the main job: guest, app, hotel and webhooks talk."),
    ("run", "mockmews_testkit.run_command:run", "Replay scenario files against an app."),
    (
        "verify",
        "mockmews_testkit.verification.command:command",
        "Print where a platform address differs from our contract.",
    ),
    ("certify", "mockmews_testkit.certify_command:certify", "Say whether an app is ready for Mews."),
    ("init", "mockmews_testkit.init.command:init", "Write an app file, a scenario and a test to begin with."),
    ("doctor", "mockmews_testkit.doctor.command:doctor", "Try an app file step by step, with advice."),
)
"""Name, `module:command`, and the line that --help shows."""

OWN_SIGNALS = ("serve",)
"""Commands that end on a signal in their own way."""


def main() -> None:
    """The console script. A user's mistake is one clear line and exit code 2, never a traceback."""
    if not any(name in sys.argv[1:2] for name in OWN_SIGNALS):
        # A cancelled CI job gets SIGTERM: as SystemExit it ends the app under test too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    commands = [LazyCommand(*each) for each in COMMANDS]
    try:
        schemas = {"scenario": _scenario_schema, "app": _app_schema, "report": _report_schema}
        build(commands, schemas=schemas).main(prog_name="mockmews")
    except (MockMewsError, TestkitError) as error:
        sys.stderr.write(f"mockmews: {error}\n")
        sys.exit(2)


def _scenario_schema() -> Mapping[str, Any]:
    from mockmews_testkit.scenario.schema import schema

    return schema()


def _app_schema() -> Mapping[str, Any]:
    from mockmews_testkit.integration.schema import schema

    return schema()


def _report_schema() -> Mapping[str, Any]:
    from mockmews_testkit.reporting.json_report import schema

    return schema()
