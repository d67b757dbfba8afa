"""Hearing and speaking by an object in Python: `say(guest, text)` and `shown(guest) -> list[str]`."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.contract import Person, Said, Shown
from mockmews_testkit.waiting import Stopwatch

_LOOK_EVERY = 0.05


class CallableEar:
    """The user's adapter. A class or a function is called first, with the filled `env` of the app file."""

    inexact_reason = ""
    look_every = _LOOK_EVERY

    def __init__(self, place: str, *, folder: Path, environment: Mapping[str, str]) -> None:
        self._place = place
        self._loop = _Loop()
        try:
            found = _find(place, folder)
            self._adapter = self._made(found, environment)
            if not callable(getattr(self._adapter, "shown", None)):
                raise TestkitError(f"hear: python: {place} has no shown(guest) that returns a list of texts.")
        except BaseException:
            self._loop.close()
            raise

    @property
    def url(self) -> str | None:
        """Where the app answers, if the adapter knows."""
        url = getattr(self._adapter, "url", None)
        return url if isinstance(url, str) else None

    def say(self, person: Person, text: str) -> Said:
        say = self._method("say")
        watch = Stopwatch()
        try:
            self._loop.result(say(person, text))
        except Exception as error:
            return Said(None, watch.seconds * 1000, f"{self._place}.say raised {_named(error)}")
        return Said(None, watch.seconds * 1000)

    def shown(self, person: Person) -> list[Shown]:
        texts = self._loop.result(self._adapter.shown(person))
        if not isinstance(texts, list | tuple) or not all(isinstance(each, str) for each in texts):
            raise TestkitError(f"{self._place}.shown returned {texts!r}; return a list of texts.")
        return [Shown(text) for text in texts]

    def restart(self) -> None:
        """Restart the app. TestkitError where the adapter cannot."""
        self._loop.result(self._method("restart")())

    def close(self) -> None:
        close = getattr(self._adapter, "close", None)
        try:
            if callable(close):
                self._loop.result(close())
        finally:
            self._loop.close()

    def _made(self, found: Any, environment: Mapping[str, str]) -> Any:
        if hasattr(found, "shown") and not isinstance(found, type):
            return found
        try:
            return self._loop.result(found(dict(environment)))
        except Exception as error:
            raise TestkitError(f"hear: python: {self._place} raised {_named(error)}.") from error

    def _method(self, name: str) -> Any:
        method = getattr(self._adapter, name, None)
        if not callable(method):
            raise TestkitError(
                f"hear: python: {self._place} has no {name}(); add it, or {name}: to the app file."
            )
        return method


def _find(place: str, folder: Path) -> Any:
    module, _, name = place.partition(":")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))  # as `python -m` does; modules may be imported later too
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise TestkitError(
            f"hear: python: {place} cannot be loaded from {folder}: {_named(error)}."
        ) from error
    return found


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


class _Loop:
    """An event loop in a thread of its own, for the asynchronous ones; started when it is needed first."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def result(self, value: Any) -> Any:
        """The value, awaited where it is awaitable."""
        if not inspect.isawaitable(value):
            return value
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="adapter", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(_awaited(value), self._loop).result()

    def close(self) -> None:
        """End the thread; tasks that still run are cancelled."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(_cancelled(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = None


async def _awaited(value: Any) -> Any:
    return await value


async def _cancelled() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
