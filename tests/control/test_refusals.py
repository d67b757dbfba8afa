"""What the control API refuses: each with its status, its code, what was seen, and what to do instead."""

from __future__ import annotations

import contextlib
import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockmews import ControlError, MockMewsServer
from tests.webhooks.hotel import HotelOf

UNKNOWN = "0f9325f6-ef44-4911-89a8-ae51010a5aa4"


def send(fake: MockMewsServer, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    """The status and the error of a raw call."""
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    with contextlib.closing(HTTPConnection(urlsplit(fake.url).netloc, timeout=10)) as connection:
        connection.request(method, f"/_mockmews/v1{path}", content)
        response = connection.getresponse()
        answer = json.loads(response.read())
    assert response.headers["Content-Type"] == "application/json"
    if response.status >= 400:
        assert set(answer) == {"error"}
        assert set(answer["error"]) == {"code", "message", "hint"}
        return response.status, answer["error"]
    return response.status, answer


@pytest.mark.parametrize(
    "body", [b"{", b'{"name": "x",}', b"\xff\xfe", b'{"name": "\\ud800"}', b"[" * 100_000]
)
def test_a_body_that_is_not_json_is_refused(fake: MockMewsServer, body: bytes) -> None:
    status, error = send(fake, "POST", "/integrations", body)
    assert (status, error["code"]) == (400, "bad_json")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"webhook_uri": "http://x"}, "no 'webhook_uri' here. Did you mean 'webhook_url'?"),
        ({"own_message": True}, "Did you mean 'own_messages'?"),
        ({"settings": {"payloads": "entities"}}, "Did you mean 'payload'?"),
        ({"retry": {"attempt": 3}}, "Did you mean 'attempts'?"),
        ({"clock": {"rates": 1}}, "Did you mean 'rate'?"),
        ({"enterprises": [{"nam": "North"}]}, "Did you mean 'name'?"),
        ({"reply_rules": [{"sey": "Hello"}]}, "Did you mean 'say'?"),
        ({"payload": "xml"}, "entities | ids_only"),
        ({"lag": "2"}, "not a duration"),
        ({"lag": "5m..2m"}, "runs backwards"),
        ({"webhook_timeout": 5}, "has no unit"),
        ({"rate_limit": "fast"}, "has no window"),
        ({"batch_limit": 0}, "below 1"),
        ({"events": ["MessageAded"]}, "MessageAdded"),
        ({"permissions": ["messages/delete"]}, "messages/add"),
        ({"enabled": "yes"}, "takes true or false"),
        ({"seed": "7"}, "takes a whole number"),
        ({"seed": True}, "takes a whole number"),
        ({"name": ""}, "is blank"),
        ({"name": 7}, "takes a text"),
        ({"enterprises": []}, "takes 1 to"),
        ({"enterprises": [{"id": "7"}]}, "takes a uuid"),
        ({"enterprises": [{"id": UNKNOWN}, {"id": UNKNOWN.upper()}]}, "the same id"),
        ({"portfolio": 1}, "takes true or false"),
        ({"webhook_url": "localhost:3000"}, "scheme"),
        ({"webhook_url": "http://user:hunter2@x"}, "user name or password"),
        ({"clock": {"at": "2026-03-10"}}, "time zone"),
        ({"clock": {"rate": -1}}, "from 0 (frozen)"),
        ([], "takes a map"),
        ("text", "takes a map"),
    ],
)
def test_a_world_is_refused_by_the_name_of_what_is_wrong(fake: MockMewsServer, body: Any, words: str) -> None:
    before = len(fake.control.integrations())
    status, error = send(fake, "POST", "/integrations", body)
    assert status == 422
    assert words in error["message"]
    assert "hunter2" not in error["message"]
    assert len(fake.control.integrations()) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/messages", {}, "text is missing"),
        ("POST", "/messages", {"text": ""}, "takes a text"),
        ("POST", "/messages", {"text": "Hi", "thread": "x"}, "Did you mean 'thread_id'?"),
        ("POST", "/messages", {"text": "Hi", "after": "soon"}, "not a duration"),
        ("POST", "/messages", {"text": "Hi", "thread_id": "7"}, "no thread id"),
        ("PUT", "/reply_rules", {}, "reply_rules is missing"),
        ("PUT", "/reply_rules", {"reply_rules": [], "name": "x"}, "no 'name' here"),
        ("PUT", "/reply_rules", {"reply_rules": {}}, "reply_rules"),
        ("PATCH", "/clock", {"rate": "fast"}, "takes a number"),
        ("PATCH", "/clock", {"by": "1s"}, "no 'by' here"),
        ("POST", "/clock/advance", {}, "either by"),
        ("POST", "/clock/advance", {"by": "1s", "to": "2026-03-10T12:00:00Z"}, "either by"),
        ("POST", "/clock/advance", {"by": "-1s"}, "not a duration"),
        ("POST", "/journal/wait", {"match": {"txt": "Hi"}}, "Did you mean 'text'?"),
        ("POST", "/journal/wait", {"match": {"text": {"like": "Hi"}}}, "no 'like' here"),
        ("POST", "/journal/wait", {"match": {"text": {"matches": "("}}}, "pattern"),
        ("POST", "/journal/wait", {"match": {"text": ["Hi"]}}, "takes a text"),
        (
            "POST",
            "/journal/wait",
            {"match": {"kind": "mesage"}},
            "Did you mean 'message'? Known are attempt, ",
        ),
        ("POST", "/journal/wait", {"match": {"kind": 7}}, "kind: 7 is in no journal"),
        ("POST", "/journal/wait", {"match": {"sender": "Guest"}}, "Known are Enterprise, Application"),
        ("POST", "/journal/wait", {"count": 0}, "from 1"),
        ("POST", "/journal/wait", {"since": -1}, "number of an entry"),
        ("POST", "/journal/wait", {"timeout": "11m"}, "at most 10m"),
        ("POST", "/reset", {"keep": ["deliveries"]}, "keep"),
        ("GET", "/journal?since=-1", None, "whole number"),
        ("GET", "/journal?limit=x", None, "whole number"),
        ("GET", f"/journal?since={'9' * 5000}", None, "whole number"),
        ("GET", "/journal?kinds=message", None, "Did you mean 'kind'?"),
        ("GET", "/journal?kind=message,zz", None, "kind=zz is in no journal. Known are attempt, "),
        ("GET", "/deliveries?state=gone", None, "held, scheduled"),
        ("GET", "/threads?state=open", None, "no 'state' in this query"),
        ("POST", "/threads/latest/resolve", {"by": "me"}, "takes no 'by'"),
        ("DELETE", "", {"keep": []}, "takes no 'keep'"),
    ],
)
def test_a_call_is_refused_by_the_name_of_what_is_wrong(
    fake: MockMewsServer, hotel_of: HotelOf, method: str, path: str, body: Any, words: str
) -> None:
    world = hotel_of()
    world.opens()
    rules = fake.control.set_reply_rules(world.key, [{"otherwise": "silent"}])
    status, error = send(fake, method, f"/integrations/{world.key}{path}", body)
    assert status == 422
    assert words in error["message"]
    assert fake.control.reply_rules(world.key) == rules
    assert fake.control.messages(world.key) == []


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/", "unknown_path"),
        ("GET", "/integration", "unknown_path"),
        ("GET", "/health/", "unknown_path"),
        ("POST", "/health", "wrong_method"),
        ("PUT", "/integrations", "wrong_method"),
        ("GET", "/integrations/nobody", "unknown_integration"),
        ("GET", f"/integrations/{UNKNOWN}/journal", "unknown_integration"),
        ("POST", "/integrations/nobody/sinks", "unknown_integration"),
    ],
)
def test_what_is_not_there_is_404(fake: MockMewsServer, method: str, path: str, code: str) -> None:
    status, error = send(fake, method, path)
    assert (status, error["code"]) == (404, code)


