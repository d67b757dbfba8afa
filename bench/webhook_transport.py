"""CPU microseconds of a webhook POST: mockmews's transport beside aiohttp's bare POST, interleaved.

Run: python bench/webhook_transport.py [--loop uvloop|asyncio] [--posts N] [--rounds N]
Counted is the CPU time of the sender's process alone; the receiver lives in another one.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import multiprocessing
import statistics
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

import aiohttp

from mockmews.engine.transport import Transport

BODY = (
    b'{"EnterpriseId":"851df8c8-90f2-4c4a-8e01-a4fc46b25178","IntegrationId":"c8bee838-7fb1-4f4e-8fac-ac87008b2f90",'
    b'"Events":[{"Discriminator":"MessageAdded","Value":{"Id":"f6313945-94c1-4e27-b402-031c2a8c989f"}}]}'
)
ANSWER = b"HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
IN_FLIGHT = (1, 16, 64)
GATE = 1.3

Post = Callable[[], Awaitable[object]]


class Receiver(asyncio.Protocol):
    """Answers each request at once; a request is over with the end of its body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._received.endswith(BODY):
            self._received = b""
            self._transport.write(ANSWER)  # type: ignore[attr-defined]


def receive(pipe: Connection) -> None:
    """The receiver's process: tells its port, and ends with its parent."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def cpu_per_post(post: Post, posts: int, in_flight: int) -> float:
    """Microseconds of this process's CPU a POST, with `in_flight` senders at once."""

    async def sender() -> None:
        for _ in range(posts // in_flight):
            await post()

    began = time.process_time()
    await asyncio.gather(*(sender() for _ in range(in_flight)))
    return (time.process_time() - began) * 1e6 / (posts // in_flight * in_flight)


async def measure(url: str, posts: int, rounds: int) -> dict[int, tuple[float, float]]:
    """Medians by number in flight: ours, aiohttp's."""
    transport = Transport()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ours() -> None:
            await transport.post(url, BODY, time_limit=5)

        async def bare() -> None:
            async with session.post(url, data=BODY, headers={"Content-Type": "application/json"}) as answer:
                await answer.read()

        found: dict[int, tuple[float, float]] = {}
        for in_flight in IN_FLIGHT:
            await cpu_per_post(ours, 4 * in_flight, in_flight)
            await cpu_per_post(bare, 4 * in_flight, in_flight)
            pairs = [
                (await cpu_per_post(ours, posts, in_flight), await cpu_per_post(bare, posts, in_flight))
                for _ in range(rounds)
            ]
            first, second = zip(*pairs, strict=True)
            found[in_flight] = (statistics.median(first), statistics.median(second))
    await transport.close()
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    has_uvloop = importlib.util.find_spec("uvloop") is not None
    options.add_argument(
        "--loop", choices=["uvloop", "asyncio"], default="uvloop" if has_uvloop else "asyncio"
    )
    options.add_argument("--posts", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    factory = importlib.import_module("uvloop").new_event_loop if chosen.loop == "uvloop" else None
    pipe, other = multiprocessing.Pipe()
    receiver = multiprocessing.get_context("spawn").Process(target=receive, args=(other,), daemon=True)
    receiver.start()
    url = f"http://127.0.0.1:{pipe.recv()}/hooks/mews?Token=s3cret"
    with asyncio.Runner(loop_factory=factory) as runner:
        found = runner.run(measure(url, chosen.posts, chosen.rounds))
    receiver.terminate()
    receiver.join()
    print(f"CPU us a POST on {chosen.loop}, median of {chosen.rounds} rounds of {chosen.posts} (gate {GATE})")
    print("in flight  mockmews  aiohttp  ratio")
    for in_flight, (ours, bare) in found.items():
        print(f"{in_flight:9}  {ours:8.1f}  {bare:7.1f}  {ours / bare:5.2f}")


if __name__ == "__main__":
    main()
