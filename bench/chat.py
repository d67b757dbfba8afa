"""The trivial chat app that conversations are measured with: one process that serves every hotel it hears of.

It does what the guide says and nothing else, so that what is measured is the fake and the kit.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import aiohttp

from bench.bodies import CONNECTOR
from bench.floor import Message, Receive, Send

Json = dict[str, Any]


def app_file(port: int, *, failures: int = 0) -> str:
    """The app file of a chat app at this port, which refuses each webhook so many times before it takes it."""
    url = f"http://127.0.0.1:{port}"
    return f"""
version: 1
app: {{name: Trivial chat, version: "1"}}
webhook: "{url}/hooks/${{mews.access_token}}?failures={failures}"
world: each
within: 60s
connect: {{integration_webhook: "{url}/connect"}}
say:
  post: "{url}/say/${{mews.access_token}}"
  json:
    mews: "${{mews.url}}"
    client: "${{mews.client_token}}"
    sink: "${{sink.url}}"
    guest: "${{guest.id}}"
    name: "${{guest.name}}"
    text: "${{text}}"
hear:
  sink: {{text: $.text, guest: $.guest, id: $.id}}
"""


@dataclass(slots=True)
class _Hotel:
    """What the app knows of one integration: its guests' threads, and the guests of its threads."""

    sink: str = ""
    thread_of: dict[str, str] = field(default_factory=dict)
    guest_of: dict[str, str] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)


class Chat:
    """The app, as ASGI."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._hotels: dict[str, _Hotel] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        status = await self._answer(scope, json.loads(body))
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _answer(self, scope: Message, body: Json) -> int:
        _, what, *token = scope["path"].split("/")
        if what == "connect":
            return 204
        hotel = self._hotels.setdefault(token[0], _Hotel())
        if what == "say":
            await self._say(hotel, token[0], body)
            return 204
        failures = int(parse_qs(scope["query_string"].decode())["failures"][0])
        return await self._hear(hotel, body, failures)

    async def _say(self, hotel: _Hotel, token: str, said: Json) -> None:
        base = {"ClientToken": said["client"], "AccessToken": token, "Client": "Trivial chat 1"}
        guest, mews = said["guest"], said["mews"]
        hotel.sink = said["sink"]
        if guest not in hotel.thread_of:
            new = {**base, "OriginalSender": said["name"], "Subject": "Chat"}
            made = await self._post(f"{mews}{CONNECTOR}messageThreads/add", new)
            thread = hotel.thread_of[guest] = made["MessageThreads"][0]["Id"]
            hotel.guest_of[thread] = guest
        added = [{"MessageThreadId": hotel.thread_of[guest], "Text": said["text"]}]
        await self._post(f"{mews}{CONNECTOR}messages/add", {**base, "Messages": added})

    async def _hear(self, hotel: _Hotel, body: Json, failures: int) -> int:
        for message in body["Entities"]["Messages"]:
            if message["Sender"]["Discriminator"] != "Enterprise":
                continue
            hotel.attempts[message["Id"]] += 1
            if hotel.attempts[message["Id"]] <= failures:
                return 500
            if message["Id"] in hotel.shown:
                continue  # its webhook came again, for among many at once our answer can be late
            hotel.shown.add(message["Id"])
            guest = hotel.guest_of[message["MessageThreadId"]]
            await self._post(hotel.sink, {"guest": guest, "id": message["Id"], "text": message["Text"]})
        return 200

    async def _post(self, url: str, body: Json) -> Json:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        async with self._session.post(url, json=body) as answer:
            content = await answer.read()
            if answer.status >= 300:
                raise RuntimeError(f"{url} answered {answer.status}: {content[:300]!r}")
            found: Json = json.loads(content) if content else {}
            return found
