"""The mock's face over HTTP: `/_mockmews/v1`, JSON in and out, guarded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mockmews.control import PREFIX
from mockmews.control.api import ControlApi, error_body
from mockmews.control.guard import Guard
from mockmews.control.sinks import take
from mockmews.control.stream import Wanted, stream
from mockmews.engine.mock_mews import MockMews
from mockmews.errors import ControlError
from mockmews.wire.responses import Json, encode

_LARGEST = 16 * 1024 * 1024
_NUMBER = re.compile(r"[0-9]{1,18}")
_STREAM = re.compile(r"/integrations/([^/]+)/journal/stream")
_SINK = re.compile(r"/integrations/([^/]+)/sinks(|/.*)", re.DOTALL)


class Control:
    """The ASGI application of the control API."""

    def __init__(self, mock: MockMews, guard: Guard, api: ControlApi) -> None:
        self._api = api
        self._guard = guard
        self._mock = mock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except ClientDisconnect:
            return  # before its body was whole
        except ControlError as error:
            answer = _json(error.status, error_body(error))
        except asyncio.CancelledError:
            # The server stops while somebody waits for something: that wait ends with an answer too.
            answer = _json(503, error_body(ControlError(503, "stopping", "This server stops.")))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        headers = request.headers
        path: str = request.scope["path"].removeprefix(PREFIX)
        sink = _SINK.fullmatch(path)
        if sink is not None:
            # The app under test posts here, from wherever it runs: its address is all it needs.
            content_type = headers.get("content-type", "")
            world = self._mock.worlds.named(sink[1])
            taken = take(world, sink[2], request.method, content_type, await _content(request))
            return Response(taken.body, taken.status, dict(taken.headers), taken.content_type)
        self._guard.admit(
            host=headers.get("host", ""),
            origin=headers.get("origin"),
            authorization=headers.get("authorization", ""),
        )
        wanted = _STREAM.fullmatch(path)
        if wanted is not None and request.method == "GET":
            world = self._mock.worlds.named(wanted[1])
            return stream(
                self._mock, self._api, world, _wanted(headers.get("last-event-id"), request.query_params)
            )
        body = _decoded(await _content(request))
        return _json(*await self._api.perform(request.method, path, request.query_params, body))


def _wanted(last: str | None, query: Mapping[str, str]) -> Wanted:
    since = last or query.get("since", "0")
    return Wanted(
        since=int(since) if _NUMBER.fullmatch(since) else 0,
        brief=query.get("brief") == "true",
        elsewhere=query.get("elsewhere") == "true",
    )


def _json(status: int, body: Json) -> Response:
    return Response(encode(body), status, media_type="application/json")


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
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ControlError(400, "bad_json", f"The body is not JSON: {error}") from None
