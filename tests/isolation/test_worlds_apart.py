"""50 worlds that are alike in everything, live at once on one server, and never see each other."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockmews import MockMewsServer
from tests.webhooks.hotel import FROZEN, Hotel, post_json
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
        self.seen.append(answered)

    def journal(self) -> list[Any]:
        """What happened, without what must differ: tokens, real times, addresses."""
        kinds = ("thread", "message", "event", "choice", "fault", "attempt", "resolved")
        differing = ("elapsed", "milliseconds", "url", "request_body", "enterprise_id")
        return [
            {name: value for name, value in each.items() if name not in differing}
            for each in self.hotel.journal(*kinds)
        ]


@pytest.fixture(scope="module")
def lives() -> Any:
    with Receiver() as receiver, MockMewsServer() as server:
        receiver.always = answer_to  # type: ignore[attr-defined]
        lives = [Life(server, receiver, number) for number in range(WORLDS)]
        with ThreadPoolExecutor(WORLDS) as threads:
            for done in [threads.submit(each.live) for each in lives]:
                done.result()
        yield lives, receiver.received


def test_equal_worlds_live_the_same_life(lives: Any) -> None:
    first, *others = lives[0]
    assert any(status == 503 for status, *_ in (each for each in first.seen if isinstance(each, tuple)))
    for other in others:
        assert other.seen == first.seen
        assert other.journal() == first.journal()
