"""A call is answered alike whichever way it takes: in one piece or in several, alone or among others."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.connector.caller import PREFIX, App, chunked, item, sized

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
