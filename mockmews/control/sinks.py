"""Sinks: addresses where an app under test posts what it shows its guests; each call is a journal entry.

They take any method and path below `/integrations/{id}/sinks`, as JSON, form or text.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.journal import bounded
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.wire.responses import encode

_LARGEST = 1024 * 1024


def take(world: LiveWorld, path: str, method: str, content_type: str, body: bytes) -> Json:
    """File what an app showed. Raises ControlError 413 for a body over 1 MiB."""
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
    return {"ok": True}


def post(call: Call) -> Json:
    return take(call.world, "", "POST", "application/json", encode(call.body))


def _content(content_type: str, body: bytes) -> object:
    """The body as data: JSON, or the fields of a form; None where it is neither."""
    if "x-www-form-urlencoded" in content_type:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


ENDPOINTS = (
    Endpoint(
        "POST", "/integrations/{id}/sinks", post,
        "An app under test shows a guest something: any method, any path below, JSON or form.",
        takes_anything=True,
    ),
)  # fmt: skip
