"""What a program left behind: processes that went into a session of their own, known by a mark in their environment.

Only Linux tells the environment of a process; on Windows a job object holds all of them anyway.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MARK = "MOCKMEWS_PROGRAM"
_PROCESSES = Path("/proc")
_LONGEST_NAME = 80


def new_mark() -> str:
    """A value for MARK that no other program has."""
    return secrets.token_hex(16)


def end_leftovers(mark: str) -> list[str]:
    """Kill every process that has this mark; the command lines of those that were there."""
    if sys.platform == "win32" or not (_PROCESSES / "self" / "environ").exists():
        return []
    found = []
    for pid in _marked(mark):
        found.append(_command_line(pid))
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return found


def _marked(mark: str) -> Iterator[int]:
    wanted = f"{MARK}={mark}".encode()
    for each in _PROCESSES.iterdir():
        if each.name.isdigit() and int(each.name) != os.getpid():
            with suppress(OSError):  # it ended while we looked, or is somebody else's
                if wanted in (each / "environ").read_bytes().split(b"\0"):
                    yield int(each.name)


def _command_line(pid: int) -> str:
    try:
        program, *words = (_PROCESSES / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return f"process {pid}"
    # Of the program its name alone: where it lies may be longer than all that tells it from others.
    line = b" ".join([program.rpartition(b"/")[2], *words]).decode("utf-8", "replace").strip()
    return line[:_LONGEST_NAME] or f"process {pid}"
