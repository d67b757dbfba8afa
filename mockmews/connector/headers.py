"""The few request headers that Mews looks at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(slots=True)
class RequestHeaders:
    """`content_length` is None where the body is chunked or its length unreadable."""

    content_type: bytes = b""
    content_length: int | None = None
    prefers_minimal: bool = False

    @property
    def is_json(self) -> bool:
        """The media type is application/json; its parameters do not matter (contract.md 13 row 22)."""
        return self.content_type.partition(b";")[0].strip().lower() == b"application/json"


def read_headers(headers: Headers) -> RequestHeaders:
    """Pick what matters from ASGI headers, whose names are in lower case."""
    found = RequestHeaders()
    for name, value in headers:
        if name == b"content-type":
            found.content_type = value
        elif name == b"content-length":
            found.content_length = int(value) if value.isdigit() else None
        elif name == b"prefer":
            # contract.md 13 row 40: any case, among comma-separated preferences.
            wishes = [wish.partition(b";")[0].strip() for wish in value.lower().split(b",")]
            found.prefers_minimal |= b"return=minimal" in wishes
    return found
