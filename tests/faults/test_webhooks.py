"""Faults of webhooks, as a receiver on a real socket gets them."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews.clock import SystemTime
from mockmews.instants import TICKS_PER_SECOND
from tests.webhooks.hotel import Hotel, HotelOf, Json
from tests.webhooks.receiver import Gate, Receiver


def sets(hotel: Hotel, **fault: Any) -> Json:
    return hotel.control.add_fault(hotel.key, {"webhook": "MessageAdded", **fault})


def replies(hotel: Hotel, *texts: str) -> list[str]:
    """The staff reply, and each reply's webhook goes out, as far as faults let it; the messages' ids."""
    found = []
    for text in texts:
        found.append(hotel.replies(text))
        hotel.runs()
    return found


def burst(hotel: Hotel, count: int) -> list[str]:
    """Messages that one webhook tells of: the app's own, for it alone adds several at once."""
    thread = hotel.opens()
    return hotel.writes(thread, *map(str, range(count)))


def hits(hotel: Hotel) -> list[int]:
    return [each["hits"] for each in hotel.control.faults(hotel.key)]


def states(hotel: Hotel) -> list[str]:
    return [each["state"] for each in hotel.deliveries()]


# drop


def test_drop_lets_a_webhook_never_leave(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, drop=True, nth=2)
    one, two, three = replies(listening, "one", "two", "three")
    assert receiver.ids == [one, three]
    assert states(listening) == ["delivered", "discarded", "delivered"]
    (noted,) = listening.journal("fault")
    dropped = listening.deliveries()[1]
    assert noted["what"] == "the webhook is dropped"
    assert dropped["attempts"] == []
    assert [each["id"] for each in dropped["events"]] == [two]
    # A person may still send it.
    listening.control.clear_faults(listening.key)
    listening.control.resend(listening.key, dropped["id"])
    assert receiver.ids == [one, three, two]


def test_drop_also_takes_what_is_sent_again(listening: Hotel, receiver: Receiver) -> None:
    receiver.answer_with(500)
    replies(listening, "one")
    sets(listening, drop=True)
    listening.runs("1m")
    assert len(receiver.received) == 1
    assert states(listening) == ["discarded"]


# duplicate


def test_duplicate_is_received_so_many_times(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, duplicate=3, times=1)
    one, two = replies(listening, "one", "two")
    assert receiver.ids == [one, one, one, two]
    assert len({each.body for each in receiver.received[:3]}) == 1
    attempts = listening.deliveries()[0]["attempts"]
    assert [each["cause"] for each in attempts] == ["first", "duplicate", "duplicate"]


def test_a_copy_that_is_taken_spares_the_retry(listening: Hotel, receiver: Receiver) -> None:
    receiver.answer_with(500, 200)
    sets(listening, duplicate=2)
    replies(listening, "one")
    listening.runs("1h")
    assert len(receiver.received) == 2
    assert states(listening) == ["delivered"]


def test_copies_that_are_refused_do_not_count_to_the_retries(listening: Hotel, receiver: Receiver) -> None:
    receiver.answer_with(*[500] * 5, 200)
    sets(listening, duplicate=3, times=1)
    replies(listening, "one")
    listening.runs("1h")
    causes = [each["cause"] for each in listening.delivery()["attempts"]]
    assert causes == ["first", "duplicate", "duplicate", "retry", "retry"]
    assert states(listening) == ["discarded"]


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


# delay


def test_delay_waits_in_real_time_and_is_overtaken(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, delay="300ms", times=1)
    began = SystemTime().real()
    one = listening.replies("one")
    listening.control.wait(listening.key, {"kind": "fault"})
    two = listening.replies("two")
    listening.control.wait(listening.key, {"kind": "attempt"}, count=2)
    assert SystemTime().real() - began >= 0.3 * TICKS_PER_SECOND
    assert receiver.ids == [two, one]


def test_settling_waits_for_a_delayed_webhook(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, delay="300ms")
    one = listening.replies("one")
    listening.control.settle(listening.key)
    assert receiver.ids == [one]


