"""Requests as bytes on a socket: lengths, chunks, limits, addresses, pipelines and upgrades."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from mockmews import MockMewsServer, Settings
from tests.connector.caller import PREFIX, Answer, App, chunked, http, item, sized

ADD, OPEN = PREFIX + "messages/add", PREFIX + "messageThreads/add"
TOO_LARGE = (413, "Request body is too large.")
LIMIT = 100_000


@pytest.fixture(scope="module")
def limited() -> Iterator[MockMewsServer]:
    """A server that reads at most LIMIT bytes of any body."""
    with MockMewsServer(settings=Settings().changed({"body_limit": LIMIT})) as running:
        yield running


@pytest.fixture
def small(limited: MockMewsServer) -> Iterator[App]:
    """An application that calls the server with the small limit."""
    app = App(limited.url, limited.control.create_integration(), limited.control)
    yield app
    app.close()


def opening(app: App, subject: str = "Hi") -> bytes:
    """The body of messageThreads/add."""
    return json.dumps(app.body(OriginalSender="John Doe", Subject=subject)).encode()


def opened(app: App) -> list[str]:
    """Subjects of the threads that there are, oldest first."""
    return [each["subject"] for each in app.control.threads(app.access_token)][::-1]


# Addresses


@pytest.mark.parametrize(
    "target",
    [OPEN, f"{OPEN}?why=not", f"{OPEN}?", f"http://mews{OPEN}", f"https://api.mews-demo.com:443{OPEN}?a=b"],
)
def test_address_may_have_a_query_or_be_absolute(app: App, target: str) -> None:
    with app.raw() as line:
        line.send(sized(target, opening(app)))
        assert line.read().status == 200


@pytest.mark.parametrize(
    "target",
    [
        f"{OPEN}/", f"/{OPEN}", OPEN.replace("/v1/", "//v1/"), OPEN.upper(), OPEN.replace("add", "ad%64"),
        OPEN.replace("/add", "%2Fadd"), f"{PREFIX}x/../messageThreads/add", f"http://mews/{OPEN}",
        f"http://mews{OPEN}/", "http://mews/", "*", f"{OPEN}%00", f"{OPEN}%20",
    ],
)  # fmt: skip
def test_address_must_be_the_very_bytes(app: App, target: str) -> None:
    with app.raw() as line:
        line.send(sized(target, opening(app)))
        assert line.read().status == 404
    assert opened(app) == []


# The mock's own face and Mews's never overlap


def test_swagger_is_served_beside_the_operations(app: App) -> None:
    connection = HTTPConnection(*app.address)
    connection.request("GET", "/Swagger/connector/swagger.yaml")
    response = connection.getresponse()
    assert response.status == 200
    assert b"openapi: 3.1.0" in response.read()
    connection.close()


# Lengths and chunks


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_chunked_body_is_read(app: App, size: int) -> None:
    with app.raw() as line:
        line.send(chunked(OPEN, opening(app), size=size))
        assert line.read().status == 200
        line.send(sized(OPEN, opening(app)))
        assert line.read().status == 200, "the connection goes on"


def test_body_that_comes_in_pieces_is_read(app: App) -> None:
    request = sized(OPEN, opening(app))
    with app.raw() as line:
        for at in range(0, len(request), 50):
            line.send(request[at : at + 50])
        assert line.read().status == 200


def test_body_shorter_than_its_length_is_not_performed(app: App) -> None:
    body = opening(app, "Half")
    with app.raw() as line:
        line.send(http(OPEN, body, f"Content-Length: {len(body) + 1}"))
    with app.raw() as line:
        line.send(http(OPEN, b"%x\r\n%s\r\n" % (len(body), body), "Transfer-Encoding: chunked"))
    with app.raw() as line:
        line.send(http(OPEN, b"", f"Content-Length: {len(body)}"))
    app.open_thread(subject="Whole")
    assert opened(app) == ["Whole"]
    assert len(app.requests_seen()) == 1


def test_body_longer_than_its_length_does_no_harm(app: App) -> None:
    body = opening(app)
    for length in (len(body) - 1, len(body)):
        with app.raw() as line:
            # What is too much is read as the next request, and is none.
            line.send(http(OPEN, body + b'{"more": 1}', f"Content-Length: {length}"))
            assert line.line().startswith(b"HTTP/1.1 ")
    assert len(app.write(app.open_thread(), "Hi")) == 1


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length: 2", "Transfer-Encoding: chunked"),
        ("Content-Length: -1",),
        ("Content-Length: two",),
        ("Content-Length: 99999999999999999999999",),
    ],
)
def test_length_that_is_no_length_is_not_performed(app: App, headers: tuple[str, ...]) -> None:
    with app.raw() as line:
        line.send(http(OPEN, opening(app), *headers))
        assert b" 400 " in line.line()
    assert opened(app) == []


def test_request_without_a_body_is_no_json(app: App) -> None:
    with app.raw() as line:
        for headers in ((), ("Content-Length: 0",)):
            line.send(http(OPEN, b"", *headers))
            assert line.read().refusal == (400, "Invalid JSON")


# 413


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * LIMIT, 400 * LIMIT])
def test_client_gets_the_answer_to_a_body_over_the_limit(small: App, size: int) -> None:
    """It sends all of it before it reads, as most clients do; none must see its connection reset."""
    answer = small.post("messages/add", b" " * size)
    assert answer.refusal == TOO_LARGE
    assert len(small.open_thread()) == 36, "the connection goes on"


@pytest.mark.parametrize("size", [LIMIT + 1, 100 * LIMIT])
def test_client_gets_the_answer_to_chunks_over_the_limit(small: App, size: int) -> None:
    with small.raw() as line:
        line.send(chunked(ADD, b" " * size, size=10_000))
        assert line.read().refusal == TOO_LARGE
        line.send(sized(OPEN, opening(small)))
        assert line.read().status == 200


def test_body_of_just_the_limit_is_read(small: App) -> None:
    padding = LIMIT - len(opening(small))
    body = opening(small) + b" " * padding
    assert small.post("messageThreads/add", body).status == 200
    assert small.post("messageThreads/add", body + b" ").refusal == TOO_LARGE
    with small.raw() as line:
        line.send(chunked(OPEN, body, size=999))
        assert line.read().status == 200
        line.send(chunked(OPEN, body + b" ", size=999))
        assert line.read().refusal == TOO_LARGE


def test_limit_is_answered_before_the_body_has_come(small: App) -> None:
    with small.raw() as line:
        line.send(http(ADD, b"{", f"Content-Length: {10 * LIMIT}"))
        assert line.read().refusal == TOO_LARGE


def test_wrong_address_comes_before_the_limit(small: App) -> None:
    assert small.post("messages/all", b" " * (20 * LIMIT)).status == 404
    assert small.send("PUT", ADD, b" " * (20 * LIMIT)).status == 404


# Expect


def test_expectation_to_continue_is_met(app: App) -> None:
    body = opening(app)
    with app.raw() as line:
        line.send(http(OPEN, b"", f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert line.line() == b"HTTP/1.1 100 Continue\r\n"
        assert line.line() == b"\r\n"
        line.send(body)
        assert line.read().status == 200


def test_expectation_is_refused_over_the_limit(small: App) -> None:
    with small.raw() as line:
        line.send(http(ADD, b"", f"Content-Length: {2 * LIMIT}", "Expect: 100-continue"))
        answer = line.read()
        assert answer.refusal == TOO_LARGE
        # The body is not on its way, so the server cannot tell what comes next on this connection.
        assert answer.headers["connection"] == "close"
        assert line.ends()


# Connections


def test_pipelined_requests_are_answered_in_order(app: App) -> None:
    subjects = [f"Subject {number}" for number in range(20)]
    bad = sized(ADD, b"{")
    requests = [sized(OPEN, opening(app, subject)) for subject in subjects]
    with app.raw() as line:
        line.send(b"".join(request + bad for request in requests))
        answers: list[Answer] = []
        for _ in subjects:
            answers.append(line.read())
            assert line.read().refusal == (400, "Invalid JSON")
    assert [answer.threads[0]["Subject"] for answer in answers] == subjects
    assert opened(app) == subjects


@pytest.mark.parametrize(
    "wish",
    [
        ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAB"),
        ("Connection: keep-alive, Upgrade", "Upgrade: websocket"),
    ],
)
def test_wish_for_another_protocol_is_declined(app: App, wish: tuple[str, ...]) -> None:
    """Java's HttpClient sends the first of these with its first call."""
    with app.raw() as line:
        line.send(sized(OPEN, opening(app, "One"), *wish))
        assert line.read().threads[0]["Subject"] == "One"
        line.send(http(OPEN, b"", f"Content-Length: {len(opening(app, 'Two'))}", *wish))
        line.send(opening(app, "Two"))
        assert line.read().threads[0]["Subject"] == "Two"
        line.send(sized(OPEN, opening(app, "Three")) + sized(OPEN, opening(app, "Four"), *wish))
        assert [line.read().threads[0]["Subject"] for _ in range(2)] == ["Three", "Four"]
    assert opened(app) == ["One", "Two", "Three", "Four"]


