"""Kill -9 under load: what was answered 200 is stored, and what was planned or due happens after all."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockmews import ControlClient
from mockmews.errors import ServerError
from tests.webhooks.hotel import Hotel
from tests.webhooks.receiver import Receiver

_ROOT = Path(__file__).resolve().parents[2]
_WRITERS = 4

WORLD = {
    "lag": "0s..20ms",
    "retry": {"attempts": 100, "delay": "5ms"},
    "rate_limit": None,
    "reply_rules": [{"say": "re: {{ text }}", "after": "1ms..40ms"}],
}


@contextmanager
def a_server(path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process on the file, and its address."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path])}
    command = [sys.executable, "-m", "tests.store.crash_script", str(path)]
    process = subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, "the server did not start"
            yield process, url
        finally:
            process.kill()


class Load:
    """Writers that add messages until the server dies; `answered` holds the text of each that was answered."""

    def __init__(self, url: str, made: dict[str, Any], threads: list[str], round_number: int) -> None:
        self.answered: list[tuple[str, str]] = []
        self._enough = threading.Condition()
        self._netloc = urlsplit(url).netloc
        self._tokens = {"ClientToken": made["client_token"], "AccessToken": made["access_token"]}
        self._writers = [
            threading.Thread(target=self._write, args=(thread, f"{round_number}-{index}"))
            for index, thread in enumerate(threads)
        ]
        for writer in self._writers:
            writer.start()

    def wait_for(self, count: int) -> None:
        """Until so many adds were answered."""
        with self._enough:
            assert self._enough.wait_for(lambda: len(self.answered) >= count, 30)

    def join(self) -> None:
        for writer in self._writers:
            writer.join(30)

    def _write(self, thread: str, name: str) -> None:
        with closing(HTTPConnection(self._netloc, timeout=10)) as connection:
            for number in range(1_000_000):
                text = f"{name}-{number}"
                body = {
                    **self._tokens,
                    "Client": "Load 1.0",
                    "Messages": [{"MessageThreadId": thread, "Text": text}],
                }
                try:
                    connection.request(
                        "POST", "/api/connector/v1/messages/add", json.dumps(body),
                        {"Content-Type": "application/json"},
                    )  # fmt: skip
                    response = connection.getresponse()
                    answer = json.loads(response.read())
                except (OSError, HTTPException, ValueError):
                    return
                assert response.status == 200, answer
                with self._enough:
                    self.answered.append((text, answer["Messages"][0]["Message"]["Id"]))
                    self._enough.notify_all()


def check_stored(stored: list[dict[str, Any]], answered: dict[str, str]) -> None:
    """Everything that was answered is there, once, under the id that was answered; in one order."""
    by_app = [each for each in stored if each["sender"] == "Application"]
    texts = {each["text"]: each["id"] for each in by_app}
    assert len(texts) == len(by_app), "an add that was not answered was stored once at most"
    assert {text: texts.get(text) for text in answered} == answered
    instants = [each["created_utc"] for each in stored]
    assert instants == sorted(instants)


def kill_again_and_again(path: Path, receiver: Receiver, *, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    answered: dict[str, str] = {}
    made: dict[str, Any] = {}
    threads: list[str] = []
    for number in range(rounds):
        with a_server(path) as (process, url), ControlClient(url) as control:
            if not made:
                made = control.create_integration(webhook_url=receiver.url, **WORLD)
                threads = [Hotel(url, control, made).opens(f"Guest {each}") for each in range(_WRITERS)]
            check_stored(control.messages(made["access_token"]), answered)
            load = Load(url, made, threads, number)
            load.wait_for(chance.randrange(1, 150))
            process.kill()
            load.join()
            answered.update(load.answered)
    with a_server(path) as (_, url), ControlClient(url) as control:
        check_all_has_happened(control, made["access_token"], answered, receiver)


def check_all_has_happened(
    control: ControlClient, key: str, answered: dict[str, str], receiver: Receiver
) -> None:
    control.advance(key, "1m")
    stored = control.messages(key)
    check_stored(stored, answered)
    written = Counter(f"re: {each['text']}" for each in stored if each["sender"] == "Application")
    replied = Counter(each["text"] for each in stored if each["sender"] == "Enterprise")
    assert replied == written, "each planned reply was given, and once"
    deliveries = control.deliveries(key)
    assert {each["state"] for each in deliveries} == {"delivered"}
    told = Counter(event["id"] for each in deliveries for event in each["events"])
    assert told == Counter(each["id"] for each in stored), "each message is in one delivery"
    for each in deliveries:
        taken = [attempt for attempt in each["attempts"] if attempt["status"] == 200]
        assert len(taken) == 1, "nothing is delivered again after success was recorded"
    assert set(receiver.ids) == set(told)


@pytest.mark.parametrize(
    ("rounds", "seed"),
    [(5, 1), pytest.param(50, 2, marks=pytest.mark.soak(seconds=70))],
    ids=["5 times", "50 times"],
)
def test_a_killed_server_has_lost_nothing_that_it_answered(tmp_path: Path, rounds: int, seed: int) -> None:
    with Receiver() as receiver:
        kill_again_and_again(tmp_path / "mews.db", receiver, rounds=rounds, seed=seed)


def test_a_server_that_is_killed_in_the_middle_of_an_advance_goes_on_there(tmp_path: Path) -> None:
    path = tmp_path / "mews.db"
    with Receiver() as receiver:
        killed = threading.Event()
        with a_server(path) as (process, url), ControlClient(url) as control:
            frozen = {"rate": 0, "at": "2026-03-10T12:00:00Z"}
            made = control.create_integration(clock=frozen, webhook_url=receiver.url, own_messages=False)
            key = made["access_token"]
            Hotel(url, control, made).opens()
            for minute in (1, 2, 3):
                control.reply(key, f"Minute {minute}", after=f"{minute}m")

            def kill(_: object) -> None:
                process.kill()
                killed.set()

            receiver.answer_with(200, kill)
            with pytest.raises(ServerError):
                control.advance(key, "1h")
            assert killed.is_set()
        with a_server(path) as (_, url), ControlClient(url) as control:
            assert control.clock(key)["now"] == "2026-03-10T12:02:00Z"
            control.advance(key, "1h")
            messages = control.messages(key)
            assert [(each["text"], each["created_utc"][14:16]) for each in messages] == [
                (f"Minute {minute}", f"0{minute}") for minute in (1, 2, 3)
            ]
            assert {each["state"] for each in control.deliveries(key)} == {"delivered"}
            assert [request.ids[0] for request in receiver.received] == [
                messages[index]["id"] for index in (0, 1, 1, 2)
            ]
