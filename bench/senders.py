"""Senders of webhooks with nothing around them: an application that posts as often as its path says.

What aiohttp's bare POST costs is what a delivery is measured by.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp

from bench.floor import Application, Message, Receive, Send, floor
from mockmews.engine.transport import Transport

IN_FLIGHT = 16

# As long as what the fake sends under the payload `entities` for the documented example.
_BODY = b'{"Events":[{"Discriminator":"MessageAdded","Value":{"Id":"' + b"x" * 440 + b'"}}]}'

Post = Callable[[], Awaitable[object]]


def _posting(post: Callable[[], Post]) -> Application:
    made: list[Post] = []  # on the first request: both ways want a running loop

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if not made:
            made.append(post())
        each = int(scope["path"].strip("/")) // IN_FLIGHT
        await asyncio.gather(*(_in_turn(made[0], each) for _ in range(IN_FLIGHT)))
        await floor(scope, receive, send)

    return application


async def _in_turn(post: Post, count: int) -> None:
    for _ in range(count):
        await post()


def _aiohttp(url: str) -> Application:
    def make() -> Post:
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

        async def post() -> None:
            async with session.post(url, data=_BODY, headers={"Content-Type": "application/json"}) as answer:
                await answer.read()

        return post

    return _posting(make)


def _transport(url: str) -> Application:
    def make() -> Post:
        transport = Transport()
        return lambda: transport.post(url, _BODY, time_limit=5)

    return _posting(make)


SENDERS: dict[str, Callable[[str], Application]] = {"aiohttp": _aiohttp, "transport": _transport}
