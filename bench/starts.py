"""The rows of a start: from the command to the first 2xx, and what memory a server takes and needs."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import AsyncExitStack

from bench.bodies import Tokens, call, floor_request
from bench.contest import hold
from bench.hotels import make_hotel
from bench.load import Load
from bench.plan import Finding, Plan, compared
from bench.processes import LOAD_CORE, SERVER_CORE, Subject, cpu_of_ended, pin
from bench.samples import Samples
from mockmews.model import demo

_PATIENCE = 20.0  # seconds until a server listens
_INTERVAL = 0.002
# pip compiles what it installs; a checkout whose bytecode nobody keeps would be compiled at every start.
_AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_KIB = 1024


async def measure(plan: Plan) -> list[Finding]:
    """Starts in turn, then memory."""
    ours = _Start(["-m", "mockmews", "serve", "--quiet", "--port"], _first_call())
    floor = _Start(["-m", "bench.floor"], floor_request())
    ours.run()
    floor.run()  # so that both find their files in the system's memory
    contenders = {"mockmews serve": ours.cost, "floor": floor.cost}
    costs = await hold(contenders, rounds=plan.starts)
    found = [compared("start", costs, "mockmews serve", "floor", unit="CPU ms")]
    found[0].costs.update({"mockmews serve, ms": ours.elapsed, "floor, ms": floor.elapsed})
    return found + await _memory(plan)


def _first_call() -> bytes:
    """A thread in a demo hotel."""
    _, client_token, _, integration = demo.pairs()[0]
    tokens = Tokens(client_token, integration.access_token)
    return call(tokens, "messageThreads/add", OriginalSender="A guest", Subject="Noon")


class _Start:
    """One program that serves on the port handed to it, and the request that it is to answer first."""

    def __init__(self, arguments: list[str], request: bytes) -> None:
        self._arguments = arguments
        self._request = request
        self._elapsed: list[float] = []

    @property
    def elapsed(self) -> float:
        """Milliseconds from the command to the first 2xx, as they felt; the median."""
        return statistics.median(self._elapsed)

    async def cost(self) -> float:
        return self.run()

    def run(self) -> float:
        """CPU milliseconds of the program until its first 2xx, when it is killed."""
        port = _free_port()
        used, began = cpu_of_ended(), time.perf_counter()
        pin(SERVER_CORE)  # a process begins where its parent is kept
        process = subprocess.Popen([sys.executable, *self._arguments, str(port)], env=_AS_INSTALLED)
        pin(LOAD_CORE)
        try:
            _ask(port, self._request)
            self._elapsed.append((time.perf_counter() - began) * 1e3)
        finally:
            process.kill()
            process.wait()
        return (cpu_of_ended() - used) * 1e3


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])


def _ask(port: int, request: bytes) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
            break
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(_INTERVAL)
    with connection:
        connection.sendall(request)
        answer = connection.recv(65_536)
    if not answer.startswith(b"HTTP/1.1 2"):
        raise RuntimeError(f"A fresh server answered {answer[:300]!r}")


async def _memory(plan: Plan) -> list[Finding]:
    async with AsyncExitStack() as stack:
        floor, fake = stack.enter_context(Subject("floor")), stack.enter_context(Subject("fake"))
        if not fake.read().resident:
            return []  # this system tells it only through further libraries
        _ask(fake.port, _first_call())
        _ask(floor.port, floor_request())
        sizes = {
            "mockmews": [fake.read().resident / _KIB**2],
            "floor": [floor.read().resident / _KIB**2],
        }
        hotel = make_hotel(fake.port)
        at_fake = await stack.enter_async_context(Load(fake.port, hotel.adding()))
        await at_fake.send(plan.warm_up)
        growths = []
        for _ in range(plan.rounds):
            before = fake.read().resident
            await at_fake.send(plan.grown)
            growths.append((fake.read().resident - before) / plan.grown / _KIB)
    start = compared("memory_start", sizes, "mockmews", "floor", unit="MiB")
    # Memory is taken in steps: the mean tells the growth, and a single round says little.
    return [start, Finding("memory_message", Samples((statistics.mean(growths),)))]
