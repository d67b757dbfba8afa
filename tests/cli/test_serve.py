"""`mockmews serve` as a real process: what it tells, how it answers, and how it ends."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from mockmews.model import demo
from tests.cli.process import Serving, environment, mockmews

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
    database, record = str(tmp_path / "hotel.db"), str(tmp_path / "story.mews.yaml")
    more = ("--db", database, "--seed", "7", "--record", record, "--insecure-webhooks")
    with Serving(tmp_path, *options, *webhooks, *more) as fake:
        while "set null_cursor" not in fake.told:
            fake.banner.append(fake.next(fake.out) or "")
        told = fake.told
        assert told["webhooks"].startswith("to http://127.0.0.1:9/h")
        assert "abc" not in told["webhooks"]
        assert told["webhook token"].startswith(fake.ready["webhook_token"])
        assert told["database"] == database
        assert told["clock"].startswith("x60")
        assert told["seed"].startswith("7")
        assert told["record"].startswith(record)
        assert told["certificates"] == "any is accepted of a webhook's receiver"
        assert told["front desk"].startswith("silent")
        assert told["set lag"] == "2m..5m  (usually 1s)"
        assert told["set null_cursor"] == "omitted  (usually emitted)"


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
        if sys.platform != "win32":
            assert fake.ready_file.stat().st_mode & 0o077 == 0
            assert fake.stop() == 0
            assert list(tmp_path.iterdir()) == []


@posix
def test_ready_file_replaces_nothing_but_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = mockmews("serve", "--port", "0", "--ready-file", str(pipe))
    assert (done.returncode, done.stdout) == (2, "")
    assert "no ordinary file" in done.stderr
    assert pipe.is_fifo()


def test_quiet_serve_says_nothing(tmp_path: Path) -> None:
    with Serving(tmp_path, "--quiet", has_banner=False) as fake:
        assert fake.call("messages/getAll")[0] == 400
        fake.process.terminate()
        assert fake.rest(fake.log) == []
        assert fake.rest(fake.out) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_banner_has_colours_on_a_terminal_unless_told_not_to(no_color: str, *, coloured: bool) -> None:
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
        assert [each["message_thread_id"] for each in said] == [thread_id, thread_id]
        assert said[1]["text"].startswith("Hello Ms Penelope! Thank you for contacting us.")


def test_front_desk_answers_by_the_rules_of_a_file(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("version: 1\nreply_rules:\n  - otherwise: {say: 'Noted, {{ sender }}.', after: 1h}\n")
    with Serving(tmp_path, "--replies", str(rules), "--clock", "frozen") as fake:
        assert "1 rule of" in fake.told["front desk"]
        say(fake, "Hello!")
        place = f"/integrations/{fake.ready['access_token']}"
        assert fake.control("POST", f"{place}/clock/advance", {"by": "1h"})[0] == 200
        said = fake.control("GET", f"{place}/messages")[1]["messages"]
        assert [each["text"] for each in said] == ["Hello!", "Noted, Penelope."]


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
    [((), True), (("--no-rate-limit",), False), (("--clock", "frozen"), False),
     (("--clock", "frozen", "--set", "rate_limit=200/30s"), True)],
)  # fmt: skip
def test_rate_limit_is_off_where_asked_and_on_clocks_of_another_speed(
    tmp_path: Path, options: tuple[str, ...], *, limited: bool
) -> None:
    with Serving(tmp_path, *options) as fake:
        statuses = {fake.call("messages/getAll")[0] for _ in range(201)}
        assert (429 in statuses) is limited


def test_environment_gives_options_and_flags_win(tmp_path: Path) -> None:
    env = {"MOCKMEWS_REPLIES": "none", "MOCKMEWS_SEED": "5", "MOCKMEWS_ALLOW_HOST": "mews.test other.test"}
    with Serving(tmp_path, "--seed", "6", env=env) as fake:
        world = fake.control("GET", f"/integrations/{fake.ready['access_token']}")[1]
        assert (world["seed"], world["reply_rules"]) == (6, [])
        for host, status in (("mews.test:80", 200), ("OTHER.test", 200), ("evil.test", 403)):
            assert fake.control("GET", "/health", Host=host)[0] == status


# Where it listens


def test_public_url_is_told_in_place_of_the_local_one(tmp_path: Path) -> None:
    with Serving(tmp_path, "--public-url", "http://mews.test:81/") as fake:
        assert fake.ready["url"] == fake.told["address"] == "http://mews.test:81"
        assert fake.ready["control_url"] == fake.told["control API"] == "http://mews.test:81/_mockmews/v1"


def test_control_api_wants_a_token_where_others_can_reach_it(tmp_path: Path) -> None:
    with Serving(tmp_path, "--host", "0.0.0.0") as fake:
        while "admin token" not in fake.told:
            fake.banner.append(fake.next(fake.out) or "")
        token = fake.told["admin token"].split()[0]
        assert fake.control("GET", "/health")[0] == 401
        assert fake.control("GET", "/health", Authorization=f"Bearer {token}")[0] == 200
        assert fake.call("messageThreads/add", OriginalSender="Penelope", Subject="Arrival")[0] == 200


def test_control_api_wants_the_token_that_was_given(tmp_path: Path) -> None:
    with Serving(tmp_path, "--admin-token", "sesame") as fake:
        assert fake.control("GET", "/health")[0] == 401
        assert fake.control("GET", "/health", Authorization="Bearer sesame")[0] == 200


def test_serve_speaks_https_with_a_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.cert_chain_pems[0].write_to_path(str(cert))
    certificate.private_key_pem.write_to_path(str(key))
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with Serving(tmp_path, "--tls-cert", str(cert), "--tls-key", str(key)) as fake:
        assert fake.ready["url"].startswith("https://127.0.0.1:")
        place = urlsplit(fake.ready["url"]).netloc
        connection = http.client.HTTPSConnection(place, timeout=10, context=trust)
        connection.request("GET", "/_mockmews/v1/health")
        assert connection.getresponse().read() == b'{"status":"ok"}'
        connection.close()


def test_port_that_is_taken_is_one_line_and_exit_2(tmp_path: Path) -> None:
    with Serving(tmp_path) as fake:
        port = str(urlsplit(fake.ready["url"]).port)
        done = mockmews("serve", "--port", port, "--ready-file", str(fake.ready_file))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert port in done.stderr
        assert fake.ready_file.exists(), "the ready file of the server that runs stays"


# What it keeps


def test_database_keeps_what_was_answered_and_locks_others_out(tmp_path: Path) -> None:
    database = str(tmp_path / "hotel.db")
    with Serving(tmp_path, "--db", database, "--db-sync", "full", "--replies", "none") as fake:
        thread_id = say(fake, "Hello!")
        done = mockmews("serve", "--port", "0", "--db", database)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert "in use by another server" in done.stderr
        fake.process.kill()
        fake.process.wait(5)
        access_token = fake.ready["access_token"]
    with Serving(tmp_path, "--db", database) as fake:
        said = fake.control("GET", f"/integrations/{access_token}/messages")[1]["messages"]
        assert [(each["message_thread_id"], each["text"]) for each in said] == [(thread_id, "Hello!")]
        # Nothing was said of the front desk this time: what is stored stays.
        assert fake.told["front desk"].startswith("silent")


def test_options_of_the_demo_hotels_hold_for_an_older_database_too(tmp_path: Path) -> None:
    database = str(tmp_path / "hotel.db")
    with Serving(tmp_path, "--db", database) as fake:
        say(fake, "Hello!")
    rules = tmp_path / "rules.yaml"
    rules.write_text("- otherwise: {say: Noted.}\n")
    with Serving(tmp_path, "--db", database, "--clock", "frozen", "--replies", str(rules)) as fake:
        place = f"/integrations/{fake.ready['access_token']}"
        assert fake.control("GET", f"{place}/clock")[1]["rate"] == 0
        stored = fake.control("GET", f"{place}/reply_rules")[1]["reply_rules"]
        assert stored == [{"otherwise": {"say": "Noted."}}]


# How it ends


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_it_with_exit_code_0(tmp_path: Path, number: int) -> None:
    with Serving(tmp_path) as fake:
        assert fake.call("messages/getAll")[0] == 400
        assert fake.stop(number) == 0
        assert not fake.ready_file.exists()
        assert "Traceback" not in "".join(fake.rest(fake.log))


@posix
def test_signal_ends_it_within_two_seconds_whatever_is_in_flight(tmp_path: Path) -> None:
    with silent_receiver() as (url, taken), Serving(tmp_path, "--lag", "0s", "--webhook-url", url) as fake:
        waiting, unfinished, idle = fake.connect(), fake.connect(), fake.connect()
        body = json.dumps({"match": {"kind": "never"}, "timeout": "60s"})
        place = f"/_mockmews/v1/integrations/{fake.ready['access_token']}/journal/wait"
        waiting.request("POST", place, body, {"Content-Type": "application/json"})
        unfinished.putrequest("POST", "/api/connector/v1/messages/add")
        unfinished.putheader("Content-Length", "1000")
        unfinished.endheaders(b"{")
        idle.connect()
        say(fake, "Hello!")
        assert taken.wait(10)
        assert fake.stop() == 0
        log = fake.rest(fake.log)
        for each in (waiting, unfinished, idle):
            each.close()
    assert not any(word in "".join(log) for word in ("Traceback", "Error", "destroyed", "never awaited"))


@posix
def test_second_signal_changes_nothing(tmp_path: Path) -> None:
    with Serving(tmp_path) as fake:
        for _ in range(3):
            fake.process.send_signal(signal.SIGINT)
        assert fake.process.wait(2) == 0


def test_serve_ends_when_standard_input_closes(tmp_path: Path) -> None:
    with Serving(tmp_path, "--until-stdin-closes") as fake:
        assert fake.process.stdin is not None
        fake.process.stdin.write("not yet\n")
        fake.process.stdin.flush()
        assert fake.control("GET", "/health")[0] == 200
        fake.process.stdin.close()
        assert fake.process.wait(2) == 0
        assert not fake.ready_file.exists()


def test_standard_input_means_nothing_unless_asked_for(tmp_path: Path) -> None:
    with Serving(tmp_path) as fake:
        assert fake.process.stdin is not None
        fake.process.stdin.close()
        assert fake.control("GET", "/health")[0] == 200
