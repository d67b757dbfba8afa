"""Delivery: order, patience and independence of attempts, and what a person or a test does with them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockmews import ControlError, MockMewsServer
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import OK, Gate, Received, Receiver, answer, hang_up


def causes(world: Hotel, index: int = 0) -> list[str]:
    return [each["cause"] for each in world.deliveries()[index]["attempts"]]


# Order and independence


def test_first_attempts_of_a_world_go_out_one_at_a_time_in_order(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(lag="2s", batch_limit=1)
    happened: list[str] = []

    def slowly(request: Received) -> bytes:
        (name,) = request.ids
        happened.append(f"begin {name}")
        world.control.health()  # a whole turn through the fake's loop, which could send another one meanwhile
        happened.append(f"end {name}")
        return OK

    receiver.answer_with(*[slowly] * 4)
    written = world.writes(world.opens(), "1", "2", "3", "4")
    world.runs("2s")
    assert happened == [f"{step} {name}" for name in written for step in ("begin", "end")]


def test_a_slow_receiver_delays_no_other_world(hotel_of: HotelOf, receiver: Receiver) -> None:
    gate = Gate()
    with Receiver() as dead_slow:
        dead_slow.answer_with(gate)
        slow, quick = hotel_of(webhook_url=dead_slow.url), hotel_of()
        slow.writes(slow.opens(), "Hi!")
        gate.wait_until_arrived()
        written = quick.writes(quick.opens(), "Hi!")
        quick.runs()
        assert receiver.ids == written
        assert quick.delivery()["state"] == "delivered"
        assert slow.delivery()["attempts"] == []
        gate.open()
        slow.runs()
        assert slow.delivery()["state"] == "delivered"


def test_a_slow_receiver_does_not_hold_the_callers_request(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    gate = Gate()
    receiver.answer_with(gate)
    thread = world.opens()
    first = world.writes(thread, "One")
    gate.wait_until_arrived()
    second = world.writes(thread, "Two")  # answered while the receiver still thinks
    assert world.control.reply(world.key, "Hello!")["text"] == "Hello!"
    assert receiver.ids == first
    gate.open()
    world.runs()
    assert receiver.ids[:2] == first + second


def test_a_retry_blocks_nothing(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(retry={"attempts": 3, "delay": "3m"})
    receiver.answer_with(500, 200, 200)
    thread = world.opens()
    first = world.writes(thread, "One")
    world.runs()
    second = world.writes(thread, "Two")
    world.runs()
    assert [each["state"] for each in world.deliveries()] == ["scheduled", "delivered"]
    world.runs("3m")
    assert [each["state"] for each in world.deliveries()] == ["delivered", "delivered"]
    assert receiver.ids == first + second + first


def test_a_retry_without_delay_is_made_on_a_frozen_clock(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(retry={"attempts": 3, "delay": "0s"})
    receiver.answer_with(500, 500, 500)
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert world.delivery()["state"] == "discarded"
    assert len(receiver.received) == 3


def test_a_retry_that_falls_due_while_its_attempt_ends_is_not_lost(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(retry={"attempts": 5, "delay": "0s"}, clock={"rate": 1})
    receiver.answer_with(500, 500, 500, 500, 500)
    world.writes(world.opens(), "Hi!")
    world.control.wait(world.key, {"kind": "attempt"}, count=5)
    assert world.delivery()["state"] == "discarded"


def test_a_retry_that_falls_due_while_a_first_attempt_leaves_its_queue_is_not_lost(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    # Under a fault, even one that never strikes, first attempts leave in a task of their own.
    never = {"webhook": "any", "drop": True, "every": 1_000_000}
    world = hotel_of(retry={"attempts": 3, "delay": "0s"}, clock={"rate": 1}, faults=[never])
    receiver.answer_with(500, 500)
    written = world.writes(world.opens(), "One")
    world.control.wait(world.key, {"kind": "attempt", "status": 200}, timeout="10s")
    assert receiver.ids == written * 3


def test_an_attempt_tells_the_headers_that_it_sent(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    world.writes(world.opens(), "Hi!")
    world.runs()
    told = world.delivery()["attempts"][0]["headers"]
    assert told == {"Content-Type": "application/json", "User-Agent": "mockmews"}
    sent = receiver.received[0].headers
    assert {name: sent[name.lower()] for name in told} == told


def test_an_attempt_keeps_the_headers_of_its_answer_with_secrets_masked(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of()
    token = world.control.integration(world.key)["webhook_token"]
    spoken = {"X-App": "concierge 7", "Set-Cookie": "session=s3cret", "X-Seen": f"it was {token}!"}
    receiver.answer_with(answer(200, f"thanks for {token}", **spoken))
    world.writes(world.opens(), "Hi!")
    world.runs()
    (attempt,) = world.delivery()["attempts"]
    headers = [["X-App", "concierge 7"], ["Set-Cookie", "***"], ["X-Seen", "it was ***!"]]
    assert attempt["response_headers"] == [*headers, ["Content-Length", "43"]]
    assert attempt["response"] == "thanks for ***"
    (entry,) = world.journal("attempt")
    assert entry["response_headers"] == attempt["response_headers"]
    assert entry["response_body"]["text"] == "thanks for ***"


def test_the_headers_of_an_endless_answer_are_kept_in_part(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    receiver.answer_with(answer(200, **{f"X-{number}": "y" * 1000 for number in range(20)}))
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert world.delivery()["attempts"][0]["response_headers"] == [[f"X-{n}", "y" * 1000] for n in range(3)]


def test_events_that_come_while_an_attempt_is_under_way_go_in_another_post(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of()
    gate = Gate()
    receiver.answer_with(gate)
    thread = world.opens()
    world.writes(thread, "One")
    gate.wait_until_arrived()
    later = [*world.writes(thread, "Two"), *world.writes(thread, "Three")]
    gate.open()
    world.runs()
    assert [request.ids for request in receiver.received][1:] == [later]
    assert len(world.deliveries()) == 2


# Connections


def test_a_stale_connection_is_an_attempt_of_its_own_followed_by_one_on_a_new_connection(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of()
    thread = world.opens()
    receiver.answer_with(200, hang_up, 500, 200)
    world.writes(thread, "One")
    world.runs()
    second = world.writes(thread, "Two")
    world.runs()
    delivery = world.deliveries()[1]
    assert [(each["number"], each["cause"], each["status"]) for each in delivery["attempts"]] == [
        (1, "first", None),
        (2, "stale connection", 500),
    ]
    assert "kept connection had ended" in delivery["attempts"][0]["error"]
    assert (delivery["state"], delivery["next_attempt"]) == ("scheduled", "2026-03-10T12:00:02Z")
    world.runs("2s")
    assert causes(world, 1) == ["first", "stale connection", "retry"]
    # Each attempt sent its body once, and only those that the list shows were made.
    assert [request.ids for request in receiver.received[1:]] == [second] * 3
    assert [request.connection for request in receiver.received] == [1, 1, 2, 2]
    assert [each["attempt"] for each in world.journal("attempt")] == [1, 1, 2, 3]


def test_a_stale_attempt_does_not_count_to_the_schedule(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(retry={"attempts": 2, "delay": "2s"})
    thread = world.opens()
    receiver.answer_with(200, hang_up, 500, 500)
    world.writes(thread, "One")
    world.runs()
    world.writes(thread, "Two")
    world.runs("1h")
    assert causes(world, 1) == ["first", "stale connection", "retry"]
    assert world.deliveries()[1]["state"] == "discarded"


def test_a_new_connection_that_is_closed_without_an_answer_is_a_failure(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of()
    receiver.answer_with(hang_up)
    world.writes(world.opens(), "Hi!")
    world.runs()
    (attempt,) = world.delivery()["attempts"]
    assert "closed the connection without an answer" in attempt["error"]


# What a person or a test does


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
    assert causes(world) == ["first", "resend", "resend"]
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


def test_a_url_that_was_taken_away_is_a_failure_in_words(hotel_of: HotelOf) -> None:
    world = hotel_of(lag="2s", retry={"attempts": 1})
    world.writes(world.opens(), "Hi!")
    world.changes(webhook_url=None)
    world.runs("2s")
    delivery = world.delivery()
    assert delivery["state"] == "discarded"
    assert "URL is empty" in delivery["attempts"][0]["error"]


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


# Reset and deletion while an attempt is under way


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


# What is kept while a webhook is under way


def test_a_delivery_shows_its_body_while_its_first_attempt_is_under_way(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of()
    gate = Gate()
    receiver.answer_with(gate)
    world.writes(world.opens(), "Hi!")
    gate.wait_until_arrived()
    body = world.delivery()["body"]
    gate.open()
    world.runs()
    assert receiver.bodies[0].decode() == body == world.delivery()["body"]


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


def test_more_webhooks_than_are_kept_in_mind_go_out_in_order(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(lag="1m", batch_limit=1)
    written = world.writes(world.opens(), *(f"Message {number}" for number in range(300)))
    world.runs("1m")
    assert receiver.ids == written
    assert {each["state"] for each in world.deliveries()} == {"delivered"}


def test_a_long_message_is_whole_in_its_webhook(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(lag="1m")
    world.writes(world.opens(), "short", "x" * 100_000, "y" * 40_000)
    world.runs("1m")
    (request,) = receiver.received
    texts = [each["Text"] for each in request.json["Entities"]["Messages"]]
    assert texts == ["short", "x" * 100_000, "y" * 40_000]
