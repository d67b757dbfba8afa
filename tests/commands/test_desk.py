"""`mockmews reply`, `watch` and `resend` against a fake that runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mockmews import MockMewsServer
from tests.cli.process import environment, mockmews
from tests.webhooks.conftest import hotel_of
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Receiver, answer

__all__ = ["hotel_of"]  # a fixture


@pytest.fixture
def lobby(hotel_of: HotelOf) -> Hotel:
    """A world on a real clock, in which a guest has written."""
    made = hotel_of(clock={"rate": 1}, own_messages=False)
    made.writes(made.opens("Penelope"), "Hi!")
    return made


def desk(hotel: Hotel, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return mockmews(command, "--url", hotel.url, "--integration", hotel.key, *arguments)


@contextmanager
def watching(hotel: Hotel, *options: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "mockmews", "watch", "--url", hotel.url, "--integration", hotel.key, *options],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line.strip()
    raise AssertionError(f"it ended without {words!r}")


def test_a_reply_is_the_front_desks(lobby: Hotel) -> None:
    ended = desk(lobby, "reply", "Hello Ms Penelope!")
    assert ended.returncode == 0, ended.stderr
    newest = lobby.reads(lobby.control.threads(lobby.key)[0]["id"])[0]
    assert (newest["Text"], newest["Sender"]["Discriminator"]) == ("Hello Ms Penelope!", "Enterprise")
    assert ended.stdout.strip() == f"replied: {newest['Id']}"


def test_a_reply_may_come_later_and_in_a_thread_that_is_named(lobby: Hotel) -> None:
    thread = lobby.control.threads(lobby.key)[0]["id"]
    lobby.writes(lobby.opens("Max"), "Later than Penelope")
    ended = desk(lobby, "reply", "--to", thread, "--after", "1h", "Later")
    assert ended.stdout.startswith("planned for 2")
    (due,) = lobby.control.clock(lobby.key)["due"]
    assert due["kind"] == "reply"


def test_without_an_integration_the_one_where_somebody_wrote_last_is_meant(receiver: Receiver) -> None:
    with MockMewsServer() as own:
        worlds = own.control.integrations()
        hotel = Hotel(own.url, own.control, worlds[3])
        hotel.writes(hotel.opens("Penelope"), "Hi!")
        assert mockmews("reply", "Hello!", MOCKMEWS_URL=own.url).returncode == 0
        assert [each["text"] for each in own.control.messages(hotel.key)] == ["Hi!", "Hello!"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "nonsense", "Hi"), "'nonsense' is no thread id"),
        (("--after", "soon", "Hi"), "mockmews: --after: 'soon' is not a duration"),
        ((" ",), "The reply is blank"),
        (("--url", "localhost:8000", "Hi"), "write it like http://127.0.0.1:8000"),
        (("--integration", "unknown", "Hi"), "There is no integration 'unknown'"),
        (("--url", "http://127.0.0.1:9", "Hi"), "Is mockmews running there?"),
    ],
)
def test_what_cannot_be_said_is_one_line_and_exit_2(
    lobby: Hotel, arguments: tuple[str, ...], words: str
) -> None:
    ended = desk(lobby, "reply", *arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_delivery_is_sent_once_more(lobby: Hotel, receiver: Receiver) -> None:
    lobby.replies("Hello!")
    lobby.control.wait(lobby.key, {"kind": "attempt"})
    ended = desk(lobby, "resend")
    assert ended.returncode == 0, ended.stderr
    delivery = lobby.delivery()["id"]
    assert ended.stdout.startswith(f"delivery {delivery} attempt 2: 200 (")
    assert receiver.bodies[0] == receiver.bodies[1]
    receiver.answer_with(answer(500, "oh\x1b[31m no", **{"X-App": "concierge 7"}))
    refused = desk(lobby, "resend", "--verbose", delivery)
    assert refused.returncode == 1
    first, *shown = refused.stdout.splitlines()
    assert first.startswith(f"delivery {delivery} attempt 3: 500")
    assert shown == ["< X-App: concierge 7", "< Content-Length: 10", r"  oh\x1b[31m no"]


def test_there_may_be_nothing_to_send_again(lobby: Hotel) -> None:
    ended = desk(lobby, "resend")
    assert ended.returncode == 2
    assert "There is no delivery 'latest' in this world" in ended.stderr


def test_watch_tells_the_past_and_then_what_happens(lobby: Hotel, receiver: Receiver) -> None:
    receiver.answer_with(500)
    with watching(lobby) as process:
        assert line_with(process, "Hi!").endswith("Penelope: Hi!")
        lobby.replies("Hello\n\x1b[31m red")
        assert line_with(process, "front desk").endswith(r"front desk: Hello\n\x1b[31m red")
        assert line_with(process, "webhook").endswith("attempt 1: 500")
        lobby.ask("messages/add", Messages=[])
        assert "messages/add 400" in line_with(process, "messages/add")
        lobby.control.resolve(lobby.key)
        assert line_with(process, "resolved").endswith("Penelope's thread was resolved")


def test_watch_tells_entries_as_json(lobby: Hotel) -> None:
    with watching(lobby, "--json") as process:
        assert json.loads(line_with(process, '"message"'))["text"] == "Hi!"
