"""The documented conversation with a receiver that is written with another framework: aiohttp."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from tests.webhooks.hotel import HotelOf


class AiohttpReceiver:
    """An aiohttp application on a loop of its own: /hooks takes events, /old moves them there."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    async def _start(self) -> None:
        application = web.Application()
        application.add_routes([web.post("/hooks", self._take), web.post("/old", self._move)])
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def _take(self, request: web.Request) -> web.Response:
        if request.query.get("Token") != "s3cret":
            return web.Response(status=401)
        self.bodies.append(await request.json())
        return web.Response(status=202)

    async def _move(self, request: web.Request) -> web.Response:
        raise web.HTTPPermanentRedirect(f"/hooks?{request.query_string}")

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def framework() -> Iterator[AiohttpReceiver]:
    running = AiohttpReceiver()
    yield running
    running.close()


@pytest.mark.parametrize("path", ["/hooks", "/old"])
def test_an_aiohttp_application_is_told_of_the_whole_conversation(
    hotel_of: HotelOf, framework: AiohttpReceiver, path: str
) -> None:
    world = hotel_of(webhook_url=f"{framework.url}{path}?Token=s3cret", own_messages=False)
    thread = world.opens()
    for line, reply in (("I will be late tonight", "What time?"), ("Around 11pm", "Travel safely!")):
        world.writes(thread, line)
        world.replies(reply)
        world.runs()
    assert [body["Entities"]["Messages"][0]["Text"] for body in framework.bodies] == [
        "What time?", "Travel safely!",
    ]  # fmt: skip
    assert [each["state"] for each in world.deliveries()] == ["delivered", "delivered"]


def test_an_aiohttp_application_that_refuses_a_token_gets_no_event(
    hotel_of: HotelOf, framework: AiohttpReceiver
) -> None:
    world = hotel_of(webhook_url=f"{framework.url}/hooks?Token=other")
    world.writes(world.opens(), "Hi!")
    world.runs("1h")
    assert [each["status"] for each in world.delivery()["attempts"]] == [401, 401, 401]
    assert framework.bodies == []
