"""MockMewsServer: quick to start, quick to stop, and nothing of it is left behind."""

from __future__ import annotations

import contextlib
import gc
import logging
import socket
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mockmews import ControlClient, MockMewsServer
from mockmews.control_methods import ControlMethods
from mockmews.errors import ServerError
from tests.webhooks.hotel import FROZEN, Hotel, post_json
from tests.webhooks.receiver import Gate, Receiver


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_server_serves_as_soon_as_it_is_started() -> None:
    server = MockMewsServer()
    assert server.start() is server
    with ControlClient(server.url) as client:
        assert client.ready()["status"] == "ready"
    assert server.control_url == f"{server.url}/_mockmews/v1"
    assert server.start() is server, "it runs already"
    server.stop()
    server.stop()


def test_a_server_that_does_not_run_says_so() -> None:
    server = MockMewsServer()
    for use in (lambda: server.url, lambda: server.control):
        with pytest.raises(ServerError, match="not running"):
            use()
    with server:
        control, client = server.control, ControlClient(server.url)
    with pytest.raises(ServerError, match="has stopped"):
        control.health()
    with client, pytest.raises(ServerError, match="No answer"):
        client.health()


def test_a_server_can_be_started_again_and_is_a_new_one() -> None:
    server = MockMewsServer()
    with server:
        key = server.control.create_integration()["access_token"]
    with server:
        assert key not in [each["access_token"] for each in server.control.integrations()]
        assert Hotel(server.url, server.control, server.control.create_integration()).opens()


def test_a_port_in_use_is_refused_in_words() -> None:
    with MockMewsServer() as first:
        port = port_of(first.url)
        with pytest.raises(ServerError, match=f"Cannot listen on 127.0.0.1:{port}") as error:
            MockMewsServer(port=port).start()
        assert "--port" in str(error.value)
    with MockMewsServer(port=port) as second:
        assert port_of(second.url) == port


@pytest.mark.parametrize(
    ("host", "port"), [("no.such.host.invalid", 0), ("127.0.0.1", 70_000), ("203.0.113.1", 0)]
)
def test_an_address_that_cannot_be_had_is_refused_in_words(host: str, port: int) -> None:
    with pytest.raises(ServerError, match="Cannot listen on"):
        MockMewsServer(host=host, port=port).start()


@pytest.mark.skipif(sys.platform != "linux", reason="counts the files of /proc")
def test_fifty_servers_leave_no_thread_and_no_socket(caplog: pytest.LogCaptureFixture) -> None:
    def live() -> None:
        with MockMewsServer() as server:
            assert server.control.health() == {"status": "ok"}
            assert post_json(f"{server.url}/api/connector/v1/messages/add", {})[0] == 401

    live()
    gc.collect()
    threads, files = threading.enumerate(), open_files()
    for _ in range(50):
        live()
    gc.collect()
    assert threading.enumerate() == threads
    assert open_files() <= files
    assert caplog.records == []


def test_a_server_stops_with_connections_that_idle_and_deliveries_in_flight(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = Gate()
    before = threading.enumerate()
    with Receiver() as receiver:
        receiver.answer_with(200, gate)
        with MockMewsServer() as server:
            idle = socket.create_connection(("127.0.0.1", port_of(server.url)))
            made = server.control.create_integration(webhook_url=receiver.url, lag="0s")
            world = Hotel(server.url, server.control, made)
            thread = world.opens()
            world.writes(thread, "One")
            world.writes(thread, "Two")
            gate.wait_until_arrived()
            kept = HTTPConnection("127.0.0.1", port_of(server.url), timeout=10)
            kept.request("GET", "/_mockmews/v1/health")
            kept.getresponse().read()
        assert idle.recv(1) == b""
        idle.close()
        kept.close()
        gate.open()
    gc.collect()
    assert threading.enumerate() == before
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("over_http", [True, False], ids=["http", "inside"])
@pytest.mark.parametrize("waiting_for", ["the journal", "a delivery", "an advance"])
def test_a_server_stops_at_once_while_somebody_waits(
    caplog: pytest.LogCaptureFixture, over_http: bool, waiting_for: str
) -> None:
    """The wait would take half a minute; that it ends with the server is seen by its error."""
    gate = Gate()
    with Receiver() as receiver, ThreadPoolExecutor(1) as other, contextlib.ExitStack() as left_open:
        receiver.answer_with(gate)
        with MockMewsServer() as server:
            way: ControlMethods = server.control
            if over_http:
                way = left_open.enter_context(ControlClient(server.url))
            fields = {"webhook_url": receiver.url, "clock": FROZEN, "webhook_timeout": "60s"}
            held = "held" if waiting_for == "a delivery" else "auto"
            world = Hotel(server.url, way, way.create_integration(**fields, webhooks=held, lag="1m"))
            world.writes(world.opens(), "Hi")
            waiting: Future[object]
            if waiting_for == "the journal":
                waiting = other.submit(way.wait, world.key, {"kind": "sink"}, timeout="30s")
                while not server._started._app.mock.worlds.named(world.key).journal._listeners:
                    way.health()
            elif waiting_for == "a delivery":
                waiting = other.submit(way.deliver, world.key)
                gate.wait_until_arrived()
            else:
                waiting = other.submit(way.advance, world.key, "1h")
                gate.wait_until_arrived()
        with pytest.raises(ServerError, match="This server"):
            waiting.result(10)
        gate.open()
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_calls_from_many_threads_end_when_the_server_does() -> None:
    with MockMewsServer() as server:
        control = server.control
        key = control.create_integration()["access_token"]
        begun = threading.Barrier(9)

        def call_until_it_stops() -> str:
            begun.wait(10)
            try:
                while True:
                    control.clock(key)
            except ServerError as error:
                return str(error)

        others = ThreadPoolExecutor(8)
        endings = [others.submit(call_until_it_stops) for _ in range(8)]
        begun.wait(10)
        control.health()
    assert {each.result(10) for each in endings} == {"This server has stopped."}
    others.shutdown()


def test_several_servers_in_one_process_know_nothing_of_each_other() -> None:
    with MockMewsServer() as one, MockMewsServer() as other:
        key = one.control.create_integration()["access_token"]
        assert one.url != other.url
        assert key not in [each["access_token"] for each in other.control.integrations()]


def test_a_client_takes_the_platform_address_or_the_control_address() -> None:
    with MockMewsServer() as server:
        for url in (server.url, f"{server.url}/", server.control_url, f"{server.control_url}/"):
            with ControlClient(url) as client:
                assert client.health() == {"status": "ok"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://127.0.0.1:99999", "http://[", "nothing"])
def test_a_client_that_reaches_nothing_says_so(url: str) -> None:
    with (
        pytest.raises(ServerError, match=r"No answer|no address of a fake; write it like"),
        ControlClient(url) as client,
    ):
        client.health()


def test_a_client_that_reaches_something_else_says_so() -> None:
    with Receiver() as receiver, ControlClient(receiver.base) as client:
        receiver.answer_with(*[200, 404] * 2)
        for _ in range(4):
            with pytest.raises(ServerError, match=r"Is it mockmews\?"):
                client.health()


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="has no IPv6")
def test_a_server_can_listen_on_ipv6() -> None:
    with MockMewsServer(host="::1") as server:
        assert server.url == f"http://[::1]:{port_of(server.url)}"
        with ControlClient(server.url) as client:
            assert client.health() == {"status": "ok"}
