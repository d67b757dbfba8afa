"""The grounds on which plays take place: a bench for each, or benches that several use in turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from mockmews_testkit import durations
from mockmews_testkit.bench import BEHIND, Bench
from mockmews_testkit.errors import Failure
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.admission import Admission, Beginning
from mockmews_testkit.replay.fakes import Fakes
from mockmews_testkit.replay.pace import Pace
from mockmews_testkit.replay.plays import Play
from mockmews_testkit.scenario.document import Advance, Scenario


class Grounds:
    """Gives each play a bench, as the app file's `world` says, and never more copies of an app than may run.

    An app that the kit does not start, or that is not told a free port, runs once. One whose world is shared
    is used by one play at a time: "exactly once" is judged when a world has settled, so nothing else may
    happen in it. With several jobs there are several copies of it where it may have them.
    """

    def __init__(self, fakes: Fakes, *, jobs: int) -> None:
        self._fakes = fakes
        self._jobs = jobs
        self._lock = threading.Lock()
        self._stands: dict[object, _Stand] = {}
        self._open: list[Bench] = []
        self._is_over = False
        self._admission = Admission()

    @contextmanager
    def bench(self, play: Play) -> Iterator[tuple[Bench, Beginning]]:
        """A bench with the app running, and the place at the door that the play has until it is under way.

        Raises TestkitError or MockMewsError where there can be none.
        """
        stand = self._stand(play.app_file)
        with stand.places:
            if stand.lends(play):
                with self._lent(stand, play) as lent:
                    yield lent
            else:
                with self._admission.begin() as beginning:
                    bench = self._opened(stand, play, world_of(play))
                    try:
                        beginning.story_begins()
                        yield bench, beginning
                    finally:
                        self._end(bench)

    def was_opened(self, play: Play) -> bool:
        """Whether the app of this play has run at all."""
        return self._stand(play.app_file).opened

    def stop(self) -> None:
        """Let every play end soon: calls to our own fake fail from now on, and the apps are ended."""
        self._is_over = True
        self._admission.close()
        self._fakes.close()
        self._end_all()

    def close(self) -> None:
        """End every app that still runs, then the fakes."""
        self._is_over = True
        self._end_all()
        self._fakes.close()

    def _end_all(self) -> None:
        """End the apps at the same time: each may take its five seconds."""
        with self._lock:
            benches = tuple(self._open)
        if benches:
            with ThreadPoolExecutor(len(benches)) as hands:
                list(hands.map(self._end, benches))

    def _stand(self, app_file: AppFile) -> _Stand:
        with self._lock:
            key = app_file.path.resolve()
            if key not in self._stands:
                copies = self._jobs if app_file.parallel else 1
                self._stands[key] = _Stand(app_file, copies)
            return self._stands[key]

    @contextmanager
    def _lent(self, stand: _Stand, play: Play) -> Iterator[tuple[Bench, Beginning]]:
        bench, pace = stand.idle.pop() if stand.idle else (None, Pace())
        world = {name: value for name, value in play.scenario.mews.items() if name != "seed"}
        try:
            if bench is not None:
                pace.wait(bench.control.ready)
            with self._admission.begin() as beginning:
                bench = bench or self._opened(stand, play, _seeded(play))
                with bench.turn(payload=play.payload, world=world, guests=len(play.scenario.guests)):
                    beginning.story_begins()
                    yield bench, beginning
            pace.note(len(bench.control.journal(bench.id, since=bench.since, kinds=("request",))["entries"]))
            bench.app.check_alive()
        except BaseException as error:
            if bench is not None:
                self._end(bench)
            if bench is None or not isinstance(error, Failure):
                raise  # where it has died, the next play gets a new one
        else:
            stand.idle.append((bench, pace))

    def _opened(self, stand: _Stand, play: Play, world: Mapping[str, Any]) -> Bench:
        bench = Bench(self._fakes.of(play.app_file), play.app_file, payload=play.payload, world=world)
        stand.opened = True
        with self._lock:
            self._open.append(bench)
        if self._is_over:
            self._end(bench)
        return bench

    def _end(self, bench: Bench) -> None:
        with self._lock:
            if bench not in self._open:
                return
            self._open.remove(bench)
        bench.close()


class _Stand:
    """One app: how many copies may run, and those that wait for their next play."""

    def __init__(self, app_file: AppFile, copies: int) -> None:
        fixed = app_file.mews is not None and app_file.mews.access_token is not None
        self.shared = fixed or app_file.world == "shared"
        self.places = threading.Semaphore(1 if fixed else copies)
        self._fixed = fixed
        self.idle: list[tuple[Bench, Pace]] = []
        self.opened = False

    def lends(self, play: Play) -> bool:
        """Whether a play takes its turn in a world that others use: not where it needs hotels of its own."""
        return self._fixed or (self.shared and not play.scenario.hotels)


def world_of(play: Play) -> dict[str, Any]:
    """The fields of a fresh world for a play."""
    return {**fresh_world(play.scenario), **_seeded(play)}


def fresh_world(scenario: Scenario) -> dict[str, Any]:
    """The fields of a fresh world. It starts as far in the past as the scenario will advance it."""
    behind = durations.parse(BEHIND) + _advanced(scenario)
    hotels = [hotel.name for hotel in scenario.hotels]
    return {
        "clock": {"behind": durations.render(behind)},
        **({"enterprises": hotels} if hotels else {}),
        **scenario.mews,
    }


def _seeded(play: Play) -> dict[str, Any]:
    return {} if play.seed is None else {"seed": play.seed}


def _advanced(scenario: Scenario) -> int:
    return sum(step.duration for step in scenario.steps if isinstance(step, Advance))
