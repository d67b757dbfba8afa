"""Posting webhooks: what goes over the wire, kept connections, stale ones, cancelling and closing.

The receiver and the decorator at the top serve the other transport tests too.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import inspect
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest
import uvicorn
from aiohttp import web

from mockmews.engine import transport as transport_module
from mockmews.engine.transport import Answer, Transport, TransportError

BODY = b'{"EnterpriseId":"851df8c8-90f2-4c4a-8e01-a4fc46b25178"}'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def on_every_loop(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Makes a test of an async function, once for each event loop that the server may run on."""

    @functools.wraps(story)
    def test(loop_name: str, **given: object) -> None:
        factory = None if loop_name == "asyncio" else pytest.importorskip("uvloop").new_event_loop
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(asyncio.wait_for(story(**given), 20))
        gc.collect()  # a socket left open would warn here, and warnings are errors

    loop = inspect.Parameter("loop_name", inspect.Parameter.KEYWORD_ONLY)
    signature = inspect.Signature([*inspect.signature(story).parameters.values(), loop])
    vars(test)["__signature__"] = signature
    both: Callable[..., None] = pytest.mark.parametrize("loop_name", ["asyncio", "uvloop"])(test)
    return both


class Peer:
    """The receiver's end of one connection."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """The next request, whole."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return head + await self.reader.readexactly(length)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def ended(self) -> bytes:
        """What comes until the sender ends the connection."""
        with contextlib.suppress(ConnectionError):
            return await self.reader.read()
        return b""


class Receiver:
    """A receiver that speaks raw bytes: `speak` is called with each connection."""

    def __init__(self, speak: Callable[[Peer], Awaitable[None]]) -> None:
        self.connections = 0
        self.url = ""
        self._speak = speak
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._connected, host, 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{name}:{port}/hooks?Token=s3cret"
        try:
            yield
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(self.connections, reader, writer)
        self.connections += 1
        task = asyncio.ensure_future(self._talk(peer))
        self._tasks.add(task)
        await asyncio.wait([task])

    async def _talk(self, peer: Peer) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._speak(peer)
        finally:
            peer.writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await peer.writer.wait_closed()


async def always_ok(peer: Peer) -> None:
    while True:
        await peer.request()
        await peer.send(OK)


async def failure(transport: Transport, url: str, **options: Any) -> TransportError:
    """The error of a post, which never tells the secrets of the URL."""
    with pytest.raises(TransportError) as raised:
        await transport.post(url, **{"body": BODY, "time_limit": 10, **options})
    assert "s3cret" not in raised.value.explanation
    assert str(raised.value) == raised.value.explanation
    return raised.value


@on_every_loop
async def test_post_sends_the_documented_headers_and_no_others() -> None:
    requests = []

    async def speak(peer: Peer) -> None:
        while True:
            requests.append(await peer.request())
            await peer.send(OK)

    receiver = Receiver(speak)
    async with receiver.serve():
        site = receiver.url.split("/")[2]
        transport = Transport(user_agent="mockmews/1.0")
        await transport.post(f"http://{site}/a/../%7e?Token=a%2Fb+c&x=%zz[]{{}}#end", BODY, time_limit=10)
        await transport.post(f"http://{site}?Token=ä", b"", time_limit=10)
        await transport.close()
    headers = (
        "Host: {}\r\nContent-Type: application/json\r\nUser-Agent: mockmews/1.0\r\nContent-Length: {}\r\n\r\n"
    )
    assert requests == [
        b"POST /a/../%7e?Token=a%2Fb+c&x=%zz[]{} HTTP/1.1\r\n"
        + headers.format(site, len(BODY)).encode()
        + BODY,
        b"POST /?Token=%C3%A4 HTTP/1.1\r\n" + headers.format(site, 0).encode(),
    ]


@on_every_loop
async def test_post_returns_the_answer_whatever_its_status() -> None:
    async def speak(peer: Peer) -> None:
        await peer.request()
        await peer.send(
            b"HTTP/1.1 307 Moved\r\nX-Empty:\r\nlocation: /g\xc3\xa4ste\r\nContent-Length: 5\r\n\r\nthere"
        )
        await peer.request()
        await peer.send(b"HTTP/1.1 500 \xff\r\nLocation: /g\xe4ste\r\nContent-Length: 0\r\n\r\n")
        await peer.ended()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        first = await transport.post(receiver.url, BODY, time_limit=10)
        second = await transport.post(receiver.url, BODY, time_limit=10)
        await transport.close()
    assert first == Answer(
        307,
        [(b"X-Empty", b""), (b"location", "/gäste".encode()), (b"Content-Length", b"5")],
        b"there",
    )
    assert first.location == "/gäste"
    assert (second.status, second.body, second.location) == (500, b"", "/gäste")
    assert receiver.connections == 1


@on_every_loop
async def test_post_uses_several_connections_at_once_and_keeps_them() -> None:
    arrived = asyncio.Semaphore(0)
    go = asyncio.Event()

    async def speak(peer: Peer) -> None:
        while True:
            await peer.request()
            arrived.release()
            await go.wait()
            await peer.send(OK)

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        posts = [asyncio.ensure_future(transport.post(receiver.url, BODY, time_limit=10)) for _ in range(5)]
        for _ in posts:
            await arrived.acquire()
        go.set()
        assert {answer.status for answer in await asyncio.gather(*posts)} == {200}
        await asyncio.gather(*(transport.post(receiver.url, BODY, time_limit=10) for _ in range(5)))
        assert receiver.connections == 5
        await transport.close()


