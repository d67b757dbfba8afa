"""A receiver of webhooks that counts their events and answers, at once or slowly; cheap, to disturb little."""

from __future__ import annotations

import asyncio
from typing import cast

_ANSWER = b"HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
_EVENT = b'"Discriminator":"MessageAdded"'
_LENGTH = b"content-length:"


class Receiver(asyncio.Protocol):
    """One connection. `received` holds the number of events of all connections; `pause` is in seconds."""

    def __init__(self, received: list[int], pause: float = 0.0) -> None:
        self._all_received = received
        self._pause = pause
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, found, body = self._seen.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        length = int(lower[lower.index(_LENGTH) + len(_LENGTH) :].partition(b"\r\n")[0])
        if len(body) >= length:
            self._all_received[0] += body.count(_EVENT)
            self._seen = b""
            if self._pause:
                asyncio.get_running_loop().call_later(self._pause, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(_ANSWER)
