"""The journal as server-sent events: the past, the present, a way back in, and readers that do not read."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import pytest

from mockmews import MockMewsServer
from tests.webhooks.hotel import Hotel, HotelOf

PATIENCE = 30


@contextmanager
def reading(hotel: Hotel, query: str = "", *headers: str, buffer: int | None = None) -> Iterator[BinaryIO]:
    """The stream behind its headers; `buffer` is how little the reader's socket takes."""
    parts = urlsplit(hotel.url)
    path = f"/_mockmews/v1/integrations/{hotel.key}/journal/stream{query}"
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        if buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect((parts.hostname, parts.port))
        lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())
        with connection.makefile("rb") as stream:
            status = stream.readline()
            assert b" 200 " in status, status
            head = iter(stream.readline, b"\r\n")
            assert b"content-type: text/event-stream; charset=utf-8\r\n" in list(head)
            yield stream


def events(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """The events as they come; ends with the stream."""
    found: dict[str, Any] = {}
    while line := stream.readline():
        name, _, value = line.decode().rstrip("\r\n").partition(": ")
        if name in ("id", "event", "data"):
            found[name] = json.loads(value) if name == "data" else value
        if "data" in found and name == "data":
            yield found
            found = {}


@pytest.fixture
def lobby(hotel_of: HotelOf) -> Hotel:
    made = hotel_of(webhook_url=None)
    made.opens()
    return made


def test_the_past_comes_first_and_then_what_happens(lobby: Hotel) -> None:
    with reading(lobby) as stream:
        told = events(stream)
        past = [next(told), next(told)]
        assert [(each["id"], each["event"]) for each in past] == [("1", "request"), ("2", "thread")]
        assert past[1]["data"] == lobby.journal("thread")[0]
        lobby.replies("Hello")
        present = [next(told), next(told)]
        assert [each["event"] for each in present] == ["hotel", "message"]
        assert present[1]["data"]["text"] == "Hello"


@pytest.mark.parametrize(
    ("query", "headers"), [("?since=2", ()), ("", ("Last-Event-ID: 2",)), ("?since=1", ("Last-Event-ID: 2",))]
)
def test_a_reader_that_comes_again_goes_on_where_it_was(
    lobby: Hotel, query: str, headers: tuple[str, ...]
) -> None:
    lobby.replies("Hello")
    with reading(lobby, query, *headers) as stream:
        assert next(events(stream))["id"] == "3"


def test_an_id_that_is_none_begins_at_the_beginning(lobby: Hotel) -> None:
    with reading(lobby, "", "Last-Event-ID: nonsense") as stream:
        assert next(events(stream))["id"] == "1"


def test_an_entry_that_is_completed_is_told_again(lobby: Hotel) -> None:
    with reading(lobby, "?since=2") as stream:
        told = events(stream)
        lobby.ask("messages/add", Messages=[])
        first, second = next(told), next(told)
        assert first["id"] == second["id"] == "3"
        assert second["data"]["status"] == 400


def test_a_reader_that_falls_too_far_behind_is_sent_away(lobby: Hotel) -> None:
    with reading(lobby, "?since=2", buffer=4096) as stream:
        threads = [lobby.opens(f"Guest {number}") for number in range(2)]
        for _ in range(12):
            lobby.writes(threads[0], *["x" * 900] * 1000)
        last = int(lobby.control.journal(lobby.key, limit=1, since=12_000)["entries"][0]["number"])
        seen = [int(each["id"]) for each in events(stream)]
        assert 0 < len(seen) < last
    with reading(lobby, "", f"Last-Event-ID: {last - 1}") as stream:
        assert next(events(stream))["id"] == str(last)


def test_a_reader_that_never_reads_does_not_hold_up_the_server() -> None:
    with MockMewsServer() as own:
        hotel = Hotel(own.url, own.control, own.control.create_integration(webhook_url=None, rate_limit=None))
        thread = hotel.opens()
        with reading(hotel, buffer=4096):
            for _ in range(3):
                hotel.writes(thread, *["x" * 900] * 1000)
            assert own.control.health() == {"status": "ok"}
            own.stop()


def test_a_stream_ends_with_its_server() -> None:
    with MockMewsServer() as own:
        hotel = Hotel(own.url, own.control, own.control.create_integration())
        hotel.opens()
        with reading(hotel) as stream:
            told = events(stream)
            next(told)
            own.stop()
            assert len(list(told)) <= 1


def test_a_stream_of_an_unknown_world_is_404(lobby: Hotel) -> None:
    lobby.key = "unknown"
    with pytest.raises(AssertionError, match="404"), reading(lobby):
        pass