def test_old_http_is_answered_and_closed(app: App) -> None:
    with app.raw() as line:
        line.send(sized(OPEN, opening(app)).replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert line.read().status == 200
        assert line.ends()


def test_head_is_answered_without_a_body(app: App) -> None:
    with app.raw() as line:
        line.send(http(ADD, b"", method="HEAD"))
        assert line.read(with_body=False).status == 404
        line.send(sized(OPEN, opening(app)))
        assert line.read().status == 200


def test_bytes_that_are_no_http_do_no_harm(app: App) -> None:
    for data in (
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"\x00" * 100,
        b"CONNECT a:1 HTTP/1.1\r\n\r\n",
    ):
        with app.raw() as line:
            line.send(data)
            assert b" 400 " in line.line()
    assert len(app.write(app.open_thread(), "Hi")) == 1


def test_wrong_address_is_filed_with_the_world_of_its_tokens(app: App) -> None:
    # product.md 4: so that an integration's own mistakes are seen in its journal.
    body = json.dumps(app.body(Messages=[item(app.open_thread())])).encode()
    app.send("POST", f"{ADD}/", body)
    app.send("PUT", ADD, body)
    seen = [(each["method"], each["path"], each["status"]) for each in app.requests_seen()]
    assert seen == [("POST", OPEN, 200), ("POST", f"{ADD}/", 404), ("PUT", ADD, 404)]
