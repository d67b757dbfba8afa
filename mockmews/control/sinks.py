"""Sinks: addresses where an app under test posts what it shows its guests; each call is a journal entry.

They take any method and path below `/integrations/{id}/sinks`, as JSON, form or text.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import msgspec
from msgspec.structs import replace

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.journal import bounded
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.model import identifiers
from mockmews.model.sinks import UUID_MARK, SinkAnswer
from mockmews.wire.responses import encode
from mockmews.wire.sinks import read_sink_answer

_LARGEST = 1024 * 1024


def take(world: LiveWorld, path: str, method: str, content_type: str, body: bytes) -> SinkAnswer:
    """File what an app showed; what to answer it. Raises ControlError 413 for a body over 1 MiB."""
    if len(body) > _LARGEST:
        raise ControlError(413, "too_large", f"A sink takes up to {_LARGEST} bytes.")
    answer = world.sink_answer
    world.journal.note(
        "sink",
        size=len(body),
        method=method,
        status=answer.status,
        sink_path=path,
        content=_content(content_type, body),
        request=bounded(body),
    )
    filled = re.sub(re.escape(UUID_MARK), lambda _: identifiers.fresh_uuid(), answer.body)
    return replace(answer, body=filled)


def post(call: Call) -> Json:
    # Who posts by the control API itself is no app: it needs no channel's answer.
    take(call.world, "", "POST", "application/json", encode(call.body))
    return {"ok": True}


def put_answer(call: Call) -> Json:
    """Decide what the sinks of this world answer, until the server ends."""
    answer = call.world.sink_answer = read_sink_answer(call.given)
    return {"status": answer.status}


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
    Endpoint(
        "PUT", "/integrations/{id}/sink_answer", put_answer, "What sinks answer the app that posts to them.",
        {
            "status": "a number from 200 to 599; 200",
            "headers": "map of texts",
            "json": "the body; ${uuid} in it is fresh in each answer",
            "text": "the body as plain text instead",
        },
    ),
)  # fmt: skip
