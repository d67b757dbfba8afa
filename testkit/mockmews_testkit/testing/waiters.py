"""Waiting in tests of both kinds: blocking ones, and coroutines, whose loop must go on meanwhile."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from mockmews_testkit.durations import TICKS_PER_SECOND, Duration, parse
from mockmews_testkit.errors import UsageError
from mockmews_testkit.reading.findings import NOWHERE, Source

Given = ParamSpec("Given")
Result = TypeVar("Result")

Span = float | str | timedelta
"""Seconds, a duration such as `500ms`, or a timedelta."""

Within = Span | None
"""None: what the app file says, else 5 s."""

_OURS = str(Path(__file__).resolve().parents[1])
_LOOK_EVERY = 0.5
_LONGEST = 366 * 86_400


@dataclass(frozen=True, slots=True)
class _Home:
    """The event loop of a test: how another thread has something called on it, and whether it still goes on."""

    call_soon: Callable[[Callable[[], None]], object]
    goes_on: Callable[[], bool]


_home: ContextVar[_Home | None] = ContextVar("mockmews_home", default=None)


def refuse_in_coroutine(blocking: str, awaited: str) -> None:
    """Raises UsageError where a coroutine is about to block its own loop.

    A loop that is merely there, as Playwright's synchronous interface leaves one, is none of a coroutine's.
    """
    __tracebackhide__ = True
    if _is_task():
        raise UsageError(
            f"{blocking} waits, and would stop the event loop that this coroutine runs on, "
            f"with everything else on it. Write: await {awaited}"
        )


async def in_a_thread(function: Callable[Given, Result], *given: Given.args, **more: Given.kwargs) -> Result:
    """What a blocking function returns, while the loop goes on."""
    __tracebackhide__ = True
    trio = _running_trio()
    token = _home.set(_trio_home(trio) if trio else _asyncio_home())
    try:
        if trio:
            result: Result = await trio.to_thread.run_sync(partial(function, *given, **more))
            return result
        return await asyncio.to_thread(function, *given, **more)
    finally:
        _home.reset(token)


def at_home(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of the test's in the test's own thread, also where we wait in another one for it."""
    home = _home.get()
    if home is None:
        return function(*arguments)
    done: Future[Any] = Future()

    def call() -> None:
        try:
            done.set_result(function(*arguments))
        except BaseException as error:  # it is raised again where the result is waited for
            done.set_exception(error)

    home.call_soon(call)
    while True:
        try:
            return done.result(_LOOK_EVERY)
        except TimeoutError:
            if done.done() or not home.goes_on():
                raise


def _is_task() -> bool:
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return _running_trio() is not None


def _asyncio_home() -> _Home:
    loop = asyncio.get_running_loop()
    return _Home(loop.call_soon_threadsafe, loop.is_running)


def _running_trio() -> Any | None:
    """trio, where it runs the code that asks; it is not imported for the question."""
    trio: Any = sys.modules.get("trio")
    try:
        return trio if trio is not None and trio.lowlevel.current_task() else None
    except RuntimeError:
        return None


def _trio_home(trio: Any) -> _Home:
    token = trio.lowlevel.current_trio_token()

    def goes_on() -> bool:
        try:
            token.run_sync_soon(lambda: None)
        except trio.RunFinishedError:
            return False
        return True

    return _Home(token.run_sync_soon, goes_on)


def here() -> Source:
    """The line of the test that called us."""
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to ask who calls
    while frame is not None and frame.f_code.co_filename.startswith(_OURS) and frame.f_back is not None:
        frame = frame.f_back
    file = Path(frame.f_code.co_filename)
    try:
        name = file.relative_to(Path.cwd()).as_posix()
    except ValueError:
        name = str(file)
    return Source(name, frame.f_lineno, 1) if frame.f_lineno else NOWHERE


def worded(given: object, where: str) -> str:
    """A text of the conversation. Raises UsageError where it is something else: nobody can say that."""
    if not isinstance(given, str):
        raise UsageError(f"{where}: {given!r} is no text; write one str, such as 'Hi!'.")
    return given


def ticks(given: Span, name: str = "within") -> Duration:
    """A duration as the scenario's steps take it. Raises UsageError, with the name of what was given."""
    if isinstance(given, timedelta):
        given = given.total_seconds()
    if isinstance(given, str):
        try:
            return parse(given)
        except ValueError as error:
            raise UsageError(f"{name}: {error}.") from None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= _LONGEST:
        raise UsageError(
            f"{name}: {given!r} is no length of time; write seconds from 0, or a text such as '500ms' or '2m'."
        )
    return round(given * TICKS_PER_SECOND)


def ticks_within(given: Within) -> Duration | None:
    """How long to wait; None: as the app file says. Raises UsageError."""
    return None if given is None else ticks(given)
