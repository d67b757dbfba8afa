"""Mews's face as an ASGI application: every path that is not the mock's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.types import Receive, Scope, Send

from mockmews.connector.calls import CALLS
from mockmews.connector.faults import carry_out
from mockmews.connector.headers import Headers
from mockmews.connector.operation import Answer, Operation, Request
from mockmews.engine.mock_mews import MockMews
from mockmews.model.config import OtherOperation

ANSWERED = "mockmews.answered"
"""Where the state of an ASGI scope has the answer of a call that was performed before."""


class Connector:
    """Answers Connector API calls. Paths are compared raw: what only equals an operation after
    percent-decoding is another path (contract.md 13a)."""

    addresses: Mapping[bytes, str] = {path.encode(): path for path in CALLS}
    """The paths of the operations, by the bytes of a request's line."""

    def __init__(self, mock: MockMews, others: Sequence[OtherOperation] = ()) -> None:
        self._mock = mock
        self._operation = Operation(mock, others)

    @property
    def largest_body(self) -> int:
        """The most bytes that are read of a body."""
        return self._mock.largest_body

    def answer(self, address: bytes, headers: Headers, body: bytes) -> Answer:
        """The answer to a POST whose body has come whole, to one of the `addresses`."""
        known = body if len(body) <= self.largest_body else None
        begun = self._mock.clock.real()
        return self._operation.perform(Request("POST", self.addresses[address], b"", headers, known, begun))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = scope.get("state", {}).get(ANSWERED) or await self._answer_to(scope, receive)
        if answer is None:
            return
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        if answer.disturbance is not None:
            await carry_out(answer.disturbance, scope, receive, send, start, answer.body)
            return
        await send(start)
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer_to(self, scope: Scope, receive: Receive) -> Answer | None:
        begun = self._mock.clock.real()
        try:
            body = await read_body(scope, receive, self.largest_body)
        except ConnectionAbortedError:
            return None  # before its body was whole, so there is nothing to perform
        request = Request(
            scope["method"],
            scope["raw_path"].partition(b"?")[0].decode("latin-1"),
            scope["query_string"],
            scope["headers"],
            body,
            begun,
        )
        answer = self._operation.perform(request)
        if body is None and any(name == b"expect" for name, _ in scope["headers"]):
            # The client waits for leave to send its body and will not send it now. Any other client is still
            # sending; the server passes over the rest, for to close on it would lose it the answer.
            answer.headers.append((b"connection", b"close"))
        return answer


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None where it is larger than `limit` bytes: counted, not trusted; chunked too.

    Raises ConnectionAbortedError where the connection ends within it.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            return None
    parts, size, more = [], 0, True
    while more and size <= limit:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    if size > limit:
        return None
    return parts[0] if len(parts) == 1 else b"".join(parts)
