"""50 worlds that are alike in everything, live at once on one server, and never see each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from mockmews import MockMewsServer
from tests.webhooks.hotel import FROZEN, Hotel
from tests.webhooks.receiver import Received, Receiver, answer

WORLDS = 50
TURNS = 3
SETTINGS = {
    "seed": 7,
    "name": "Mock hotel",
    "clock": FROZEN,
    "lag": "0s..2m",
    "retry": {"attempts": 5, "delay": "1m..3m"},
    "reply_rules": [
        {"when": {"text": "/late/i", "thread": "new"}, "say": "Hello {{ sender }}!", "after": "10s..2m"},
        {"when": {"text": "/pm/"}, "say": ["Until {{ text }}.", "Bye."], "after": "30s", "once": True},
    ],
    "faults": [
        {"operation": "messages/add", "status": 503, "nth": 2},
        {"operation": "messages/getAll", "status": 429, "retry_after": "1s", "probability": 0.3},
        {"webhook": "any", "duplicate": 2, "every": 3},
    ],
}  # fmt: skip


def answer_to(request: Received) -> bytes:
    """Refuses every third kind of body, whichever world it is of: the same bodies get the same answers."""
    return answer(500 if len(request.json["Events"]) > 1 else 200)


class Life:
    """One world and what an app saw in it: everything that it was answered, in order."""

    def __init__(self, server: MockMewsServer, receiver: Receiver, number: int) -> None:
        url = f"{receiver.base}/{number}"
        control = server.control
        self.hotel = Hotel(server.url, control, control.create_integration(webhook_url=url, **SETTINGS))
        self.number = number
        self.seen: list[Any] = []

    def live(self) -> None:
        hotel = self.hotel
        thread = hotel.opens("Penelope")
        for turn in range(TURNS):
            for text in ("I am late", "around 11pm"):
                items = [{"MessageThreadId": thread, "Text": f"{text} {turn}"}]
                self._note(hotel.ask("messages/add", Messages=items))
            self.seen.append(
                [each["kind"] for each in hotel.control.advance(hotel.key, "5m", settle=False)["ran"]]
            )
            self._note(hotel.ask("messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 100}))
        hotel.control.resolve(hotel.key)
        hotel.control.advance(hotel.key, "1h", settle=False)
        self.seen.append(hotel.control.threads(hotel.key)[0]["is_resolved"])

    def _note(self, answered: tuple[int, Any]) -> None:
        status, content = answered
        content.pop("RequestId", None)  # which no two requests share, those before and after a reset included
        self.seen.append((status, content))

    def journal(self) -> list[Any]:
        """What happened, without what must differ: tokens, real times, addresses."""
        kinds = ("thread", "message", "event", "choice", "fault", "attempt", "resolved")
        differing = ("elapsed", "milliseconds", "url", "request_body", "enterprise_id")
        return [
            {name: value for name, value in each.items() if name not in differing}
            for each in self.hotel.journal(*kinds)
        ]


@contextmanager
def lived(count: int) -> Iterator[tuple[list[Life], list[Received]]]:
    """So many worlds that have lived, all at once, and every webhook that came."""
    with Receiver() as receiver, MockMewsServer() as server:
        receiver.answers.extend([answer_to] * 100_000)
        lives = [Life(server, receiver, number) for number in range(count)]
        with ThreadPoolExecutor(count) as threads:
            for done in [threads.submit(each.live) for each in lives]:
                done.result()
        yield lives, receiver.received


@pytest.fixture(scope="module")
def lives() -> Iterator[tuple[list[Life], list[Received]]]:
    """Shared by the tests that only look."""
    with lived(WORLDS) as found:
        yield found


def test_equal_worlds_live_the_same_life(lives: Any) -> None:
    first, *others = lives[0]
    assert any(status == 503 for status, *_ in (each for each in first.seen if isinstance(each, tuple)))
    for other in others:
        assert other.seen == first.seen
        assert other.journal() == first.journal()


def test_every_webhook_went_to_its_own_world(lives: Any) -> None:
    worlds, received = lives
    for life in worlds:
        own = [each for each in received if each.target == f"/{life.number}"]
        assert {each.json["IntegrationId"] for each in own} == {life.hotel.made["integration_id"]}
        assert {each.json["EnterpriseId"] for each in own} == set(life.hotel.made["enterprise_ids"])
        assert len(own) == len(life.hotel.journal("attempt"))
    assert len(received) == sum(len(life.hotel.journal("attempt")) for life in worlds)


def test_no_world_knows_anothers_tokens_or_requests(lives: Any) -> None:
    worlds, _ = lives
    for life in worlds[:5]:
        text = json.dumps(life.hotel.control.journal(life.hotel.key))
        for other in worlds:
            if other is not life:
                made = other.hotel.made
                assert made["integration_id"] not in text
                assert made["webhook_token"] not in text
                assert made["enterprise_ids"][0] not in text


def test_a_reset_of_one_world_leaves_the_others_as_they_are() -> None:
    with lived(5) as (worlds, received):
        one, *others = worlds
        before = [life.journal() for life in others]
        count = len(received)
        one.hotel.control.reset_integration(one.hotel.key, keep=["faults"])
        assert [life.journal() for life in others] == before
        assert one.hotel.control.threads(one.hotel.key) == []
        one.seen.clear()
        one.live()
        assert one.seen == others[0].seen
        assert all(each.target == "/0" for each in received[count:])


def test_50_worlds_on_running_clocks_get_each_their_own() -> None:
    settings = {
        "seed": 7, "lag": "0s..20ms", "own_messages": False, "retry": {"attempts": 4, "delay": "5ms"},
        "reply_rules": [{"say": "re: {{ text }}", "after": "1ms..30ms"}],
        "faults": [{"webhook": "any", "delay": "5ms", "every": 2}],
    }  # fmt: skip
    with Receiver() as receiver, MockMewsServer() as server:

        def live(number: int) -> list[str]:
            url = f"{receiver.base}/{number}"
            hotel = Hotel(
                server.url, server.control, server.control.create_integration(webhook_url=url, **settings)
            )
            thread = hotel.opens("Penelope")
            for turn in range(4):
                hotel.writes(thread, f"{number}.{turn}")
            hotel.control.wait(hotel.key, {"kind": "message", "sender": "Enterprise"}, count=4, timeout="30s")
            hotel.control.settle(hotel.key, within="30s")
            return sorted(each["Text"] for each in hotel.reads(thread))

        with ThreadPoolExecutor(WORLDS) as threads:
            found = list(threads.map(live, range(WORLDS)))
        for number, texts in enumerate(found):
            own = [f"{number}.{turn}" for turn in range(4)]
            assert texts == sorted([*own, *(f"re: {each}" for each in own)])
        told: dict[str, list[str]] = {}
        for request in received_texts(receiver):
            told.setdefault(request[0], []).extend(request[1])
        for number in range(WORLDS):
            assert sorted(told[f"/{number}"]) == [f"re: {number}.{turn}" for turn in range(4)]


def received_texts(receiver: Receiver) -> list[tuple[str, list[str]]]:
    """Where each webhook went, and the texts of its messages."""
    return [
        (each.target, [message["Text"] for message in each.json["Entities"]["Messages"]])
        for each in receiver.received
    ]
