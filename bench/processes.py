"""Processes under measure: each tells its own CPU time and memory when asked, and ends with the bench."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

_ENDING = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process has used so far: CPU seconds by the scheduler's own account, and resident bytes now.

    `counted` is what the process itself counts, such as webhook events received.
    """

    cpu: float
    resident: int
    counted: int


class Subject:
    """A process of `bench.subjects`, on a core of its own where the system lets us choose one."""

    def __init__(self, kind: str, **options: Any) -> None:
        core = LOAD_CORE if kind in ("chat", "receiver") else SERVER_CORE
        command = [sys.executable, "-m", "bench.subjects", kind, json.dumps(core), json.dumps(options)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        ready = self._answer()
        self.port: int = ready["port"]

    def read(self) -> Reading:
        """What it has used so far."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return Reading(**self._answer())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("A process under measure ended early; what it said stands above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def pin(core: int | None) -> None:
    """Keep this process to one core; None leaves it to the system."""
    if core is not None and sys.platform == "linux":
        os.sched_setaffinity(0, {core})


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop where it exists; the floor has it from here, for it must load nothing of the fake."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def cpu_of_ended() -> float:
    """CPU seconds of all processes that this one started and saw end; real time where nobody counts them."""
    if sys.platform == "win32":
        return time.perf_counter()
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cores() -> tuple[int | None, int | None]:
    """The core of the server and that of the load, where the system lets us choose and there are two."""
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            return cores[0], cores[-1]
    return None, None


SERVER_CORE, LOAD_CORE = _cores()
"""As the bench found them when it began: a process that it starts inherits its one core, and is told."""
