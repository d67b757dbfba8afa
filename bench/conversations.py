"""The rows of conversations: the documented four lines, many of them at once, and one with lag and retries.

Each is played by the kit against the trivial chat app, a process of its own, over real sockets.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bench.chat import app_file
from bench.plan import Finding, Plan
from bench.processes import Subject, pin
from bench.samples import Samples
from mockmews_testkit.bundled import scenario_folder
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.fakes import Addresses, Fakes
from mockmews_testkit.replay.grounds import Grounds
from mockmews_testkit.replay.players import perform
from mockmews_testkit.replay.plays import Outcome, Play, Played
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.events import ScenarioStarted, StepFinished
from mockmews_testkit.scenario.loading import load_file, load_text

_DOCUMENTED = "messaging/penelope-arrives-late.mews.yaml"

_LATE = """
scenario: A reply that comes late, at the fourth attempt
mews: {lag: 5m, retry: {attempts: 4, delay: 2m..10m}, clock: {rate: 0}}
steps:
  - guest: "Hi! I just wanted to let you know I will be arriving late tonight"
  - hotel: "Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?"
    as: question
  - advance: 40m
  - guest_sees: "Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?"
"""


async def measure(plan: Plan) -> list[Finding]:
    """One after the other; the app keeps to its own core, the kit and the fake go where the system lets them."""
    pin(None)
    with Subject("chat") as chat, _stage(chat.port) as (app, grounds):
        (documented,) = load_file(scenario_folder() / _DOCUMENTED)
        (late,) = load_text(_LATE, "late.mews.yaml")
        _played(documented, app, grounds, 3, jobs=1)
        return [
            Finding("conversation", Samples(tuple(_times(documented, app, grounds, plan.rounds)))),
            _many(documented, app, grounds, plan),
            Finding(
                "conversation_late",
                Samples(tuple(_times(late, _failing(app, chat.port), grounds, plan.rounds))),
            ),
        ]


@contextmanager
def _stage(port: int) -> Iterator[tuple[AppFile, Grounds]]:
    with tempfile.TemporaryDirectory(prefix="mockmews-bench-") as name:
        grounds = Grounds(Fakes(Addresses()), jobs=1000)
        with closing(grounds):
            yield _written(Path(name), port, failures=0), grounds


def _written(place: Path, port: int, *, failures: int) -> AppFile:
    file = place / f"refuses-{failures}.yaml"
    file.write_text(app_file(port, failures=failures), encoding="utf-8")
    return AppFile.load(file)


def _failing(app: AppFile, port: int) -> AppFile:
    return _written(app.folder, port, failures=3)


def _times(scenario: Scenario, app: AppFile, grounds: Grounds, rounds: int) -> Iterator[float]:
    """Milliseconds from the first line to the last one seen, without the final quiet."""
    for _ in range(rounds):
        began = ended = 0.0
        for told in perform([_play(scenario, app)], grounds, jobs=1):
            if isinstance(told, Played):
                _check(told)
            elif isinstance(event := getattr(told, "event", None), ScenarioStarted):
                began = time.perf_counter()
            elif isinstance(event, StepFinished):
                ended = time.perf_counter()
        yield (ended - began) * 1e3


def _many(scenario: Scenario, app: AppFile, grounds: Grounds, plan: Plan) -> Finding:
    count = plan.conversations
    alone = [_played(scenario, app, grounds, plan.alone, jobs=1) for _ in range(2)]
    at_once = [_played(scenario, app, grounds, count, jobs=count) for _ in range(2)]
    ratios = tuple(many / one for many, one in zip(at_once, alone, strict=True))
    costs = {"alone, CPU ms": min(alone) * 1e3, f"{count} at once, CPU ms": min(at_once) * 1e3}
    return Finding("conversations_at_once", Samples(ratios), costs)


def _played(scenario: Scenario, app: AppFile, grounds: Grounds, count: int, *, jobs: int) -> float:
    """CPU seconds of this process, which holds kit and fake, for each of so many conversations."""
    before = _cpu()
    for told in perform([_play(scenario, app) for _ in range(count)], grounds, jobs=jobs):
        if isinstance(told, Played):
            _check(told)
    return (_cpu() - before) / count


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _play(scenario: Scenario, app: AppFile) -> Play:
    named = replace(scenario, mews={**scenario.mews, "payload": "entities", "rate_limit": None})
    return Play(scenario=named, app_file=app, payload="entities")


def _check(played: Played) -> None:
    if played.outcome is not Outcome.PASSED:
        raise RuntimeError(f"A conversation under measure went wrong: {played.problem}")
