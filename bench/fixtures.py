"""The rows of a test's fixtures: MockMewsServer beside a usual uvicorn thread, and a world of one's own.

Real time, for waiting is what a fixture costs; in this process, which for once is not kept to one core.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable

import uvicorn

from bench.floor import floor
from bench.plan import Finding, Plan, compared
from bench.samples import Samples
from mockmews import MockMewsServer

_WORLDS_EACH = 20


async def measure(plan: Plan) -> list[Finding]:
    """Servers in turn, then worlds."""
    _ours(), _usual()
    starts: dict[str, list[float]] = {"MockMewsServer": [], "uvicorn thread": []}
    stops: dict[str, list[float]] = {"MockMewsServer": [], "uvicorn thread": []}
    for _ in range(plan.starts):
        for name, run in (("MockMewsServer", _ours), ("uvicorn thread", _usual)):
            started, stopped = run()
            starts[name].append(started)
            stops[name].append(stopped)
    return [
        compared("server_start", starts, "MockMewsServer", "uvicorn thread", unit="ms"),
        compared("server_stop", stops, "MockMewsServer", "uvicorn thread", unit="ms"),
        Finding("integration", Samples(tuple(_worlds(plan.starts)))),
    ]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def _ours() -> tuple[float, float]:
    server = MockMewsServer()
    return _timed(server.start), _timed(server.stop)


def _usual() -> tuple[float, float]:
    """As projects write it: a thread, a flag that is polled, a flag that is set."""
    server = uvicorn.Server(uvicorn.Config(floor, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)

    def start() -> None:
        thread.start()
        while not server.started:
            time.sleep(0.01)

    def stop() -> None:
        server.should_exit = True
        thread.join()

    return _timed(start), _timed(stop)


def _worlds(rounds: int) -> list[float]:
    """Milliseconds that a world of one's own takes, made and deleted without HTTP."""
    with MockMewsServer() as mews:

        def fixture() -> None:
            made = mews.control.create_integration()
            mews.control.delete_integration(made["integration_id"])

        fixture()
        return [statistics.median(_timed(fixture) for _ in range(_WORLDS_EACH)) for _ in range(rounds)]
