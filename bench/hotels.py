"""A hotel on a running fake: an integration of its own with threads, and their requests ready to send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from bench.bodies import CONNECTOR, Tokens, add_message, page_of_ten
from bench.load import CONNECTIONS

TEXT = "Hello, may I check in a little earlier, around noon?"

_CONTROL = "/_mockmews/v1/integrations"
_PATIENCE = 60.0  # seconds

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hotel:
    """The application's tokens and its threads."""

    port: int
    tokens: Tokens
    threads: tuple[str, ...]

    def adding(self) -> list[bytes]:
        """messages/add to each thread."""
        return [add_message(self.tokens, thread) for thread in self.threads]

    def reading(self) -> list[bytes]:
        """The newest ten messages of each thread."""
        return [page_of_ten(self.tokens, thread) for thread in self.threads]

    def add_batch(self, count: int) -> None:
        """So many messages in one call."""
        batch = [{"MessageThreadId": self.threads[0], "Text": TEXT}] * count
        post(self.port, f"{CONNECTOR}messages/add", {**self.tokens.base, "Messages": batch})

    def advance(self, by: str) -> None:
        """Move its clock through everything that falls due, and wait for the webhook answers."""
        body = {"by": by, "settle": False}
        post(self.port, f"{_CONTROL}/{self.tokens.access}/clock/advance", body)


def make_hotel(port: int, *, threads: int = CONNECTIONS, messages_each: int = 0, **fields: Any) -> Hotel:
    """A fresh integration with threads that are empty, or hold so many messages each."""
    made = post(port, _CONTROL, fields)
    tokens = Tokens(made["client_token"], made["access_token"])
    hotel = Hotel(port, tokens, ())
    return add_threads(hotel, threads, messages_each=messages_each)


def add_threads(hotel: Hotel, count: int, *, messages_each: int = 0) -> Hotel:
    """The hotel with so many threads more."""
    port, tokens, names = hotel.port, hotel.tokens, []
    for number in range(count):
        new = {**tokens.base, "OriginalSender": f"Guest {number}", "Subject": "An early check-in"}
        thread = post(port, f"{CONNECTOR}messageThreads/add", new)["MessageThreads"][0]["Id"]
        if messages_each:
            Hotel(port, tokens, (thread,)).add_batch(messages_each)
        names.append(thread)
    return Hotel(port, tokens, (*hotel.threads, *names))


def post(port: int, path: str, body: Json) -> Json:
    """One call. Raises RuntimeError for any answer but a 2xx."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer: Json = json.loads(response.read())
    finally:
        connection.close()
    if response.status >= 300:
        raise RuntimeError(f"{path} answered {response.status}: {answer}")
    return answer
