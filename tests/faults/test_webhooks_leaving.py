"""Faults of each webhook that leaves, or never does: drop, duplicate, delay, wrong_token, early."""

from __future__ import annotations

import pytest

from mockmews.clock import SystemTime
from mockmews.instants import TICKS_PER_SECOND
from tests.faults.webhooks import hits, replies, sets, states
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Receiver

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
