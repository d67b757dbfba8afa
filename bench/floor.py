"""The floor: a bare ASGI application that reads the body and answers fixed JSON, on uvicorn at its fastest.

Run as `python -m bench.floor PORT`, it is the floor of what a start costs.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from bench.bodies import floor_answer

_ANSWER = floor_answer()
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_ANSWER))]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


async def floor(scope: Message, receive: Receive, send: Send) -> None:
    """Nothing below this is to be had from ASGI."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _ANSWER})


def floor_server(application: Application, *, port: int = 0) -> uvicorn.Server:
    """uvloop and httptools, without access log and without what no test needs."""
    return uvicorn.Server(
        uvicorn.Config(
            application,
            port=port,
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


if __name__ == "__main__":
    floor_server(floor, port=int(sys.argv[1])).run()
