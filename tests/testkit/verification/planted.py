"""A server in front of a fake that answers in its place, or changes what it answers, in ten planted ways."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

UNLIKE_ANY = "0f9325f6-ef44-4911-89a8-ae51010a5aa4"


@dataclass(frozen=True, slots=True)
class Message:
    """A request, or the answer to one."""

    path: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def with_json(self, value: Any, status: int | None = None) -> Message:
        return replace(self, body=json.dumps(value).encode(), status=status or self.status)


Plant = Callable[[Message, Message], Message]
"""The answer to give, for a request and the fake's answer; none at all where its status is 0."""


def nobody_sends(request: Message, answer: Message) -> Message:
    if answer.status == 400 and request.json.get("OriginalSender", "") is None:
        return answer.with_json({"MessageThreads": []}, 200)
    return answer


def mixed_up(request: Message, answer: Message) -> Message:
    names = [each.get("Identifier") for each in request.json.get("Messages") or ()]
    if names != ["x", "y"]:
        return answer
    first, second = answer.json["Messages"]
    first["Message"], second["Message"] = second["Message"], first["Message"]
    return answer.with_json({"Messages": [first, second]})


def no_emoji(_: Message, answer: Message) -> Message:
    if "\N{COOKING}" not in answer.body.decode() or not answer.json.get("Cursor"):
        return answer
    return replace(answer, body=answer.body.decode().replace("\N{COOKING}", "?").encode())


def typed_204(_: Message, answer: Message) -> Message:
    typed = {**answer.headers, "Content-Type": "application/json"}
    return replace(answer, headers=typed) if answer.status == 204 else answer


def one_more_field(request: Message, answer: Message) -> Message:
    if not request.path.endswith("messages/getAll") or answer.status != 200:
        return answer
    messages = [{**each, "IsRead": False} for each in answer.json["Messages"]]
    return answer.with_json({**answer.json, "Messages": messages})


def loose_slash(request: Message, answer: Message) -> Message:
    found = request.path.endswith("getAll/")
    return answer.with_json({"Messages": [], "Cursor": None}, 200) if found else answer


def loose_json(request: Message, answer: Message) -> Message:
    if not request.body.endswith(b",}"):
        return answer
    return answer.with_json({**answer.json, "Message": "Invalid ClientToken"}, 401)


def same_request_id(_: Message, answer: Message) -> Message:
    if answer.status != 200:
        return answer
    return replace(answer, headers={**answer.headers, "request-id": UNLIKE_ANY})


def clamped(request: Message, answer: Message) -> Message:
    limit = request.json.get("Limitation") or {}
    if answer.status == 400 and limit.get("Count") == 0:
        return answer.with_json({"Messages": [], "Cursor": None}, 200)
    return answer


def one_language(request: Message, answer: Message) -> Message:
    given = request.json
    if given.get("LanguageCode") and not given.get("CultureCode"):
        return answer.with_json(
            {"Message": "Invalid CultureCode", "RequestId": UNLIKE_ANY, "Details": None}, 400
        )
    return answer


def dying(after: int) -> Plant:
    """Answers so many calls, and no more."""
    left = iter(range(after))
    return lambda _, answer: answer if next(left, None) is not None else replace(answer, status=0)


TEN: dict[str, Plant] = {
    "4": nobody_sends,
    "20": mixed_up,
    "23": no_emoji,
    "31": clamped,
    "46": typed_204,
    "49": one_more_field,
    "71": one_language,
    "78": loose_json,
    "81": loose_slash,
    "88": same_request_id,
}
"""Each by the vector that names it."""


@contextmanager
def planted(url: str, plants: dict[str, Plant]) -> Iterator[str]:
    """The address of a server in front of `url` with these differences."""
    address = urlsplit(url).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def setup(self) -> None:
            super().setup()
            self.upstream = HTTPConnection(address, timeout=30)

        def finish(self) -> None:
            self.upstream.close()
            super().finish()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Message(self.path, 0, dict(self.headers.items()), body)
            self.upstream.request(self.command, self.path, body, request.headers)
            got = self.upstream.getresponse()
            headers = {name.lower(): value for name, value in got.getheaders()}
            answer = Message(self.path, got.status, headers, got.read())
            for plant in plants.values():
                answer = plant(request, answer)
            if not answer.status:
                self.close_connection = True
                return
            self.send_response(answer.status)
            kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
            for name, value in kept.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            serving.join()
