"""Players: threads that play, while one loop tells what happens in the order in which it does."""

from __future__ import annotations

import itertools
import queue
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from mockmews import MockMewsError
from mockmews_testkit.bench import Bench
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.errors import TestkitError
from mockmews_testkit.replay.admission import Beginning
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.plays import Outcome, Play, Played
from mockmews_testkit.scenario.events import (
    Event,
    Happened,
    ScenarioFinished,
    ScenarioStarted,
    Seen,
    StepFinished,
)
from mockmews_testkit.scenario.runner import run
from mockmews_testkit.waiting import Deadline

_LOOK_EVERY = 0.2  # an interrupt does not wake a thread that waits without end on Windows
_ENDS_WITHIN = 15.0
_LONGEST_OUTPUT = 1024 * 1024
_MOST_TOLD = 300  # passed plays whose traffic is remembered; thousands would fill the memory


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a play."""

    play: Play
    event: Event


@dataclass(frozen=True, slots=True)
class Kept:
    """A failed play whose app and fake stay up; `addresses` are (what, where)."""

    played: Played
    addresses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Broken:
    error: BaseException


@dataclass(frozen=True, slots=True)
class _Ended:
    """A player has gone home."""


def perform(
    plays: Sequence[Play],
    grounds: Grounds,
    *,
    jobs: int,
    keep: bool = False,
    lenient: bool = False,
    probing: bool = False,
) -> Generator[Told | Played | Kept, None, None]:
    """Play all, so many at a time. Closing the iterator ends everything, also in the middle.

    With `keep` the first failed play stands still where it failed, and nothing follows, until the iterator is
    closed. An app that cannot be started at all ends the run: raises TestkitError or MockMewsError; `lenient`
    makes it the ERROR of that play. With `probing` the checks judge (see the scenario runner).
    """
    company = _Company(plays, grounds, keep=keep, lenient=lenient, probing=probing)
    yield from company.perform(min(jobs, len(plays)))


class _Company:
    def __init__(
        self, plays: Sequence[Play], grounds: Grounds, *, keep: bool, lenient: bool, probing: bool
    ) -> None:
        self._waiting = deque(plays)
        self._grounds = grounds
        self._keep = keep
        self._lenient = lenient
        self._probing = probing
        self._passed = itertools.count(1)
        self._told: queue.SimpleQueue[Told | Played | Kept | _Broken | _Ended] = queue.SimpleQueue()
        self._over = threading.Event()

    def perform(self, players: int) -> Iterator[Told | Played | Kept]:
        threads = [
            threading.Thread(target=self._player, name=f"player {n}", daemon=True) for n in range(players)
        ]
        for thread in threads:
            thread.start()
        at_work = players
        try:
            while at_work:
                told = self._next()
                if isinstance(told, _Ended):
                    at_work -= 1
                elif isinstance(told, _Broken):
                    raise told.error
                elif told is not None:
                    yield told
        finally:
            self._over.set()
            if at_work:
                self._grounds.stop()
            deadline = Deadline(_ENDS_WITHIN)
            for thread in threads:
                thread.join(deadline.left)

    def _next(self) -> Told | Played | Kept | _Broken | _Ended | None:
        try:
            return self._told.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            return None

    def _player(self) -> None:
        try:
            while not self._over.is_set():
                try:
                    play = self._waiting.popleft()
                except IndexError:
                    return
                self._play(play)
        except BaseException as error:  # it is raised again where the run is waited for
            self._told.put(_Broken(error))
        finally:
            self._told.put(_Ended())

    def _play(self, play: Play) -> None:
        if play.out_of_place:
            skipped = Outcome.SKIPPED
            self._told.put(
                Played(play=play, outcome=skipped, command=play.command(), error=play.out_of_place)
            )
            return
        played = None
        try:
            with self._grounds.bench(play) as (bench, beginning):
                played = self._on(bench, play, beginning)
                if played.outcome is Outcome.PASSED and next(self._passed) > _MOST_TOLD:
                    steps = tuple(each for each in played.events if not isinstance(each, Happened | Seen))
                    played = replace(played, events=steps)
                if self._keep and played.outcome is not Outcome.PASSED:
                    self._waiting.clear()
                    self._told.put(played)
                    self._told.put(Kept(played, _addresses(bench)))
                    self._over.wait()
                    return
            if self._probing and bench.app.left_behind:
                played = replace(played, outcome=Outcome.ERROR, error=_leak(bench.app.left_behind))
        except (TestkitError, MockMewsError) as error:
            if not self._lenient and not self._grounds.was_opened(play):
                raise
            played = Played(play=play, outcome=Outcome.ERROR, command=play.command(), error=str(error))
        self._told.put(played)

    def _on(self, bench: Bench, play: Play, beginning: Beginning) -> Played:
        events: list[Event] = []
        try:
            for event in run(play.scenario, bench, probing=self._probing):
                events.append(event)
                if isinstance(event, StepFinished):
                    beginning.is_under_way()
                self._told.put(Told(play, event))
                if self._over.is_set():
                    break
        except (TestkitError, MockMewsError) as error:
            return _played(play, bench, events, error=str(error))
        return _played(play, bench, events)


def _played(play: Play, bench: Bench, events: list[Event], *, error: str = "") -> Played:
    finished = events[-1] if events else None
    seed = next((each.seed for each in events if isinstance(each, ScenarioStarted)), None)
    result = Played(
        play=play,
        outcome=Outcome.ERROR,
        command=play.command(seed),
        seed=seed,
        integration_id=bench.id,
        events=tuple(events),
        error=error or "it was interrupted",
    )
    if isinstance(finished, ScenarioFinished):
        result = replace(result, seconds=finished.seconds, results=finished.results)
    if not error and isinstance(finished, ScenarioFinished):
        failure = finished.failure
        result = replace(
            result,
            outcome=Outcome.PASSED if failure is None else Outcome.FAILED,
            verdicts=finished.verdicts,
            command=play.command(
                seed, [each.id for each in finished.results if each.outcome is CheckOutcome.FAIL]
            ),
            failure=failure,
            error="",
        )
    return result if result.outcome is Outcome.PASSED else replace(result, output=_output(bench))


def _leak(commands: Sequence[str]) -> str:
    named = ", ".join(dict.fromkeys(commands))
    return (
        f"the app left {len(commands)} processes behind when it was ended ({named}); they were killed. End them "
        "when the app gets SIGTERM, or keep them in its process group."
    )


def _output(bench: Bench) -> str:
    try:
        content = bench.app.log_path.read_bytes()
    except OSError:
        return ""
    return content[-_LONGEST_OUTPUT:].decode("utf-8", "replace")


def _addresses(bench: Bench) -> tuple[tuple[str, str], ...]:
    app, _, _ = bench.app.webhook_url.partition("?")
    return (
        ("app", f"its webhook is {app}"),
        ("fake", bench.fake.url),
        ("console", f"{bench.fake.url}/_mockmews/"),
        ("control API", f"{bench.fake.control_url}/integrations/{bench.id}"),
        ("app's output", str(bench.app.log_path)),
    )
