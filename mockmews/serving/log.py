"""The log on standard error: one short line, or one JSON object, for each request and webhook attempt.

It reads journals and nothing else, and shows neither tokens nor what guests write. Lines are written by a
thread of their own: where nobody reads a pipe, lines are lost, and the server goes on.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from typing import Any

from mockmews import instants
from mockmews.instants import Instant
from mockmews.model.journal import JournalEntry
from mockmews.wire.journal import mask

_MOST_LINES = 10_000
_MOST_AT_ONCE = 500
_LONGEST = 500
_PATIENCE = 0.3  # seconds that the last lines have to be read when the server ends
_NAP = 0.02  # seconds in which lines gather, so that a busy server does not wake the thread for each

Write = Callable[[str], None]


class Writer:
    """Writes lines to a file descriptor without ever holding up its caller."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: queue.Queue[str | None] = queue.Queue(_MOST_LINES)
        self._lost = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mockmews-log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Write one line soon; drop it where ten thousand wait already."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._lost += 1

    def close(self) -> None:
        """Write what waits, unless nobody reads it."""
        self._ending.set()
        try:
            self._lines.put(None, timeout=_PATIENCE)
        except queue.Full:
            return
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        going_on = True
        while going_on:
            lines = self._gathered()
            if lines[-1] is None:
                going_on = False
            text = "".join(f"{line}\n" for line in lines if line is not None)
            rest = text.encode("ascii", "backslashreplace")
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                return
            self._ending.wait(_NAP)

    def _gathered(self) -> list[str | None]:
        """The next line and those that wait behind it; None stands for the end."""
        lines = [self._lines.get()]
        with contextlib.suppress(queue.Empty):
            while lines[-1] is not None and len(lines) < _MOST_AT_ONCE:
                lines.append(self._lines.get_nowait())
        if self._lost:
            lost, self._lost = self._lost, 0
            lines.insert(0, f"mockmews: {lost} lines of this log were lost, because nobody read them")
        return lines


class TextLog:
    """Lines for people: `POST messages/add 200 1.2 ms`, then the hint where there is one."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def entry(self, entry: JournalEntry) -> None:
        """Show a journal entry, if it is a request that was answered or a webhook attempt."""
        facts = entry.facts
        if entry.kind == "attempt":
            status = "none" if facts["status"] is None else facts["status"]
            more = [_shown(facts["url"])]
            if facts["state"] != "delivered":
                more.append(_shown(facts["error"] or "not a 2xx") + f" ({facts['state']})")
            self._write(f"POST webhook {status} {facts['milliseconds']:.1f} ms  {'  '.join(more)}")
        elif entry.kind == "request" and "status" in facts:
            name = facts["operation"] or _shown(facts["path"])
            hint = f"  {_shown(facts['hint'])}" if facts["hint"] else ""
            took = f"{facts['milliseconds']:.1f} ms"
            self._write(f"{facts['method']} {name} {facts['status'] or 'no answer'} {took}{hint}")

    def event(self, name: str, **facts: Any) -> None:
        """Starts and stops are not shown here: the banner says the one, the prompt the other."""

    def warning(self, level: str, text: str) -> None:
        """Show what a library, or a fault of our own, has to say."""
        self._write(f"mockmews: {level}: {text}")


class JsonLog:
    """One JSON object a line, for programs."""

    def __init__(self, write: Write, now: Callable[[], Instant]) -> None:
        self._write = write
        self._now = now

    def entry(self, entry: JournalEntry) -> None:
        """Show a journal entry, if it is a request that was answered or a webhook attempt."""
        facts = entry.facts
        if entry.kind == "attempt":
            self.event(
                "attempt",
                delivery=facts["delivery_id"],
                number=facts["attempt"],
                cause=facts["attempt_cause"],
                url=_shown(facts["url"]),
                status=facts["status"],
                milliseconds=facts["milliseconds"],
                error=facts["error"] and _shown(facts["error"]),
                state=facts["state"],
            )
        elif entry.kind == "request" and "status" in facts:
            self.event(
                "request",
                method=facts["method"],
                operation=facts["operation"],
                path=None if facts["operation"] else _shown(facts["path"]),
                status=facts["status"],
                milliseconds=round(facts["milliseconds"], 3),
                request_id=facts["request_id"],
                hint=facts["hint"] and _shown(facts["hint"]),
            )

    def event(self, name: str, **facts: Any) -> None:
        """Show that something happened."""
        time = instants.render_exactly(self._now())
        self._write(json.dumps({"event": name, "time": time, **facts}))

    def warning(self, level: str, text: str) -> None:
        """Show what a library, or a fault of our own, has to say."""
        self.event("log", level=level, text=text)


Log = TextLog | JsonLog


class Handler(logging.Handler):
    """Leads what Python's own logging has to say, from warnings on, into our log."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.warning(record.levelname.lower(), self.format(record))


def _shown(text: str) -> str:
    """A text as a log may carry it: tokens masked, ASCII, without control characters, bounded."""
    masked = mask(text[:_LONGEST]) if len(text) > _LONGEST else mask(text)
    return masked.encode("unicode_escape").decode("ascii")[:_LONGEST]
