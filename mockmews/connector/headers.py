"""The few request headers that Mews looks at."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

_JSON = b"application/json"

Headers = Sequence[tuple[bytes, bytes]]


class RequestHeaders(Struct):
    """The media type as it was sent, and whether an empty answer may be left out."""

    content_type: bytes = b""
    prefers_minimal: bool = False

    @property
    def is_json(self) -> bool:
        """The media type is application/json; its parameters do not matter (contract.md 13 row 22)."""
        if self.content_type == _JSON:
            return True
        return self.content_type.partition(b";")[0].strip().lower() == _JSON


def read_headers(headers: Headers) -> RequestHeaders:
    """Pick what matters from ASGI headers, whose names are in lower case."""
    latest = dict(headers)
    found = RequestHeaders(latest.get(b"content-type", b""))
    if b"prefer" in latest:
        # contract.md 13 row 40: any case, among comma-separated preferences.
        wishes = (wish for name, value in headers if name == b"prefer" for wish in value.lower().split(b","))
        found.prefers_minimal = any(wish.partition(b";")[0].strip() == b"return=minimal" for wish in wishes)
    return found
