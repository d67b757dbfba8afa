"""`mockmews demo`: the documented conversation, played by a guest, an app, a hotel and webhooks."""

from __future__ import annotations

import click

from mockmews import MockMewsServer
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.bundled import scenario_folder
from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.reporting.terminal import Terminal
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.events import ScenarioFinished
from mockmews_testkit.scenario.loading import load_file
from mockmews_testkit.scenario.runner import run

PAYLOADS = ("entities", "ids_only")
STORY = "messaging/penelope-arrives-late.mews.yaml"


@click.command()
@click.option("--app", "app_path", metavar="FILE", help="Your own app file instead of the sample app.")
@click.pass_context
def demo(context: click.Context, app_path: str | None) -> None:
    """Show the main job: a guest, an app, a hotel and webhooks talk, over real sockets.

    Starts the fake and the bundled sample guest app as a real process, plays the documented conversation
    once with each webhook payload, and ends with 0 only if every line arrived exactly once.
    """
    terminal = Terminal()
    app_file = AppFile.load(app_path) if app_path else AppFile.sample()
    (scenario,) = load_file(scenario_folder() / STORY)
    with MockMewsServer() as server:
        fake = Fake.of(server)
        held = [_play(scenario, fake, app_file, payload, terminal) for payload in PAYLOADS]
    terminal.line("")
    if all(held):
        terminal.line(
            "Every guest line reached Mews and every reply reached the guest, exactly once.", "good"
        )
    else:
        terminal.line("The conversation broke; the failed line stands above.", "bad")
    context.exit(0 if all(held) else 1)


def _play(scenario: Scenario, fake: Fake, app_file: AppFile, payload: str, terminal: Terminal) -> bool:
    with Bench(fake, app_file, payload=payload, world=scenario.mews) as bench:
        finished = None
        for event in run(scenario, bench):
            terminal.tell(event)
            finished = event
    if not isinstance(finished, ScenarioFinished):
        raise TestkitError("The scenario ended without an outcome.")
    return finished.failure is None
