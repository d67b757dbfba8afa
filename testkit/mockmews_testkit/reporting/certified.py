"""What a certification shows: its progress, the score card, the reports, and what it leaves behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

import click

from mockmews_testkit.certification.certificate import DISCLAIMER, Certificate
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.checks.results import Result
from mockmews_testkit.replay.players import Told
from mockmews_testkit.replay.plays import Outcome, Played
from mockmews_testkit.reporting import badge, files, html, json_report, junit, markdown, score_card
from mockmews_testkit.reporting.ci import Ci, detected
from mockmews_testkit.reporting.terminal import Terminal

WRITERS: dict[str, Callable[[Certificate], bytes]] = {
    "junit": junit.render_certificate,
    "json": json_report.render_certificate,
    "markdown": lambda certificate: markdown.render_certificate(certificate).encode(),
    "html": lambda certificate: html.render(certificate.run, certificate).encode(),
    "badge": lambda certificate: badge.render(certificate.card),
}

_WORDS = {Outcome.PASSED: ("ok", "wire"), Outcome.FAILED: ("FAIL", "bad"), Outcome.ERROR: ("ERROR", "bad")}


def wanted(texts: Iterable[str]) -> list[files.Wanted]:
    """The reports that were asked for. Raises UsageError."""
    return files.wanted(texts, WRITERS)


class Display:
    """Writes to the terminal. With `as_json` the report alone stands on standard output.

    `counts` says whether a check that failed keeps the app from being ready.
    """

    def __init__(
        self,
        planned: int,
        *,
        counts: Callable[[Result], bool],
        quiet: bool,
        as_json: bool,
        environment: Mapping[str, str],
    ) -> None:
        self._planned = planned
        self._counts = counts
        self._quiet = quiet
        self._as_json = as_json
        self._ci: Ci | None = detected(environment)
        self._terminal = Terminal(sys.stderr if as_json else None)

    def follow(self, told: Iterable[Told | Played]) -> None:
        """One line for each probe that has ended."""
        self._commands(self._ci.before() if self._ci else ())
        done = 0
        for each in told:
            if isinstance(each, Played):
                done += 1
                self._progress(each, done)

    def end(self, certificate: Certificate, reports: Iterable[files.Wanted]) -> None:
        """The card, the reports, and where more stands."""
        for each in reports:
            files.write_file(each.file, WRITERS[each.kind](certificate))
        for style, text in self._lines(certificate):
            self._line(text, style)
        if self._ci is not None:
            page = markdown.render_certificate(certificate)
            self._commands(self._ci.after(certificate.run, page, files.LAST / "summary.md"))
        if certificate.exit_code:
            left = files.leave_behind(
                certificate.run, page=WRITERS["html"](certificate), report=WRITERS["json"](certificate)
            )
            self._line(f"Report: {left}", "")
        if self._as_json:
            sys.stdout.write(json_report.render_certificate(certificate).decode())
            sys.stdout.flush()

    def _lines(self, certificate: Certificate) -> Iterator[score_card.Line]:
        if not self._quiet:
            yield "", ""
            yield from (("wire", f"{name:<9} {value}") for name, value in certificate.head.rows)
            yield "", ""
        if certificate.run.results:
            yield from score_card.lines(certificate.card, certificate.run.replays)
        else:
            yield "bad", f"SCORE CARD  nothing could be judged   {certificate.card.readiness}"
        yield from _unplayed(certificate)
        if certificate.change is not None:
            yield "", str(certificate.change)
        if not self._quiet:
            yield "", ""
            yield "title", "What to tell Mews"
            yield from (("", f"   {name:<18} {value}") for name, value in certificate.for_mews.rows)
            yield "wire", DISCLAIMER

    def _progress(self, played: Played, done: int) -> None:
        if self._quiet and played.outcome is Outcome.PASSED:
            return
        word, style = _WORDS[played.outcome]
        problem = f": {played.problem}" if played.problem else ""
        if played.outcome is Outcome.FAILED and (excuse := self._excuse(played)):
            word, style, problem = "note", "wire", f"{problem} ({excuse})"
        place = f"[{done:>{len(str(self._planned))}}/{self._planned}]"
        self._line(f"{place} {word:<5} {played.play.title} {played.seconds:.1f} s{problem}", style)

    def _excuse(self, played: Played) -> str:
        """Why a probe that did not go as it should keeps no app from being ready; empty where it does."""
        failed = [each for each in played.results if each.outcome is CheckOutcome.FAIL]
        if any(map(self._counts, failed)):
            return ""
        named = (f"{each.id} is {'advice' if each.check.advice else each.check.severity}" for each in failed)
        return f"{', '.join(named)}: it fails nobody here" if failed else "no check fails by this line alone"

    def _commands(self, lines: Iterable[str]) -> None:
        for each in lines:
            click.echo(each, err=self._as_json, color=True)

    def _line(self, text: str, style: str) -> None:
        self._terminal.line(self._ci.harmless(text) if self._ci else text, style)


def _unplayed(certificate: Certificate) -> Iterator[score_card.Line]:
    """The probes that could not be played, with the reasons."""
    broken = [each for each in certificate.run.broken if each.outcome is Outcome.ERROR]
    for each in broken:
        yield "bad", f"could not be played: {each.play.title}: {each.error}"
    if certificate.unplayed:
        yield "bad", f"{certificate.unplayed} probes were given up."
    if certificate.unplayed and broken:
        yield "", f"Try the app file step by step: mockmews doctor --app {certificate.head.file}"
