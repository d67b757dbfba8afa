"""An ASGI app of the user's, served in a thread of its own on a free port."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from mockmews_testkit.errors import AppStartError
from mockmews_testkit.waiting import Deadline, until

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]

_STARTED_WITHIN = 20.0
_ENDED_WITHIN = 5.0
_LOOK_EVERY = 0.002


@contextmanager
def serve_asgi(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serves an ASGI app, with its lifespan, and yields its address: `with serve_asgi(app) as url:`.

    Raises AppStartError where the port is taken, or the app's startup fails.
    """
    bound = _bound(host, port)
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    served = _Thread(server, bound)
    try:
        served.start()
        yield f"http://{host}:{bound.getsockname()[1]}"
    finally:
        served.end()


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise AppStartError(
            f"Cannot serve the app at {host}:{port}: {error.strerror}. Another app listens there: leave the port "
            "out, so that each app gets a free one, and tell its address by mews.webhook_to(url)."
        ) from None


class _Server(uvicorn.Server):
    """uvicorn's, which ends when it is told to and not at its next look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._over: asyncio.Event | None = None

    async def main_loop(self) -> None:
        self._over = asyncio.Event()
        tick = 0
        while not self.should_exit:
            await self.on_tick(tick)
            tick += 10
            try:
                await asyncio.wait_for(self._over.wait(), 1)
            except TimeoutError:
                continue

    def end(self) -> None:
        """On the loop's thread."""
        self.should_exit = True
        if self._over is not None:
            self._over.set()


class _Thread:
    """The server's thread and loop."""

    def __init__(self, server: _Server, bound: socket.socket) -> None:
        self._server = server
        self._bound = bound
        self._loop = asyncio.new_event_loop()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="serve_asgi", daemon=True)

    def start(self) -> None:
        self._thread.start()
        until(lambda: self._server.started or not self._thread.is_alive(), _STARTED_WITHIN, every=_LOOK_EVERY)
        if not self._server.started:
            why = f": {self._error}" if self._error is not None else "; the log above says why"
            raise AppStartError(f"The ASGI app did not start{why}.") from self._error

    def end(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._server.end)
        deadline = Deadline(_ENDED_WITHIN)
        self._thread.join(deadline.left)
        self._bound.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._server.serve(sockets=[self._bound]))
        except BaseException as error:  # also SystemExit, by which uvicorn says that an app did not start
            self._error = error if not isinstance(error, SystemExit) else None
        finally:
            asyncio.set_event_loop(None)
            self._loop.close()
