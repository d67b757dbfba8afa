"""An object of the user's that speaks to an app and hears it: `say(guest, text)` and `shown(guest)`."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from typing import Any

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.contract import Person, Said, Shown
from mockmews_testkit.waiting import Stopwatch

Caller = Callable[..., Any]
"""Calls a function with arguments, in the thread that the function wants."""

_LOOK_EVERY = 0.05


class Adapter:
    """What the user's object does, plain or asynchronous; `name` is how messages call it.

    Plain methods are called by `call`, which is in the thread that asks unless it knows better, asynchronous
    ones on a loop of their own. Raises TestkitError where it has no `shown`.
    """

    inexact_reason = ""
    look_every = _LOOK_EVERY

    def __init__(self, made: Any, *, name: str, loop: Loop | None = None, call: Caller | None = None) -> None:
        self._made = made
        self._name = name
        self._call = call or _called_here
        self._loop = loop or Loop()
        if not callable(getattr(made, "shown", None)):
            self._loop.close()
            raise TestkitError(
                f"{name} has no shown(guest) that returns a list of texts. A web app itself has none: give an object "
                "that writes and reads in it as a guest does; serve_asgi(app) serves it."
            )

    @property
    def url(self) -> str | None:
        """Where the app answers, if the object knows."""
        url = getattr(self._made, "url", None)
        return url if isinstance(url, str) else None

    def say(self, person: Person, text: str) -> Said:
        """The guest writes."""
        say = self._method("say")
        watch = Stopwatch()
        try:
            answer = self._result(say, person, text)
        except Exception as error:
            problem = f"{self._name}.say raised {described(error)}"
            return Said(None, watch.seconds * 1000, problem, cause=error)
        status = getattr(answer, "status_code", getattr(answer, "status", None))  # of HTTP clients' answers
        return Said(status if isinstance(status, int) else None, watch.seconds * 1000)

    def shown(self, person: Person) -> list[Shown]:
        """All that was shown to this guest so far, in order."""
        texts = self._result(self._made.shown, person)
        if not isinstance(texts, list | tuple) or not all(isinstance(each, str) for each in texts):
            raise TestkitError(f"{self._name}.shown returned {texts!r}; return a list of texts.")
        return [Shown(text) for text in texts]

    @property
    def waits(self) -> bool:
        """Whether it is waited for what was shown."""
        return inspect.iscoroutinefunction(self._made.shown)

    @property
    def can_restart(self) -> bool:
        """Whether it has a `restart`."""
        return callable(getattr(self._made, "restart", None))

    def restart(self) -> None:
        """Restart the app. TestkitError where the object cannot."""
        self._result(self._method("restart"))

    def close(self) -> None:
        """End the app, where the object says how, and the loop."""
        close = getattr(self._made, "close", None)
        try:
            if callable(close):
                self._result(close)
        finally:
            self._loop.close()

    def _result(self, method: Callable[..., Any], *arguments: Any) -> Any:
        return self._loop.result(self._call(method, *arguments))

    def _method(self, name: str) -> Any:
        method = getattr(self._made, name, None)
        if not callable(method):
            raise TestkitError(f"{self._name} has no {name}(); add it, or {name}: to the app file.")
        return method


def _called_here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def described(error: Exception) -> str:
    """An exception of the user's, in one line."""
    return f"{type(error).__name__}: {error}"


class Loop:
    """An event loop in a thread of its own, for what is asynchronous; started when it is needed first."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def result(self, value: Any) -> Any:
        """The value, awaited where it is awaitable."""
        if not inspect.isawaitable(value):
            return value
        with self._lock:
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
