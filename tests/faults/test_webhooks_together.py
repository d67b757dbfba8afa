"""Faults of webhooks that are held, and of several that meet; what is counted."""

from __future__ import annotations

import pytest

from tests.faults.webhooks import hits, replies, sets, states
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Gate, Receiver

# Held webhooks: a fault acts when one is delivered, also where it was set after the message


@pytest.fixture
def held(hotel_of: HotelOf, receiver: Receiver) -> Hotel:
    made = hotel_of(webhook_url=f"{receiver.url}?Token=hush", own_messages=False, webhooks="held")
    made.opens()
    return made


def delivers(hotel: Hotel, *ids: str, times: int = 1) -> None:
    for each in ids:
        hotel.control.deliver_messages(hotel.key, [each], times=times)


def test_held_drop(held: Hotel, receiver: Receiver) -> None:
    one, two = held.replies("one"), held.replies("two")
    sets(held, drop=True, times=1)
    delivers(held, one, two)
    assert receiver.ids == [two]
    assert states(held) == ["discarded", "delivered"]


def test_held_duplicate_and_wrong_token_act_on_every_sending(held: Hotel, receiver: Receiver) -> None:
    one = held.replies("one")
    sets(held, wrong_token="missing", times=1)
    sets(held, duplicate=2, nth=3)
    delivers(held, one, times=3)
    assert receiver.ids == [one] * 4
    assert [each.target for each in receiver.received] == ["/hooks", *["/hooks?Token=hush"] * 3]


def test_held_reorder_and_merge_wait_for_the_next_deliver(held: Hotel, receiver: Receiver) -> None:
    ids = [held.replies(text) for text in "1234"]
    sets(held, reorder=2, times=1)
    delivers(held, ids[0])
    assert receiver.ids == []
    assert states(held)[0] == "scheduled"
    delivers(held, ids[1])
    assert receiver.ids == [ids[1], ids[0]]
    held.control.clear_faults(held.key)
    sets(held, merge=2)
    delivers(held, ids[2], ids[3])
    assert receiver.received[-1].ids == ids[2:]


def test_held_noise_early_and_delay(held: Hotel, receiver: Receiver) -> None:
    sets(held, early="1s", times=1)
    one = held.replies("one")
    sets(held, noise=["CustomerAdded"], delay="10ms")
    assert receiver.received == []
    delivers(held, one)
    assert receiver.received[0].ids[-1] == one
    assert len(receiver.received[0].ids) == 2


# What is counted, and how faults meet


def test_counted_are_webhooks_that_are_about_to_leave(listening: Hotel, receiver: Receiver) -> None:
    receiver.answer_with(500, 200)
    sets(listening, duplicate=2, every=2)
    replies(listening, "one")
    listening.runs("2s")  # the retry is the second
    assert len(receiver.received) == 3
    assert hits(listening) == [1]


def test_what_shapes_a_body_is_asked_once(listening: Hotel, receiver: Receiver) -> None:
    receiver.answer_with(500, 500)
    sets(listening, noise=["CustomerAdded"])
    replies(listening, "one")
    listening.runs("1m")
    assert len(receiver.received) == 3
    assert len(set(receiver.bodies)) == 1
    assert [(each["seen"], each["hits"]) for each in listening.control.faults(listening.key)] == [(1, 1)]


def test_other_events_are_another_place(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, drop=True)
    listening.control.send_event(listening.key, "CustomerAdded")
    listening.runs()
    assert len(receiver.received) == 1
    sets(listening, webhook="any", drop=True)
    listening.control.send_event(listening.key, "CustomerAdded")
    listening.runs()
    assert len(receiver.received) == 1


def test_several_faults_of_webhooks_act_together(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, duplicate=2, wrong_token="missing")
    sets(listening, noise=["CustomerAdded"])
    (one,) = replies(listening, "one")
    assert [each.target for each in receiver.received] == ["/hooks", "/hooks"]
    assert receiver.received[0].ids[-1] == one
    assert len(receiver.received[0].ids) == 2
    assert hits(listening) == [1, 1]


def test_what_is_held_back_keeps_what_struck_it(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, duplicate=2, nth=1)
    sets(listening, reorder=2)
    one, two = replies(listening, "one", "two")
    assert receiver.ids == [two, one, one]


def test_a_held_back_webhook_stops_no_other_world(
    listening: Hotel, hotel_of: HotelOf, receiver: Receiver
) -> None:
    other = hotel_of(webhook_url=receiver.url, own_messages=False)
    other.opens()
    sets(listening, merge=2)
    replies(listening, "one")
    (two,) = replies(other, "two")
    assert receiver.ids == [two]


def test_a_webhook_under_way_is_not_sent_twice_by_a_group(listening: Hotel, receiver: Receiver) -> None:
    gate = Gate()
    receiver.answers.append(gate)
    sets(listening, reorder=2, times=1)
    one, two = listening.replies("one"), None
    listening.control.wait(listening.key, {"kind": "fault"})
    two = listening.replies("two")
    gate.wait_until_arrived()
    gate.open()
    listening.runs("1h")
    assert receiver.ids == [two, one]
