"""A web chat for a group of hotels: Mews tells it of each by an Integration Webhook, with a token of its own."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.integrations.likenesses.concierge import Answer, Concierge, Web, serve

HOTELS: dict[str, Concierge] = {}
MESSAGES: dict[str, list[dict[str, str]]] = {}


def show(guest: str, text: str, message: str) -> None:
    MESSAGES[guest].append({"id": message, "author": "hotel", "text": text})


def connected(data: Any) -> Answer:
    """Mews tells of an enterprise that chose this app: its guests are served from now on."""
    HOTELS[data["Enterprise"]["Id"]] = Concierge(show, access_token=data["AccessToken"])
    return Answer(204)


class GroupChat(Web):
    """The guests' page is asked for `/chat/GUEST`; Mews posts to `/hooks`."""

    def route(self, body: bytes) -> Answer:
        path = urlsplit(self.path).path
        if path == "/health":
            return Answer(200, {"hotels": len(HOTELS)})
        guest = path.removeprefix("/chat/")
        if self.command == "GET":
            return Answer(200, {"messages": MESSAGES.get(guest, [])})
        told = json.loads(body)
        if path == "/hooks/integration":
            return connected(told["Data"]) if told["Action"] == "IntegrationCreated" else Answer(204)
        if path == "/hooks/mews":
            return self.added(told["EnterpriseId"], body)
        MESSAGES.setdefault(guest, []).append({"id": secrets.token_hex(), "author": "guest"})
        HOTELS[told["hotel"]].guest_wrote(guest, told["from"], told["text"])
        return Answer(202, {})

    def added(self, enterprise: str, body: bytes) -> Answer:
        """One address takes the webhooks of all hotels; the body says whose they are."""
        if enterprise not in HOTELS:
            return Answer(401 if "Token" not in parse_qs(urlsplit(self.path).query) else 204)
        return HOTELS[enterprise].webhook(self.path, body)


if __name__ == "__main__":
    serve(GroupChat)
