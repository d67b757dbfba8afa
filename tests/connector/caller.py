"""An application that calls the four operations over a kept connection, and judges every answer it gets."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Self
from urllib.parse import urlsplit

from mockmews.control_methods import ControlMethods

PREFIX = "/api/connector/v1/"
CLIENT = "Concierge 1.0.0"
NOON = "2026-03-10T12:00:00Z"
UNKNOWN_ID = "0f9325f6-ef44-4911-89a8-ae51010a5aa4"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LONGEST_HINT = 500
MOST_PAGES = 50

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Every one has a Request-Id; every error has Mews's body and a hint that is a header."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __post_init__(self) -> None:
        assert UUID.fullmatch(self.request_id), "contract.md 13 row 43"
        if self.status >= 400:
            assert self.status < 500, self.body
            assert 0 < len(self.hint) <= LONGEST_HINT
            assert self.hint.isascii()
            assert self.hint.isprintable()
        if self.status >= 400 and self.body:
            assert list(self.json) == ["Message", "RequestId", "Details"], "contract.md 7"
            assert self.json["RequestId"] == self.request_id
            assert self.json["Message"]

    @classmethod
    def read(cls, response: HTTPResponse) -> Self:
        body = response.read()
        return cls(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    @property
    def json(self) -> Json:
        assert self.headers["content-type"] == "application/json"
        decoded: Json = json.loads(self.body)
        return decoded

    @property
    def request_id(self) -> str:
        return self.headers.get("request-id", "")

    @property
    def hint(self) -> str:
        return self.headers.get("x-mockmews-hint", "")

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and Mews's text of an error."""
        return self.status, self.json["Message"]

    @property
    def threads(self) -> list[Json]:
        assert self.status == 200, self.body
        found: list[Json] = self.json["MessageThreads"]
        return found

    @property
    def messages(self) -> list[Json]:
        assert self.status == 200, self.body
        found: list[Json] = self.json["Messages"]
        return found

    @property
    def ids(self) -> list[str]:
        """The ids of a page, in its order."""
        page = self.threads if "MessageThreads" in self.json else self.messages
        return [each["Id"] for each in page]

    @property
    def cursor(self) -> str | None:
        assert self.status == 200, self.body
        found: str | None = self.json["Cursor"]
        return found


class App:
    """One application with its tokens, calling one platform address."""

    def __init__(self, url: str, world: Json, control: ControlMethods) -> None:
        self.url = url
        self.world = world
        self.client_token: str = world["client_token"]
        self.access_token: str = world["access_token"]
        self.control = control
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self.address = (parts.hostname, parts.port)
        self.connection = HTTPConnection(*self.address, timeout=20)

    def close(self) -> None:
        self.connection.close()

    @property
    def base(self) -> Json:
        return {"ClientToken": self.client_token, "AccessToken": self.access_token, "Client": CLIENT}

    def body(self, **fields: Any) -> Json:
        """The base fields and these; a field that is `...` is left out."""
        return {name: value for name, value in {**self.base, **fields}.items() if value is not ...}

    def call(self, operation: str, *, headers: Mapping[str, str] | None = None, **fields: Any) -> Answer:
        """Post an operation such as `messages/add` with the base fields and these."""
        return self.post(operation, json.dumps(self.body(**fields)).encode(), headers=headers)

    def post(self, operation: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send("POST", PREFIX + operation, body, headers=headers)

    def send(
        self, method: str, path: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {"Content-Type": "application/json", **(headers or {})}
        self.connection.request(method, path, body, sent)
        return Answer.read(self.connection.getresponse())

    # What tests do all the time

    def open_thread(self, sender: str = "John Doe", subject: str = "Example subject") -> str:
        (thread,) = self.call("messageThreads/add", OriginalSender=sender, Subject=subject).threads
        identifier: str = thread["Id"]
        return identifier

    def add(self, *items: Json, **fields: Any) -> Answer:
        return self.call("messages/add", Messages=list(items), **fields)

    def write(self, thread: str, *texts: str) -> list[str]:
        """Add texts in one call; the ids of the messages, oldest first."""
        return [each["Message"]["Id"] for each in self.add(*(item(thread, text) for text in texts)).messages]

    def find(self, *threads: str, count: Any = 10, cursor: Any = ..., **fields: Any) -> Answer:
        """A page of messages."""
        limitation = {"Count": count} | ({} if cursor is ... else {"Cursor": cursor})
        return self.call(
            "messages/getAll", **{"MessageThreadIds": threads, "Limitation": limitation, **fields}
        )

    def find_threads(self, count: Any = 10, cursor: Any = ..., **fields: Any) -> Answer:
        """A page of threads."""
        limitation = {"Count": count} | ({} if cursor is ... else {"Cursor": cursor})
        return self.call("messageThreads/getAll", **{"Limitation": limitation, **fields})

    def pages(self, *threads: str, count: int) -> Iterator[Answer]:
        """Pages of messages until one has no cursor, that one included."""
        cursor = None
        for _ in range(MOST_PAGES):
            page = self.find(*threads, count=count, cursor=cursor)
            yield page
            cursor = page.cursor
            if cursor is None:
                return
        raise AssertionError(f"There is no end to the pages: {MOST_PAGES} were read.")

    # What the hotel and the clock do

    def reply(self, thread: str, text: str) -> str:
        """The front desk replies; the message's id."""
        identifier: str = self.control.reply(self.access_token, text, thread_id=thread)["id"]
        return identifier

    def resolve(self, thread: str) -> None:
        self.control.resolve(self.access_token, thread)

    def advance(self, by: str) -> None:
        self.control.advance(self.access_token, by)

    def requests_seen(self) -> list[Json]:
        """The requests in this world's journal."""
        entries: list[Json] = self.control.journal(self.access_token, kinds=("request",))["entries"]
        return entries

    def raw(self) -> RawConnection:
        return RawConnection(self.address)


class RawConnection:
    """A socket that sends the bytes it is told, for requests that no client library would make."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=20)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self, *, with_body: bool = True) -> Answer:
        """The next answer; one to HEAD has no body."""
        status = int(self.line().split()[1])
        headers = {}
        while line := self.line().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        return Answer(status, headers, self.file.read(int(headers.get("content-length", 0)) * with_body))

    def line(self) -> bytes:
        return self.file.readline()

    def ends(self) -> bool:
        """Whether the server closes the connection without another byte."""
        return self.file.read(1) == b""


def item(thread: str, text: str = "Hi", **fields: Any) -> Json:
    """One item of messages/add; a field that is `...` is left out."""
    whole = {"MessageThreadId": thread, "Text": text, **fields}
    return {name: value for name, value in whole.items() if value is not ...}


def between(start: Any, end: Any) -> Json:
    """An interval; a bound that is `...` is left out."""
    whole = {"StartUtc": start, "EndUtc": end}
    return {name: value for name, value in whole.items() if value is not ...}


def http(path: str, body: bytes, *headers: str, method: str = "POST") -> bytes:
    """The bytes of a request without a length; `headers` such as `Content-Length: 2`."""
    lines = [f"{method} {path} HTTP/1.1", "Host: mews", "Content-Type: application/json", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def sized(path: str, body: bytes, *headers: str, method: str = "POST") -> bytes:
    """The bytes of a request with its Content-Length."""
    return http(path, body, f"Content-Length: {len(body)}", *headers, method=method)


def chunked(path: str, body: bytes, *, size: int) -> bytes:
    """The bytes of a request in chunks of this size."""
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    coded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return http(path, coded + b"0\r\n\r\n", "Transfer-Encoding: chunked")
