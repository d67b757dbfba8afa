"""A hotel on a running fake: an integration of its own without rate limit, threads, and their requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from bench.bodies import Tokens, add_message, page_of_ten
from bench.load import CONNECTIONS


@dataclass(frozen=True, slots=True)
class Hotel:
    """The application's tokens and its threads, as many as connections."""

    tokens: Tokens
    threads: tuple[str, ...]

    def adding(self) -> list[bytes]:
        """messages/add to each thread."""
        return [add_message(self.tokens, thread) for thread in self.threads]

    def reading(self) -> list[bytes]:
        """The newest ten messages of each thread."""
        return [page_of_ten(self.tokens, thread) for thread in self.threads]


def make_hotel(port: int, *, webhook_url: str | None = None, messages_each: int = 0) -> Hotel:
    """A fresh integration with empty threads, or with so many messages in each."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def call(path: str, body: dict[str, Any]) -> dict[str, Any]:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        if response.status >= 300:
            raise RuntimeError(f"{path} answered {response.status}: {answer}")
        return answer

    made = call("/_mockmews/v1/integrations", {"webhook_url": webhook_url, "settings": {"rate_limit": "off"}})
    tokens = Tokens(made["client_token"], made["access_token"])
    base = {"ClientToken": tokens.client, "AccessToken": tokens.access, "Client": "Bench 1.0.0"}
    prefix = "/api/connector/v1/"
    threads = []
    for number in range(CONNECTIONS):
        new = {"OriginalSender": f"Guest {number}", "Subject": "An early check-in"}
        thread = call(f"{prefix}messageThreads/add", {**base, **new})["MessageThreads"][0]["Id"]
        if messages_each:
            text = "Hello, may I check in a little earlier?"
            batch = [{"MessageThreadId": thread, "Text": text}] * messages_each
            call(f"{prefix}messages/add", {**base, "Messages": batch})
        threads.append(thread)
    connection.close()
    return Hotel(tokens, tuple(threads))
