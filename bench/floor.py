"""The floor: a bare ASGI application that reads the body and answers fixed JSON, on uvicorn at its fastest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from bench.bodies import floor_answer

_ANSWER = floor_answer()
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_ANSWER))]

Message = MutableMapping[str, Any]


async def floor(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Nothing below this is to be had from ASGI."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _ANSWER})


def floor_server() -> uvicorn.Server:
    """uvloop and httptools, without access log and without what no test needs."""
    return uvicorn.Server(
        uvicorn.Config(
            floor,
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            timeout_keep_alive=75,
        )
    )
