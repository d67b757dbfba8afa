"""Kill -9 in the middle of a retry and of an advance: the next server goes on there, and nothing goes twice."""

from __future__ import annotations

import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockmews import ControlClient
from mockmews.errors import ServerError
from mockmews.instants import TICKS_PER_SECOND, Instant, parse
from tests.store.test_crash import a_server
from tests.webhooks.hotel import FROZEN, Hotel
from tests.webhooks.receiver import OK, Received, Receiver, answer

_OFTEN = pytest.mark.parametrize(
    "times", [2, pytest.param(50, marks=pytest.mark.soak(seconds=50))], ids=["twice", "50 times"]
)
_PATIENCE = 30.0  # seconds
_AHEAD = "30d"

FAULT = {"operation": "messages/getAll", "status": 503, "every": 1_000_000}


class Killer:
    """Answers as it is told to, and kills the server where it is told `None`."""

    def __init__(self, choose: Callable[[Received], bytes | None]) -> None:
        self.victim: subprocess.Popen[str] | None = None
        self.killed = threading.Event()
        self._choose = choose

    def __call__(self, request: Received) -> bytes | None:
        chosen = self._choose(request)
        if chosen is None and self.victim is not None:
            self.victim.kill()
            self.killed.set()
        return chosen


def await_state(control: ControlClient, key: str, count: int) -> list[dict[str, Any]]:
    """Until so many webhooks were delivered."""
    control.wait(key, {"kind": "attempt", "status": 200}, count=count, timeout="30s")
    return control.deliveries(key)


@_OFTEN
def test_a_server_that_is_killed_in_the_middle_of_a_retry_makes_it_again(tmp_path: Path, times: int) -> None:
    path = tmp_path / "mews.db"
    seen: Counter[bytes] = Counter()

    def refuse_kill_take(request: Received) -> bytes | None:
        seen[request.body] += 1
        return {1: answer(500), 2: None}.get(seen[request.body], OK)

    killer = Killer(refuse_kill_take)
    made: dict[str, Any] = {}
    with Receiver() as receiver:
        receiver.otherwise = killer
        for number in range(times):
            with a_server(path) as (process, url), ControlClient(url) as control:
                if not made:
                    made = control.create_integration(
                        webhook_url=receiver.url, retry={"attempts": 3, "delay": "10ms"}, faults=[FAULT]
                    )
                    Hotel(url, control, made).opens()
                    control.advance(made["access_token"], _AHEAD)
                elif number:
                    await_state(control, made["access_token"], 1)
                killer.victim = process
                killer.killed.clear()
                control.reply(made["access_token"], f"Reply {number}")
                assert killer.killed.wait(_PATIENCE), "the retry did not come"
                process.wait(_PATIENCE)
                killer.victim = None
        with a_server(path) as (_, url), ControlClient(url) as control:
            key = made["access_token"]
            deliveries = await_state(control, key, 1)
            (fault,) = control.faults(key)
            texts = [each["text"] for each in control.messages(key)]
            today = control.create_integration()["access_token"]
            ahead = parse(control.clock(key)["now"]) - parse(control.clock(today)["now"])
    assert texts == [f"Reply {number}" for number in range(times)]
    for each in deliveries:
        assert each["state"] == "delivered"
        assert [attempt["status"] for attempt in each["attempts"]] == [500, 200]
    # First refused, then killed, then taken; never sent again after its success was recorded.
    assert sorted(seen.values()) == [3] * times
    assert fault["operation"] == FAULT["operation"]
    assert ahead > 29 * 86_400 * TICKS_PER_SECOND


def finish_the_advance(control: ControlClient, key: str, began: Instant | None) -> None:
    """The clock stands at the moment of the second reply, whose webhook was cut off; it goes on from there."""
    if began is not None:
        assert parse(control.clock(key)["now"]) == began + 2 * 60 * TICKS_PER_SECOND
        control.advance(key, "8m", settle=False)


@_OFTEN
def test_a_server_that_is_killed_again_and_again_during_an_advance_gets_to_its_end(
    tmp_path: Path, times: int
) -> None:
    path = tmp_path / "mews.db"
    seen: list[str] = []

    def kill_at_second(request: Received) -> bytes | None:
        seen.extend(request.ids)
        return None if killer.victim is not None and len(set(seen)) % 3 == 2 else OK

    killer = Killer(kill_at_second)
    made: dict[str, Any] = {}
    began: Instant | None = None
    with Receiver() as receiver:
        receiver.otherwise = killer
        for number in range(times):
            with a_server(path) as (process, url), ControlClient(url) as control:
                if not made:
                    made = control.create_integration(clock=FROZEN, webhook_url=receiver.url)
                    Hotel(url, control, made).opens()
                key = made["access_token"]
                finish_the_advance(control, key, began)
                began = parse(control.clock(key)["now"])
                for minute in (1, 2, 3):
                    control.reply(key, f"{number}.{minute}", after=f"{minute}m")
                killer.victim = process
                with pytest.raises(ServerError):
                    control.advance(key, "10m", settle=False)
                process.wait(_PATIENCE)
                killer.victim = None
        with a_server(path) as (_, url), ControlClient(url) as control:
            finish_the_advance(control, key, began)
            messages, deliveries = control.messages(key), control.deliveries(key)
    assert [each["text"] for each in messages] == [
        f"{number}.{minute}" for number in range(times) for minute in (1, 2, 3)
    ]
    assert [each["created_utc"][15:16] for each in messages] == ["1", "2", "3"] * times
    assert {each["state"] for each in deliveries} == {"delivered"}
    sent = Counter(seen)
    assert [sent[each["id"]] for each in messages] == [1, 2, 1] * times, "only the one cut off goes again"
