"""Delivery: order, patience and independence of attempts."""

from __future__ import annotations

from tests.webhooks.hotel import HotelOf
from tests.webhooks.receiver import OK, Gate, Received, Receiver, answer, hang_up

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
    assert world.causes(1) == ["first", "stale connection", "retry"]
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
    assert world.causes(1) == ["first", "stale connection", "retry"]
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


def test_a_url_that_was_taken_away_is_a_failure_in_words(hotel_of: HotelOf) -> None:
    world = hotel_of(lag="2s", retry={"attempts": 1})
    world.writes(world.opens(), "Hi!")
    world.changes(webhook_url=None)
    world.runs("2s")
    delivery = world.delivery()
    assert delivery["state"] == "discarded"
    assert "URL is empty" in delivery["attempts"][0]["error"]


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
