"""Programs that the kit starts: each with all its children in a group that ends as one, whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from mockmews_testkit.errors import AppStartError, TestkitError
from mockmews_testkit.integration.leftovers import MARK, end_leftovers, new_mark
from mockmews_testkit.integration.windows_jobs import Job
from mockmews_testkit.waiting import until

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL (product.md 6)."""
_AFTER_KILL = 2.0


class Program:
    """A running program. A text is a line for the platform's shell, a list is executed as it is.

    What it prints goes to the file `log`, which cannot fill up as a pipe can; with `talks` its standard input
    and output are pipes. What a program with `outlived` leaves running lives on after `leave`. `left_behind`
    are the command lines of what had left the group, and was ended with it all the same.
    Raises TestkitError where it cannot be started.
    """

    def __init__(
        self,
        command: str | Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        log: Path,
        talks: bool = False,
        outlived: bool = False,
    ) -> None:
        self.left_behind: list[str] = []
        mark = new_mark()
        if not folder.is_dir():
            raise TestkitError(f"The folder {folder} does not exist; check `cwd` in the app file.")
        given = command if isinstance(command, str) else _executable(command)
        with log.open("ab") as output:
            try:
                self.process = subprocess.Popen(  # noqa: S603 - the command is the user's own
                    given,
                    shell=isinstance(command, str),
                    cwd=folder,
                    env={**environment, MARK: mark},
                    stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                    stdout=subprocess.PIPE if talks else output,
                    stderr=output if talks else subprocess.STDOUT,
                    start_new_session=os.name == "posix",
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                )
            except (OSError, ValueError) as error:
                shown = command if isinstance(command, str) else " ".join(command)
                raise AppStartError(f"{shown!r} cannot be started: {error}.", is_unknown=True) from None
        # The last net: at the end of the kit's own process, and where nobody holds this object any more.
        job = None if outlived else Job.of(self.process)
        self._end = weakref.finalize(self, _end, self.process, job, os.getpid(), mark, self.left_behind)

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself or was ended; None while it runs."""
        return self.process.poll()

    def end(self) -> None:
        """End it with all its children: politely, after 5 s by force. Returns once it is gone."""
        self._end()

    def leave(self) -> None:
        """Let what it started live on: a command that starts an app ends long before it."""
        self._end.detach()


def _executable(command: Sequence[str]) -> list[str]:
    # Windows finds npm.cmd and its like only where the whole name is given.
    found = shutil.which(command[0]) if sys.platform == "win32" else None
    return [found or command[0], *command[1:]]


def _end(
    process: subprocess.Popen[bytes], job: Job | None, owner: int, mark: str, left_behind: list[str]
) -> None:
    if os.getpid() != owner:
        return  # a fork of the kit is not who started it
    if sys.platform == "win32":
        _end_on_windows(process, job)
    else:
        group = process.pid
        _signal(group, signal.SIGTERM)
        if not until(lambda: _is_gone(process, group), GRACE):
            _signal(group, signal.SIGKILL)
            until(lambda: _is_gone(process, group), _AFTER_KILL)
    left_behind += end_leftovers(mark)
    if process.stdin is not None:
        with suppress(OSError):  # the last words to a program that has gone cannot be delivered
            process.stdin.close()


def _end_on_windows(process: subprocess.Popen[bytes], job: Job | None) -> None:
    if process.poll() is None:
        try:
            process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
        except OSError:
            process.terminate()
        until(lambda: process.poll() is not None, GRACE)
    if job is not None:
        job.end()
    if process.poll() is None:
        process.kill()
        process.wait(_AFTER_KILL)


def _lives(group: int) -> bool:
    """Whether one of a group that exists is more than a dead child that nobody has waited for.

    In containers the first process is often one that waits for nobody, and the dead would keep us waiting.
    A process whose first thread has ended looks dead too, and holds its port until the last one has.
    """
    processes = Path("/proc")
    if not (processes / "self" / "stat").exists():
        return True
    for each in processes.iterdir():
        if each.name.isdigit():
            try:
                fields = (each / "stat").read_bytes().rpartition(b")")[2].split()
            except OSError:
                continue  # it ended while we looked
            is_dead = fields[0] in (b"Z", b"X") and int(fields[17]) <= 1
            if int(fields[2]) == group and not is_dead:
                return True
    return False


if sys.platform != "win32":

    def _signal(group: int, number: int) -> None:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            return  # all have gone; macOS refuses where only dead ones are left that nobody has waited for

    def _is_gone(process: subprocess.Popen[bytes], group: int) -> bool:
        if process.poll() is None:
            return False
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return True
        return not _lives(group)
