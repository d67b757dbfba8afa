"""Deliveries that a person or a test holds, delivers, sends again and cancels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockmews import ControlError
from tests.webhooks.hotel import HotelOf
from tests.webhooks.receiver import Gate, Receiver, answer


def test_held_webhooks_wait_until_they_are_delivered_one_by_one(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(webhooks="held")
    one, two = world.writes(world.opens(), "One", "Two")
    world.runs("1h")
    first, second = world.deliveries()
    assert (first["state"], first["next_attempt"]) == ("held", None)
    assert receiver.received == []
    shown = world.control.deliver(world.key, second["id"])
    assert (shown["state"], shown["attempts"][0]["cause"]) == ("delivered", "deliver")
    world.control.deliver(world.key, first["id"])
    assert receiver.ids == [two, one]


def test_a_delivery_is_sent_again_whatever_became_of_it(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    receiver.answer_with(200, 500, 204)
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert world.control.resend(world.key)["state"] == "delivered"
    shown = world.control.resend(world.key)
    assert [each["status"] for each in shown["attempts"]] == [200, 500, 204]
    assert world.causes() == ["first", "resend", "resend"]
    assert len(set(receiver.bodies)) == 1
    assert world.runs("1h")["ran"] == []


def test_a_discarded_delivery_that_is_sent_again_and_taken_is_delivered(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(retry={"attempts": 1})
    receiver.answer_with(500)
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert world.delivery()["state"] == "discarded"
    assert world.control.resend(world.key)["state"] == "delivered"


def test_a_cancelled_delivery_is_never_sent(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(lag="2s")
    world.writes(world.opens(), "Hi!")
    assert world.control.cancel(world.key)["state"] == "cancelled"
    world.runs("1h")
    assert receiver.received == []
    for refused in (world.control.cancel, world.control.deliver):
        with pytest.raises(ControlError) as error:
            refused(world.key)
        assert (error.value.status, error.value.code) == (409, "ended")


def test_events_after_a_cancelled_delivery_go_out(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(lag="2s")
    thread = world.opens()
    world.writes(thread, "One")
    world.control.cancel(world.key)
    later = world.writes(thread, "Two")
    world.runs("2s")
    assert receiver.ids == later


def test_a_delivery_that_is_cancelled_during_an_attempt_stays_cancelled(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of()
    gate = Gate(then=b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
    receiver.answer_with(gate)
    world.writes(world.opens(), "Hi!")
    gate.wait_until_arrived()
    world.control.cancel(world.key)
    gate.open()
    world.runs("1h")
    delivery = world.delivery()
    assert delivery["state"] == "cancelled"
    assert [each["status"] for each in delivery["attempts"]] == [500]


def test_a_delivery_is_not_attempted_twice_at_the_same_time(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(webhooks="held")
    gate = Gate()
    receiver.answer_with(gate)
    world.writes(world.opens(), "Hi!")
    with ThreadPoolExecutor(1) as other:
        first = other.submit(world.control.deliver, world.key)
        gate.wait_until_arrived()
        with pytest.raises(ControlError) as error:
            world.control.deliver(world.key)
        gate.open()
        assert first.result(10)["state"] == "delivered"
    assert (error.value.status, error.value.code) == (409, "under_way")
    assert len(receiver.received) == 1


def test_a_scheduled_delivery_that_is_delivered_early_is_not_sent_when_it_falls_due(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(lag="2m")
    world.writes(world.opens(), "Hi!")
    assert world.control.deliver(world.key)["state"] == "delivered"
    world.runs("1h")
    assert len(receiver.received) == 1


def test_a_held_delivery_that_fails_is_held_again(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(webhooks="held")
    receiver.answer_with(500)
    world.writes(world.opens(), "Hi!")
    assert world.control.deliver(world.key)["state"] == "held"
    assert world.runs("1h")["ran"] == []
    assert world.control.deliver(world.key)["state"] == "delivered"


def test_unknown_deliveries_are_named(hotel_of: HotelOf) -> None:
    world = hotel_of()
    for name in ("latest", "0f9325f6-ef44-4911-89a8-ae51010a5aa4"):
        with pytest.raises(ControlError) as error:
            world.control.delivery(world.key, name)
        assert (error.value.status, error.value.code) == (404, "unknown_delivery")


def test_deliveries_are_listed_by_state(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(retry={"attempts": 1})
    thread = world.opens()
    receiver.answer_with(200, 500)
    for text in ("One", "Two"):
        world.writes(thread, text)
        world.runs()
    for state, index in (("delivered", 0), ("discarded", 1)):
        assert world.control.deliveries(world.key, state=state) == [world.deliveries()[index]]
    assert world.control.deliveries(world.key, state="held") == []


def test_a_delivery_that_is_sent_again_during_its_first_attempt_is_the_same_one(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(retry={"attempts": 3, "delay": "3m"})
    world.control.add_fault(world.key, {"webhook": "MessageAdded", "noise": ["SomethingNew"], "nth": 2})
    gate = Gate(answer(500))
    receiver.answer_with(gate, 200)
    world.writes(world.opens(), "Hi!")
    gate.wait_until_arrived()
    world.control.resend(world.key, "latest")
    gate.open()
    world.runs()
    assert receiver.bodies[0] == receiver.bodies[1], "its body was fixed by the first attempt"
    assert [(each["number"], each["cause"]) for each in world.delivery()["attempts"]] == [
        (1, "resend"),
        (2, "first"),
    ]
    assert world.delivery()["state"] == "delivered"
