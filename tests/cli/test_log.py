"""The log of `mockmews serve`: a line for each request and attempt, and nothing that is nobody's business."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from mockmews.clock import Clock, SystemTime
from mockmews.engine.journal import Journal
from mockmews.serving.log import TextLog, Writer
from tests.cli.process import Serving

SECRET = "My passport is 123, and I am Penelope"


@contextlib.contextmanager
def receiver(status: int) -> Iterator[str]:
    """An app that answers every webhook with one status: its webhook URL, with a secret in it."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks?Token=opensesame"
        finally:
            server.shutdown()
            thread.join(5)


def converse(fake: Serving) -> None:
    """A guest writes, an app asks wrongly, and somebody knocks at a wrong door with a token in its hand."""
    thread = fake.call("messageThreads/add", OriginalSender="Penelope", Subject=SECRET)[1]["MessageThreads"][
        0
    ]
    fake.call("messages/add", Messages=[{"MessageThreadId": thread["Id"], "Text": SECRET}])
    fake.call("messages/getAll", MessageThreadIds=[thread["Id"]])
    fake.send("POST", f"/api/connector/v1/{fake.ready['access_token']}", {})


def until(fake: Serving, wanted: str) -> list[str]:
    """The log's lines up to the one that holds `wanted`."""
    lines = [fake.next(fake.log) or "closed"]
    while wanted not in lines[-1]:
        assert lines[-1] != "closed"
        lines.append(fake.next(fake.log) or "closed")
    return lines


def assert_discreet(fake: Serving, lines: list[str]) -> None:
    told = "\n".join(lines)
    for secret in (SECRET, "Penelope", fake.ready["access_token"], fake.ready["client_token"], "opensesame"):
        assert secret not in told


def test_text_log_has_a_short_line_for_each_request(tmp_path: Path) -> None:
    with Serving(tmp_path, "--replies", "none") as fake:
        converse(fake)
        lines = until(fake, "404")
        assert_discreet(fake, lines)
        shown = [line.split(" ms")[0].rsplit(" ", 1)[0] for line in lines]
        assert shown[:3] == [
            "POST messageThreads/add 200",
            "POST messages/add 200",
            "POST messages/getAll 400",
        ]
        assert shown[3].startswith("POST /api/connector/v1/")
        assert "Limitation" in lines[2]


@pytest.mark.parametrize(("status", "shown"), [(204, "POST webhook 204 "), (500, "(scheduled)")])
def test_text_log_shows_webhook_attempts(tmp_path: Path, status: int, shown: str) -> None:
    with receiver(status) as url, Serving(tmp_path, "--lag", "0s", "--webhook-url", url) as fake:
        converse(fake)
        lines = until(fake, "POST webhook")
        assert_discreet(fake, lines)
        assert f"POST webhook {status} " in lines[-1]
        assert shown in lines[-1]


def test_json_log_has_one_object_for_each_event(tmp_path: Path) -> None:
    options = ("--log-format", "json", "--lag", "0s", "--replies", "none")
    with receiver(200) as url, Serving(tmp_path, *options, "--webhook-url", url) as fake:
        converse(fake)
        lines = [*until(fake, '"attempt"')]
        if not any('"status": 404' in line for line in lines):
            lines += until(fake, '"status": 404')
        fake.process.terminate()
        lines += fake.rest(fake.log)
        assert_discreet(fake, lines)
        events = [json.loads(line) for line in lines]
    started = events[0]
    assert (started["event"], started["pid"], started["url"]) == (
        "started",
        fake.process.pid,
        fake.ready["url"],
    )
    assert all("T" in each["time"] for each in events)
    requests = [each for each in events if each["event"] == "request"]
    assert [(each["operation"], each["status"]) for each in requests] == [
        ("messageThreads/add", 200), ("messages/add", 200), ("messages/getAll", 400), (None, 404),
    ]  # fmt: skip
    assert all(each["milliseconds"] > 0 and each["request_id"] for each in requests)
    attempt = next(each for each in events if each["event"] == "attempt")
    assert (attempt["status"], attempt["state"], attempt["number"]) == (200, "delivered", 1)
    if os.name == "posix":
        assert events[-1]["event"] == "stopped"


def test_json_log_speaks_in_a_quiet_server_too(tmp_path: Path) -> None:
    with Serving(tmp_path, "--quiet", "--log-format", "json", has_banner=False) as fake:
        fake.call("messages/getAll")
        assert [json.loads(each)["event"] for each in until(fake, "request")] == ["started", "request"]


def test_log_shows_requests_of_worlds_that_are_made_later(tmp_path: Path) -> None:
    with Serving(tmp_path) as fake:
        world = fake.control("POST", "/integrations", {})[1]
        tokens = {"ClientToken": world["client_token"], "AccessToken": world["access_token"]}
        body = {**tokens, "Client": "Tests 1.0", "OriginalSender": "P", "Subject": "S"}
        for _ in range(2):  # a world that was changed is not logged twice
            fake.send("POST", "/api/connector/v1/messageThreads/add", body)
            fake.control("PATCH", f"/integrations/{world['access_token']}", {"name": "New"})
        fake.send("GET", "/last")
        assert len(until(fake, "/last")) == 3


def test_log_cannot_rewrite_a_terminal() -> None:
    lines: list[str] = []
    journal = Journal(Clock(SystemTime()), limit=10)
    journal.subscribe(TextLog(lines.append).entry)
    path = "/\x9b31m\x1b]0;title\x07\r\n" + "x" * 5_000
    entry = journal.note("request", operation=None, method="POST", path=path)
    assert lines == []
    journal.complete(entry, status=404, milliseconds=1.25, hint="a\nb\u202e")
    assert len(lines) == 1
    assert lines[0].isascii()
    assert lines[0].isprintable()
    assert len(lines[0]) < 600


def test_server_goes_on_where_nobody_reads_its_log(tmp_path: Path) -> None:
    with Serving(tmp_path, "--no-rate-limit", "--replies", "none", read_log=False) as fake:
        connection = fake.connect()
        for _ in range(1_500):  # each line over 100 bytes, a pipe holds 64 KiB
            connection.request("GET", "/some/path/that/leads/nowhere")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 404
        connection.close()
        if os.name == "posix":
            assert fake.stop() == 0


def test_writer_says_how_many_lines_were_lost() -> None:
    reading, writing = os.pipe()
    writer = Writer(writing)
    for _ in range(20_000):
        writer.write("x" * 49)
    seen: list[bytes] = []

    def read() -> None:
        while part := os.read(reading, 65_536):
            seen.append(part)

    reader = threading.Thread(target=read)
    reader.start()
    while writer._thread.is_alive():
        writer.close()  # has little patience, and this reader may be slow
    os.close(writing)
    reader.join(10)
    os.close(reading)
    lines = b"".join(seen).decode().splitlines()
    notes = [line for line in lines if "were lost" in line]
    lost = sum(int(line.split()[1]) for line in notes)
    assert lost > 0
    assert len(lines) - len(notes) + lost == 20_000
