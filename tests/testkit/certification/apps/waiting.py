"""A small guest app that keeps a text until Mews takes it; restarted, it goes on with what waits, or FORGETS it."""

from __future__ import annotations

import threading
from itertools import count
from typing import Any

import httpx

from tests.testkit.checks.small_app import SmallApp

FIRST_PAUSE = 0.05
LONG = 30.0


class WaitingApp(SmallApp):
    """Answers its guest at once, and tries again with growing pauses."""

    def __init__(self, env: dict[str, str]) -> None:
        super().__init__(env)
        self._kept: list[tuple[Any, str]] = []
        self._go()

    def say(self, guest: Any, text: str) -> None:
        if self._flaw == "slow" and self._threads and self._ended.wait(LONG):
            raise ConnectionError("taken down before the text was stored")
        self._kept.append((guest, text))
        self._news.set()

    def close(self) -> None:
        self._stop()
        super().close()

    def _go(self) -> None:
        self._ended, self._news = threading.Event(), threading.Event()
        self._news.set()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def _stop(self) -> None:
        self._ended.set()
        self._news.set()
        self._worker.join()

    def _work(self) -> None:
        while self._news.wait() and not self._ended.is_set():
            self._news.clear()
            while self._kept and self._sent(*self._kept[0]):
                self._kept.pop(0)

    def _sent(self, guest: Any, text: str) -> bool:
        """Whether Mews has the text now; false where the app is taken down meanwhile."""
        for failures in count():
            if self._ended.is_set():
                return False
            try:
                super().say(guest, text)
            except httpx.HTTPError:
                self._ended.wait(FIRST_PAUSE * 2**failures)
            else:
                return True
        return False


class RestartedApp(WaitingApp):
    """One that can be restarted. FLAW may be `forgets`, or `slow` to take all but the first text."""

    def restart(self) -> None:
        self._stop()
        if self._flaw == "forgets":
            self._kept.clear()
        self._go()
