"""The short way of a call: once it has come it is answered on the spot, where ASGI would make it a task first.

Nearly every call of the four operations is small, comes alone, and is performed without waiting. Such a call
costs no task, no queue and no second write. ASGI's way stands open for every other: its body is large, an
earlier one is under way, its client does not read, or a fault lets its answer wait or break.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mockmews.connector.operation import Answer
from mockmews.connector.routes import ANSWERED, Connector

_LONGEST_BODY = 64 * 1024
"""Bytes of a body whose rest is waited for here."""

_BROKEN = Answer(500, [(b"content-type", b"text/plain; charset=utf-8")], b"Internal Server Error")
"""What uvicorn answers where an application fails."""


class ShortWay(HttpToolsProtocol):
    """uvicorn's connections to an `App`.

    `_parts` are those of a body whose call may take the short way. `_rests_since` is when its answer left, on the
    loop's clock, until bytes come. One timer looks at that from time to time, for all answers of the short way:
    uvicorn sets and cancels one for each.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connector: Connector = self.config.app.connector  # type: ignore[union-attr]  # an App, always
        self._parts: list[bytes] | None = None
        self._is_first = False
        self._rests_since: float | None = None
        self._rest_timer: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._rest_timer is not None:
            self._rest_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._is_first, self._rests_since = True, None
        super().data_received(data)
        if self._parts is not None and not self._is_small():
            self._take_long_way()

    def on_message_begin(self) -> None:
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_headers_complete(self) -> None:
        if self._may_be_short():
            self._parts, self.cycle = [], None  # type: ignore[assignment]  # as before the first request
        else:
            self._begin()
        # The others of a pipeline take turns with other connections.
        self._is_first = False

    def on_body(self, body: bytes) -> None:
        if self._parts is None:
            super().on_body(body)
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        if self._parts is None:
            super().on_message_complete()
            return
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts = None
        try:
            answer = self._connector.answer(self.url, self.headers, body)
        except Exception:
            # Left to the parser it would pass for bad HTTP.
            self.logger.exception("A call failed inside the mock")
            answer = _BROKEN
        if answer.disturbance is None:
            self._send(answer)
        else:
            self._begin()
            self.scope["state"][ANSWERED] = answer
            super().on_message_complete()

    def _may_be_short(self) -> bool:
        most = self.limit_concurrency
        return (
            self._is_first
            and self.url in self._connector.addresses
            and self.parser.get_method() == b"POST"
            and not self.expect_100_continue
            and (self.cycle is None or self.cycle.response_complete)
            and not self.flow.write_paused
            and (most is None or len(self.connections) < most)
        )

    def _is_small(self) -> bool:
        """Whether the rest of the body is worth waiting for: it says how long it is, and is short."""
        length = next((int(value) for name, value in self.headers if name == b"content-length"), None)
        return length is not None and length <= min(_LONGEST_BODY, self._connector.largest_body)

    def _take_long_way(self) -> None:
        parts, self._parts = self._parts or [], None
        if not self.transport.is_closing():
            self._begin()
            for part in parts:
                super().on_body(part)

    def _begin(self) -> None:
        """Do for ASGI what uvicorn does where a message begins, and where its head ends."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers
        super().on_headers_complete()

    def _send(self, answer: Answer) -> None:
        """Write the whole answer at once, with what uvicorn adds to each."""
        headers = (*self.server_state.default_headers, *answer.headers)
        lines = [b"%b: %b\r\n" % header for header in headers]
        is_kept = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
        if not is_kept:
            lines.append(b"connection: close\r\n")
        self.transport.write(b"".join((STATUS_LINE[answer.status], *lines, b"\r\n", answer.body)))
        self.server_state.total_requests += 1
        if is_kept:
            self._begin_rest()
        else:
            self.transport.close()

    def _begin_rest(self) -> None:
        self._rests_since = self.loop.time()
        if self._rest_timer is None:
            self._rest_timer = self.loop.call_later(self.timeout_keep_alive, self._look_at_rest)

    def _look_at_rest(self) -> None:
        """End a connection that has rested too long; look again when this one may have."""
        self._rest_timer = None
        if self._rests_since is not None:
            left = self._rests_since + self.timeout_keep_alive - self.loop.time()
            if left > 0:
                self._rest_timer = self.loop.call_later(left, self._look_at_rest)
            else:
                self.timeout_keep_alive_handler()
