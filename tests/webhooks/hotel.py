"""A world of its own on a running fake, seen from both sides: an app that calls, and the staff that answer."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from mockmews import MockMewsServer
from mockmews.control_methods import ControlMethods

Json = dict[str, Any]

NOON = "2026-03-10T12:00:00Z"
FROZEN = {"rate": 0, "at": NOON}


class Hotel:
    """One world; the methods of the app call over HTTP, those of the staff use the control API."""

    def __init__(self, url: str, control: ControlMethods, made: Json) -> None:
        self.url = url
        self.control = control
        self.made = made
        self.key: str = made["access_token"]

    # The app

    def ask(self, operation: str, *, token: str | None = None, **fields: Any) -> tuple[int, Json]:
        """The status and the JSON of one call of the Connector API."""
        body = {
            "ClientToken": self.made["client_token"],
            "AccessToken": token or self.key,
            "Client": "Test 1.0",
            **fields,
        }
        return post_json(f"{self.url}/api/connector/v1/{operation}", body)

    def called(self, operation: str, **fields: Any) -> Json:
        """The same, where it must succeed."""
        status, answer = self.ask(operation, **fields)
        assert status == 200, answer
        return answer

    def opens(self, guest: str = "Penelope", *, token: str | None = None) -> str:
        """The id of a new thread."""
        made = self.called("messageThreads/add", OriginalSender=guest, Subject="Arrival", token=token)
        return str(made["MessageThreads"][0]["Id"])

    def writes(self, thread: str, *texts: str, token: str | None = None) -> list[str]:
        """The app adds messages; their ids."""
        items = [{"MessageThreadId": thread, "Text": text} for text in texts]
        added = self.called("messages/add", Messages=items, token=token)
        return [each["Message"]["Id"] for each in added["Messages"]]

    def reads(self, thread: str) -> list[Json]:
        """The messages of a thread, newest first."""
        page = self.called("messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 1000})
        return list(page["Messages"])

    # The staff, and the test behind the scenes

    def replies(self, text: str, *, thread: str | None = "latest", after: str | None = None) -> str:
        """The id of the front desk's message, empty where it comes later."""
        return str(self.control.reply(self.key, text, thread_id=thread, after=after).get("id", ""))

    def changes(self, **fields: Any) -> None:
        self.control.change_integration(self.key, **fields)

    def runs(self, by: str = "0s") -> Json:
        """Advance the clock, through everything that falls due until then."""
        return self.control.advance(self.key, by)

    def deliveries(self) -> list[Json]:
        return self.control.deliveries(self.key)

    def delivery(self) -> Json:
        """The only one."""
        (only,) = self.deliveries()
        return only

    def causes(self, place: int = 0) -> list[str]:
        """Why each attempt of a delivery was made."""
        return [each["cause"] for each in self.deliveries()[place]["attempts"]]

    def journal(self, *kinds: str) -> list[Json]:
        return list(self.control.journal(self.key, kinds=kinds)["entries"])


HotelOf = Callable[..., Hotel]
"""Makes worlds; takes the fields of POST /integrations."""


def post_json(url: str, body: Any) -> tuple[int, Json]:
    """The status and the JSON of a POST on a connection of its own."""
    parts = urlsplit(url)
    with contextlib.closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request("POST", parts.path, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


@contextlib.contextmanager
def hotel(fake: MockMewsServer, **fields: Any) -> Iterator[Hotel]:
    """A world for the length of a test, its clock frozen at noon unless asked otherwise."""
    made = fake.control.create_integration(**{"clock": FROZEN, **fields})
    try:
        yield Hotel(fake.url, fake.control, made)
    finally:
        fake.control.delete_integration(made["integration_id"])
