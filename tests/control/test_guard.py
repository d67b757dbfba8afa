"""The guard of the control API: no foreign names, and the admin token where one is set."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from mockmews import ControlClient, ControlError, MockMewsServer
from tests.webhooks.hotel import Hotel, post_json

TOKEN = "open-sesame"


@pytest.fixture(scope="module")
def guarded() -> Iterator[MockMewsServer]:
    with MockMewsServer(admin_token=TOKEN, allow_hosts=["mews.test"]) as running:
        yield running


def ask(fake: MockMewsServer, path: str = "/health", **headers: str) -> tuple[int, str]:
    """The status and the error code of a GET with these headers."""
    with contextlib.closing(HTTPConnection(urlsplit(fake.url).netloc, timeout=10)) as connection:
        connection.putrequest("GET", f"/_mockmews/v1{path}", skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, json.loads(response.read()).get("error", {}).get("code", "")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]", "[::1]:8000", "LocalHost"]
)
def test_loopback_names_are_welcome(fake: MockMewsServer, host: str) -> None:
    assert ask(fake, Host=host) == (200, "")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "", "[", "x/y?",
     "localhost:", "127.0.0.2", "x/_mockmews/v1/integrations/7/sinks?"],
)  # fmt: skip
def test_a_foreign_host_is_refused(fake: MockMewsServer, host: str) -> None:
    assert ask(fake, Host=host) == (403, "foreign_host")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://localhost.evil.example", "null", "[", "file://"]
)
def test_a_foreign_origin_is_refused(fake: MockMewsServer, origin: str) -> None:
    assert ask(fake, Origin=origin) == (403, "foreign_host")


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:8000"])
def test_a_local_origin_is_welcome(fake: MockMewsServer, origin: str) -> None:
    assert ask(fake, Origin=origin) == (200, "")


def test_a_name_that_was_allowed_is_welcome(guarded: MockMewsServer) -> None:
    authorization = f"Bearer {TOKEN}"
    assert ask(guarded, Host="mews.test:8000", Authorization=authorization) == (200, "")
    assert ask(guarded, Origin="https://mews.test", Authorization=authorization) == (200, "")
    assert ask(guarded, Host="other.test", Authorization=authorization) == (403, "foreign_host")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xe4"]
)
def test_without_the_admin_token_nothing_is_told(guarded: MockMewsServer, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for path in ("/health", "/integrations", "/openapi.json", "/nowhere"):
        assert ask(guarded, path, **headers) == (401, "admin_token")


def test_the_client_sends_the_admin_token(guarded: MockMewsServer) -> None:
    with ControlClient(guarded.url, admin_token=TOKEN) as client:
        assert client.health() == {"status": "ok"}
    with ControlClient(guarded.url) as client, pytest.raises(ControlError) as error:
        client.health()
    assert error.value.status == 401


def test_a_sink_and_the_connector_need_no_admin_token(guarded: MockMewsServer) -> None:
    world = Hotel(guarded.url, guarded.control, guarded.control.create_integration())
    assert world.opens()
    assert post_json(guarded.control.sink_url(world.key), {"text": "Hello"}) == (200, {"ok": True})
