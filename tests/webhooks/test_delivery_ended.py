"""Attempts under way when their world is reset or deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockmews import ControlError, MockMewsServer
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Gate, Receiver


def test_a_reset_aborts_the_attempt_and_nothing_of_it_remains(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(lag="2s")
    gate = Gate()
    receiver.answer_with(gate)
    world.writes(world.opens(), "Hi!")
    with ThreadPoolExecutor(2) as others:
        advancing = others.submit(world.runs, "1h")
        gate.wait_until_arrived()
        answer = world.control.reset_integration(world.key)
        with pytest.raises(ControlError) as error:
            advancing.result(10)
    assert error.value.status == 409
    assert answer["cancelled"]["attempts_in_flight"] == 1
    assert answer["cancelled"]["deliveries"] == 1
    gate.open()
    assert world.control.clock(world.key)["now"] == "2026-03-10T12:00:00Z"
    assert world.deliveries() == []
    written = world.writes(world.opens(), "Again")
    world.runs("2s")
    assert receiver.ids[1:] == written
    assert world.delivery()["state"] == "delivered"


def test_a_reset_ends_a_delivery_that_somebody_waits_for(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(webhooks="held")
    gate = Gate()
    receiver.answer_with(gate)
    world.writes(world.opens(), "Hi!")
    with ThreadPoolExecutor(1) as other:
        delivering = other.submit(world.control.deliver, world.key)
        gate.wait_until_arrived()
        world.control.reset_integration(world.key)
        with pytest.raises(ControlError) as error:
            delivering.result(10)
    gate.open()
    assert (error.value.status, error.value.code) == (409, "aborted")


def test_a_world_that_is_deleted_during_an_attempt_stays_deleted(
    fake: MockMewsServer, receiver: Receiver
) -> None:
    gate = Gate()
    receiver.answer_with(gate)
    made = fake.control.create_integration(webhook_url=receiver.url)
    world = Hotel(fake.url, fake.control, made)
    world.writes(world.opens(), "Hi!")
    gate.wait_until_arrived()
    with ThreadPoolExecutor(1) as other:
        advancing = other.submit(world.runs, "1h")
        world.control.server_journal()
        world.control.delete_integration(world.key)
        with pytest.raises(ControlError) as error:
            advancing.result(10)
    gate.open()
    assert error.value.status in (404, 409)
    assert world.key not in [each["access_token"] for each in fake.control.integrations()]
