"""Posts that bring no answer: their kind, and the words that tell a developer what to change."""

from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from mockmews.engine.connections import Place, refused
from mockmews.engine.transport import Transport
from tests.engine.test_transport import BODY, Peer, Receiver, always_ok, failure, on_every_loop


def closed_port() -> int:
    """A port of 127.0.0.1 where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@on_every_loop
async def test_a_refused_connection_is_explained(host: str) -> None:
    port = closed_port()
    transport = Transport()
    error = await failure(transport, f"http://{host}:{port}/?Token=s3cret")
    assert error.kind == "refused"
    assert f"nothing listens on port {port} of {host}. Start the app" in error.explanation
    assert "use host.docker.internal" in error.explanation
    await transport.close()


@pytest.mark.parametrize(
    ("host", "problem", "words"),
    [
        ("0.0.0.0", ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "use 127.0.0.1"),
        ("0.0.0.0", OSError(errno.EADDRNOTAVAIL, "not valid in its context"), "use 127.0.0.1"),
        ("::", ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "use 127.0.0.1"),
        (
            "10.0.0.1",
            OSError(errno.EHOSTUNREACH, "No route to host"),
            "made: No route to host. Start the app",
        ),
        ("example.com", OSError(), "made: OSError. Start the app"),
    ],
)
def test_refused_names_what_was_seen(host: str, problem: OSError, words: str) -> None:
    error = refused(Place(tls=False, host=host, port=3000), problem)
    assert error.kind == "refused"
    assert words in error.explanation
    assert "container" not in error.explanation


def test_each_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def both_families(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        assert host == "my-app"
        addresses = [("::1", port, 0, 0), ("127.0.0.1", port)]
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    async def story() -> None:
        receiver, transport = Receiver(always_ok), Transport()
        async with receiver.serve("127.0.0.1"):
            monkeypatch.setattr(socket, "getaddrinfo", both_families)
            url = receiver.url.replace("127.0.0.1", "my-app")
            assert (await transport.post(url, BODY, time_limit=10)).status == 200
            await transport.close()

    # uvloop has its own way to look names up, and an old uvicorn makes it everybody's loop.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(story())


@on_every_loop
async def test_an_ipv6_literal_is_reached_and_named_in_host() -> None:
    heads = []

    async def speak(peer: Peer) -> None:
        heads.append(await peer.request())
        await peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")
        await peer.ended()

    receiver, transport = Receiver(speak), Transport()
    try:
        server = receiver.serve("::1")
        await server.__aenter__()
    except OSError:
        pytest.skip("no IPv6 here")
    assert (await transport.post(receiver.url, BODY, time_limit=10)).status == 204
    await transport.close()
    await server.__aexit__(None, None, None)
    site = receiver.url.split("/")[2]
    assert f"Host: {site}\r\n".encode() in heads[0]


def test_an_unknown_host_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def story() -> None:
        transport = Transport()
        error = await failure(transport, "http://my-aap:3000/?Token=s3cret")
        assert error.kind == "dns"
        assert "The host name 'my-aap'" in error.explanation
        assert "Name or service not known" in error.explanation
        await transport.close()

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    asyncio.run(story())


@on_every_loop
async def test_a_bad_url_is_an_error_of_its_own() -> None:
    transport = Transport()
    error = await failure(transport, "localhost:3000?Token=s3cret")
    assert error.kind == "url"
    assert "has no scheme" in error.explanation
    await transport.close()


@on_every_loop
async def test_a_connection_that_ends_without_an_answer_is_a_reset() -> None:
    async def speak(peer: Peer) -> None:
        await peer.request()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        error = await failure(transport, receiver.url)
        assert error.kind == "reset"
        assert "without an answer" in error.explanation
        assert "write https://" in error.explanation
        await transport.close()


@on_every_loop
async def test_a_receiver_that_hangs_up_while_the_request_is_sent_is_a_reset() -> None:
    async def speak(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        assert (await failure(transport, receiver.url, body=b"x" * 50_000_000)).kind == "reset"
        await transport.close()


@on_every_loop
async def test_a_receiver_that_ends_its_side_is_not_waited_for() -> None:
    done = asyncio.Event()

    async def speak(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        peer.writer.write_eof()
        await done.wait()  # the rest of the request is never read, so it can never all be written

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        error = await failure(transport, receiver.url, body=b"x" * 50_000_000)
        assert error.kind == "reset"
        done.set()
        await transport.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n\r\nok",
    ],
)
@on_every_loop
async def test_a_late_answer_is_a_timeout_and_ends_the_connection(raw: bytes) -> None:
    ended = asyncio.Event()

    async def speak(peer: Peer) -> None:
        try:
            await peer.request()
            await peer.send(raw)
            await peer.ended()
        finally:
            ended.set()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        error = await failure(transport, receiver.url, time_limit=0.1)
        assert error.kind == "timeout"
        assert "but within 0.1 s " in error.explanation
        assert raw or "no answer came" in error.explanation
        await ended.wait()
        assert not transport._idle
        await transport.close()


@on_every_loop
async def test_a_kept_connection_can_be_late_too() -> None:
    async def speak(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")
        await peer.ended()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        await transport.post(receiver.url, BODY, time_limit=10)
        assert (await failure(transport, receiver.url, time_limit=0.1)).kind == "timeout"
        assert receiver.connections == 1
        await transport.close()


def test_a_user_agent_cannot_bring_headers_of_its_own() -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        Transport(user_agent="mockmews\r\nX: y")
