"""`mockmews run`: replays scenario files against an app, and says what came of each."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

import click
from click.core import ParameterSource

from mockmews_testkit import options
from mockmews_testkit.replay.fakes import Fakes
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.players import Kept, Told, perform
from mockmews_testkit.replay.plays import Outcome, Play, Played, Run
from mockmews_testkit.replay.saved import saved_plays
from mockmews_testkit.replay.selection import Wishes, select
from mockmews_testkit.reporting import files, json_report, markdown
from mockmews_testkit.reporting.ci import Ci, detected
from mockmews_testkit.reporting.live import Live
from mockmews_testkit.reporting.terminal import Terminal
from mockmews_testkit.waiting import Stopwatch, sleep

_EXIT_CODES = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.ERROR: 2}
_SAVED_WORDS = {
    Outcome.PASSED: ("FIXED", "good"),
    Outcome.FAILED: ("STILL FAILS", "bad"),
    Outcome.ERROR: ("ERROR", "bad"),
    Outcome.SKIPPED: ("SKIPPED", "wire"),
}
_LONG = 3600.0


@click.command("run")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@options.APP
@options.MEWS_URL
@options.PUBLIC_URL
@options.ADMIN_TOKEN
@options.SEED
@options.PAYLOAD
@options.jobs("", default=1, show_default=True)
@click.option("--tag", "tags", multiple=True, help="Only scenarios with this tag; may be repeated.")
@click.option("--saved", is_flag=True, help="Replay the saved failing stories.")
@click.option("--keep", is_flag=True, help="Leave app and fake up where the first scenario fails.")
@options.reports("junit", "json", "markdown", "html")
@options.quiet("what did not pass, and the sum")
@options.as_json("transcripts")
@click.pass_context
def run(context: click.Context, /, paths: tuple[str, ...], **given: Any) -> None:  # fmt: skip
    """Replay scenario files, or folders with such files, against an app.

    PATH may end in :LINE, which chooses one scenario of a file. Without PATH: the scenarios that come with
    mockmews. Exit code 0: all held. 1: something failed. 2: something could not be played.
    """
    reports = files.wanted(given["reports"])
    wishes = _wishes(context, paths)
    unread: list[tuple[str, str]] = []
    if given["saved"]:
        plays, unread = saved_plays(wishes, files.FAILURES)
    else:
        plays = select(wishes)
    jobs = 1 if given["keep"] else given["jobs"]
    show = _Show(jobs=jobs, quiet=given["quiet"], as_json=given["as_json"])
    grounds = Grounds(Fakes(options.addresses(given)), jobs=jobs)
    played: list[Played] = []
    watch = Stopwatch()
    try:
        with closing(perform(plays, grounds, jobs=jobs, keep=given["keep"], lenient=given["saved"])) as told:
            kept = show.all(told, played)
            result = Run(played=_in_order(plays, played), seconds=watch.seconds)
            if given["saved"]:
                show.saved(result, unread)
            show.end(result, reports)
            if kept is not None:
                show.stand_still(kept)
    except KeyboardInterrupt:
        show.interrupted(Run(played=tuple(played), seconds=watch.seconds), len(plays))
        raise
    finally:
        grounds.close()
    context.exit(2 if unread else _EXIT_CODES[result.outcome])


def _wishes(context: click.Context, paths: Sequence[str]) -> Wishes:
    given = context.params
    chosen = context.get_parameter_source("payload") is not ParameterSource.DEFAULT
    return Wishes(
        paths=paths,
        app=given["app"],
        payloads=options.payloads(given) if chosen else None,
        seed=given["seed"],
        tags=given["tags"],
    )


def _in_order(plays: Sequence[Play], played: Iterable[Played]) -> tuple[Played, ...]:
    places = {play: place for place, play in enumerate(plays)}
    return tuple(sorted(played, key=lambda each: places[each.play]))


class _Show:
    """What is printed. With `as_json` the report alone stands on standard output."""

    def __init__(self, *, jobs: int, quiet: bool, as_json: bool) -> None:
        self._as_json = as_json
        self._ci: Ci | None = detected(os.environ)
        self._terminal = Terminal(sys.stderr if as_json else None)
        self._live = Live(self._terminal, jobs=jobs, quiet=quiet or as_json, ci=self._ci)

    def all(self, told: Iterable[Told | Played | Kept], played: list[Played]) -> Kept | None:
        """Show the plays, and gather them; ends at one whose app and fake are kept."""
        self._commands(self._ci.before() if self._ci else ())
        for each in told:
            if isinstance(each, Told):
                self._live.tell(each)
            elif isinstance(each, Played):
                self._live.ended(each)
                played.append(each)
            else:
                return each
        return None

    def saved(self, result: Run, unread: Iterable[tuple[str, str]]) -> None:
        """What became of each story that had failed."""
        for each in result.played:
            word, style = _SAVED_WORDS[each.outcome]
            self._terminal.line(f"{word}  {each.play.scenario.source.file}: {each.play.title}", style)
        for file, problem in unread:
            self._terminal.line(f"ERROR  {file}: {problem}", "bad")
        if not result.played and not unread:
            self._terminal.line(f"No failed story is saved in {files.FAILURES.as_posix()}.")

    def end(self, result: Run, reports: Iterable[files.Wanted]) -> None:
        """The sum, the reports, and where the traces of a failed run lie."""
        files.write(result, reports)
        self._live.summed_up(result)
        left = files.leave(result) if result.broken else None
        self._commands(
            self._ci.after(result, markdown.render(result), files.LAST / "summary.md") if self._ci else ()
        )
        if self._as_json:
            sys.stdout.write(json_report.render(result).decode())
            sys.stdout.flush()
        if left is not None:
            self._terminal.line(f"Report: {left}")

    def interrupted(self, result: Run, planned: int) -> None:
        """How far it came until Ctrl-C."""
        self._terminal.line(f"Interrupted at {len(result.played)} of {planned}: {result.summary}", "bad")

    def stand_still(self, kept: Kept) -> None:
        """Leave app and fake up until Ctrl-C."""
        self._terminal.line("")
        self._terminal.line("App and fake stay up where it failed, until Ctrl-C:", "title")
        for what, where in kept.addresses:
            self._terminal.line(f"   {what:<14}{where}")
        try:
            while True:
                sleep(_LONG)
        except KeyboardInterrupt:
            self._terminal.line("")

    def _commands(self, lines: Iterable[str]) -> None:
        for each in lines:
            click.echo(each, err=self._as_json, color=True)
