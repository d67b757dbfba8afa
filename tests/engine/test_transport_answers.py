"""What counts as an answer: lengths, chunks, interim answers, bounds, and bytes that do not belong."""

from __future__ import annotations

import asyncio

import pytest

from mockmews.engine.transport import Answer, Transport
from tests.engine.test_transport import BODY, OK, Peer, Receiver, failure, on_every_loop

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def post_twice(answer: bytes, *, end: bool = False) -> tuple[Answer, int, int]:
    """The answer, how many connections two posts took, and how many were kept.

    With `end` the receiver ends the connection after each answer; without, it waits for the sender to do so.
    """

    async def speak(peer: Peer) -> None:
        while await peer.request():
            await peer.send(answer)
            if end:
                return

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        first = await transport.post(receiver.url, BODY, time_limit=10)
        kept = sum(map(len, transport._idle.values()))
        assert await transport.post(receiver.url, BODY, time_limit=10, fresh=not kept) == first
        await transport.close()
    return first, receiver.connections, kept


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b""),
        (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", 202, b"ok"),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + OK, 200, b"ok"),
        (CHUNKED + b"1;x=y\r\no\r\n1\r\nk\r\n0\r\nX-Trailer: z\r\n\r\n", 200, b"ok"),
    ],
)
@on_every_loop
async def test_a_whole_answer_keeps_its_connection(raw: bytes, status: int, body: bytes) -> None:
    answer, connections, kept = await post_twice(raw)
    assert (answer.status, answer.body) == (status, body)
    assert {name for name, _ in answer.headers} <= {b"Connection", b"Content-Length", b"Transfer-Encoding"}
    assert (connections, kept) == (1, 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        OK + OK,
        OK + b"HTTP/1.1 2",
        OK + b"more",
        CHUNKED + b"2\r\nok\r\n0\r\n\r\nmore",
    ],
)
@on_every_loop
async def test_an_answer_that_ends_the_exchange_keeps_no_connection(raw: bytes) -> None:
    answer, connections, kept = await post_twice(raw)
    assert (answer.status, answer.body) == (200, b"ok")
    assert (connections, kept) == (2, 0)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    ],
)
@on_every_loop
async def test_a_body_without_length_ends_with_its_connection(head: bytes) -> None:
    answer, connections, kept = await post_twice(head + b"ok", end=True)
    assert (answer.status, answer.body) == (200, b"ok")
    assert (connections, kept) == (2, 0)


@on_every_loop
async def test_an_answer_may_come_byte_by_byte() -> None:
    async def speak(peer: Peer) -> None:
        await peer.request()
        for byte in b"HTTP/1.1 100 Continue\r\n\r\n" + OK:
            await peer.send(bytes([byte]))
        await peer.ended()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        answer = await transport.post(receiver.url, BODY, time_limit=10)
        assert answer == Answer(200, [(b"Content-Length", b"2")], b"ok")
        assert len(transport._live) == 1
        await transport.close()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "began with status 200"),
        (CHUNKED + b"2\r\nok\r\n", "began with status 200"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "headers did not end"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "headers did not end"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no answer of HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "write https://"),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "101"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk", "no answer of HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 400_000, "longer than 64 KiB"),
        (b"HTTP/1.1 102 Processing\r\n\r\n" * 3_000, "longer than 64 KiB"),
    ],
)
@on_every_loop
async def test_what_is_no_whole_answer_is_a_protocol_error(raw: bytes, words: str) -> None:
    async def speak(peer: Peer) -> None:
        await peer.request()
        await peer.send(raw)

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        error = await failure(transport, receiver.url)
        assert (error.kind, words in error.explanation) == ("protocol", True), error.explanation
        assert not transport._idle
        await transport.close()


@on_every_loop
async def test_a_receiver_that_speaks_first_is_a_protocol_error_or_is_not_heard() -> None:
    async def speak(peer: Peer) -> None:
        await peer.send(b"220 mail.example ESMTP\r\n")
        await peer.ended()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        assert (await failure(transport, receiver.url)).kind == "protocol"
        await transport.close()


@on_every_loop
async def test_an_answer_may_overtake_its_request_and_ends_its_connection() -> None:
    async def speak(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        await more.wait()
        await peer.ended()

    more = asyncio.Event()
    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        answer = await transport.post(receiver.url, b"x" * 50_000_000, time_limit=10)
        assert answer.status == 413
        assert not transport._idle
        more.set()
        await transport.close()


@on_every_loop
async def test_a_long_body_is_kept_to_its_first_64_kib() -> None:
    body = bytes(range(256)) * 400
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    answer, connections, kept = await post_twice(raw)
    assert answer.body == body[: 64 * 1024]
    assert (connections, kept) == (1, 1)


@pytest.mark.parametrize("framing", [b"Content-Length: 99999999", b"Transfer-Encoding: chunked", b"X: y"])
@on_every_loop
async def test_a_body_without_end_counts_as_answered(framing: bytes) -> None:
    async def speak(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\n%b\r\n\r\n" % framing)
        while not peer.writer.is_closing():
            await peer.send(b"400\r\n" + b"x" * 1024 + b"\r\n")

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        answer = await transport.post(receiver.url, BODY, time_limit=10)
        assert (answer.status, len(answer.body)) == (200, 64 * 1024)
        assert not transport._idle
        await transport.close()
