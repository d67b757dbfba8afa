"""A guest chat for many hotels: Mews tells of each by an Integration Webhook, and each has a token of its own.

A hotel has a chat of its own with its own database, so nothing of one hotel can meet anything of another. What
a guest sees is put together from all of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.integrations.apps.polled.app import Chat, Database
from tests.integrations.apps.polled.mews import Mews
from tests.integrations.apps.polled.web import Answer, serve


class Group:
    """All hotels, by their enterprise ids; the access token of each is kept in a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "hotels.json"
        self._tokens: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        self._hotels = {hotel: self._opened(hotel) for hotel in self._tokens}

    def lines(self, guest: str) -> Iterator[dict[str, Any]]:
        found = [line for hotel in list(self._hotels.values()) for line in hotel.lines(guest)]
        yield from sorted(found, key=lambda line: float(line["at"]))

    def say(self, guest: str, body: dict[str, Any]) -> Answer:
        hotel = self._hotels.get(body.get("hotel", ""))
        return hotel.say(guest, body) if hotel else (404, {"error": "no such hotel"})

    def webhook(self, body: dict[str, Any]) -> Answer:
        if body.get("Action") == "IntegrationCreated":
            return self._connected(body["Data"])
        hotel = self._hotels.get(body.get("EnterpriseId", ""))
        # That a hotel has left is no fault of Mews's, which would only send the webhook again.
        return hotel.webhook(body) if hotel else (200, {})

    def _connected(self, integration: dict[str, Any]) -> Answer:
        hotel = integration["Enterprise"]["Id"]
        self._tokens[hotel] = integration["AccessToken"]
        self._file.write_text(json.dumps(self._tokens))
        if hotel not in self._hotels:
            self._hotels[hotel] = self._opened(hotel)
        return 200, {}

    def _opened(self, hotel: str) -> Chat:
        mews = Mews(os.environ["MEWS_URL"], os.environ["MEWS_CLIENT_TOKEN"], self._tokens[hotel])
        return Chat(Database(str(self._folder / f"{hotel}.db")), mews)


if __name__ == "__main__":
    serve(Group(Path(os.environ["FOLDER"])))
