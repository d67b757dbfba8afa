"""A guest's turn: the texts of a step, spoken here, or in a thread while others go on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mockmews_testkit.scenario.document import GuestWrites
from mockmews_testkit.scenario.lines import Cast, Spoken


class Turn:
    """Speaks the texts of a step one after the other, with `at_once` in a thread of its own.

    `since` is the last journal entry before the first of them.
    """

    def __init__(self, cast: Cast, step: GuestWrites, speak: Callable[[str], Spoken], *, since: int) -> None:
        self.cast = cast
        self.step = step
        self.since = since
        self._speak = speak
        self._spoken: list[Spoken] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._write, name="guest", daemon=True)
        if step.at_once:
            self._thread.start()
        else:
            self._write()

    @property
    def is_over(self) -> bool:
        """Whether the app has answered to the last text."""
        return not self._thread.is_alive()

    def spoken(self) -> list[Spoken]:
        """What was spoken, once the app has answered. Raises what speaking raised."""
        if self.step.at_once:
            self._thread.join()
        if self._error is not None:
            raise self._error
        return self._spoken

    def _write(self) -> None:
        try:
            for text in self.step.texts:
                self._spoken.append(self._speak(text))
        except Exception as error:  # it is raised again where the answer is asked for
            self._error = error
