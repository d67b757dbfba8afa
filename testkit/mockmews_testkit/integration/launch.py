"""The life of an app's processes: started, ready, down, up again, and ended."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from mockmews_testkit import durations
from mockmews_testkit.errors import AppStartError, Evidence, Failure, TestkitError
from mockmews_testkit.integration.description import Command, Description
from mockmews_testkit.integration.log_file import LogFile, LogSearch
from mockmews_testkit.integration.ports import Port
from mockmews_testkit.integration.process import Program
from mockmews_testkit.integration.requests import Http, Request
from mockmews_testkit.integration.url import fill_url, host_and_port, without_query
from mockmews_testkit.integration.variables import Template
from mockmews_testkit.reading.matchers import Matches
from mockmews_testkit.waiting import Deadline, sleep, until

TAIL = 20
_LOOK_EVERY = 0.02
_STARTED_WITHIN = 20 * durations.TICKS_PER_SECOND
_RUNNING_WITHIN = 2 * durations.TICKS_PER_SECOND
_ONE_LOOK = 2.0
_COMMAND_WITHIN = 120.0
_LOCAL = ("127.0.0.1", "localhost", "::1")


class Launch:
    """The app's own processes. `values` are the run's variables; the address is added once it is known."""

    def __init__(self, described: Description, values: dict[str, str], *, log: LogFile, http: Http) -> None:
        self._described = described
        self._values = values
        self._log = log
        self._http = http
        self._program: Program | None = None
        self.left_behind: list[str] = []
        self._search = LogSearch(log)
        self._down = False
        self._last_status: int | None = None
        self._port = Port() if described.uses_port else None
        if self._port is not None:
            values["app.port"] = str(self._port.number)
        if described.url is not None:
            values["app.url"] = fill_url(described.url, values)
        elif described.uses_port:
            values["app.url"] = f"http://127.0.0.1:{values['app.port']}"

    def environment(self) -> dict[str, str]:
        """What the app finds in its environment."""
        given = {name: template.fill(self._values) for name, template in self._described.env.items()}
        # A Python app's words would else stay in its buffer, as its output is a file.
        return {"PYTHONUNBUFFERED": "1", **os.environ, **given}

    def start(self) -> None:
        """Start the app, where that is the kit's task."""
        if self._described.start is not None:
            if self._program is None:
                self._refuse_taken_port()
            self._search = LogSearch(self._log)
            self._program = self.program(self._described.start)
        self._down = False

    def program(self, command: Command, *, talks: bool = False, outlived: bool = False) -> Program:
        """A program in the app's folder, with its environment."""
        filled = (
            command.fill(self._values)
            if isinstance(command, Template)
            else [each.fill(self._values) for each in command]
        )
        folder = self._described.folder / self._described.cwd.fill(self._values)
        return Program(
            filled,
            folder=folder,
            environment=self.environment(),
            log=self._log.path,
            talks=talks,
            outlived=outlived,
        )

    def await_ready(self) -> None:
        """Raises TestkitError with the last output where the app ends or is not ready in time."""
        ready = self._described.ready
        within = ready.within if ready else _STARTED_WITHIN if self._program else _RUNNING_WITHIN
        deadline = Deadline(durations.seconds(within))
        while True:
            over = deadline.over
            missing = self._missing()
            if missing is None:
                return
            if self._program is not None and self._program.exit_code is not None:
                code = self._program.exit_code
                raise self._not_started(f"ended with exit code {code} before it was ready", exit_code=code)
            if over:
                longer = "raise `within` of `ready`" if ready else "set `ready` with a longer `within`"
                problem = (
                    f"is not ready within {durations.render(within)}: {missing}. "
                    f"If it needs longer to start, {longer} in the app file"
                )
                raise self._not_started(problem, status=self._last_status)
            sleep(_LOOK_EVERY)

    def check_alive(self) -> None:
        """Raises Failure with its last output where the app has ended by itself."""
        if self._program is None or self._down or self._program.exit_code is None:
            return
        evidence = Evidence("Its last output", self._log.tail(TAIL) or "nothing")
        summary = f"{self._described.name} has ended by itself with exit code {self._program.exit_code}"
        raise Failure(summary, evidence=[evidence], source=str(self._described.path))

    def stop(self) -> None:
        """The app goes down."""
        self._down = True
        if self._program is not None:
            self._end(self._program)
        else:
            self._run("stop", self._described.stop)

    def go(self) -> None:
        """It comes up, and is ready when this returns."""
        if self._program is not None:
            self._end(self._program)
            self.start()
        else:
            self._run("go", self._described.go)
            self._down = False
        self.await_ready()

    def restart(self) -> None:
        """Down and up again."""
        if self._program is None and self._described.restart is not None:
            self._run("restart", self._described.restart)
            self.await_ready()
        else:
            self.stop()
            self.go()

    @property
    def can_restart(self) -> bool:
        """Whether the app file says how the app goes down and up."""
        described = self._described
        return described.can_go_down or described.restart is not None

    def close(self) -> None:
        """End all that was started."""
        self._down = True
        if self._program is not None:
            self._end(self._program)
        if self._port is not None:
            self._port.release()

    def _end(self, program: Program) -> None:
        program.end()
        self.left_behind += program.left_behind
        program.left_behind.clear()

    def _run(self, key: str, command: Command | None) -> None:
        if command is None:
            raise TestkitError(
                f"{self._described.path}: {self._described.name} was not started by the kit, so it cannot "
                f"{key} it; add start:, or {key}: with the command that does."
            )
        program = self.program(command, outlived=True)
        until(lambda: program.exit_code is not None, _COMMAND_WITHIN, every=_LOOK_EVERY)
        code = program.exit_code
        if code is None:
            program.end()
        program.leave()
        if code != 0:
            how = (
                f"did not end within {_COMMAND_WITHIN:g} s"
                if code is None
                else f"ended with exit code {code}"
            )
            raise TestkitError(f"The command of {key}: {how}.{self._last_output()}")

    def _missing(self) -> str | None:
        """What is not yet as a ready app's; None where it is ready."""
        ready = self._described.ready
        if ready is not None and ready.log is not None:
            return self._unprinted(ready.log)
        if ready is not None and ready.get is not None:
            request = Request(method="get", url=ready.get).fill(self._values)
            answer = self._http.send(request, within=_ONE_LOOK)
            self._last_status = answer.status
            if answer.status is not None and answer.status < 400:
                return None
            return answer.error or f"{request} answered {answer.status}"
        return self._unconnected()

    def _unprinted(self, pattern: Matches) -> str | None:
        groups = self._search.groups(pattern)
        if groups is None:
            return f"{pattern.pattern} is not in its output"
        if "app.url" not in self._values and groups:
            url = f"http://127.0.0.1:{groups[0]}" if groups[0].isdigit() else groups[0]
            if host_and_port(url) is not None:
                self._values["app.url"] = url.rstrip("/")
        return None

    def _refuse_taken_port(self) -> None:
        """Two apps cannot listen on one port: the second would never be spoken to, and the first mistaken for it."""
        url = self._values.get("app.url", "")
        address = host_and_port(url)
        if self._described.uses_port or address is None or address[0] not in _LOCAL:
            return
        try:
            socket.create_connection(address, timeout=_ONE_LOOK).close()
        except OSError:
            return
        raise AppStartError(
            f"{self._described.path}: something listens at {without_query(url)} already, so "
            f"{self._described.name} cannot be started there. Stop it, or let each copy have a port of its own: "
            "give the app ${app.port}, and leave app.url out."
        )

    def _unconnected(self) -> str | None:
        url = self._values.get("app.url") or fill_url(self._described.webhook, self._values)
        address = host_and_port(url)
        if address is None:
            return None
        try:
            socket.create_connection(address, timeout=_ONE_LOOK).close()
        except OSError as error:
            return f"nothing listens at {without_query(url)} ({error})"
        return None

    def _not_started(
        self, problem: str, *, exit_code: int | None = None, status: int | None = None
    ) -> AppStartError:
        text = f"{self._described.name} {problem}.{self._last_output()}"
        return AppStartError(text, exit_code=exit_code, status=status, output=self._log.tail(TAIL))

    def _last_output(self) -> str:
        tail = self._log.tail(TAIL)
        lines = "".join(f"\n  {line}" for line in tail.splitlines())
        return f" Its last output:{lines}" if tail else " It printed nothing."


def place_values(environment: Mapping[str, str], run_dir: Path) -> dict[str, str]:
    """The variables that need no fake."""
    return {
        **{f"env.{name}": value for name, value in environment.items()},
        "python": sys.executable,
        "run.dir": str(run_dir.resolve()),
    }
