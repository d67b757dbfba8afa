"""What faults do to answers: changed bodies, and connections that wait, break or never answer."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import Any, Literal

import msgspec
from msgspec import Struct
from starlette.types import Receive, Scope, Send

from mockmews.durations import Duration, seconds
from mockmews.engine.faults import Met
from mockmews.engine.worlds import LiveWorld
from mockmews.instants import TICKS_PER_SECOND
from mockmews.wire.responses import encode

CONNECTION = "mockmews.connection"
"""Where the server puts a request's transport into the state of its ASGI scope."""

LONGEST_HANG: Duration = 120 * TICKS_PER_SECOND
"""So long (real time) an answer that never comes keeps its connection; longer than clients wait."""

_PATIENCE = 5.0  # seconds for a client to read the part of a body that it gets
# l_onoff and l_linger: Windows has them as short integers.
_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

_NOT_JSON = b"<!doctype html><title>Bad gateway</title><h1>This is no JSON</h1>\n"
_UNKNOWN_FIELD = "MockmewsUnknownField"
_UNKNOWN_VALUE = {"Kind": "a field that no document names", "Numbers": [1, 2.5], "Nothing": None}

Cut = Literal["reset", "truncate", "hang"]


class Disturbance(Struct, frozen=True):
    """What happens to the connection: a wait, and then a cut (None: the answer).

    `reset` and `hang` send nothing; `truncate` sends the first `length` bytes of the body.
    """

    world: LiveWorld
    delay: Duration = 0
    cut: Cut | None = None
    length: int = 0

    @classmethod
    def of(cls, world: LiveWorld, met: Met, content: bytes | None) -> Disturbance | None:
        """What a request met does to its connection; None where nothing."""
        cut: Cut | None = "hang" if met.how == "hang" else None
        if met.answer == "reset" or met.how == "reset":
            cut = "reset"
        elif met.answer == "truncate" and content:
            cut = "truncate"
        if cut is None and not met.delay:
            return None
        return cls(world, met.delay, cut, len(content or b"") // 2)

    @property
    def is_silent(self) -> bool:
        """Whether the client gets no answer at all."""
        return self.cut in ("reset", "hang")


def spoiled(met: Met, content: bytes | None) -> bytes | None:
    """The body of an answer as a fault changes it."""
    if content is None:
        return None
    if met.answer == "not_json":
        return _NOT_JSON
    if met.answer != "unknown_field":
        return content
    return encode(_with_unknown_field(msgspec.json.decode(content)))


def _with_unknown_field(value: Any) -> Any:
    """The same with one more field in every object, at every depth."""
    if isinstance(value, list):
        return [_with_unknown_field(each) for each in value]
    if isinstance(value, dict):
        known = {name: _with_unknown_field(each) for name, each in value.items()}
        return {**known, _UNKNOWN_FIELD: _UNKNOWN_VALUE}
    return value


async def carry_out(
    disturbance: Disturbance, scope: Scope, receive: Receive, send: Send, start: dict[str, Any], body: bytes
) -> None:
    """Send an answer as a disturbance has it. Where its world is reset, or the server ends, so is the
    connection."""
    transport = scope["state"][CONNECTION]
    try:
        if disturbance.delay and not await _wait(disturbance, receive):
            await _reset(transport, receive)
        elif disturbance.cut is None:
            await send(start)
            await send({"type": "http.response.body", "body": body})
        elif disturbance.cut == "truncate":
            await send(start)
            part = body[: disturbance.length]
            await send({"type": "http.response.body", "body": part, "more_body": True})
            transport.close()
            async with asyncio.timeout(_PATIENCE):
                await _gone(receive)
        else:
            if disturbance.cut == "hang":
                await _hang(disturbance, receive)
            await _reset(transport, receive)
    except (asyncio.CancelledError, TimeoutError):
        # The server stops, and waits for no fault; or a client leaves its answer unread.
        await _reset(transport, receive)


async def _wait(disturbance: Disturbance, receive: Receive) -> bool:
    """Wait for the delay; whether the answer is still wanted. Such a request is in flight, so it counts
    where one waits for its world to settle."""
    world = disturbance.world
    world.in_flight += 1
    try:
        return not await _left(world, receive, disturbance.delay)
    finally:
        world.in_flight -= 1


async def _hang(disturbance: Disturbance, receive: Receive) -> None:
    """Say nothing until the client leaves; nothing moves any more, so its world counts as settled."""
    await _left(disturbance.world, receive, LONGEST_HANG)


async def _left(world: LiveWorld, receive: Receive, limit: Duration) -> bool:
    """Wait until the client leaves or the world is reset, which is true, or until the time is over."""
    aborted = asyncio.get_running_loop().create_future()
    world.waiting_answers.add(aborted)
    gone = asyncio.ensure_future(_gone(receive))
    try:
        done, _ = await asyncio.wait(
            {aborted, gone}, timeout=seconds(limit), return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)
    finally:
        world.waiting_answers.discard(aborted)
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _reset(transport: Any, receive: Receive) -> None:
    """End the connection with a TCP RST: closed with data to linger for no time at all."""
    raw = transport.get_extra_info("socket")
    if raw is not None and not transport.is_closing():
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    transport.abort()
    await _gone(receive)
