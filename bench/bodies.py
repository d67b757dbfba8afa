"""Requests as bytes, made before the clock runs: the documented messages/add example and its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

EXAMPLE_IN, EXAMPLE_OUT = 320, 246
"""Bytes of the documented messages/add example: its request body and its response body."""

CONNECTOR = "/api/connector/v1/"

_TEXT = "Hello, may I check in a little earlier, around noon? "


@dataclass(frozen=True, slots=True)
class Tokens:
    """Who calls."""

    client: str
    access: str

    @property
    def base(self) -> dict[str, str]:
        """What every request body begins with."""
        return {"ClientToken": self.client, "AccessToken": self.access, "Client": "Bench 1.0.0"}


def post(path: str, body: bytes) -> bytes:
    """One POST of JSON over a kept connection."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def call(tokens: Tokens, operation: str, **fields: Any) -> bytes:
    """One call of the Connector API."""
    body = json.dumps({**tokens.base, **fields}, separators=(",", ":")).encode()
    return post(CONNECTOR + operation, body)


def add_message(tokens: Tokens, thread_id: str) -> bytes:
    """messages/add of one message, its body as long as the documented example."""

    def request(text: str) -> bytes:
        return call(tokens, "messages/add", Messages=[{"MessageThreadId": thread_id, "Text": text}])

    missing = EXAMPLE_IN - len(request("").partition(b"\r\n\r\n")[2])
    return request((_TEXT * 10)[:missing])


def page_of_ten(tokens: Tokens, thread_id: str, cursor: str | None = None) -> bytes:
    """messages/getAll of ten messages of one thread."""
    limitation = {"Count": 10, "Cursor": cursor}
    return call(tokens, "messages/getAll", MessageThreadIds=[thread_id], Limitation=limitation)


def floor_request() -> bytes:
    """What the floor is asked: the same number of bytes."""
    return post("/", b'{"Text":"' + b"x" * (EXAMPLE_IN - 11) + b'"}')


def floor_answer() -> bytes:
    """What the floor answers: JSON as long as the documented example's."""
    return b'{"Text":"' + b"x" * (EXAMPLE_OUT - 11) + b'"}'
