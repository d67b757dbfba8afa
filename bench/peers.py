"""The rows of peers: the same messages/add asked of other mock servers, each in its own process.

`make bench-peers` installs them under bench/.peers; what is not there is left out. What they answer is a
fixed example of their own: none of them stores a message, meters tokens or sends webhooks.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.bodies import CONNECTOR, Tokens, add_message, floor_answer
from bench.contest import Cost, hold, under_load
from bench.hotels import make_hotel
from bench.load import CONNECTIONS, Load
from bench.plan import Finding, Plan, compared
from bench.processes import SERVER_CORE, Subject, pin

FOLDER = Path(__file__).with_name(".peers")

_PATIENCE = 60.0  # seconds until a peer listens; WireMock and Mockoon take their time
_INTERVAL = 0.05
_PATH = f"{CONNECTOR}messages/add"


Ask = Callable[[aiohttp.ClientSession, str], Awaitable[None]]
"""Sends one request to the server of this address and sees it answered."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another server: its row, its command for a port and a folder of files, and what it is asked.

    `share` of a round's requests is enough for the slow ones.
    """

    key: str
    name: str
    command: Callable[[int, Path], list[str]]
    ask: Ask
    share: float = 1.0


def _node(script: str) -> list[str]:
    return ["node", str(FOLDER / "node_modules" / script)]


def _python(*arguments: str) -> list[str]:
    return [str(FOLDER / "python" / "bin" / "python"), *arguments]


def _prism(port: int, folder: Path) -> list[str]:
    document = [sys.executable, "-m", "mockmews", "schema", "openapi"]
    file = folder / "openapi.json"
    file.write_bytes(subprocess.run(document, check=True, capture_output=True).stdout)
    prism = _node("@stoplight/prism-cli/dist/index.js")
    return [*prism, "mock", str(file), "-h", "127.0.0.1", "-p", str(port), "-v", "silent"]


def _mockoon(port: int, folder: Path) -> list[str]:
    answer = {"uuid": "a", "body": floor_answer().decode(), "latency": 0, "statusCode": 200, "headers": []}
    route = {
        "uuid": "r",
        "type": "http",
        "method": "post",
        "endpoint": _PATH.strip("/"),
        "responses": [answer],
    }
    file = folder / "mockoon.json"
    environment = {"uuid": "e", "lastMigration": 33, "name": "Mews", "port": port, "hostname": "127.0.0.1"}
    file.write_text(
        json.dumps({**environment, "routes": [route], "rootChildren": [{"type": "route", "uuid": "r"}]})
    )
    cli = _node("@mockoon/cli/bin/run.js")
    return [*cli, "start", "--data", str(file), "--port", str(port), "--disable-log-to-file", "--repair"]


def _wiremock(port: int, folder: Path) -> list[str]:
    mappings = folder / "wiremock" / "mappings"
    mappings.mkdir(parents=True)
    stub = {
        "request": {"method": "POST", "urlPath": _PATH},
        "response": {"status": 200, "body": floor_answer().decode()},
    }
    (mappings / "add.json").write_text(json.dumps(stub))
    (jar,) = (FOLDER / "node_modules" / "wiremock" / "build").glob("*.jar")
    java = ["java", "-jar", str(jar), "--port", str(port), "--bind-address", "127.0.0.1"]
    return [*java, "--root-dir", str(mappings.parent), "--no-request-journal", "--disable-banner"]


def _pytest_httpserver(port: int, folder: Path) -> list[str]:
    file = folder / "serve.py"
    file.write_text(
        "import threading\n"
        "from pytest_httpserver import HTTPServer\n"
        f"server = HTTPServer(host='127.0.0.1', port={port}, threaded=True)\n"
        f"answer = {floor_answer().decode()!r}\n"
        f"server.expect_request({_PATH!r}, method='POST').respond_with_data(answer)\n"
        "server.start()\n"
        "threading.Event().wait()\n"
    )
    return _python(str(file))


def _localstripe(port: int, folder: Path) -> list[str]:
    return _python("-m", "localstripe", "--port", str(port), "--from-scratch")


async def _add(session: aiohttp.ClientSession, url: str) -> None:
    headers = {"Content-Type": "application/json"}
    async with session.post(f"{url}{_PATH}", data=_BODY, headers=headers) as answer:
        _check(answer, await answer.read())


async def _customer(session: aiohttp.ClientSession, url: str) -> None:
    headers = {"Authorization": "Bearer sk_test_12345"}
    async with session.post(f"{url}/v1/customers", data={"name": "Penelope"}, headers=headers) as answer:
        _check(answer, await answer.read())


def _check(answer: aiohttp.ClientResponse, body: bytes) -> None:
    if answer.status != 200:
        raise RuntimeError(f"{answer.url} answered {answer.status}: {body[:300]!r}")


_THREAD = "4bfe4675-3f43-4a3a-9f1b-ae5300dbaa93"
_BODY = add_message(Tokens("C" * 64, "A" * 64), _THREAD).partition(b"\r\n\r\n")[2]

PEERS = (
    Peer("peer_prism", "Prism, silent", _prism, _add),
    Peer("peer_mockoon", "Mockoon", _mockoon, _add, 0.5),
    Peer("peer_httpserver", "pytest-httpserver", _pytest_httpserver, _add),
    Peer("peer_wiremock", "WireMock, without its journal", _wiremock, _add),
    Peer("peer_localstripe", "localstripe, create a customer", _localstripe, _customer, 0.1),
)


async def measure(plan: Plan) -> list[Finding]:
    """One contest of all that are installed, with ours."""
    if sys.platform != "linux":
        return []  # only there is the CPU of a stranger's process told
    async with AsyncExitStack() as stack:
        fake = stack.enter_context(Subject("fake"))
        ours = await stack.enter_async_context(Load(fake.port, make_hotel(fake.port).adding()))
        await ours.send(plan.warm_up)
        contenders = {"mockmews": under_load(fake, ours, plan.requests)}
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mockmews-bench-")))
        for peer in PEERS:
            cost = await _contender(stack, peer, folder, plan)
            if cost is not None:
                contenders[peer.name] = cost
        costs = await hold(contenders, rounds=max(3, plan.rounds // 4))
    return [compared(each.key, costs, "mockmews", each.name) for each in PEERS if each.name in costs]


async def _contender(stack: AsyncExitStack, peer: Peer, folder: Path, plan: Plan) -> Cost | None:
    port = _free_port()
    try:
        command = peer.command(port, folder)
    except (OSError, ValueError):
        return None  # it is not installed
    if shutil.which(command[0]) is None or not FOLDER.exists():
        return None
    process = stack.enter_context(_running(command, folder, port))
    count = int(plan.requests * peer.share)
    session = await stack.enter_async_context(
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))
    )

    async def send(requests: int) -> None:
        turns = iter(range(requests))
        await asyncio.gather(*(_lane(turns, session) for _ in range(CONNECTIONS)))

    async def _lane(turns: Iterator[int], session: aiohttp.ClientSession) -> None:
        for _ in turns:
            await peer.ask(session, f"http://127.0.0.1:{port}")

    async def cost() -> float:
        before = _cpu(process.pid)
        await send(count)
        return (_cpu(process.pid) - before) * 1e6 / count

    await send(max(200, count // 2))
    return cost


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    log = (folder / f"{port}.log").open("wb")
    pin(SERVER_CORE)  # a process begins where its parent is kept
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    pin(None)
    try:
        _wait(process, port, Path(log.name))
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(_INTERVAL)
    raise RuntimeError(f"{process.args!r} does not listen: {log.read_text(errors='replace')[-600:]}")


def _cpu(pid: int) -> float:
    """CPU seconds of a process with its threads, in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])
