"""Requests made from the control API's own document, sensible and not: each gets an answer that it declares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockmews import MockMewsServer
from mockmews.control import PREFIX
from mockmews.control.api import ENDPOINTS
from mockmews.control.document import describe
from tests.webhooks.hotel import Hotel, hotel
from tests.webhooks.receiver import Receiver

Json = dict[str, Any]

SENSIBLE: tuple[Any, ...] = (
    "latest", "MessageAdded", "messages/add", "any", "held", "scheduled", "ids_only", "IntegrationDisabled",
    "0s", "1s", "2m..5m", "2026-03-10T12:00:00Z", "2030-01-01T00:00:00Z", "200/30s", "/late/i", "Europe/Prague",
    "07:00-19:00", "http://127.0.0.1:1/hooks", "Hello", "true", "brief", 0, 1, 2, 60, 429, True, False, None,
    ["clock"], ["MessageAdded"], [{"say": "re: {{ text }}"}], [{"operation": "any", "status": 500}],
    {"rate": 0}, {"at": "2026-03-10T12:00:00Z"}, {"attempts": 2, "delay": "1s"}, {"kind": "message"},
    {"text": {"contains": "H"}}, {"sender": "string"}, {"answer": "42"},
)  # fmt: skip

# What would make a test wait: time that real clocks must pass.
QUICK: dict[str, Json] = {
    "/journal/wait": {"timeout": "0s"},
    "/settle": {"within": "1ms", "quiet_for": "0s"},
    "/clock/advance": {"settle": False},
}

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
values = st.sampled_from(SENSIBLE) | junk


def operations() -> list[tuple[str, str, Json]]:
    """Method, path and description of all that the document has but the deletion of a world, the stream, which
    never ends, and sinks, whose answers are what somebody asked for."""
    paths = describe(ENDPOINTS, PREFIX)["paths"]
    found = [(method.upper(), path, each) for path, item in paths.items() for method, each in item.items()]
    world = f"{PREFIX}/integrations/{{id}}"
    left_out = (("DELETE", world), ("GET", f"{world}/journal/stream"), ("POST", f"{world}/sinks"))
    return [each for each in found if each[:2] not in left_out]


@st.composite
def requests(draw: st.DrawFn, known: dict[str, str]) -> tuple[str, str, bytes | None, Json]:
    """An operation of the document, filled in: method, target, body, and what it declares."""
    method, path, operation = draw(st.sampled_from(operations()))
    names = re.findall(r"\{(\w+)\}", path)
    ids = {name: known[name] if draw(st.integers(0, 9)) else draw(st.text(min_size=1)) for name in names}
    target = re.sub(r"\{(\w+)\}", lambda found: quote(ids[found[1]], safe=""), path)
    fields = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
    if fields:
        query = draw(st.dictionaries(st.sampled_from(fields), values.map(str), max_size=3))
        target += f"?{urlencode(query, errors='replace')}" if query else ""
    body = None
    if method != "GET":
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        names = list(schema.get("properties", {})) or ["x"]
        filled = draw(st.dictionaries(st.sampled_from(names), values, max_size=4) | junk)
        quick = next((each for end, each in QUICK.items() if path.endswith(end)), {})
        if isinstance(filled, dict):
            filled |= quick
        body = json.dumps(filled).encode() if draw(st.integers(0, 19)) else draw(st.binary(max_size=20))
    return method, target, body, operation


@pytest.fixture(scope="module")
def world(fake: MockMewsServer) -> Iterator[Hotel]:
    """A world with something of everything."""
    with Receiver() as receiver, hotel(fake, webhook_url=receiver.url) as made:
        yield made


def fill(world: Hotel) -> dict[str, str]:
    """Something of everything, and how the paths name it."""
    world.writes(world.opens(), "Hi!")
    world.replies("Hello")
    return {
        "id": world.made["integration_id"],
        "thread": world.control.threads(world.made["integration_id"])[-1]["id"],
        "delivery": "latest",
        "fault": "fault-1",
        "entry": "1",
        "reply": "1",
    }


def test_generated_requests_get_answers_that_the_document_declares(world: Hotel) -> None:
    known = fill(world)
    connection = HTTPConnection(urlsplit(world.url).netloc, timeout=60)

    @settings(
        max_examples=160, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(request=requests(known))
    def answer(request: tuple[str, str, bytes | None, Json]) -> None:
        method, target, body, operation = request
        connection.request(method, target, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        told = (method, target, body, response.status, content[:500])
        assert str(response.status) in operation["responses"], told
        data = json.loads(content)
        if response.status >= 400:
            assert set(data) == {"error"}, told
            assert set(data["error"]) == {"code", "message", "hint"}, told
            assert data["error"]["code"], told
            assert data["error"]["message"], told

    try:
        answer()
    finally:
        connection.close()
