"""Hearing and speaking by a program in any language, by lines of JSON.

To it: `{"say": text, "guest": {"id", "name"}}`. From it: `{"guest": id, "shown": text, "id": ...}`, or
`{"error": text}`, which is kept as a note.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from mockmews_testkit.errors import AppStartError, Evidence, Failure
from mockmews_testkit.integration.contract import Person, Said, Shown
from mockmews_testkit.integration.log_file import LogFile
from mockmews_testkit.integration.notes import Notes, one_line
from mockmews_testkit.integration.process import Program
from mockmews_testkit.waiting import Stopwatch

_LOOK_EVERY = 0.02
_TAIL = 20
_NO_PROGRAM = (126, 127)
"""With these exit codes a shell says that there is no such program, or that it cannot be executed."""


class CommandEar:
    """The guest's side of the app, as the user's program plays it."""

    inexact_reason = ""
    look_every = _LOOK_EVERY

    def __init__(self, program: Program, log: LogFile, notes: Notes) -> None:
        self._program = program
        self._log = log
        self._notes = notes
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._shown: dict[str, list[Shown]] = {}
        self._reader = threading.Thread(target=self._listen, name="hear: command", daemon=True)
        self._reader.start()

    def say(self, person: Person, text: str) -> Said:
        watch = Stopwatch()
        line = json.dumps({"say": text, "guest": {"id": person.id, "name": person.name}})
        stream = self._program.process.stdin
        assert stream is not None
        try:
            with self._writing:
                stream.write(f"{line}\n".encode())
                stream.flush()
        except (OSError, ValueError):
            return Said(None, watch.seconds * 1000, "the command of `hear` takes no more lines: it has ended")
        return Said(None, watch.seconds * 1000)

    def shown(self, person: Person) -> list[Shown]:
        with self._lock:
            return list(self._shown.get(person.id, ()))

    def check_alive(self) -> None:
        """Raises Failure with its last output where the program has ended by itself.

        AppStartError where the shell knows no such program: that says nothing of the app.
        """
        code = self._program.exit_code
        if code in _NO_PROGRAM:
            said = self._log.tail(1)
            raise AppStartError(f"The command of `hear` cannot be started: {said}", exit_code=code)
        if code is not None:
            evidence = Evidence("Its last output", self._log.tail(_TAIL) or "nothing")
            raise Failure(f"the command of `hear` has ended with exit code {code}", evidence=[evidence])

    def close(self) -> None:
        self._program.end()
        self._reader.join(1)

    def _listen(self) -> None:
        stream = self._program.process.stdout
        assert stream is not None
        with stream:
            for line in stream:
                if line.strip():
                    self._take(line.decode("utf-8", "replace").rstrip("\r\n"))

    def _take(self, line: str) -> None:
        try:
            said: Any = json.loads(line)
        except ValueError:
            said = None
        if isinstance(said, dict) and "error" in said:
            self._notes.add(f"the command of `hear` reported: {one_line(said['error'])}")
        elif isinstance(said, dict) and isinstance(said.get("shown"), str) and "guest" in said:
            number = said.get("id")
            showing = Shown(said["shown"], None if number is None else str(number))
            with self._lock:
                self._shown.setdefault(_guest(said["guest"]), []).append(showing)
        else:
            wanted = '{"guest": id, "shown": text} or {"error": text}'
            self._notes.add(f"the command of `hear` printed {one_line(line)!r}; wanted is {wanted}")


def _guest(given: Any) -> str:
    return str(given.get("id")) if isinstance(given, dict) else str(given)
