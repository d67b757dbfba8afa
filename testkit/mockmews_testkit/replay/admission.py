"""Admission: plays begin a few at a time, however many may be under way at once.

A play that begins starts an app, or gives one its first guest: work for the machine, the fake and the app. Let
hundreds begin at once, and each of them waits for all others; an app then looks slow, and answers its webhooks
too late, for no fault of its own. So the next play begins when one that began before has its first line answered.
What the machine answers sets the pace: plays that wait for something cost nothing, and any number of them may.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mockmews_testkit.waiting import Deadline

AT_THE_DOOR = 8
"""Plays that may be between their beginning and their first answered line."""
LONGEST = 1.0
"""Seconds after which a story that has begun keeps no other one waiting: its first line may take its time."""


class Beginning:
    """A play at the door."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._deadline: Deadline | None = None

    def story_begins(self) -> None:
        """Its app is up; from now on it keeps nobody waiting for long."""
        self._deadline = self._deadline or Deadline(LONGEST)
        self._admission.look_again()

    def is_under_way(self) -> None:
        """Its first line was answered, or the play is over; may be said more than once."""
        self._admission.leave(self)

    @property
    def left(self) -> float | None:
        """Seconds for which it still may keep others waiting; None: as long as its app needs to start."""
        return None if self._deadline is None else self._deadline.left


class Admission:
    """The door through which all plays of a run go."""

    def __init__(self, at_the_door: int = AT_THE_DOOR) -> None:
        self._most = at_the_door
        self._changed = threading.Condition()
        self._beginning: list[Beginning] = []
        self._is_over = False

    @contextmanager
    def begin(self) -> Iterator[Beginning]:
        """Wait for a place at the door, and keep it until the play is under way, or over."""
        mine = Beginning(self)
        with self._changed:
            while not self._is_over and (wait := self._wait()) != 0:
                self._changed.wait(wait)
            self._beginning.append(mine)
        try:
            yield mine
        finally:
            self.leave(mine)

    def leave(self, beginning: Beginning) -> None:
        """A place is free, if this play still had one."""
        with self._changed:
            if beginning in self._beginning:
                self._beginning.remove(beginning)
                self._changed.notify()

    def look_again(self) -> None:
        """A story has begun: who waits may know now for how long."""
        with self._changed:
            self._changed.notify()

    def close(self) -> None:
        """Nobody waits any more: the run is over."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _wait(self) -> float | None:
        """Seconds until a place may be free: 0 at once, None until somebody says so."""
        self._beginning = [each for each in self._beginning if each.left != 0]
        if len(self._beginning) < self._most:
            return 0
        return min((each.left for each in self._beginning if each.left is not None), default=None)
