"""Worlds whose test is over: they refuse every call, and tell of those that came all the same."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from mockmews import ControlMethods, MockMewsError

_MOST = 2000


@dataclass(frozen=True, slots=True)
class Late:
    """Calls with the tokens of a test that was over."""

    test: str
    calls: str

    def __str__(self) -> str:
        return f"{self.test}: {self.calls}. End the app in the teardown of mews_app: it outlives its test."


class Retired:
    """Remembers worlds, the newest of very many, and looks what became of them."""

    def __init__(self, control: ControlMethods) -> None:
        self._control = control
        self._worlds: deque[tuple[str, str]] = deque()
        self._late: list[Late] = []

    def add(self, test: str, integration: str) -> None:
        """One more test is over."""
        self._worlds.append((test, integration))
        if len(self._worlds) > _MOST:
            self._look(*self._worlds.popleft())

    def close(self) -> list[Late]:
        """Delete all; what came late."""
        while self._worlds:
            self._look(*self._worlds.popleft())
        return self._late

    def _look(self, test: str, integration: str) -> None:
        with suppress(MockMewsError):  # a fake that has gone tells nothing more
            calls = Counter(self._calls(integration))
            if calls:
                told = ", ".join(
                    f"{name} ({count} times)" if count > 1 else name for name, count in calls.items()
                )
                self._late.append(Late(test, told))
            self._control.delete_integration(integration)

    def _calls(self, integration: str) -> Iterator[str]:
        for each in self._control.journal(integration, kinds=("request",))["entries"]:
            yield each.get("operation") or f"{each.get('method')} {each.get('path')}"