@on_every_loop
async def test_a_kept_connection_that_ends_without_an_answer_is_stale() -> None:
    requests = []

    async def speak(peer: Peer) -> None:
        requests.append(await peer.request())
        await peer.send(OK)
        requests.append(await peer.request())  # read, and never answered: nobody may send it again unseen
        if peer.number:
            await peer.send(OK)

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        await transport.post(receiver.url, BODY, time_limit=10)
        assert (await failure(transport, receiver.url)).kind == "stale"
        assert len(requests) == 2
        assert (await transport.post(receiver.url, BODY, time_limit=10, fresh=True)).status == 200
        assert (len(requests), receiver.connections) == (3, 2)
        assert (await transport.post(receiver.url, BODY, time_limit=10)).status == 200
        await transport.close()
    assert receiver.connections == 2


@on_every_loop
async def test_fresh_leaves_kept_connections_alone() -> None:
    receiver, transport = Receiver(always_ok), Transport()
    async with receiver.serve():
        await transport.post(receiver.url, BODY, time_limit=10)
        await transport.post(receiver.url, BODY, time_limit=10, fresh=True)
        assert receiver.connections == len(transport._live) == 2
        await transport.close()


@pytest.mark.parametrize("farewell", [b"", b"x", b"\r\n", OK])
@on_every_loop
async def test_a_kept_connection_is_dropped_when_the_receiver_ends_it_or_speaks_unasked(
    farewell: bytes,
) -> None:
    go = asyncio.Event()

    async def speak(peer: Peer) -> None:
        await peer.request()
        await peer.send(OK)
        await go.wait()
        await peer.send(farewell)
        if farewell:
            await peer.ended()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        await transport.post(receiver.url, BODY, time_limit=10)
        (kept,) = transport._live
        go.set()
        await kept.lost
        assert not transport._live
        assert not transport._idle
        assert (await transport.post(receiver.url, BODY, time_limit=10)).status == 200
        await transport.close()
    assert receiver.connections == 2


@on_every_loop
async def test_kept_connections_are_bounded_and_the_oldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "_MOST_IDLE", 2)
    transport = Transport()
    receivers = [Receiver(always_ok) for _ in range(3)]
    async with contextlib.AsyncExitStack() as stack:
        for receiver in receivers:
            await stack.enter_async_context(receiver.serve())
            await transport.post(receiver.url, BODY, time_limit=10)
        for receiver in reversed(receivers):
            await transport.post(receiver.url, BODY, time_limit=10)
        assert [receiver.connections for receiver in receivers] == [2, 1, 1]
        assert sum(map(len, transport._idle.values())) == 2
        await transport.close()


@on_every_loop
async def test_a_cancelled_post_ends_its_connection() -> None:
    arrived = asyncio.Event()
    ended: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def speak(peer: Peer) -> None:
        await peer.request()
        arrived.set()
        ended.set_result(await peer.ended())

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        post = asyncio.ensure_future(transport.post(receiver.url, BODY, time_limit=10))
        await arrived.wait()
        post.cancel()
        with pytest.raises(asyncio.CancelledError):
            await post
        assert await ended == b""
        assert not transport._idle
        await transport.close()


@on_every_loop
async def test_close_ends_idle_and_waiting_connections_and_then_nothing_leaves() -> None:
    arrived = asyncio.Event()

    async def speak(peer: Peer) -> None:
        await peer.request()
        if peer.number == 0:
            await peer.send(OK)
        else:
            arrived.set()
        await peer.ended()

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        await transport.post(receiver.url, BODY, time_limit=10)
        post = asyncio.ensure_future(failure(transport, receiver.url, fresh=True))
        await arrived.wait()
        await transport.close()
        assert not transport._live
        assert not transport._idle
        interrupted = await post
        assert (interrupted.kind, "was stopped" in interrupted.explanation) == ("reset", True)
        assert "stopping" in (await failure(transport, receiver.url)).explanation
        await transport.close()
    assert receiver.connections == 2


@on_every_loop
async def test_post_reaches_an_aiohttp_app() -> None:
    async def hook(request: web.Request) -> web.Response:
        assert request.content_type == "application/json"
        return web.json_response({"token": request.query["Token"], "length": len(await request.read())})

    app = web.Application()
    app.router.add_post("/hooks", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks?Token=a%2Fb"
    transport = Transport()
    for _ in range(3):
        answer = await transport.post(url, BODY, time_limit=10)
        assert (answer.status, answer.body) == (200, b'{"token": "a/b", "length": %d}' % len(BODY))
    assert len(transport._live) == 1
    await transport.close()
    await runner.cleanup()


@pytest.mark.parametrize("http", ["h11", "httptools"])
@on_every_loop
async def test_post_reaches_an_asgi_app(http: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["body"] == BODY
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(app, http=http, ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server.serve(sockets=[door]))
        transport = Transport()
        for _ in range(3):
            url = f"http://127.0.0.1:{door.getsockname()[1]}/"
            assert (await transport.post(url, BODY, time_limit=10)).status == 204
        assert len(transport._live) == 1
        await transport.close()
        server.should_exit = True
        await serving
