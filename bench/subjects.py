"""What runs in a process under measure: the floor, the fake, a chat app, a receiver of webhooks, or a bare
sender.

Run as `python -m bench.subjects KIND CORE OPTIONS`. Answers each line of its standard input with what it
has used, and ends when that closes, so that nothing outlives the bench.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from socket import create_server
from typing import Any

from bench.processes import new_loop, pin

Work = Coroutine[Any, Any, None]
Counter = Callable[[], int]


def _floor() -> Work:
    from bench.floor import floor, floor_server

    return _served(floor_server(floor))


def _fake(*, db: str = ":memory:") -> Work:
    from mockmews.app import App, Options
    from mockmews.listening import Server
    from mockmews.settings import Settings

    settings = Settings().changed({"rate_limit": "off"})
    return _served(Server(App(Options(settings=settings, db=db))))


def _chat() -> Work:
    from bench.chat import Chat
    from bench.floor import floor_server

    return _served(floor_server(Chat()))


def _sender(*, way: str, url: str) -> Work:
    from bench.floor import floor_server
    from bench.senders import SENDERS

    return _served(floor_server(SENDERS[way](url)))


async def _receiver(*, pause: float = 0.0) -> None:
    from bench.receiver import Receiver

    received = [0]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(received, pause), "127.0.0.1", 0, backlog=1024)
    async with server:
        _announce(server.sockets[0].getsockname()[1], lambda: received[0])
        await server.serve_forever()


SUBJECTS: dict[str, Callable[..., Work]] = {
    "floor": _floor,
    "fake": _fake,
    "chat": _chat,
    "receiver": _receiver,
    "sender": _sender,
}


async def _served(server: Any) -> None:
    with create_server(("127.0.0.1", 0), backlog=1024) as bound:
        _announce(bound.getsockname()[1], lambda: 0)
        await server.serve(sockets=[bound])


def _announce(port: int, count: Counter) -> None:
    """Tell the port, and from now on what was used: a thread that sleeps in a read costs nothing."""
    _say(port=port)
    threading.Thread(target=_answer, args=(count,), daemon=True).start()


def _answer(count: Counter) -> None:
    for _ in sys.stdin.buffer:
        _say(cpu=time.process_time(), resident=_resident(), counted=count())
    os._exit(0)


def _say(**facts: float) -> None:
    sys.stdout.write(f"{json.dumps(facts)}\n")
    sys.stdout.flush()


def _resident() -> int:
    """Resident bytes; 0 where the system does not tell them without further libraries."""
    statistics = Path("/proc/self/statm")
    if not statistics.exists():
        return 0
    return int(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    kind, core, options = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
    pin(core)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(SUBJECTS[kind](**options))


if __name__ == "__main__":
    main()
