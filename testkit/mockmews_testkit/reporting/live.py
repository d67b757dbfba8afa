"""What a run tells while it goes on: each transcript whole, live where one is played at a time."""

from __future__ import annotations

from mockmews_testkit.certification.card import ScoreCard
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.replay.players import Told
from mockmews_testkit.replay.plays import Outcome, Play, Played, Run
from mockmews_testkit.reporting import score_card
from mockmews_testkit.reporting.ci import Ci
from mockmews_testkit.reporting.terminal import Terminal
from mockmews_testkit.scenario.transcript import Transcript


class Live:
    """Writes to a terminal. With several `jobs` a transcript appears once its play has ended.

    `quiet` shows the plays that did not pass, and no others.
    """

    def __init__(self, terminal: Terminal, *, jobs: int, quiet: bool, ci: Ci | None) -> None:
        self._terminal = terminal
        self._is_live = jobs == 1 and not quiet
        self._quiet = quiet
        self._ci = ci
        self._transcripts: dict[Play, Transcript] = {}
        self._kept: dict[Play, list[tuple[str, str]]] = {}

    def tell(self, told: Told) -> None:
        """An event."""
        transcript = self._transcripts.setdefault(told.play, Transcript())
        lines = list(transcript.lines(told.event))
        if self._is_live:
            self._write(lines)
        else:
            self._kept.setdefault(told.play, []).extend(lines)

    def ended(self, played: Played) -> None:
        """A play has ended."""
        lines = self._kept.pop(played.play, [])
        self._transcripts.pop(played.play, None)
        if played.outcome is Outcome.ERROR:
            lines.append(("bad", f"{played.play.title}: could not be played: {played.error}"))
        elif played.outcome is Outcome.SKIPPED:
            lines.append(("wire", f"{played.play.title}: skipped: {played.error}"))
        if not self._quiet or played.broke:
            self._write(lines)

    def summed_up(self, run: Run) -> None:
        """All have ended."""
        lines = [("", "")] if run.played and not (self._quiet and not run.broken) else []
        for each in run.broken:
            file, line, _ = each.source
            word = "FAILED" if each.outcome is Outcome.FAILED else "ERROR "
            lines.append(("bad", f"{word} {file}:{line} {each.play.title}: {each.problem}"))
            lines.append(("wire", f"       {each.command}"))
        if run.results and not self._quiet:
            lines += _checks(ScoreCard.of(run.results))
        style = "good" if run.outcome is Outcome.PASSED else "bad"
        self._write([*lines, (style, run.summary)])

    def _write(self, lines: list[tuple[str, str]]) -> None:
        for style, text in lines:
            self._terminal.line(self._ci.harmless(text) if self._ci else text, style)


def _checks(card: ScoreCard) -> list[tuple[str, str]]:
    """What the checks saw in passing: how many, and each that does not hold. A run alone certifies nothing."""
    failed = [("bad", score_card.one_line(each)) for each in card.with_outcome(CheckOutcome.FAIL)]
    return [("wire", f"SCORE CARD  {card.counts}   `mockmews certify` plays what is not exercised"), *failed]
