"""Mews's face as an ASGI application: every path that is not the mock's own."""

from __future__ import annotations

from typing import Any

from starlette.types import Receive, Scope, Send

from mockmews.connector.operation import Operation, Request
from mockmews.engine.mock_mews import MockMews


class Connector:
    """Answers Connector API calls. Paths are compared raw: what only equals an operation after
    percent-decoding is another path (contract.md 13a)."""

    def __init__(self, mock: MockMews) -> None:
        self._mock = mock
        self._operation = Operation(mock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = self._mock.clock.real()
        body = await read_body(scope, receive, self._mock.largest_body)
        request = Request(
            scope["method"],
            scope["raw_path"].partition(b"?")[0].decode("latin-1"),
            scope["query_string"],
            scope["headers"],
            body,
            begun,
        )
        answer = self._operation.perform(request)
        if body is None:
            answer.headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None where it is larger than `limit` bytes: counted, not trusted; chunked too."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            return None
    message: Any = await receive()
    if not message.get("more_body"):
        body: bytes = message.get("body", b"")
        return body if len(body) <= limit else None
    parts, size = [message.get("body", b"")], len(message.get("body", b""))
    while message.get("more_body") and size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    return b"".join(parts) if size <= limit else None
