"""The mock's face over HTTP: `/_mockmews/v1`, JSON in and out, guarded."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mockmews.control.api import PREFIX, ControlApi, error_body
from mockmews.control.guard import Guard
from mockmews.control.sinks import Sinks
from mockmews.engine.mock_mews import MockMews
from mockmews.errors import ControlError
from mockmews.wire.responses import Json, encode

_LARGEST = 16 * 1024 * 1024
_SINK = "/sinks"


class Control:
    """The ASGI application of the control API."""

    def __init__(self, mock: MockMews, guard: Guard, api: ControlApi) -> None:
        self._api = api
        self._guard = guard
        self._sinks = Sinks(mock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            status, body = await self._answer(request)
        except ControlError as error:
            status, body = error.status, error_body(error)
        response = Response(encode(body), status, media_type="application/json")
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> tuple[int, Json]:
        path = request.url.path.removeprefix(PREFIX)
        content = await _content(request)
        integration, mark, sink_path = path.removeprefix("/integrations/").partition(_SINK)
        if path.startswith("/integrations/") and mark and "/" not in integration:
            # The app under test posts here, from wherever it runs: its address is all it needs.
            content_type = request.headers.get("content-type", "")
            self._sinks.take(integration, sink_path, request.method, content_type, content)
            return 200, {"ok": True}
        headers = request.headers
        self._guard.admit(
            host=headers.get("host", ""),
            origin=headers.get("origin"),
            authorization=headers.get("authorization", ""),
        )
        return await self._api.perform(request.method, path, request.query_params, _decoded(content))


async def _content(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise ControlError(413, "too_large", f"The body is over {_LARGEST} bytes.")
    return b"".join(parts)


def _decoded(content: bytes) -> object:
    if not content:
        return None
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ControlError(400, "bad_json", f"The body is not JSON: {error}") from None
