"""`mockmews serve` as a real process: what it tells, how it answers, and how it ends."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from mockmews.model import demo
from tests.cli.process import Serving, mockmews

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to end in order by")


@contextlib.contextmanager
def silent_receiver() -> Iterator[tuple[str, threading.Event]]:
    """A receiver that takes webhooks and never answers; the event is set once it has taken one."""
    taken, listener = threading.Event(), socket.create_server(("127.0.0.1", 0))
    accepted: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                accepted.append(connection)
                if connection.recv(65_536):
                    taken.set()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hooks", taken
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        listener.close()
        thread.join(5)
        for each in accepted:
            each.close()


def say(fake: Serving, text: str) -> str:
    """A guest writes in a new thread; its id."""
    status, answer = fake.call("messageThreads/add", OriginalSender="Penelope", Subject="Arrival")
    assert status == 200
    thread_id: str = answer["MessageThreads"][0]["Id"]
    assert fake.call("messages/add", Messages=[{"MessageThreadId": thread_id, "Text": text}])[0] == 200
    return thread_id


# What it tells


def test_serve_tells_where_it_is_and_what_to_type(tmp_path: Path) -> None:
    with Serving(tmp_path) as fake:
        told = "\n".join(fake.banner)
        assert "\x1b" not in told
        for part in (
            fake.ready["url"], fake.ready["control_url"], fake.ready["client_token"],
            fake.ready["access_token"], "eight", "--webhook-url", "/Swagger/connector/swagger.yaml",
        ):  # fmt: skip
            assert part in told
        assert "set " not in told
        assert "admin token" not in told


def test_banner_names_what_differs_from_the_usual(tmp_path: Path) -> None:
    options = ("--set", "null_cursor=omitted", "--profile", "mews", "--clock", "x60", "--replies", "none")
    webhooks = ("--webhook-url", "http://127.0.0.1:9/h?secret=abc&Token=${webhook_token}")
    database = str(tmp_path / "hotel.db")
    with Serving(tmp_path, *options, *webhooks, "--db", database) as fake:
        labels = {line[:17].strip(): line[17:] for line in fake.banner[1:]}
        while "set null_cursor" not in labels:
            line = fake.next(fake.out)
            assert line is not None
            labels[line[:17].strip()] = line[17:]
        assert "http://127.0.0.1:9/h" in labels["webhooks"]
        assert "abc" not in labels["webhooks"]
        assert fake.ready["webhook_token"] in labels["webhook token"]
        assert labels["database"] == database
        assert labels["clock"].startswith("x60")
        assert labels["front desk"].startswith("silent")
        assert labels["set lag"].startswith("2m..5m  (usually 1s)")
        assert labels["set null_cursor"].startswith("omitted  (usually emitted)")


def test_ready_file_is_whole_and_gone_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "ready.json").write_text('{"url": "of an earlier run"}')
    with Serving(tmp_path) as fake:
        assert set(fake.ready) == {
            "url", "control_url", "pid", "client_token", "access_token", "webhook_token",
        }  # fmt: skip
        assert fake.ready["pid"] == fake.process.pid
        assert fake.ready["control_url"] == fake.ready["url"] + "/_mockmews/v1"
        _, client_token, _, integration = demo.pairs()[0]
        assert fake.ready["client_token"] == client_token
        assert fake.ready["access_token"] == integration.access_token
        world = fake.control("GET", f"/integrations/{integration.access_token}")[1]
        assert fake.ready["webhook_token"] == world["webhook_token"]
        fake.process.send_signal(signal.SIGTERM)
        fake.process.wait(5)
        if sys.platform != "win32":
            assert list(tmp_path.iterdir()) == []


def test_quiet_serve_says_nothing(tmp_path: Path) -> None:
    with Serving(tmp_path, "--quiet", "--log-format", "json", banner=False) as fake:
        assert json.loads(fake.next(fake.log) or "")["event"] == "started"
        fake.read_ready_file()
        assert fake.control("GET", "/health") == (200, {"status": "ok"})
        fake.process.terminate()
        assert fake.rest(fake.out) == []


def test_quiet_serve_logs_no_requests(tmp_path: Path) -> None:
    with Serving(tmp_path, "--quiet", banner=False) as fake:
        while not fake.ready_file.exists():
            fake.process.poll()
        fake.read_ready_file()
        assert fake.call("messages/getAll")[0] == 400
        fake.process.terminate()
        assert fake.rest(fake.log) == []
        assert fake.rest(fake.out) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_banner_has_colours_on_a_terminal_unless_told_not_to(
    tmp_path: Path, no_color: str, *, coloured: bool
) -> None:
    import os
    import subprocess

    from tests.cli.process import environment

    master, slave = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mockmews", "serve", "--port", "0"],
        stdout=slave, stderr=subprocess.DEVNULL, env=environment(NO_COLOR=no_color),
    )  # fmt: skip
    os.close(slave)
    try:
        seen = b""
        while b"swagger.yaml" not in seen:
            seen += os.read(master, 4096)
        assert (b"\x1b[" in seen) is coloured
    finally:
        process.kill()
        process.wait()
        os.close(master)


# How it answers


def test_all_eight_demo_pairs_work(tmp_path: Path) -> None:
    with Serving(tmp_path) as fake:
        for _, client_token, _, integration in demo.pairs():
            body = {
                "ClientToken": client_token, "AccessToken": integration.access_token, "Client": "Tests 1.0",
                "OriginalSender": "Penelope", "Subject": "Arrival",
            }  # fmt: skip
            assert fake.send("POST", "/api/connector/v1/messageThreads/add", body)[0] == 200


def test_front_desk_answers_demo_guests_with_the_lines_of_the_guide(tmp_path: Path) -> None:
    with Serving(tmp_path, "--clock", "frozen") as fake:
        thread_id = say(fake, "Hello! I will arrive late.")
        place = f"/integrations/{fake.ready['access_token']}"
        assert fake.control("POST", f"{place}/clock/advance", {"by": "2s"})[0] == 200
        said = fake.control("GET", f"{place}/messages")[1]["messages"]
        assert [each["thread_id"] for each in said] == [thread_id, thread_id]
        assert said[1]["text"].startswith("Hello Ms Penelope! Thank you for contacting us.")


def test_front_desk_answers_by_the_rules_of_a_file(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("version: 1\nreply_rules:\n  - otherwise: {say: 'Noted, {{ sender }}.'}\n")
    with Serving(tmp_path, "--replies", str(rules)) as fake:
        assert any("1 rule of" in line for line in fake.banner)
        say(fake, "Hello!")
        place = f"/integrations/{fake.ready['access_token']}/journal/wait"
        match = {"kind": "message", "sender": "enterprise"}
        fake.control("POST", place, {"match": match})
        said = fake.control("GET", f"/integrations/{fake.ready['access_token']}/messages")[1]["messages"]
        assert said[-1]["text"] == "Noted, Penelope."


def test_settings_and_seed_reach_the_demo_hotels(tmp_path: Path) -> None:
    options = ("--seed", "7", "--clock", "frozen", "--set", "null_cursor=omitted", "--payload", "ids_only")
    with Serving(tmp_path, *options) as fake:
        listed = fake.control("GET", "/settings")[1]["settings"]
        seen = {each["name"]: each["value"] for each in listed}
        assert (seen["payload"], seen["null_cursor"], seen["lag"]) == ("ids_only", "omitted", "1s")
        place = f"/integrations/{fake.ready['access_token']}"
        world = fake.control("GET", place)[1]
        assert world["seed"] == 7
        assert fake.control("GET", f"{place}/clock")[1]["rate"] == 0


@pytest.mark.parametrize(
    ("options", "limited"),
    [((), True), (("--no-rate-limit",), False), (("--clock", "x60"), False),
     (("--clock", "x60", "--set", "rate_limit=200/30s"), True)],
)  # fmt: skip
def test_rate_limit_is_off_where_asked_and_on_clocks_of_another_speed(
    tmp_path: Path, options: tuple[str, ...], *, limited: bool
) -> None:
    # On a clock of speed 60 the window of 30 s passes in half a second: frozen tells the two apart surely.
    chosen = tuple("frozen" if each == "x60" else each for each in options)
    with Serving(tmp_path, *chosen, "--quiet", "--log-format", "json", banner=False) as fake:
        fake.next(fake.log)
        fake.read_ready_file()
        statuses = {fake.call("messages/getAll")[0] for _ in range(201)}
        assert (429 in statuses) is limited


def test_environment_gives_options_and_flags_win(tmp_path: Path) -> None:
    env = {"MOCKMEWS_REPLIES": "none", "MOCKMEWS_SEED": "5", "MOCKMEWS_ALLOW_HOST": "mews.test other.test"}
    with Serving(tmp_path, "--seed", "6", env=env) as fake:
        world = fake.control("GET", f"/integrations/{fake.ready['access_token']}")[1]
        assert (world["seed"], world["reply_rules"]) == (6, [])
        for host, status in (("mews.test:80", 200), ("OTHER.test", 200), ("evil.test", 403)):
            assert fake.control("GET", "/health", Host=host)[0] == status


def test_public_url_is_told_and_its_host_is_known(tmp_path: Path) -> None:
    with Serving(tmp_path, "--public-url", "http://mews.test:81/") as fake:
        assert fake.ready["url"] == "http://mews.test:81"
        assert any("http://mews.test:81/_mockmews/v1" in line for line in fake.banner)
        line = next(each for each in fake.banner if "mews.test" in each)
        assert line is not None

