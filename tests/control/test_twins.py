"""The control API over HTTP and inside the process: the same methods, and equal answers to equal calls."""

from __future__ import annotations

import inspect
import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from mockmews import ControlClient, ControlError, MockMewsServer
from mockmews.control.api import ENDPOINTS
from mockmews.control_methods import PREFIX, ControlMethods
from tests.webhooks.hotel import FROZEN, Hotel, HotelOf
from tests.webhooks.receiver import Receiver

Json = dict[str, Any]
Way = ControlMethods


def methods_of(way: ControlMethods) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(getattr(type(way), name))
        for name in dir(way)
        if callable(getattr(way, name)) and not name.startswith("_")
    }


def test_both_ways_have_the_same_methods(fake: MockMewsServer, client: ControlClient) -> None:
    local = methods_of(fake.control)
    del local["abandon"]  # how the server itself ends the calls in flight
    assert methods_of(client) == local
    assert {"advance", "wait", "sink_url", "close"} <= local.keys()


class Nothing(list[Any]):
    """An empty list that can be read as a number too."""

    def __int__(self) -> int:
        return 0


class Noted(ControlMethods):
    """Notes what its methods would call."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.calls: list[tuple[str, str]] = []

    def call(self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None) -> Json:
        self.calls.append((method, PREFIX + path))
        return defaultdict(Nothing)


def test_every_endpoint_has_its_method_and_the_reverse(client: ControlClient) -> None:
    noted = Noted()
    for name in methods_of(noted):
        method = getattr(noted, name)
        if name in ("call", "close"):
            continue
        needed = [
            each
            for each in inspect.signature(method).parameters.values()
            if each.default is inspect.Parameter.empty and each.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        method(**{each.name: {} if each.annotation in ("Json", "list[Json]") else "x" for each in needed})
    operations = {
        (method.upper(), path)
        for path, item in client.openapi()["paths"].items()
        for method in item
        # An app under test posts to sinks by its own means; in Python `wait` serves where pages read the stream.
        if not path.endswith(("/sinks", "/journal/stream"))
    }
    called = {
        operation
        for operation in operations
        if any(
            method == operation[0]
            and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation[1]), path)
            and not any(other == (method, path) for other in operations - {operation})
            for method, path in noted.calls
        )
    }
    assert operations - called == set()
    for method, path in noted.calls:
        assert any(
            method == known and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
            for known, template in operations
        ), path


def test_both_ways_read_the_same(
    fake: MockMewsServer, client: ControlClient, hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, reply_rules=[{"otherwise": "silent"}])
    thread = world.opens()
    world.writes(thread, "Hi \N{WAVING HAND SIGN}")
    world.replies("Hello!")
    world.runs("1m")
    readings: list[Callable[[Way], Any]] = [
        lambda way: way.health(),
        lambda way: way.ready(),
        lambda way: way.settings(),
        lambda way: way.openapi(),
        lambda way: way.server_journal(),
        lambda way: way.integrations(),
        lambda way: way.integration(world.key),
        lambda way: way.reply_rules(world.key),
        lambda way: way.threads(world.key),
        lambda way: way.messages(world.key),
        lambda way: way.messages(world.key, thread_id=thread),
        lambda way: way.deliveries(world.key),
        lambda way: way.deliveries(world.key, state="delivered"),
        lambda way: way.delivery(world.key),
        lambda way: way.clock(world.key),
        lambda way: way.journal(world.key),
        lambda way: way.journal(world.key, since=2, kinds=("message", "event"), limit=2),
        lambda way: way.wait(world.key, {"kind": "message", "text": "Hello!"}),
        lambda way: way.sink_url(world.key),
    ]
    for read in readings:
        assert read(client) == read(fake.control)
    assert client.messages(world.key)
    assert client.deliveries(world.key)


def story(way: Way, url: str, receiver: Receiver) -> list[Any]:
    """Every call that changes something, on a world of its own; what each returned."""
    hotel = "6b1c2a52-9c52-4e0c-8f39-5f1d0f2d0c11"
    made = way.create_integration(
        enterprises=[{"id": hotel, "name": "North"}],
        seed=7,
        clock=FROZEN,
        webhook_url=receiver.url,
        webhook_token="token",
        lag="2s",
    )
    key = made["access_token"]
    world = Hotel(url, way, made)
    told: list[Any] = [made]
    thread = world.opens()
    told.append(way.change_integration(key, name="South", own_messages=False))
    told.append(way.reply(key, "Hello!", thread_id=thread))
    told.append(way.reply(key, "Later", after="30s"))
    told.append(way.resolve(key))
    told.append(way.reopen(key, thread))
    told.append(way.cancel(key))
    told.append(way.resend(key))
    told.append(way.set_reply_rules(key, [{"when": {"text": "Hi"}, "say": "Hello {{ sender }}"}]))
    told.append(way.set_clock(key, at="2026-03-10T12:10:00Z"))
    told.append(way.advance(key, "1h"))
    told.append(way.advance(key, to="2026-03-11T12:00:00Z"))
    told.append(way.journal(key))
    told.append(way.reset_integration(key, keep=["clock"]))
    told.append(way.reset_integration(key))
    told.append(way.clock(key))
    told.append(way.delete_integration(key))
    secret = {made["client_token"]: "CLIENT", made["integration_id"]: "INTEGRATION", key: "ACCESS"}
    text = json.dumps(told)
    for value, name in secret.items():
        text = text.replace(value, name)
    # What is real time or the caller's own cannot be equal.
    text = re.sub(r'"(milliseconds|elapsed)": [0-9.e-]+', r'"\1": 0', text)
    text = re.sub(r"[0-9A-F]{4}\*\*\*[0-9A-F]{4}", "MASKED", text)
    return list(json.loads(text))


def test_both_ways_change_the_same(fake: MockMewsServer, client: ControlClient, receiver: Receiver) -> None:
    over_http, inside = story(client, fake.url, receiver), story(fake.control, fake.url, receiver)
    for one, other in zip(over_http, inside, strict=True):
        assert one == other
    assert over_http[2]["text"] == "Hello!"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda way: way.integration("nobody"),
        lambda way: way.create_integration(webhook_uri="http://x"),
        lambda way: way.create_integration(settings={"payload": "xml"}),
        lambda way: way.create_integration(webhook_url="ftp://x"),
        lambda way: way.create_integration(name="\ud800"),
        lambda way: way.create_integration(name=object()),
        lambda way: way.create_integration(clock={"at": float("inf")}),
        lambda way: way.call("GET", "/nowhere"),
        lambda way: way.call("PUT", "/health"),
        lambda way: way.call("GET", "/health", query={"since": "1"}),
        lambda way: way.call("POST", "/integrations", body=[1]),
        lambda way: way.call("POST", "/integrations", body="text"),
    ],
)
def test_both_ways_refuse_alike(
    fake: MockMewsServer, client: ControlClient, wrong: Callable[[Way], Any]
) -> None:
    errors = []
    for way in (client, fake.control):
        with pytest.raises(ControlError) as error:
            wrong(way)
        errors.append((error.value.status, error.value.code, error.value.message, error.value.hint))
    assert errors[0] == errors[1]
    assert errors[0][0] in (400, 404, 422)


def test_what_is_handed_in_is_not_shared(fake: MockMewsServer, hotel_of: HotelOf) -> None:
    world = hotel_of()
    rules = [{"when": {"text": "Hi"}, "say": "Hello"}]
    fake.control.set_reply_rules(world.key, rules)
    rules[0]["say"] = "changed afterwards"
    assert fake.control.reply_rules(world.key)[0]["say"] == "Hello"


def test_the_endpoints_are_what_the_document_lists(client: ControlClient) -> None:
    listed = {
        (method.upper(), path.removeprefix(PREFIX))
        for path, item in client.openapi()["paths"].items()
        for method in item
    }
    beside = {("GET", "/openapi.json"), ("GET", "/integrations/{id}/journal/stream")}
    assert listed == {(each.method, each.path) for each in ENDPOINTS} | beside
