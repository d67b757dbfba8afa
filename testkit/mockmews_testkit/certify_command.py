"""`mockmews certify`: says whether an app is ready for Mews, and what keeps it from being so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import click
from click.core import ParameterSource

import mockmews
from mockmews_testkit import options
from mockmews_testkit.certification import baseline
from mockmews_testkit.certification.certificate import Certificate, Head
from mockmews_testkit.certification.certifying import JOBS, Certifying, Wish
from mockmews_testkit.certification.for_mews import for_mews
from mockmews_testkit.certification.probes import probes
from mockmews_testkit.checks.registry import SEVERITIES
from mockmews_testkit.errors import UsageError
from mockmews_testkit.reading.findings import suggestion
from mockmews_testkit.replay.fakes import Fakes
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.plays import Run
from mockmews_testkit.replay.selection import app_for
from mockmews_testkit.reporting import certified, check_pages
from mockmews_testkit.reporting.certified import Display
from mockmews_testkit.vocabulary import CHECKS
from mockmews_testkit.waiting import Stopwatch, unix_time

_INTERRUPTED = 130  # as shells have it


@click.command("certify")
@options.APP
@options.MEWS_URL
@options.PUBLIC_URL
@options.ADMIN_TOKEN
@options.SEED
@options.PAYLOAD
@options.jobs(" [6; 1 where the app cannot run in several copies]")
@click.option("--check", "checks", multiple=True, metavar="ID", help="Only this check; may be repeated.")
@options.option(
    "--level",
    "The least severity that fails the app.",
    type=click.Choice(SEVERITIES),
    default="high",
    show_default=True,
)
@click.option("--baseline", "baseline_file", metavar="FILE", help="An earlier JSON report: says what is new.")
@click.option("--list", "list_checks", is_flag=True, help="List all checks, and play nothing.")
@click.option("--explain", metavar="ID", help="Explain a check, and play nothing.")
@options.reports("junit", "json", "markdown", "html", "badge")
@options.quiet("the score card")
@options.as_json("the score card")
@click.pass_context
def certify(context: click.Context, /, **given: Any) -> None:
    """Play what the score card needs against an app, and say whether it is ready for Mews.

    This is a self-check against the public documentation, not Mews's certification. Exit code 0: READY. 1: NOT
    READY, or UNDECIDED. 2: the app could not be reached, or something could not be played.
    """
    if given["list_checks"] or given["explain"] is not None:
        for line in (
            check_pages.explained(_known([given["explain"]])[0]) if given["explain"] else check_pages.listed()
        ):
            click.echo(line)
        return
    only = _known([each.strip() for text in given["checks"] for each in text.split(",")])
    wanted = certified.wanted(given["reports"])
    before = baseline.read(given["baseline_file"]) if given["baseline_file"] else None
    certifying = Certifying(_wish(context, only))
    display = Display(
        certifying.planned,
        counts=certifying.card.fails,
        quiet=given["quiet"],
        as_json=given["as_json"],
        environment=os.environ,
    )
    watch, interrupted = Stopwatch(), False
    grounds = Grounds(Fakes(options.addresses(given)), jobs=certifying.wish.jobs or JOBS)
    try:
        with closing(certifying.perform(grounds)) as told:
            display.follow(told)
    except KeyboardInterrupt:
        interrupted = True  # what was seen until now is worth showing
    finally:
        grounds.close()
    certificate = _certificate(certifying, seconds=watch.seconds, interrupted=interrupted)
    if before is not None:
        certificate = certificate.compared_with(given["baseline_file"], before)
    display.end(certificate, wanted)
    context.exit(_INTERRUPTED if interrupted else certificate.exit_code)


def _known(ids: Iterable[str]) -> list[str]:
    """Check ids as they are written. Raises UsageError for one that there is not."""
    found = []
    for each in ids:
        if each.upper() not in CHECKS:
            raise UsageError(f"There is no check {each!r}. {suggestion(each.upper(), CHECKS)}")
        found.append(each.upper())
    return found


def _wish(context: click.Context, only: Sequence[str]) -> Wish:
    given = context.params
    # Who names a check wants to know about it, whatever its severity.
    named = context.get_parameter_source("level") is ParameterSource.DEFAULT and only
    return Wish(
        app_file=app_for(probes()[0].scenario, given["app"]),
        app_name=given["app"],
        payloads=options.payloads(given),
        only=only,
        level=SEVERITIES[-1] if named else given["level"],
        seed=given["seed"],
        jobs=given["jobs"],
    )


def _certificate(certifying: Certifying, *, seconds: float, interrupted: bool) -> Certificate:
    wish = certifying.wish
    head = Head(
        app=wish.app_file.name,
        version=wish.app_file.version,
        file=str(wish.app_file.path),
        date=datetime.fromtimestamp(unix_time(), UTC).strftime("%Y-%m-%d %H:%M UTC"),
        kit=mockmews.__version__,
        payloads=tuple(wish.payloads),
        seed=wish.seed,
        waivers=wish.app_file.waive,
    )
    return Certificate(
        head=head,
        card=certifying.card,
        run=Run(played=tuple(certifying.played), seconds=seconds),
        for_mews=for_mews(wish.app_file, certifying.played),
        unplayed=certifying.planned - len(certifying.played) if interrupted else certifying.unplayed,
    )
