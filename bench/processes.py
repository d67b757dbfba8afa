"""Processes under measure: each tells its own CPU time and memory when asked, and ends with the bench."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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
        command = [sys.executable, "-m", "bench.subjects", kind, json.dumps(options)]
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


def pin(place: int) -> None:
    """Keep this process to one core, the first or the last, where the system can do that and has two."""
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(0, {cores[place]})


SERVER_CORE, LOAD_CORE = 0, -1
