"""HTTP/1.1 connections that decline every upgrade, answer the request itself, and can be cut by faults.

Java's HttpClient asks on its first call whether the server speaks h2c, and expects to be served over HTTP/1.1
where it does not. The parser passes over the body of such a request, so its head is read once more
without the wish.
"""

from __future__ import annotations

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockmews.connector.faults import CONNECTION

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


class Protocol(HttpToolsProtocol):
    """uvicorn's, with the parser above."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser = _Parser(self)
        if hasattr(self.parser, "set_dangerous_leniencies"):
            # As uvicorn has it: a request that says it is the last may be followed by bytes.
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # uvicorn copies this into the scope of each request, so it costs a request nothing.
        self.app_state = {**self.app_state, CONNECTION: transport}

    def head_without_wish(self) -> bytes:
        """The head of the request just read, as one that wants no upgrade."""
        line = b"%s %s HTTP/1.1" % (self.parser.get_method(), self.url)
        rest = (b"%s: %s" % header for header in self.headers if header[0] not in _WISHES)
        return b"\r\n".join((line, *rest, b"", b""))

    def on_headers_complete(self) -> None:
        if not self._wishes():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._wishes():
            super().on_message_complete()

    def _wishes(self) -> bool:
        # CONNECT counts as an upgrade too; it stays refused.
        return bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"
