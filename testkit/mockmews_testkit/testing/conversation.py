"""The conversation of one test: the stage that it plays on, what it tells, and what is judged at its end."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from mockmews import ControlError, MockMewsError
from mockmews_testkit.bench import Bench
from mockmews_testkit.checks.judging import judge_all
from mockmews_testkit.checks.results import Result
from mockmews_testkit.errors import Evidence, Failure, UsageError
from mockmews_testkit.reading.findings import NOWHERE, Source
from mockmews_testkit.scenario.document import DEFAULT_GUESTS, Scenario, Step
from mockmews_testkit.scenario.events import Event, ScenarioStarted, StepFinished, StepStarted
from mockmews_testkit.scenario.judging import kept_from_mews
from mockmews_testkit.scenario.recording import record_of
from mockmews_testkit.scenario.stage import Stage
from mockmews_testkit.scenario.transcript import Transcript
from mockmews_testkit.scenario.waiting_room import news
from mockmews_testkit.scenario.world_forms import WORLD
from mockmews_testkit.testing.refusals import refused_requests

Found = TypeVar("Found")
Json = Mapping[str, Any]

_NEWEST = 2**53  # a number that no journal reaches
TRANSCRIPT = "Transcript"
_OF_RUN = {"app": "--app", "url": "--mews-url", "public-url": "--public-url"}
"""Options of a test that `mockmews run` has too."""
_LONGEST_TRANSCRIPT = 60  # lines in a failure; the report has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a test asks of its world: `fields` are those of the control API's POST /integrations.

    `options` are those of the command line that chose app and fake, by the names that follow `--mews-`; to play
    it again takes them too.
    """

    name: str = ""
    payload: str = "entities"
    fields: Mapping[str, Any] = field(default_factory=dict)
    source: Source = NOWHERE
    options: Mapping[str, str] = field(default_factory=dict)


