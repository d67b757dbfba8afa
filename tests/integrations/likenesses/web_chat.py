"""A web chat: guests log in, write with a bearer token, and ask for their messages."""

from __future__ import annotations

import json
import secrets
from urllib.parse import urlsplit

from tests.integrations.likenesses.concierge import Answer, Concierge, Web, serve

NAMES: dict[str, str] = {}
MESSAGES: dict[str, list[dict[str, str]]] = {}


def show(guest: str, text: str, message: str) -> None:
    MESSAGES[guest].append({"id": message, "author": "hotel", "text": text})


class Chat(Web):
    def route(self, body: bytes) -> Answer:
        path = urlsplit(self.path).path
        if path == "/webhooks/mews":
            return CONCIERGE.webhook(self.path, body)
        if path == "/login":
            token = secrets.token_urlsafe()
            NAMES[token], MESSAGES[token] = json.loads(body)["name"], []
            return Answer(201, {"token": token})
        guest = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if path != "/messages":
            return Answer(404)
        if guest not in NAMES:
            return Answer(401, {"error": "log in first"})
        if self.command == "GET":
            return Answer(200, {"messages": MESSAGES[guest]})
        text = json.loads(body)["text"]
        MESSAGES[guest].append({"id": secrets.token_hex(), "author": "guest", "text": text})
        CONCIERGE.guest_wrote(guest, NAMES[guest], text)
        return Answer(202, {})


CONCIERGE = Concierge(show)

if __name__ == "__main__":
    serve(Chat)
