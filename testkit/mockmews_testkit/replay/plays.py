"""The nouns of a run: a play, which is one scenario under one payload, and what came of it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mockmews_testkit.bundled import is_bundled
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.checks.results import Result
from mockmews_testkit.errors import Failure
from mockmews_testkit.integration.app_file import SAMPLE, AppFile
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.events import Event, Verdict

PAYLOADS = ("entities", "ids_only")


class Outcome(StrEnum):
    """What came of a play. ERROR: it could not be played to its end, which says nothing of the app.

    SKIPPED: it asks for what this app is not meant to be.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Play:
    """One scenario under one payload. `app_name` is how the app file was named on the command line, if so.

    `seed` None: the fake draws one. `certifies`: the checks that it is played for, where an app is certified.
    """

    scenario: Scenario
    app_file: AppFile
    payload: str
    seed: int | None = None
    app_name: str | None = None
    alone_in_file: bool = True
    certifies: tuple[str, ...] = ()

    def command(self, seed: int | None = None, checks: Sequence[str] = ()) -> str:
        """What to type to play this again, with the same identifiers and dice.

        Of a probe it is what certifies its own checks, and of `checks` those that are not among them.
        """
        words = ["mockmews", "run", self.place]
        if self.certifies:
            own = [each for each in self.certifies if each in checks] or self.certifies
            others = [each for each in checks if each not in self.certifies]
            words = ["mockmews", "certify", *(f"--check={each}" for each in [own[0], *others[:1]])]
        words += ["--payload", self.payload]
        known = seed if seed is not None else self.seed
        words += ["--seed", str(known)] if known is not None else []
        words += ["--app", self.app_name] if self.app_name is not None else []
        return shlex.join(words)

    @property
    def title(self) -> str:
        """The scenario and its payload."""
        return f"{self.scenario.name} [{self.payload}]"

    @property
    def out_of_place(self) -> str:
        """Why this app cannot play the scenario, which is no fault of the app; empty where it can."""
        hotels = self.scenario.hotels
        if len(hotels) > 1 and not self.app_file.serves_hotels:
            return (
                f"it plays in {len(hotels)} hotels, and this app serves one. An app that serves several is told "
                "of them by connect: in its app file, and of the one that a guest writes to by ${hotel.id} in say:."
            )
        if (
            self.scenario.app == SAMPLE
            and not self.app_file.is_sample
            and is_bundled(self.scenario.source.file)
        ):
            return (
                "it tells of the sample app, and its lines are that app's own. For yours copy the file "
                f"{self.scenario.source.file}, and drop the line app."
            )
        return ""

    @property
    def place(self) -> str:
        """What `mockmews run` takes to play this scenario: its file, with the line where several share it."""
        source = self.scenario.source
        return source.file if self.alone_in_file else f"{source.file}:{source.line}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Played:
    """What came of a play. `failure` is set where it failed, `error` where it was not played to its end.

    `results` are those of the checks. `command` replays it. `output` is what the app printed, where the play
    did not pass.
    """

    play: Play
    outcome: Outcome
    command: str
    seed: int | None = None
    integration_id: str = ""
    seconds: float = 0.0
    failure: Failure | None = None
    error: str = ""
    verdicts: tuple[Verdict, ...] = ()
    results: tuple[Result, ...] = ()
    events: tuple[Event, ...] = ()
    output: str = ""

    @property
    def broke(self) -> bool:
        """Whether it failed or could not be played."""
        return self.outcome in (Outcome.ERROR, Outcome.FAILED)

    @property
    def failed_checks(self) -> tuple[str, ...]:
        """The ids of the checks that did not hold in it."""
        return tuple(each.id for each in self.results if each.outcome is CheckOutcome.FAIL)

    @property
    def problem(self) -> str:
        """What went wrong, in one line; empty where nothing did."""
        text = self.failure.summary if self.failure is not None else self.error
        return text.partition("\n")[0]

    @property
    def source(self) -> tuple[str, int, int]:
        """File, line and column to point at: the line that failed, else where the scenario begins."""
        named = self.failure.source if self.failure is not None else ""
        file, _, rest = named.rpartition(":")
        file, _, line = file.rpartition(":")
        if file and line.isdigit() and rest.isdigit():
            return file, int(line), int(rest)
        begin = self.play.scenario.source
        return begin.file, begin.line, begin.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All that was played, in the order of the scenarios. `seconds` is real time for all of it."""

    played: tuple[Played, ...]
    seconds: float

    def count(self, outcome: Outcome) -> int:
        """How many plays came out so."""
        return sum(each.outcome is outcome for each in self.played)

    @property
    def outcome(self) -> Outcome:
        """The worst of all."""
        for worst in (Outcome.ERROR, Outcome.FAILED):
            if self.count(worst):
                return worst
        return Outcome.PASSED

    @property
    def results(self) -> tuple[tuple[Result, ...], ...]:
        """What came of the checks in each play that could be judged."""
        return tuple(each.results for each in self.played if each.results)

    @property
    def replays(self) -> dict[str, str]:
        """For each check that did not hold, the command that plays the first scenario in which it did not."""
        found: dict[str, str] = {}
        for each in self.played:
            for check in each.failed_checks:
                found.setdefault(check, each.play.command(each.seed, [check]))
        return found

    @property
    def broken(self) -> tuple[Played, ...]:
        """The plays that failed or could not be played."""
        return tuple(each for each in self.played if each.broke)

    @property
    def summary(self) -> str:
        """`7 passed, 1 failed in 3.2 s`."""
        counts = [f"{self.count(each)} {each}" for each in Outcome if self.count(each)]
        return f"{', '.join(counts) or 'nothing played'} in {self.seconds:.1f} s"