class Conversation:
    """One test on one bench. Its steps are recorded as those of a scenario, or are those of the given one."""

    def __init__(self, bench: Bench, wanted: Wanted, scenario: Scenario | None = None) -> None:
        self.bench = bench
        self.wanted = wanted
        self._given = scenario
        empty = Scenario(name=wanted.name, steps=(), mews=wanted.fields, guests=(), source=wanted.source)
        self.stage = Stage(scenario or empty, bench)
        self.events: list[Event] = []
        self.steps: list[Step] = []
        self._strays_since = bench.control.server_journal(since=_NEWEST)["last"]

    def perform(self, step: Step, playing: Generator[Event, None, Found]) -> Found:
        """Play a step to its end. Raises Failure with all that surrounds it, and no frames of ours.

        Raises UsageError where the hotel cannot do it, such as a reply to nobody: then nothing was played.
        """
        __tracebackhide__ = True
        started = StepStarted(step)
        self.steps.append(step)
        self.events.append(started)
        try:
            found = self.drive(playing)
        except Failure as failure:
            self.catch_up()
            told = self.explained(failure, step)
            self.events.append(StepFinished(step, told))
            raise told.with_traceback(None) from failure.__cause__
        except (ControlError, UsageError) as refused:
            self.steps.remove(step)
            self.events.remove(started)
            raise UsageError(str(refused)) from None
        self.events.append(StepFinished(step))
        return found

    def drive(self, playing: Generator[Event, None, Found]) -> Found:
        """Let a runner's part run, and keep what it tells."""
        while True:
            try:
                self.events.append(next(playing))
            except StopIteration as end:
                found: Found = end.value
                return found

    def catch_up(self) -> None:
        """Read what has happened since the last look; nothing where the fake has gone."""
        with suppress(MockMewsError):
            self.drive(news(self.stage))

    def settle(self) -> None:
        """Until nothing moves; what still moves when time is up is judged by the journal."""
        with suppress(MockMewsError):
            self.stage.settle()
        self.catch_up()

    def judge(self) -> list[Result]:
        """What came of every check, so far."""
        record = replace(record_of(self.stage), strays=tuple(self._strays()))
        return judge_all(record)

    def broken_promise(self) -> Failure | None:
        """A text that a bot answers and that reached Mews all the same."""
        return None if self._given is not None else kept_from_mews(self.stage)

    @property
    def happened(self) -> bool:
        """Whether anything was said, called or sent at all."""
        return bool(self.steps or self.stage.watch.entries)

    @property
    def seed(self) -> int:
        """What identifiers, delays and dice come from."""
        seed: int = self.bench.integration["seed"]
        return seed

    def transcript(self, failed: Step | None = None) -> list[str]:
        """The conversation line by line, with an arrow at a step."""
        began = ScenarioStarted(self.stage.scenario, self.bench.payload, self.bench.id, self.seed)
        transcript = Transcript()
        lines = [text for _, text in transcript.lines(began) if text]
        for event in list(self.events):
            if isinstance(event, StepFinished):
                if event.failure is not None:
                    lines.append(f"FAILED {event.failure.summary}")
                continue
            told = [text for _, text in transcript.lines(event)]
            if isinstance(event, StepStarted) and event.step is failed and told:
                told[-1] = f"->{told[-1][2:]}" if told[-1].startswith("  ") else f"-> {told[-1]}"
            lines += told
        return lines

    def evidence(self, failed: Step | None = None) -> Iterator[Evidence]:
        """What belongs to any failure of this test."""
        refused = refused_requests(self.stage)
        if refused:
            yield Evidence("Refused by Mews", refused)
        lines = self.transcript(failed)
        left = len(lines) - _LONGEST_TRANSCRIPT
        if left > 0:
            lines = [lines[0], f"... {left} lines before ...", *lines[-_LONGEST_TRANSCRIPT + 1 :]]
        yield Evidence(TRANSCRIPT, "\n".join(lines))
        if self.bench.app.notes:
            yield Evidence("What the app said that could not be read", "\n".join(self.bench.app.notes[-3:]))
        output = self.bench.app.output_tail(8)
        if output:
            yield Evidence("Its last output", output)
        yield Evidence("Again with the same seed", self.command)

    @property
    def command(self) -> str:
        """What to type to play this again, with the same identifiers and dice."""
        options = self.wanted.options
        if self._given is None:
            chosen = [word for name, value in options.items() for word in (f"--mews-{name}", value)]
            return shlex.join(["pytest", self.wanted.name, *chosen, "--mews-seed", str(self.seed)])
        place = f"{self._given.source.file}:{self._given.source.line}"
        words = ["mockmews", "run", place, "--payload", self.bench.payload, "--seed", str(self.seed)]
        words += [word for name, flag in _OF_RUN.items() if name in options for word in (flag, options[name])]
        return shlex.join(words)

    def explained(self, failure: Failure, step: Step | None = None) -> Failure:
        """The same failure with all that surrounds it; what it tells already is not told twice."""
        have = {each.title for each in failure.evidence}
        more = [each for each in self.evidence(step) if each.title not in have]
        return Failure(
            failure.summary,
            evidence=[*failure.evidence, *more],
            source=failure.source,
            check=failure.check,
            remedy=failure.remedy,
        )

    def as_scenario(self, title: str) -> Scenario:
        """What was played so far."""
        if self._given is not None:
            return self._given
        mews = {name: value for name, value in self.wanted.fields.items() if name in WORLD}
        mews["payload"] = self.bench.payload
        guests = self.stage.scenario.guests or DEFAULT_GUESTS
        return replace(self.stage.scenario, name=title, steps=tuple(self.steps), guests=guests, mews=mews)

    def _strays(self) -> Sequence[Json]:
        """Requests of this test that belong to no integration: wrong paths, unknown tokens."""
        if not self.bench.fake.is_own:
            return ()
        try:
            found = self.bench.control.server_journal(since=self._strays_since)["entries"]
        except ControlError:
            return ()
        return [each for each in found if each["kind"] == "request"]
