"""What runs in a process under measure: the floor, the fake, or a receiver of webhooks.

Run as `python -m bench.subjects KIND CORE OPTIONS`. Answers each line of its standard input with what it has
used, and ends when that closes, so that nothing outlives the bench.
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
from socket import socket
from typing import Any

from bench.processes import pin

Counter = Callable[[], int]


def _floor() -> Coroutine[Any, Any, None]:
    from bench.floor import floor_server
    from mockmews.server import bind

    bound = bind("127.0.0.1", 0)
    return _announced(bound, floor_server().serve(sockets=[bound]), lambda: 0)


def _fake(*, db: str = ":memory:") -> Coroutine[Any, Any, None]:
    from mockmews.app import App, Options
    from mockmews.server import Server, bind

    bound = bind("127.0.0.1", 0)
    return _announced(bound, Server(App(Options(db=db))).serve(sockets=[bound]), lambda: 0)


async def _receiver() -> None:
    from bench.receiver import Receiver

    received = [0]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(received), "127.0.0.1", 0, backlog=1024)
    await _announced(server.sockets[0], server.serve_forever(), lambda: received[0])  # type: ignore[arg-type]


SUBJECTS: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    "floor": _floor,
    "fake": _fake,
    "receiver": _receiver,
}


async def _announced(bound: socket, work: Coroutine[Any, Any, None], count: Counter) -> None:
    _say(port=bound.getsockname()[1])
    threading.Thread(target=_answer, args=(count,), daemon=True).start()
    await work


def _answer(count: Counter) -> None:
    """Runs in a thread that sleeps in a read, and so costs nothing while nobody asks."""
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
    from mockmews.server import new_loop

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(SUBJECTS[kind](**options))


if __name__ == "__main__":
    main()