def test_a_wrong_step_of_a_path_is_told_beside_the_right_ones_and_without_the_token(
    fake: MockMewsServer, hotel_of: HotelOf
) -> None:
    token = hotel_of().key
    _, error = send(fake, "POST", f"/integrations/{token}/deliveries/latest/resent")
    assert "Did you mean 'resend'?" in error["message"]
    assert error["hint"] == "Known here are deliver, resend, hold, cancel."
    assert token not in error["message"]


@pytest.mark.parametrize("path", ["/threads/{id}/resolve", "/deliveries/{id}/deliver"])
def test_an_unknown_thing_of_a_world_is_404(fake: MockMewsServer, hotel_of: HotelOf, path: str) -> None:
    status, _ = send(fake, "POST", f"/integrations/{hotel_of().key}{path.format(id=UNKNOWN)}")
    assert status == 404


def test_a_reply_where_no_guest_has_written_is_404(hotel_of: HotelOf) -> None:
    world = hotel_of()
    for thread in (None, "latest", UNKNOWN):
        with pytest.raises(ControlError) as error:
            world.replies("Hello?", thread=thread)
        assert error.value.status == 404


def test_a_reply_that_could_mean_several_threads_is_409(hotel_of: HotelOf) -> None:
    world = hotel_of()
    world.opens("Penelope")
    second = world.opens("Max")
    with pytest.raises(ControlError) as error:
        world.replies("Hello?", thread=None)
    assert (error.value.status, error.value.code) == (409, "several_threads")
    world.control.resolve(world.key, second)
    assert world.replies("Hello!", thread=None)


def test_the_enterprises_of_a_world_cannot_be_changed(hotel_of: HotelOf) -> None:
    world = hotel_of()
    for fields in ({"enterprises": ["North"]}, {"portfolio": True}):
        with pytest.raises(ControlError) as error:
            world.changes(**fields)
        assert (error.value.status, error.value.code) == (409, "fixed")


def test_a_body_over_the_limit_is_413(fake: MockMewsServer) -> None:
    with contextlib.closing(HTTPConnection(urlsplit(fake.url).netloc, timeout=10)) as connection:
        connection.request("POST", "/_mockmews/v1/integrations", b" " * (16 * 1024 * 1024 + 1))
        response = connection.getresponse()
        assert response.status == 413
        assert json.loads(response.read())["error"]["code"] == "too_large"
    assert fake.control.health()["status"] == "ok"


def test_a_chunked_body_is_counted_too(fake: MockMewsServer) -> None:
    chunks = (b" " * 1024 * 1024 for _ in range(17))
    with contextlib.closing(HTTPConnection(urlsplit(fake.url).netloc, timeout=10)) as connection:
        connection.request("POST", "/_mockmews/v1/integrations", chunks, encode_chunked=True)
        assert connection.getresponse().status == 413
