"""The front desk and the webhook log from a terminal, against a fake that runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import click

from mockmews import durations
from mockmews.client import ControlClient
from mockmews.control_methods import Json
from mockmews.errors import ConfigurationError, ServerError

_MOST_SEARCHED = 200

_URL = click.option(
    "--url", envvar="MOCKMEWS_URL", default="http://127.0.0.1:8000", show_default=True,
    help="The fake's address.",
)  # fmt: skip
_TOKEN = click.option("--admin-token", envvar="MOCKMEWS_ADMIN_TOKEN", help="Where the fake asks for one.")
_INTEGRATION = click.option(
    "--integration", envvar="MOCKMEWS_INTEGRATION", metavar="ID",
    help="An integration id or AccessToken [where somebody wrote last].",
)  # fmt: skip


def _of_a_fake(function: Callable[..., Any]) -> Callable[..., Any]:
    return _URL(_TOKEN(_INTEGRATION(function)))


@click.command("reply")
@_of_a_fake
@click.option("--to", "thread", default="latest", show_default=True, help="A thread id, or latest.")
@click.option("--after", metavar="DURATION", help="Later, on the hotel's clock: 30s, 2m.")
@click.argument("text")
def reply(
    url: str, admin_token: str | None, integration: str | None, thread: str, after: str | None, text: str
) -> None:
    """Answer a guest as the front desk."""
    if not text.strip():
        raise ConfigurationError("The reply is blank; write what the guest is to read.")
    if after is not None:
        try:
            durations.parse(after)
        except ValueError as error:
            raise ConfigurationError(f"--after: {error}.") from None
    with ControlClient(url, admin_token=admin_token) as control:
        where = integration or _busiest(control)
        answer = control.reply(where, text, thread_id=thread, after=after)
    click.echo(
        f"planned for {answer['planned']['due']}" if "planned" in answer else f"replied: {answer['id']}"
    )


@click.command("resend")
@_of_a_fake
@click.option("-v", "--verbose", is_flag=True, help="Show what the app answered: headers and body.")
@click.argument("delivery", default="latest")
def resend(
    url: str, admin_token: str | None, integration: str | None, delivery: str, *, verbose: bool
) -> None:
    """Send a webhook delivery once more: the latest, or the one of this id. Exits with 1 where it fails."""
    with ControlClient(url, admin_token=admin_token) as control:
        sent = control.resend(integration or _busiest(control), delivery)
    attempt = sent["attempts"][-1]
    click.echo(_attempt_line(sent, attempt))
    if verbose:
        for name, value in attempt["response_headers"]:
            click.echo(f"< {_plain(name)}: {_plain(value)}")
        for line in attempt["response"].splitlines():
            click.echo(f"  {_plain(line)}")
    if attempt["status"] is None or not 200 <= attempt["status"] < 300:
        raise click.exceptions.Exit(1)


@click.command("watch")
@_of_a_fake
@click.option("--json", "as_json", is_flag=True, help="Each journal entry as JSON.")
def watch(url: str, admin_token: str | None, integration: str | None, *, as_json: bool) -> None:
    """Show what happens in a hotel, as it happens, until Ctrl-C."""
    with ControlClient(url, admin_token=admin_token) as control:
        where = integration or _busiest(control)
        for entry in control.stream(where):
            for line in [json.dumps(entry)] if as_json else _lines(entry):
                click.echo(line)


def _busiest(control: ControlClient) -> str:
    """The integration in whose threads something happened last; the first demo hotel where nothing did."""
    worlds = control.integrations()
    if not worlds:
        raise ServerError("This fake has no integrations.")
    newest: tuple[str, str] = ("", worlds[0]["integration_id"])
    for world in worlds[-_MOST_SEARCHED:]:
        threads = control.threads(world["integration_id"])
        if threads:
            newest = max(newest, (max(each["updated_utc"] for each in threads), world["integration_id"]))
    return newest[1]


def _lines(entry: Json) -> Iterator[str]:
    """One line for what a person at the front desk wants to know of."""
    time = entry["at"][11:19]
    match entry["kind"]:
        case "message":
            who = entry["guest"] if entry["sender"] == "Application" else "front desk"
            yield f"{time}  {_plain(who)}: {_plain(entry['text'])}"
        case "request" if entry.get("status", 200) >= 400:
            what = entry["operation"] or _plain(entry["path"])
            yield f"{time}  {what} {entry['status']} {entry['hint'] or ''}"
        case "attempt":
            outcome = entry["error"] or entry["status"]
            yield f"{time}  webhook {entry['delivery_id'][:8]} attempt {entry['attempt']}: {outcome}"
        case "resolved" | "reopened":
            yield f"{time}  {_plain(entry['guest'])}'s thread was {entry['kind']}"
        case "choice" if entry["rule"] is not None:
            yield f"{time}  reply rule {entry['rule']} answers"


def _attempt_line(delivery: Json, attempt: Json) -> str:
    outcome = attempt["error"] or attempt["status"]
    return f"delivery {delivery['id']} attempt {attempt['number']}: {outcome} ({attempt['milliseconds']} ms)"


def _plain(text: str) -> str:
    """A guest's text that a terminal cannot take for a command."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
