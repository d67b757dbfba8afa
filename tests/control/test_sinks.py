"""Sinks: whatever an app under test shows, in its own words, becomes a journal entry."""

from __future__ import annotations

import contextlib
import hashlib
import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockmews import ControlClient
from tests.webhooks.hotel import Hotel, HotelOf


def show(
    world: Hotel, body: bytes, content_type: str = "application/json", *, method: str = "POST", path: str = ""
) -> int:
    """Post to the world's sink as an app would; the status."""
    parts = urlsplit(world.control.sink_url(world.key))
    with contextlib.closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        connection.request(
            method, parts.path + path, body, {"Content-Type": content_type} if content_type else {}
        )
        response = connection.getresponse()
        response.read()
        return response.status


def shown(world: Hotel) -> dict[str, Any]:
    (entry,) = world.journal("sink")
    return entry


@pytest.mark.parametrize(
    ("body", "content_type", "content"),
    [
        (b'{"to": "1", "message": {"text": "Hello \\u00fc"}}', "application/json",
         {"to": "1", "message": {"text": "Hello ü"}}),
        (b'["Hello"]', "text/plain", ["Hello"]),
        (b"To=%2B49+170&Body=Hello+%C3%BC%21&Empty=", "application/x-www-form-urlencoded; charset=utf-8",
         {"To": "+49 170", "Body": "Hello ü!", "Empty": ""}),
        (b"Hello", "text/plain", None),
        (b"\xff\xfe", "application/json", None),
        (b"[" * 100_000, "application/json", None),
        (b"", "", None),
    ],
)  # fmt: skip
def test_a_sink_takes_json_and_forms(hotel_of: HotelOf, body: bytes, content_type: str, content: Any) -> None:
    world = hotel_of()
    assert show(world, body, content_type) == 200
    assert shown(world)["content"] == content


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "GET"])
@pytest.mark.parametrize("path", ["", "/", "/v1/messages", "/sinks/sinks"])
def test_a_sink_takes_any_method_and_path_below_it(hotel_of: HotelOf, method: str, path: str) -> None:
    world = hotel_of()
    assert show(world, b'{"text": "Hello"}', method=method, path=path) == 200
    assert (shown(world)["method"], shown(world)["sink_path"]) == (method, path)


def test_what_only_begins_like_a_sink_is_none(hotel_of: HotelOf) -> None:
    world = hotel_of()
    assert show(world, b"{}", path="-and-more") == 404
    assert world.journal("sink") == []


def test_a_sink_takes_up_to_a_mebibyte(hotel_of: HotelOf) -> None:
    world = hotel_of()
    largest = json.dumps("x" * (1024 * 1024 - 2)).encode()
    assert show(world, largest + b" ") == 413
    assert show(world, largest) == 200
    kept = shown(world)["request"]
    assert (kept["length"], kept["sha256"]) == (1024 * 1024, hashlib.sha256(largest).hexdigest())
    assert len(kept["text"]) == 64 * 1024


def test_tokens_that_an_app_shows_are_masked(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    show(
        world,
        json.dumps({"text": f"token {world.key}!", "AccessToken": world.key, "n": [world.key]}).encode(),
    )
    masked = f"{world.key[:4]}***{world.key[-4:]}"
    assert shown(world)["content"] == {"text": f"token {masked}!", "AccessToken": "***", "n": [masked]}
    assert world.key not in json.dumps(client.journal(world.key))


def test_a_guest_who_writes_of_tokens_is_not_censored(hotel_of: HotelOf) -> None:
    world = hotel_of()
    text = 'see https://x.test/?token=abc&x=1 and "AccessToken": "mine"'
    world.writes(world.opens(), text)
    show(world, json.dumps({"text": text}, separators=(",", ":")).encode())
    assert shown(world)["content"] == {"text": text}
    assert world.journal("message")[0]["text"] == text
    (_, added) = world.journal("request")
    assert added["request"]["json"]["Messages"][0]["Text"] == text


def test_a_sink_inside_the_process_is_the_same(hotel_of: HotelOf) -> None:
    world = hotel_of()
    path = f"/integrations/{world.key}/sinks"
    assert world.control.call("POST", path, body={"text": "Hello"}) == {"ok": True}
    assert shown(world)["content"] == {"text": "Hello"}