def test_a_delayed_webhook_that_is_cancelled_does_not_leave(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, delay="200ms", times=1)
    listening.replies("one")
    listening.control.wait(listening.key, {"kind": "fault"})
    listening.control.cancel(listening.key)
    listening.control.settle(listening.key)
    assert receiver.received == []
    assert states(listening) == ["cancelled"]


def test_a_reset_of_the_world_ends_a_delayed_webhook(listening: Hotel, receiver: Receiver) -> None:
    sets(listening, delay="10m")
    listening.replies("one")
    listening.control.wait(listening.key, {"kind": "fault"})
    listening.control.reset_integration(listening.key)
    listening.control.settle(listening.key)
    assert receiver.received == []


# wrong_token


@pytest.mark.parametrize(
    ("place", "right", "missing"),
    [
        ("/hooks?Token={}", "/hooks?Token={}", "/hooks"),
        ("/hooks?a=1&Token={}&b=2", "/hooks?a=1&Token={}&b=2", "/hooks?a=1&b=2"),
        ("/hooks/{}/mews", "/hooks/{}/mews", "/hooks/mews"),
    ],
)
@pytest.mark.parametrize("own", [None, "0ur5ecret0ur5ecret"])
def test_wrong_token_is_wrong_wherever_it_stands(
    hotel_of: HotelOf, receiver: Receiver, place: str, right: str, missing: str, own: str | None
) -> None:
    url = receiver.base + place.format(own or "${webhook_token}")
    hotel = hotel_of(webhook_url=url, own_messages=False)
    hotel.opens()
    sets(hotel, wrong_token="missing", times=1)
    sets(hotel, wrong_token="other", nth=2)
    replies(hotel, "one", "two", "three")
    targets = [each.target for each in receiver.received]
    token = own or hotel.made["webhook_token"]
    before, after = right.split("{}")
    assert targets[0] == missing
    assert targets[1].startswith(before)
    assert targets[1].endswith(after)
    assert token not in targets[1]
    assert targets[2] == right.format(token)
    assert hits(hotel) == [1, 1]
    # Neither is shown where people look.
    wrong = targets[1].removeprefix(before).removesuffix(after)
    assert wrong not in str(hotel.deliveries())
    assert wrong not in str(hotel.journal())


def test_a_refused_wrong_token_comes_again_with_the_right_one_once_the_fault_is_spent(
    listening: Hotel, receiver: Receiver
) -> None:
    receiver.answer_with(401)
    sets(listening, wrong_token="other", times=1)
    replies(listening, "one")
    listening.runs("2s")
    first, second = (each.target for each in receiver.received)
    assert listening.made["webhook_token"] not in first
    assert second == f"/hooks?Token={listening.made['webhook_token']}"


def test_a_url_without_a_token_is_not_struck(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(webhook_url=receiver.url, own_messages=False)
    hotel.opens()
    sets(hotel, wrong_token="missing")
    replies(hotel, "one")
    assert len(receiver.received) == 1
    assert hits(hotel) == [0]


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


# early


def test_early_goes_out_before_get_all_shows_the_message(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(webhook_url=receiver.url, own_messages=False, lag="1m")
    thread = hotel.opens()
    sets(hotel, early="1s", nth=2)
    one = hotel.replies("one")
    two = hotel.replies("two")
    three = hotel.replies("three")
    hotel.runs()
    assert receiver.ids == [two]
    assert [each["Id"] for each in hotel.reads(thread)] == [three, one]
    hotel.runs("1s")
    # Its place in the order stays.
    assert [each["Id"] for each in hotel.reads(thread)] == [three, two, one]
    hotel.runs("1m")
    assert receiver.ids == [two, one, three]
    (noted,) = hotel.journal("fault")
    (caused,) = [each for each in hotel.journal("message") if each["text"] == "two"]
    assert noted["cause"] == caused["number"]


def test_early_counts_only_messages_that_raise_the_event(listening: Hotel, receiver: Receiver) -> None:
    thread = listening.opens("Max")
    sets(listening, early="1s", nth=1)
    listening.writes(thread, "raises nothing")
    (reply,) = replies(listening, "one")
    assert receiver.ids == [reply]
    assert [each["Text"] for each in listening.reads(thread)] == ["raises nothing"]


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
