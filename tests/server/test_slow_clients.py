"""Clients that send slowly, send too much, or do not read: none of them holds the server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mockmews import MockMewsServer, listening, upgrades
from tests.connector.caller import sized
from tests.webhooks.hotel import Hotel

PATIENCE = 30
SOON = 0.2  # seconds that the server's patience lasts in these tests

ADD = "/api/connector/v1/messages/add"
CONTROL = "/_mockmews/v1/integrations"
HEALTH = "/_mockmews/v1/health"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockMewsServer]:
    """A server whose patience is short, once a client has begun."""
    for name in ("HEAD_WITHIN", "BODY_WITHIN", "READ_WITHIN"):
        monkeypatch.setattr(upgrades, name, SOON)
    with MockMewsServer() as running:
        yield running


def local(path: str, body: bytes) -> bytes:
    """A request to the control API, which takes only names of this machine."""
    return sized(path, body).replace(b"Host: mews", b"Host: localhost")


@contextmanager
def connected(server: MockMewsServer, *, buffer: int | None = None) -> Iterator[socket.socket]:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        if buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect((host, int(port)))
        yield connection


def everything(connection: socket.socket) -> bytes:
    """What the server sends until it closes."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (b"POST /api", b"408", b"The head of a request must come within 0.2 s."),
        (b"GET /_mockmews/v1/health HTTP/1.1\r\nHost: a", b"408", b"The head of a request"),
        (sized(ADD, b"{}")[:-1], b"408", b"The body of a request must come within 0.2 s."),
        (local(CONTROL, b"{}")[:-1], b"408", b"The body of a request"),
        (
            local(f"{CONTROL}/C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D/sinks", b"{}")[
                :-1
            ],
            b"408",
            b"The body of a request",
        ),
    ],
    ids=["line", "head", "connector body", "control body", "sink body"],
)
def test_a_request_that_does_not_come_is_not_waited_for(
    hasty: MockMewsServer, sent: bytes, status: bytes, words: bytes
) -> None:
    with connected(hasty) as connection:
        connection.sendall(sent)
        answer = everything(connection)
    assert answer[9:12] == status
    assert words in answer


def test_a_client_that_sends_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrades, "FIRST_WITHIN", SOON)
    with MockMewsServer() as server, connected(server) as connection:
        assert everything(connection) == b""


def test_a_body_that_does_not_come_is_not_waited_for_after_an_answer(hasty: MockMewsServer) -> None:
    with connected(hasty) as connection:
        connection.sendall(local(CONTROL, b"{}"))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 201")
        connection.sendall(sized(ADD, b"{}")[:-1])
        assert b"The body of a request must come within" in everything(connection)


def test_a_body_that_drips_is_not_waited_for(hasty: MockMewsServer) -> None:
    with connected(hasty) as connection:
        connection.sendall(sized(ADD, b" " * 1_000_000)[:200])
        connection.settimeout(SOON / 20)
        for _ in range(1000):
            try:
                if connection.recv(100):
                    break
            except TimeoutError:
                connection.sendall(b" ")
        else:
            raise AssertionError("it went on reading")


def test_a_refused_body_that_goes_on_dripping_is_cut(hasty: MockMewsServer) -> None:
    beginning = sized(ADD, b" " * 31_000_000)[:500]  # made before the server's patience begins
    with connected(hasty) as connection:
        connection.sendall(beginning)
        answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_request_that_takes_long_to_answer_is_not_cut(hasty: MockMewsServer) -> None:
    world = hasty.control.create_integration()
    with connected(hasty) as connection:
        path = f"{CONTROL}/{world['integration_id']}/journal/wait"
        connection.sendall(local(path, b'{"match": {"kind": "thread"}, "timeout": "600ms"}'))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 408 ")
        connection.sendall(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % HEALTH.encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 "), "and it can be used again"


def test_a_connection_may_rest_between_requests(
    hasty: MockMewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % HEALTH.encode()
    with connected(hasty) as connection:
        connection.sendall(request)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        monkeypatch.setattr(upgrades, "FIRST_WITHIN", SOON)
        with connected(hasty) as idle:
            assert everything(idle) == b"", "so long has passed"
        connection.sendall(request)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_a_connection_that_rests_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_KEEP_ALIVE", 5 * SOON)
    with MockMewsServer() as server, connected(server) as connection:
        for _ in range(3):
            connection.sendall(sized(ADD, b"{}"))
            assert connection.recv(65_536).startswith(b"HTTP/1.1 401 ")
        assert everything(connection) == b""


def test_a_head_of_any_usual_size_is_read(hasty: MockMewsServer) -> None:
    with connected(hasty) as connection:
        filler = b"x" * (upgrades.LARGEST_HEAD - 1000)
        connection.sendall(
            b"GET %b HTTP/1.1\r\nHost: localhost\r\nCookie: %b\r\n\r\n" % (HEALTH.encode(), filler)
        )
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [70_000, 150_000])
@pytest.mark.parametrize("ended", [True, False])
def test_a_head_that_is_too_large_is_refused(hasty: MockMewsServer, size: int, ended: bool) -> None:
    with connected(hasty) as connection:
        head = b"GET %b HTTP/1.1\r\nHost: localhost\r\nCookie: %b" % (HEALTH.encode(), b"x" * size)
        connection.sendall(head + b"\r\n\r\n" * ended)
        answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert answer.endswith(b"A head has at most 65536 bytes.")


def test_many_small_requests_at_once_are_no_large_head(hasty: MockMewsServer) -> None:
    request = b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % HEALTH.encode()
    count = 2 * upgrades.LARGEST_HEAD // len(request)
    with connected(hasty) as connection:
        connection.sendall(request * count + request.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost"))
        assert everything(connection).count(b"HTTP/1.1 200 ") == count + 1


def test_an_answer_that_nobody_reads_is_given_up(
    hasty: MockMewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = hasty.control.create_integration(rate_limit=None, journal_limit=100_000)
    hotel = Hotel(hasty.url, hasty.control, world)
    thread = hotel.opens()
    for _ in range(5):
        hotel.writes(thread, *["x" * 900] * 1000)
    path = f"{CONTROL}/{world['integration_id']}/journal?limit=100000"
    with connected(hasty, buffer=4096) as connection:
        connection.sendall(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode())
        head = connection.recv(1000)
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        monkeypatch.setattr(upgrades, "FIRST_WITHIN", SOON)
        with connected(hasty) as idle:
            everything(idle)  # so long has passed
        with connected(hasty) as idle:
            everything(idle)
        assert len(everything(connection)) < length - 1_000_000


def test_too_many_connections_are_refused_and_the_others_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockmews.listening._MOST_CONNECTIONS", 3)
    request = b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % HEALTH.encode()
    with MockMewsServer() as few, connected(few) as one, connected(few) as two:
        for connection in (one, two):
            connection.sendall(request)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        with connected(few) as three:
            three.sendall(request)
            assert three.recv(65_536).startswith(b"HTTP/1.1 503 ")
