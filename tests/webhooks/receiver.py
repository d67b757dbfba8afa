"""A webhook receiver in threads of this process: it keeps every request, and answers as it is told to."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

_LONGEST = 10.0  # seconds that anything in a test may take before it counts as stuck


@dataclass(frozen=True, slots=True)
class Received:
    """One request: the connection's number, what it asked for, and what it carried."""

    connection: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def ids(self) -> list[str]:
        """The entity ids of its events, in order."""
        return [event["Value"]["Id"] for event in self.json["Events"]]


Answer = bytes | Callable[[Received], bytes | None]
"""What to send back, or what makes it; None closes the connection without an answer."""


def answer(status: int, body: str = "", **headers: str) -> bytes:
    """A whole HTTP answer that keeps its connection."""
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
    if status != 204:
        lines.append(f"Content-Length: {len(body.encode())}")
    return "\r\n".join([*lines, "", body]).encode()


OK = answer(200)


def hang_up(_: Received) -> None:
    """Take the request and end the connection."""


class Gate:
    """Holds a request until the test opens it; `arrived` tells that one is held."""

    def __init__(self, then: bytes = OK) -> None:
        self._arrived = threading.Event()
        self._opened = threading.Event()
        self._then = then

    def __call__(self, _: Received) -> bytes:
        self._arrived.set()
        self._opened.wait(_LONGEST)
        return self._then

    def wait_until_arrived(self) -> None:
        assert self._arrived.wait(_LONGEST), "no request came"

    def open(self) -> None:
        self._opened.set()


class Receiver:
    """Listens on a free port; `answers` go out one after another, and `otherwise` when there are none left."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: deque[Answer] = deque()
        self.otherwise: Answer = OK
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"{self.base}/hooks"

    def answer_with(self, *answers: Answer | int) -> None:
        """The next answers, statuses or whole ones."""
        self.answers.extend(answer(each) if isinstance(each, int) else each for each in answers)

    @property
    def bodies(self) -> list[bytes]:
        return [each.body for each in self.received]

    @property
    def ids(self) -> list[str]:
        """The entity ids of all events, in the order in which they came."""
        return [each for request in self.received for each in request.ids]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(_LONGEST)
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_LONGEST)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            thread = threading.Thread(
                target=self._talk, args=(len(self._connections), connection), daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _talk(self, number: int, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
            while (request := _read(number, stream)) is not None:
                with self._lock:
                    self.received.append(request)
                    chosen = self.answers.popleft() if self.answers else self.otherwise
                sent = chosen(request) if callable(chosen) else chosen
                if sent is None:
                    return
                connection.sendall(sent)


def _read(connection: int, stream: BinaryIO) -> Received | None:
    first = stream.readline()
    if not first:
        return None
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = {}
    while (line := stream.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Received(connection, method, target, headers, body)
