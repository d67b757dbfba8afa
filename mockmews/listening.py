"""Listening: a bound socket, and uvicorn on it, which starts and stops at once."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from mockmews.app import App
from mockmews.clock import pause
from mockmews.errors import ServerError
from mockmews.instants import TICKS_PER_SECOND
from mockmews.model import identifiers
from mockmews.upgrades import Protocol

_BACKLOG = 2048
_MOST_CONNECTIONS = 4096  # at once; a request on one more gets 503
_GRACE = 0.2  # seconds that requests in flight have when the server stops
_LOOKS = 20
_LOOK = TICKS_PER_SECOND // 100
_KEEP_ALIVE = 75
_LAST_PORT = 65_535


class Server(uvicorn.Server):
    """uvicorn that starts and stops at once: it waits for events, not for a tenth of a second."""

    def __init__(self, app: App, on_ready: Callable[[], None] | None = None, **config: Any) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="on",
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                backlog=_BACKLOG,
                limit_concurrency=_MOST_CONNECTIONS,
                timeout_keep_alive=_KEEP_ALIVE,
                **config,
            )
        )
        logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)
        self._on_ready = on_ready
        self._stopping: asyncio.Event | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping = asyncio.Event()
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            self._on_ready()

    async def main_loop(self) -> None:
        assert self._stopping is not None
        tick = 0
        while not self.should_exit:
            await self.on_tick(tick)
            tick += 10
            try:
                await asyncio.wait_for(self._stopping.wait(), 1)
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for each in sockets or []:
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            _, late = await asyncio.wait(tuple(self.server_state.tasks), timeout=_GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._connections_end()
        await self.lifespan.shutdown()

    async def _connections_end(self) -> None:
        """Let the last answers leave; a reader that takes nothing would hold its connection for ever."""
        for _ in range(_LOOKS):
            if not self.server_state.connections:
                return
            await pause(_LOOK)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await pause(0)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: they belong to whoever runs this server."""
        yield

    def stop(self) -> None:
        """Stop serving; on the loop's thread."""
        self.should_exit = True
        if self._stopping is not None:
            self._stopping.set()


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """A request that was cut off because the server stops is no error; uvicorn would show a traceback."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ServerError in words where the address cannot be had."""
    try:
        if not 0 <= port <= _LAST_PORT:
            raise OverflowError(f"a port is a number from 0 to {_LAST_PORT}")
        # As bytes where it can be: for a str Python would load its tables of foreign domain names.
        name = host.encode() if host.isascii() else host
        family = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while")[0]
        raise ServerError(
            f"Cannot listen on {host}:{port}: {reason}. Stop what listens there, or choose another "
            "--host or --port (0: any free one)."
        ) from None


def address_of(bound: socket.socket, *, tls: bool = False) -> str:
    """The platform address under which a bound socket is reached from this machine."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the other way round
    return f"http{'s' if tls else ''}://{f'[{host}]' if ':' in host else host}:{port}"


def admin_token_for(bound: socket.socket, wanted: str | None) -> str | None:
    """The token of the control API: a fresh one where others can reach it and none is `wanted`."""
    address = ipaddress.ip_address(bound.getsockname()[0].partition("%")[0])
    return identifiers.fresh_secret() if wanted is None and not address.is_loopback else wanted


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop where it exists."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
