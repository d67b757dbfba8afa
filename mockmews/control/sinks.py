"""Sinks: addresses where an app under test posts what it shows its guests; each call is a journal entry."""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec

from mockmews.engine.journal import bounded
from mockmews.engine.mock_mews import MockMews
from mockmews.errors import ControlError

_LARGEST = 1024 * 1024


class Sinks:
    """Takes any method and path below `/integrations/{id}/sinks`, as JSON, form or text."""

    def __init__(self, mock: MockMews) -> None:
        self._mock = mock

    def take(self, integration: str, path: str, method: str, content_type: str, body: bytes) -> None:
        """File what an app showed. Raises ControlError for an unknown integration or a body over 1 MiB."""
        world = self._mock.worlds.named(integration)
        if len(body) > _LARGEST:
            raise ControlError(413, "too_large", f"A sink takes up to {_LARGEST} bytes.")
        world.journal.note(
            "sink",
            size=len(body),
            method=method,
            sink_path=path,
            content=_content(content_type, body),
            request=bounded(body),
        )


def _content(content_type: str, body: bytes) -> object:
    """The body as data: JSON, or the fields of a form; None where it is neither."""
    if "x-www-form-urlencoded" in content_type:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
