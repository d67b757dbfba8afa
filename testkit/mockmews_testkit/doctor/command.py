"""`mockmews doctor`: the examination, told line by line."""

from __future__ import annotations

import dataclasses
import json
import os
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mockmews import MockMewsError
from mockmews_testkit.doctor.examination import examine, obstacle
from mockmews_testkit.doctor.findings import FAKE, READ, START, Finding, Obstacle, Passed, Seen
from mockmews_testkit.errors import AppFileError, UsageError
from mockmews_testkit.integration.app_file import NAME, AppFile
from mockmews_testkit.replay.fakes import Addresses, Fakes

_UNREACHED = (READ, FAKE, START)
_WIDTH = 100
_ALL_WELL = "Your app hears, and is heard. Next: mockmews run scenarios"


@click.command()
@click.option("--app", "app_path", metavar="FILE", envvar="MOCKMEWS_APP", help=f"Your app file [{NAME}].")
@click.option("--mews-url", metavar="URL", envvar="MOCKMEWS_MEWS_URL", help="A fake that runs already.")
@click.option("--public-url", metavar="URL", envvar="MOCKMEWS_PUBLIC_URL", help="Its address for your app.")
@click.option("--admin-token", metavar="TOKEN", envvar="MOCKMEWS_ADMIN_TOKEN", help="What it asks for.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object at the end, and nothing else.")
@click.option("--quiet", is_flag=True, help="Only the obstacle, if there is one.")
@click.pass_context
def doctor(
    context: click.Context,
    app_path: str | None,
    mews_url: str | None,
    public_url: str | None,
    admin_token: str | None,
    as_json: bool,  # noqa: FBT001 - click hands options over by name
    quiet: bool,  # noqa: FBT001 - same
) -> None:
    """Try an app file step by step, and explain at each obstacle what was seen and what to change.

    Starts the app beside a fresh fake and plays one short conversation with a probe guest. Ends with 0 where
    all went well, with 1 where the app is to be mended, with 2 where the app file cannot be used or the app
    cannot be reached.
    """
    addresses = Addresses(mews_url=mews_url, public_url=public_url, admin_token=admin_token)
    found = []
    for each in _findings(app_path, addresses):
        found.append(each)
        if not as_json and (isinstance(each, Obstacle) or not quiet):
            _tell(each)
    last = found[-1]
    stopped = last if isinstance(last, Obstacle) else None
    if as_json:
        click.echo(json.dumps(_as_json(found, stopped), indent=2, ensure_ascii=False).encode())
    elif stopped is None and not quiet:
        _line(_ALL_WELL, "green")
    context.exit(0 if stopped is None else 2 if stopped.step in _UNREACHED else 1)


def _findings(app_path: str | None, addresses: Addresses) -> Iterator[Finding]:
    try:
        app_file = AppFile.load(app_path) if app_path else AppFile.find(Path.cwd())
    except UsageError as error:
        yield obstacle(Seen("app-file-missing", str(error)), None)
        return
    except AppFileError as error:
        yield obstacle(Seen("app-file-unreadable", str(error)), None)
        return
    if app_file is None:
        seen = f"no {NAME} is in {Path.cwd()} or above it, up to the repository's root"
        yield obstacle(Seen("app-file-missing", seen), None)
        return
    yield Passed(READ, f"{app_file.path}: {app_file.name}")
    fakes = Fakes(addresses)
    try:
        fake = fakes.of(app_file)
        yield Passed(FAKE, f"a fake of Mews at {fake.url}")
        yield from examine(app_file, fake)
    except MockMewsError as error:
        yield obstacle(Seen("fake-unreachable", str(error)), app_file)
    finally:
        fakes.close()


def _tell(finding: Finding) -> None:
    if isinstance(finding, Passed):
        _line(f"  ok  {finding.step:<9} {finding.seen}", "green")
        return
    _line(f"  --  {finding.step:<9} {finding.id}", "red")
    _part("seen", finding.seen)
    _part("wanted", finding.wanted)
    _part("change", finding.change)
    if finding.source is not None:
        click.echo(f"      at      {finding.source}: {finding.line}")
    if finding.output:
        _part("output", finding.output)


def _part(title: str, text: str) -> None:
    """A titled part with a hanging indent; a text of several lines stays as it is."""
    margin = " " * 14
    if "\n" in text:
        shown = "\n".join(f"{margin}{line}" for line in text.splitlines())
    else:
        shown = textwrap.fill(
            text,
            _WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,  # addresses and paths are there to be copied
            break_on_hyphens=False,
        )
    click.echo(f"      {title:<8}{shown.removeprefix(margin)}")


def _line(text: str, colour: str) -> None:
    click.secho(text, fg=colour, color=False if os.environ.get("NO_COLOR") else None)


def _as_json(found: list[Finding], stopped: Obstacle | None) -> dict[str, Any]:
    shown = None
    if stopped is not None:
        source = str(stopped.source) if stopped.source else None
        shown = {**dataclasses.asdict(stopped), "source": source}
    return {
        "passed": [dataclasses.asdict(each) for each in found if isinstance(each, Passed)],
        "obstacle": shown,
    }
