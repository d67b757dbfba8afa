"""A reset cuts everything: nothing planned, held, waiting or in flight before it has any effect after it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

import pytest

from mockmews import ControlError
from tests.webhooks.conftest import hotel_of
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Gate, Receiver

__all__ = ["hotel_of"]  # a fixture

EMPTY: dict[str, Any] = {"threads": [], "messages": [], "deliveries": [], "due": [], "entries": []}


def left(hotel: Hotel) -> dict[str, Any]:
    """All that a world holds."""
    control, key = hotel.control, hotel.key
    return {
        "threads": control.threads(key),
        "messages": control.messages(key),
        "deliveries": control.deliveries(key),
        "due": control.clock(key)["due"],
        "entries": control.journal(key)["entries"],
    }


def reset(hotel: Hotel) -> dict[str, int]:
    answer = hotel.control.reset_integration(hotel.key)
    assert left(hotel) == EMPTY
    cancelled: dict[str, int] = answer["cancelled"]
    return cancelled


def test_what_was_planned_and_scheduled_never_happens(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(lag="1m", reply_rules=[{"say": "By rule", "after": "2m"}])
    hotel.writes(hotel.opens(), "Hi")
    hotel.replies("Later", after="3m")
    assert reset(hotel)["due"] == 3
    hotel.runs("1h")
    assert left(hotel) == EMPTY
    assert receiver.received == []


def test_what_was_held_can_not_be_delivered_any_more(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(webhooks="held", own_messages=False)
    hotel.opens()
    message = hotel.replies("Hi")
    reset(hotel)
    for call in (
        lambda: hotel.control.deliver_messages(hotel.key, [message]),
        lambda: hotel.control.deliver(hotel.key),
        lambda: hotel.control.resend(hotel.key),
    ):
        with pytest.raises(ControlError) as caught:
            call()
        assert caught.value.status == 404
    assert receiver.received == []


def test_an_attempt_in_flight_is_aborted_and_its_answer_forgotten(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    gate = Gate()
    receiver.answers.append(gate)
    hotel = hotel_of(own_messages=False, retry={"attempts": 3, "delay": "1s"})
    hotel.opens()
    hotel.replies("Hi")
    gate.wait_until_arrived()
    assert reset(hotel)["attempts_in_flight"] == 1
    gate.open()
    hotel.runs("1h")
    assert left(hotel) == EMPTY
    hotel.opens()
    message = hotel.replies("Again")
    hotel.runs()
    assert receiver.ids[1:] == [message]


def test_a_retry_that_waits_is_never_made(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(own_messages=False, retry={"attempts": 3, "delay": "1m"})
    hotel.opens()
    receiver.answer_with(500)
    hotel.replies("Hi")
    hotel.runs()
    reset(hotel)
    hotel.runs("1h")
    assert len(receiver.received) == 1


@pytest.mark.parametrize("what", ["deliver", "advance", "advance without settling"])
def test_a_call_that_waits_for_an_attempt_ends(hotel_of: HotelOf, receiver: Receiver, what: str) -> None:
    gate = Gate()
    receiver.answers.append(gate)
    hotel = hotel_of(own_messages=False, webhooks="held" if what == "deliver" else "auto", lag="1s")
    hotel.opens()
    hotel.replies("Hi")
    calls = {
        "deliver": lambda: hotel.control.deliver(hotel.key),
        "advance": lambda: hotel.control.advance(hotel.key, "1h"),
        "advance without settling": lambda: hotel.control.advance(hotel.key, "1s", settle=False),
    }
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(calls[what])
        gate.wait_until_arrived()
        reset(hotel)
        with pytest.raises(ControlError) as caught:
            waiting.result(10)
        assert caught.value.status == 409
        gate.open()
    assert left(hotel) == EMPTY


def test_an_answer_that_a_fault_delays_is_cut(hotel_of: HotelOf) -> None:
    hotel = hotel_of(webhook_url=None, faults=[{"operation": "any", "delay": "1h"}])
    failed = threading.Event()

    def ask() -> None:
        try:
            hotel.ask("messageThreads/add", OriginalSender="Ann", Subject="Stay")
        except (OSError, HTTPException):
            failed.set()

    asking = threading.Thread(target=ask)
    asking.start()
    hotel.control.wait(hotel.key, {"kind": "request"})
    reset(hotel)
    asking.join(10)
    assert failed.is_set()
    assert left(hotel) == EMPTY


def test_a_fault_that_held_webhooks_back_lets_none_go(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(own_messages=False, faults=[{"webhook": "any", "merge": 3}])
    hotel.opens()
    hotel.replies("One")
    hotel.runs()
    assert reset(hotel)["faults"] == 1
    hotel.runs("1h")
    assert receiver.received == []


def test_ids_are_those_of_the_beginning_but_nothing_old_answers_to_them(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    hotel = hotel_of(seed=7, own_messages=False, webhooks="held")
    thread = hotel.opens()
    message = hotel.replies("Before")
    reset(hotel)
    assert hotel.opens() == thread
    assert hotel.reads(thread) == []
    assert hotel.replies("After") == message
    hotel.control.deliver_messages(hotel.key, [message])
    assert receiver.received[0].json["Entities"]["Messages"][0]["Text"] == "After"
    assert {each["generation"] for each in hotel.journal()} == {1}
