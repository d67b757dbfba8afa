"""The load generator: kept connections that each send prepared bytes as soon as the last answer is whole.

All answers of one load are equally long, so their bytes are counted, not parsed: it costs little, and so
takes little from the server it measures.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self, cast

CONNECTIONS = 16
TIME_LIMIT = 120.0  # seconds that one round may take, however slow the server

_GOOD = b"HTTP/1.1 200"


class Load:
    """Kept connections to one server of this machine, which take the requests in turn, round after round."""

    def __init__(self, port: int, requests: Sequence[bytes], *, connections: int = CONNECTIONS) -> None:
        self._port = port
        self._requests = itertools.cycle(requests)
        self._count = connections
        self._lanes: list[_Lane] = []
        self.sent = 0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for _ in range(self._count):
            _, lane = await loop.create_connection(_Lane, "127.0.0.1", self._port)
            self._lanes.append(lane)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lane in self._lanes:
            lane.close()

    async def send(self, count: int) -> None:
        """Send so many requests and see them answered. Raises RuntimeError for any answer but a 200."""
        self.sent += count
        work = _Round(itertools.islice(self._requests, count), count)
        for lane in self._lanes:
            lane.begin(work)
        async with asyncio.timeout(TIME_LIMIT):
            await work.done


class _Round:
    """The requests of one round, and how many of them still want their answer."""

    def __init__(self, requests: Iterator[bytes], count: int) -> None:
        self.requests = requests
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = count

    def answered(self) -> None:
        self._left -= 1
        if self._left == 0 and not self.done.done():
            self.done.set_result(None)

    def fail(self, seen: bytes) -> None:
        if not self.done.done():
            words = f"An answer was not like the first, a 200 of the same length: {seen[:400]!r}"
            self.done.set_exception(RuntimeError(words))


class _Lane(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._round: _Round | None = None
        self._first = b""
        self._length = 0
        self._left = 0

    def begin(self, work: _Round) -> None:
        """Take requests from the round until there are none."""
        self._round = work
        self._next(work)

    def close(self) -> None:
        self._round = None
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        work = self._round
        if work is None:
            return
        if not self._length:
            self._learn(work, data)
            return
        if self._left == self._length and not data.startswith(_GOOD):
            work.fail(data)
            return
        self._left -= len(data)
        if self._left == 0:
            work.answered()
            self._next(work)
        elif self._left < 0:
            work.fail(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._round is not None:
            self._round.fail(b"the connection was closed")

    def _next(self, work: _Round) -> None:
        request = next(work.requests, None)
        if request is None:
            self._round = None
            return
        self._left = self._length
        self._transport.write(request)

    def _learn(self, work: _Round, data: bytes) -> None:
        """The first answer tells how long they all are."""
        self._first += data
        head, found, body = self._first.partition(b"\r\n\r\n")
        if not head.startswith(_GOOD):
            work.fail(self._first)
        elif found:
            line = next(each for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:"))
            if len(body) == int(line.partition(b":")[2]):
                self._length = len(self._first)
                work.answered()
                self._next(work)
