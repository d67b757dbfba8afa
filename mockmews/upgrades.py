"""HTTP/1.1 connections as we serve them: no upgrades, cut by faults, and not held up by slow clients.

Java's HttpClient asks on its first call whether the server speaks h2c, and expects to be served over HTTP/1.1
where it does not. The parser passes over the body of such a request, so its head is read once more
without the wish.

uvicorn waits for its clients as long as it takes, and reads heads of any size. Here a head and a body have
their time, a head its size, and an answer must be read. What is refused here never reached Mews's face, so
it is told in plain text: 408, or 431.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import httptools

from mockmews.connector.faults import CONNECTION
from mockmews.short_way import ShortWay

# Seconds that a client has for its first byte, for the rest of a head, for the rest of a body, and to read
# some more of an answer.
FIRST_WITHIN = 75.0
HEAD_WITHIN = 20.0
BODY_WITHIN = 120.0
READ_WITHIN = 30.0

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""

_WISHES = frozenset({b"connection", b"upgrade", b"http2-settings"})


class _Parser(httptools.HttpRequestParser):
    """Reads on after a request that asked for an upgrade, beginning with its head once more."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__(protocol)
        self._protocol = protocol

    def feed_data(self, data: Any) -> None:
        while data:
            try:
                super().feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                data = self._protocol.head_without_wish() + data[upgrade.args[0] :]


class Protocol(ShortWay):
    """Those of the short way, with the parser above and with limits.

    `_wishes` tells whether the latest request wants another protocol, `_rest` which part of it is still to come;
    `_timed` is the part that `_deadline` is for, by the request's number.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser = _Parser(self)
        self._requests = 0
        self._wishes = False
        self._rest: Literal["head", "body"] | None = None
        self._timed: tuple[int, str] | None = None
        self._head_size = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        if hasattr(self.parser, "set_dangerous_leniencies"):
            # As uvicorn has it: a request that says it is the last may be followed by bytes.
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._deadline = self.loop.call_later(FIRST_WITHIN, transport.close)
        # uvicorn copies this into the scope of each request, so it costs a request nothing.
        self.app_state = {**self.app_state, CONNECTION: transport}

    def data_received(self, data: bytes) -> None:
        if self._head_size + len(data) > LARGEST_HEAD and self._rest != "body" and not self._ends_in(data):
            self._refuse(b"431 Request Header Fields Too Large", f"A head has at most {LARGEST_HEAD} bytes.")
            return
        requests, rest = self._requests, self._rest
        super().data_received(data)
        if self._rest == "head":
            # Where several requests came at once, how much of them is this one's head is not known.
            begun_here = rest is None and self._requests == requests + 1
            self._head_size += len(data) if begun_here or self._requests == requests else 0
        if self._rest is not None:
            self._set_deadline(self._rest)
        elif self._deadline is not None:
            self._drop_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._drop_deadline()
        self._drop_reader()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._drop_reader()

    def timeout_keep_alive_handler(self) -> None:
        # To close is to wait until the client has read everything, which it may never do.
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def head_without_wish(self) -> bytes:
        """The head of the request just read, as one that wants no upgrade."""
        line = b"%s %s HTTP/1.1" % (self.parser.get_method(), self.url)
        rest = (b"%s: %s" % header for header in self.headers if header[0] not in _WISHES)
        return b"\r\n".join((line, *rest, b"", b""))

    def on_message_begin(self) -> None:
        self._requests += 1
        self._rest, self._head_size = "head", 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        # CONNECT counts as an upgrade too; it stays refused.
        self._wishes = bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"
        if not self._wishes:
            self._rest, self._head_size = "body", 0
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._wishes:
            self._rest = None
            super().on_message_complete()

    # Limits

    def _ends_in(self, data: bytes) -> bool:
        """Whether a head that is read now ends in this data before it is too large."""
        return data.find(b"\r\n\r\n", 0, max(0, LARGEST_HEAD - self._head_size) + 4) >= 0

    def _set_deadline(self, rest: Literal["head", "body"]) -> None:
        """Begin to count the time for this part of this request, unless that has begun."""
        if self._timed != (self._requests, rest):
            self._drop_deadline()
            self._timed = (self._requests, rest)
            limit = HEAD_WITHIN if rest == "head" else BODY_WITHIN
            self._deadline = self.loop.call_later(limit, self._is_late, rest, limit)

    def _drop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self._timed = None

    def _is_late(self, rest: str, limit: float) -> None:
        self._refuse(b"408 Request Timeout", f"The {rest} of a request must come within {limit:g} s.")

    def _refuse(self, status: bytes, words: str) -> None:
        """End the connection; with an answer, unless another is under way."""
        if self.transport.is_closing():
            return
        of_body = self._rest == "body"
        begun = self.cycle is not None and self.cycle.response_started
        under_way = self.cycle is not None and not self.cycle.response_complete
        if not (begun if of_body else under_way):
            head = (
                b"HTTP/1.1 %b\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
            )
            self.transport.write(head % (status, len(words)) + words.encode("ascii"))
        self.transport.close()

    def _watch_reader(self) -> None:
        self._drop_reader()
        unread = self.transport.get_write_buffer_size()
        self._reader = self.loop.call_later(READ_WITHIN, self._look_at_reader, unread)

    def _look_at_reader(self, unread: int) -> None:
        if self.transport.get_write_buffer_size() < unread:
            self._watch_reader()
        else:
            self.transport.abort()

    def _drop_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
