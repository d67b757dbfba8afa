"""The HTTP face: the guest's chat, Mews's webhook, and the wiring of the parts behind them."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mockmews_testkit.sample_app.bot import answer_to
from mockmews_testkit.sample_app.callback import Callback
from mockmews_testkit.sample_app.incoming import Incoming
from mockmews_testkit.sample_app.mews import Mews
from mockmews_testkit.sample_app.outgoing import Outgoing
from mockmews_testkit.sample_app.settings import Settings
from mockmews_testkit.sample_app.store import Store

LOOPBACK: dict[str, httpx.AsyncBaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}
"""Addresses on this machine are reached directly even where the environment names a proxy."""


class GuestChat:
    """The parts of the app, wired together: store, Mews, and the three ways that a message goes."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        self.store = Store(settings.database)
        mews = Mews(http, settings)
        self.callback = Callback(store=self.store, http=http, settings=settings)
        told = self.callback.lanes.wake
        self.incoming = Incoming(store=self.store, mews=mews, settings=settings, news=told)
        self.outgoing = Outgoing(
            store=self.store, mews=mews, settings=settings, told=told, after=self.incoming.look
        )

    def resume(self) -> None:
        """Go on where the last process stopped, and see what the hotel wrote meanwhile (HOOK-08)."""
        for guest in self.store.unfinished_guests():
            self.outgoing.lanes.wake(guest)
            self.callback.lanes.wake(guest)
        self.incoming.look()

    async def close(self) -> None:
        await asyncio.gather(
            self.outgoing.lanes.close(), self.incoming.lanes.close(), self.callback.lanes.close()
        )
        self.store.close()


def create_app(settings: Settings) -> Starlette:
    """The app as ASGI."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        timeout = httpx.Timeout(settings.timeout, pool=None)
        async with httpx.AsyncClient(timeout=timeout, mounts=LOOPBACK) as http:
            chat = GuestChat(settings, http)
            app.state.chat = chat
            chat.resume()
            try:
                yield
            finally:
                await chat.close()

    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/health", _health, methods=["GET"]),
            Route("/chat/{guest:path}", _say, methods=["POST"]),
            Route("/chat/{guest:path}", _chat, methods=["GET"]),
            Route("/hooks/mews", _webhook, methods=["POST"]),
        ],
    )
    app.state.settings = settings
    return app


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _say(request: Request) -> Response:
    """A guest writes. 202 once the text is stored: from then on it is our task to have it answered."""
    body = await _json(request)
    guest: str = request.path_params["guest"]
    text = body.get("text")
    name = body.get("from") or guest
    line = body.get("id") or secrets.token_hex(8)
    if not all(_is_text(value) for value in (guest, text, name, line)):
        return JSONResponse({"error": 'send {"from": name, "text": text}, both not blank'}, status_code=400)
    chat: GuestChat = request.app.state.chat
    answer = answer_to(text or "")
    chat.store.accept(guest=guest, name=name, line=line, text=text or "", answer=answer)
    (chat.outgoing if answer is None else chat.callback).lanes.wake(guest)
    return JSONResponse({"id": line}, status_code=202)


async def _chat(request: Request) -> Response:
    """All that the guest sees."""
    chat: GuestChat = request.app.state.chat
    lines = chat.store.chat(request.path_params["guest"])
    keys = ("id", "author", "text", "time")
    return JSONResponse({"messages": [{key: getattr(line, key) for key in keys} for line in lines]})


async def _webhook(request: Request) -> Response:
    """Mews tells of events. Check, store, answer; the work comes later, for Mews waits 5 s (HOOK-01)."""
    settings: Settings = request.app.state.settings
    tokens = [value for name, value in request.query_params.multi_items() if name.lower() == "token"]
    expected = settings.webhook_token.encode()
    # There is no signature: the token in the URL is all that tells Mews from a stranger (HOOK-03).
    if not tokens or not all(hmac.compare_digest(token.encode(), expected) for token in tokens):
        return Response(status_code=401)
    chat: GuestChat = request.app.state.chat
    chat.incoming.receive(_added_messages(await _json(request)))
    return Response(status_code=200)


def _added_messages(body: dict[str, Any]) -> list[str]:
    """The message ids of the MessageAdded events; whatever else the body may hold is not for us (HOOK-05)."""
    events = body.get("Events")
    found = []
    for event in events if isinstance(events, list) else []:
        if isinstance(event, dict) and event.get("Discriminator") == "MessageAdded":
            try:
                found.append(str(UUID(event["Value"]["Id"])))
            except (AttributeError, KeyError, TypeError, ValueError):
                continue
    return found


async def _json(request: Request) -> dict[str, Any]:
    """The body as an object; empty where it is none."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_text(value: object) -> bool:
    """Text that Mews would take: not blank, and possible in UTF-8 (a lone half of an emoji is not)."""
    if not isinstance(value, str) or not value.strip():
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
