"""Faults of what a webhook carries and of its place: reorder, noise, split, merge."""

from __future__ import annotations

from tests.faults.webhooks import burst, hits, replies, sets, states
from tests.webhooks.hotel import Hotel, HotelOf, Json
from tests.webhooks.receiver import Receiver

# reorder


def test_reorder_swaps_two_webhooks(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, reorder=2, times=1)
    one, two, three = replies(listening, "one", "two", "three")
    assert receiver.ids == [two, one, three]
    assert hits(listening) == [1]
    assert len(receiver.received) == 3


def test_reorder_of_several_turns_them_round(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, reorder=3)
    ids = replies(listening, *"123456")
    assert receiver.ids == [ids[place] for place in (2, 1, 0, 5, 4, 3)]
    assert hits(listening) == [2]


def test_reorder_holds_nothing_for_ever(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, reorder=3)
    one, two = replies(listening, "one", "two")
    assert receiver.ids == []
    listening.runs("4s")
    assert receiver.ids == []
    listening.runs("1s")
    assert receiver.ids == [two, one]
    assert states(listening) == ["delivered", "delivered"]


def test_what_is_held_back_waits_longer_where_the_lag_is_longer(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    hotel = hotel_of(webhook_url=receiver.url, own_messages=False, lag="1m")
    hotel.opens()
    sets(hotel, reorder=2)
    one = hotel.replies("one")
    hotel.runs("1m")
    two = hotel.replies("two")
    hotel.runs("1m")
    assert receiver.ids == [two, one]


def test_clearing_the_fault_lets_go_what_it_held_back(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, reorder=3)
    ids = replies(listening, "one", "two")
    assert listening.control.clear_faults(listening.key) == {"cleared": 1}
    listening.runs()
    assert receiver.ids == ids


def test_a_cancelled_webhook_leaves_its_group(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, reorder=3)
    one, two = replies(listening, "one", "two")
    listening.control.cancel(listening.key, listening.deliveries()[0]["id"])
    (three,) = replies(listening, "three")
    assert receiver.ids == [three, two]
    assert one not in receiver.ids


# noise


def test_noise_stands_before_the_events_of_the_same_body(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, noise=["ServiceOrderUpdated", "SomethingNew"], times=1)
    one, two = replies(listening, "one", "two")
    first, second = (each.json for each in receiver.received)
    assert [each["Discriminator"] for each in first["Events"]] == [
        "ServiceOrderUpdated", "SomethingNew", "MessageAdded",
    ]  # fmt: skip
    ids = [each["Value"]["Id"] for each in first["Events"]]
    assert ids[2] == one
    assert len(set(ids)) == 3
    assert [each["Id"] for each in first["Entities"]["Messages"]] == [one]
    assert [each["Value"]["Id"] for each in second["Events"]] == [two]
    assert [each["id"] for each in listening.deliveries()[0]["events"]] == ids


def test_noise_may_be_a_message_that_does_not_exist(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, noise="MessageAdded")
    replies(listening, "one")
    (request,) = receiver.received
    assert len(request.ids) == 2
    known = [each["id"] for each in listening.control.messages(listening.key)]
    assert request.ids[0] not in known


# split and merge


def test_split_sends_a_body_for_each_few_events(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(webhook_url=receiver.url)
    sets(hotel, split=2)
    ids = burst(hotel, 5)
    hotel.runs()
    assert [each.ids for each in receiver.received] == [ids[:2], ids[2:4], ids[4:]]
    assert states(hotel) == ["delivered"] * 3
    assert [each["id"] for each in hotel.deliveries()[2]["events"]] == ids[4:]
    assert hits(hotel) == [1]


def test_a_part_of_a_split_is_sent_again_by_itself(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(webhook_url=receiver.url)
    sets(hotel, split=1)
    receiver.answer_with(200, 500, 200)
    ids = burst(hotel, 3)
    hotel.runs("1m")
    assert [each.ids for each in receiver.received] == [[each] for each in (*ids, ids[1])]


def test_split_has_nothing_to_do_where_one_body_has_few_events(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, split=1)
    replies(listening, "one")
    assert len(receiver.received) == 1
    assert hits(listening) == [0]


def test_merge_puts_several_webhooks_into_one_body(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, merge=3, times=1)
    ids = replies(listening, *"1234")
    assert [each.ids for each in receiver.received] == [ids[:3], ids[3:]]
    assert states(listening) == ["cancelled", "cancelled", "delivered", "delivered"]
    assert [each["text"] for each in _entities(receiver)] == ["1", "2", "3"]
    into = listening.journal("merged")
    assert len({each["into"] for each in into}) == 1


def _entities(receiver: Receiver) -> list[Json]:
    return [{"text": each["Text"]} for each in receiver.received[0].json["Entities"]["Messages"]]


def test_merge_sends_what_there_is_when_its_time_is_over(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, merge=100)
    ids = replies(listening, "one", "two")
    assert receiver.ids == []
    listening.runs("5s")
    assert [each.ids for each in receiver.received] == [ids]


def test_what_was_cancelled_is_not_merged(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, merge=2)
    replies(listening, "one")
    listening.control.cancel(listening.key)
    (two,) = replies(listening, "two")
    listening.runs("1h")
    assert receiver.ids == [two]


def test_a_merged_body_keeps_what_struck_its_parts(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, duplicate=2, nth=1)
    sets(listening, merge=2)
    ids = replies(listening, "one", "two")
    assert [each.ids for each in receiver.received] == [ids, ids]


def test_merge_keeps_enterprises_apart(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(webhook_url=receiver.url, enterprises=["North", "South"])
    tokens = [each["access_token"] for each in hotel.made["access_tokens"]]
    threads = [hotel.opens(token=each) for each in tokens]
    sets(hotel, merge=2)
    for text in "12":
        for token, thread in zip(tokens, threads, strict=True):
            hotel.writes(thread, text, token=token)
            hotel.runs()
    bodies = [each.json for each in receiver.received]
    assert [len(each["Events"]) for each in bodies] == [2, 2]
    assert len({each["EnterpriseId"] for each in bodies}) == 2
