"""A call is answered alike whichever way it takes: in one piece or in several, alone or among others."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from mockmews import MockMewsServer
from mockmews.connector.routes import Connector
from tests.connector.caller import PREFIX, App, RawConnection, chunked, item, sized

ADD, OPEN = PREFIX + "messages/add", PREFIX + "messageThreads/add"


def in_one_piece(path: str, body: bytes) -> list[bytes]:
    return [sized(path, body)]


def head_and_body(path: str, body: bytes) -> list[bytes]:
    """As Python's http.client sends it."""
    whole = sized(path, body)
    return [whole[: -len(body)], body]


def in_three(path: str, body: bytes) -> list[bytes]:
    whole = sized(path, body)
    return [whole[:30], whole[30:-10], whole[-10:]]


def in_chunks(path: str, body: bytes) -> list[bytes]:
    return [chunked(path, body, size=50)]


def in_chunks_that_come_apart(path: str, body: bytes) -> list[bytes]:
    whole = chunked(path, body, size=50)
    return [whole[:-40], whole[-40:]]


WAYS = [in_one_piece, head_and_body, in_three, in_chunks, in_chunks_that_come_apart]


@pytest.mark.parametrize("way", WAYS)
def test_call_is_answered_and_filed_alike_however_it_comes(
    app: App, way: Callable[[str, bytes], list[bytes]]
) -> None:
    thread = app.open_thread()
    adding = app.body(Messages=[item(thread, "Hi", Identifier="one")])
    with app.raw() as line:
        for body in (json.dumps(adding).encode(), b"{", json.dumps({**adding, "Messages": []}).encode()):
            for piece in way(ADD, body):
                line.send(piece)
                app.find(thread)  # so that the pieces come apart
            answer = line.read()
            common = {"date", "request-id", "content-type", "content-length"}
            assert set(answer.headers) - {"x-mockmews-hint"} == common
            assert answer.status == (200 if body == json.dumps(adding).encode() else 400)
    (added,) = app.find(thread).messages
    assert added["Text"] == "Hi"
    seen = [each for each in app.requests_seen() if each["operation"] == "messages/add"]
    assert [each["status"] for each in seen] == [200, 400]  # what is no JSON belongs to no world
    assert seen[0]["request"]["json"]["Messages"] == adding["Messages"]
    assert {name for name, _ in seen[0]["request_headers"]} > {"host", "content-type"}


def test_answer_that_a_fault_delays_leaves_before_those_that_came_after(app: App) -> None:
    thread = app.open_thread()
    app.control.add_fault(app.access_token, {"operation": "messages/add", "delay": "50ms", "times": 1})
    bodies = [json.dumps(app.body(Messages=[item(thread, text)])).encode() for text in ("One", "Two")]
    with app.raw() as line:
        line.send(sized(ADD, bodies[0]) + sized(ADD, bodies[1]))
        assert [line.read().messages[0]["Message"]["Text"] for _ in bodies] == ["One", "Two"]
        line.send(sized(ADD, bodies[0]))
        assert line.read().status == 200


def test_ways_may_change_on_one_connection(app: App) -> None:
    thread = app.open_thread()
    small = json.dumps(app.body(Messages=[item(thread, "Small")])).encode()
    large = json.dumps(app.body(Messages=[item(thread, "x" * 200_000)])).encode()
    with app.raw() as line:
        for body in (small, large, small, large, small):
            for piece in head_and_body(ADD, body):
                line.send(piece)
            assert line.read().status == 200
    assert [len(each["Text"]) for each in app.find(thread).messages] == [5, 200_000, 5, 200_000, 5]


def test_connection_that_is_to_end_ends_after_the_answer(app: App) -> None:
    body = json.dumps(app.body(OriginalSender="John Doe", Subject="Hi")).encode()
    with app.raw() as line:
        line.send(sized(OPEN, body, "Connection: close"))
        answer = line.read()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert line.ends()


def test_small_calls_that_come_alone_take_the_short_way(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    long_way: list[int] = []
    call = Connector.__call__

    async def counted(self: Connector, scope: Scope, receive: Receive, send: Send) -> None:
        long_way.append(len(long_way))
        await call(self, scope, receive, send)

    monkeypatch.setattr(Connector, "__call__", counted)
    thread = app.open_thread()
    for way in (in_one_piece, head_and_body, in_three):
        with app.raw() as line:
            for piece in way(ADD, json.dumps(app.body(Messages=[item(thread, "Small")])).encode()):
                line.send(piece)
            assert line.read().status == 200
    assert len(app.find(thread).messages) == 3
    assert long_way == []
    app.add(item(thread, "x" * 200_000))
    assert long_way == [0]


def test_call_that_fails_inside_the_mock_is_a_500_and_the_connection_lives_on(
    fake: MockMewsServer, caplog: pytest.LogCaptureFixture
) -> None:
    mock = fake._started._app.mock
    body = json.dumps({"ClientToken": "nobody", "AccessToken": "nothing", "Client": "Concierge"}).encode()

    def break_down(_: object) -> None:
        raise OSError("the listener broke")

    stop = mock.journal.subscribe(break_down)
    address = urlsplit(fake.url)
    assert address.hostname is not None
    assert address.port is not None
    with RawConnection((address.hostname, address.port)) as line:
        line.send(sized(ADD, body))
        assert line.line().startswith(b"HTTP/1.1 500")
        stop()
        line.send(sized(ADD, body))
        assert any(b"HTTP/1.1 401" in each for each in iter(line.line, b""))
    assert "the listener broke" in caplog.text
