"""MockMewsServer: the fake in a thread of its own, and its control API for the same process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Any, Self

import msgspec
from msgspec.structs import replace

from mockmews.app import App, Options
from mockmews.client import checked, json_bytes
from mockmews.control_methods import PREFIX, ControlMethods, Json
from mockmews.errors import ServerError
from mockmews.listening import Server, address_of, admin_token_for, bind, new_loop
from mockmews.model.replies import MessageFacts, OwnResponder
from mockmews.settings import Settings
from mockmews.wire.reply_rules import read_rules, write_rules
from mockmews.wire.responses import encode

_STOPPED = "This server has stopped."


class MockMewsServer:
    """A fake Mews in a thread of this process.

    >>> with MockMewsServer() as mews:
    ...     world = mews.control.create_integration(webhook_url="http://127.0.0.1:9000/hooks")

    `url` is the platform address, `control` the control API without HTTP. Port 0 takes any free one.
    `reply_rules` are those of the demo hotels. A `responder` answers there in their place: it is given the
    facts of a message on the server's thread, and returns None (silent), a text, several, or a dict of
    `say`, `after` and `then`; it must not call this server. Where others can reach `host`, the control API
    asks for `admin_token`, which is made where none is given. Raises ServerError where the address is taken,
    StoreError where the database cannot be used.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: Settings | None = None,
        db: str = ":memory:",
        webhook_url: str | None = None,
        seed: int | None = None,
        reply_rules: Iterable[dict[str, Any]] = (),
        responder: Callable[[MessageFacts], object] | None = None,
        allow_hosts: Iterable[str] = (),
        admin_token: str | None = None,
        insecure_webhooks: bool = False,
    ) -> None:
        self._options = Options(
            settings=settings or Settings(),
            db=db,
            webhook_url=webhook_url,
            seed=seed,
            demo_rules=tuple(write_rules(read_rules(list(reply_rules), where="reply_rules"))),
            demo_responder=None if responder is None else OwnResponder(_name_of(responder), responder),
            allow_hosts=frozenset(allow_hosts),
            admin_token=admin_token,
            insecure_webhooks=insecure_webhooks,
        )
        self._address = (host, port)
        self._running: _Running | None = None

    def start(self) -> Self:
        """Serve; returns once requests are answered."""
        if self._running is None:
            self._running = _Running(self._options, bind(*self._address))
        return self

    def stop(self) -> None:
        """End at once: attempts and requests in flight are aborted."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    @property
    def url(self) -> str:
        """The platform address, `http://127.0.0.1:PORT`."""
        return self._started.url

    @property
    def control_url(self) -> str:
        """The control API's address."""
        return self.url + PREFIX

    @property
    def admin_token(self) -> str | None:
        """What the control API asks for over HTTP; None where it asks for nothing."""
        return self._started.admin_token

    @property
    def control(self) -> ControlMethods:
        """The control API without HTTP, for any thread but the server's own."""
        return self._started.control

    @property
    def _started(self) -> _Running:
        if self._running is None:
            raise ServerError("This server is not running. Use it in a `with`, or call start() first.")
        return self._running

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _name_of(function: Callable[..., object]) -> str:
    return str(getattr(function, "__qualname__", type(function).__name__))


class _Running:
    """One run of a server: its loop and its thread."""

    def __init__(self, options: Options, bound: socket.socket) -> None:
        try:
            self.admin_token = admin_token_for(bound, options.admin_token)
            self._app = App(replace(options, admin_token=self.admin_token))
        except BaseException:
            bound.close()
            raise
        self.url = address_of(bound)
        self._loop = new_loop()
        ready = threading.Event()
        self._server = Server(self._app, ready.set)
        self._thread = threading.Thread(target=self._run, args=(bound, ready), name="mockmews", daemon=True)
        self._thread.start()
        ready.wait()
        if not self._server.started:
            raise ServerError("The server ended while starting; its log says why.")
        self.control = LocalControl(self.url, self._app, self._loop)

    def stop(self) -> None:
        self.control.abandon()
        with contextlib.suppress(RuntimeError):  # the loop may have ended by itself
            self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join()

    def _run(self, bound: socket.socket, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._server.serve(sockets=[bound]))
        finally:
            asyncio.set_event_loop(None)
            self._loop.close()
            ready.set()


class LocalControl(ControlMethods):
    """The control API of a server in this process: the same methods, without HTTP."""

    def __init__(self, url: str, app: App, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(url)
        self._app = app
        self._loop = loop
        self._lock = threading.Lock()
        self._calls: set[Future[tuple[int, Json]]] = set()
        self._is_over = False

    def abandon(self) -> None:
        """End the calls in flight, and take no more: nothing will run them once the loop has ended."""
        with self._lock:
            self._is_over = True
            calls = tuple(self._calls)
        for each in calls:
            each.cancel()

    def call(self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None) -> Json:
        # Through JSON and back both ways, so that all is as it is over HTTP.
        given = None if body is None else msgspec.json.decode(json_bytes(body))
        with self._lock:
            if self._is_over:
                raise ServerError(_STOPPED)
            work = self._app.api.perform(method, path, query or {}, given)
            try:
                future = asyncio.run_coroutine_threadsafe(work, self._loop)
            except RuntimeError:
                work.close()
                raise ServerError(_STOPPED) from None
            self._calls.add(future)
        try:
            status, answer = future.result()
        except CancelledError:
            raise ServerError(_STOPPED) from None
        finally:
            with self._lock:
                self._calls.discard(future)
        return checked(status, msgspec.json.decode(encode(answer)))
