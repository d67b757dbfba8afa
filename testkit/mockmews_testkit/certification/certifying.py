"""Certifying an app: plays the probes that its score card needs, and sums up what came of them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from mockmews_testkit.certification.card import ScoreCard
from mockmews_testkit.certification.probes import Probe, beyond_a_page, page_length, probes
from mockmews_testkit.checks.registry import Severity
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.checks.results import Result
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.players import Kept, Told, perform
from mockmews_testkit.replay.plays import Outcome, Play, Played

JOBS = 6
"""Conversations at once where the app may have several copies: they wait most of the time."""
_MOST_ERRORS = 3
"""So many probes that cannot be played show what is wrong as well as all of them would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be certified. `only` are check ids; empty: all. `seed` None: each world draws its own."""

    app_file: AppFile
    payloads: Sequence[str]
    app_name: str | None = None
    only: Sequence[str] = ()
    level: Severity = "high"
    seed: int | None = None
    jobs: int | None = None


class Certifying:
    """One certification under way. `played` grows while `perform` is read."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.played: list[Played] = []
        app = wish.app_file
        chosen = probes(wish.only, hotels=app.serves_hotels, namesakes=app.tells_namesakes_apart)
        self._usual = [each for each in chosen if not each.is_paging]
        self._paging = [each for each in chosen if each.is_paging]

    @property
    def planned(self) -> int:
        """How many plays there are at most."""
        return (len(self._usual) + len(self._paging)) * len(self.wish.payloads)

    @property
    def unplayed(self) -> int:
        """How many were given up because others could not be played; right once `perform` has ended."""
        return self.planned - len(self.played) if self._is_stuck else 0

    @property
    def card(self) -> ScoreCard:
        """What the plays so far say."""
        runs = (each.results for each in self.played if each.results)
        card = ScoreCard.of(runs, level=self.wish.level, only=self.wish.only)
        return replace(card, results=tuple(self._explained(each) for each in card.results))

    def _explained(self, result: Result) -> Result:
        """Where a check was not put to the test since its own probe went wrong, that is the reason to tell."""
        if result.outcome is CheckOutcome.NOT_EXERCISED and result.applies:
            for each in self.played:
                seen = each.error or (each.failure.summary if each.failure else "")
                if seen and result.id in each.play.certifies:
                    return replace(result, reason=f"its probe went wrong: {seen.splitlines()[0]}")
        return result

    def perform(self, grounds: Grounds) -> Generator[Told | Played, None, None]:
        """Play all, and gather what came of them; gives up once several could not be played.

        Raises TestkitError or MockMewsError where the app cannot be started at all.
        """
        yield from self._perform(self._plays(self._usual), grounds)
        length = page_length(self.played)
        if self._paging and length is not None and not self._is_stuck:
            filled = [beyond_a_page(each, length) for each in self._paging]
            yield from self._perform(self._plays(filled), grounds)

    def _perform(self, plays: Sequence[Play], grounds: Grounds) -> Generator[Told | Played, None, None]:
        jobs = self.wish.jobs or (JOBS if self.wish.app_file.parallel else 1)
        with closing(perform(plays, grounds, jobs=jobs, probing=True)) as told:
            for each in told:
                if isinstance(each, Kept):
                    continue
                if isinstance(each, Played):
                    self.played.append(each)
                yield each
                if self._is_stuck:
                    return

    @property
    def _is_stuck(self) -> bool:
        return sum(each.outcome is Outcome.ERROR for each in self.played) >= _MOST_ERRORS

    def _plays(self, chosen: Sequence[Probe]) -> list[Play]:
        wish = self.wish
        return [
            Play(
                scenario=replace(each.scenario, mews={**each.scenario.mews, "payload": payload}),
                app_file=wish.app_file,
                payload=payload,
                seed=wish.seed,
                app_name=wish.app_name,
                certifies=each.checks,
            )
            for each in chosen
            for payload in wish.payloads
        ]
