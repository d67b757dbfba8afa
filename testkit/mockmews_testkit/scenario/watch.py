"""What the kit knows of one world: the fake's journal, read as it grows, and what the app has shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from mockmews import ControlError, ControlMethods
from mockmews_testkit.waiting import Stopwatch

Json = dict[str, Any]

APPLICATION = "Application"
ENTERPRISE = "Enterprise"
_NOTHING_NEW = 408


class Watch:
    """Reads the journal of an integration. Entries are the control API's JSON, oldest first.

    A request stands in the journal before it is answered, so entries still open are read again. Several
    threads may look at a time; each news is told to one of them.
    """

    def __init__(self, control: ControlMethods, integration: str, *, since: int = 0) -> None:
        self._control = control
        self._integration = integration
        self._last = since
        self._stopwatch = Stopwatch()
        self._ahead: float | None = None
        self._lock = threading.Lock()
        self.since = since
        self.looks = 0
        self.entries: dict[int, Json] = {}
        self._open: set[int] = set()

    def look(self, wait: float = 0) -> list[Json]:
        """What is new, or newly answered; waits up to `wait` seconds where nothing is."""
        found = self._read()
        if found or wait <= 0:
            return found
        try:
            self._control.wait(
                self._integration, {}, since=self._last, timeout=f"{max(1, round(wait * 1000))}ms"
            )
        except ControlError as error:
            if error.status != _NOTHING_NEW:
                raise
        return self._read()

    def of(self, kind: str, *, since: int = 0) -> Iterator[Json]:
        """Entries of one kind with a number above `since`."""
        return (
            each for each in list(self.entries.values()) if each["kind"] == kind and each["number"] > since
        )

    def messages(self, sender: str, *, since: int = 0) -> list[Json]:
        """Messages that this sender added to Mews."""
        return [each for each in self.of("message", since=since) if each["sender"] == sender]

    @property
    def last(self) -> int:
        """The number of the newest entry read."""
        return self._last

    @property
    def seconds(self) -> float:
        """Real seconds since this watch began."""
        return self._stopwatch.seconds

    def elapsed(self, seconds: float) -> float:
        """A moment of this watch in seconds of the journal; a little less, never more."""
        return max(0.0, seconds - (self._ahead or 0.0))

    def _read(self) -> list[Json]:
        with self._lock:
            return self._news()

    def _news(self) -> list[Json]:
        since = min(self._open, default=self._last + 1) - 1
        found = self._control.journal(self._integration, since=since)["entries"]
        news = []
        for entry in found:
            number = entry["number"]
            is_open = entry["kind"] == "request" and "status" not in entry
            if is_open:
                self._open.add(number)
            elif number in self._open:
                self._open.discard(number)
                news.append(entry)
            elif number > self._last:
                news.append(entry)
            if number not in self.entries:
                # What was read just now happened before: the least difference is the best known.
                ahead = self.seconds - entry["elapsed"]
                self._ahead = ahead if self._ahead is None else min(self._ahead, ahead)
            self.entries[number] = entry
            self._last = max(self._last, number)
        self.looks += 1
        return news
