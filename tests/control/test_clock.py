"""The clock of a world by the control API: shown, set, advanced, and never turned back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockmews import ControlClient, ControlError
from mockmews.instants import parse
from tests.webhooks.hotel import NOON, Hotel, HotelOf
from tests.webhooks.receiver import OK, Gate, Received, Receiver

SECOND = 10_000_000


def error_of(world: Hotel, **fields: Any) -> tuple[int, str]:
    with pytest.raises(ControlError) as error:
        world.control.advance(world.key, **fields)
    return error.value.status, error.value.code


def test_a_frozen_clock_stands_until_it_is_advanced(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    assert client.clock(world.key) == client.clock(world.key) == {"now": NOON, "rate": 0, "due": []}
    assert client.advance(world.key, "1h30m") == {
        "now": "2026-03-10T13:30:00Z", "rate": 0, "due": [], "ran": []
    }  # fmt: skip
    assert client.advance(world.key, to="2026-03-11T00:00:00+01:00")["now"] == "2026-03-10T23:00:00Z"
    world.opens()
    assert client.threads(world.key)[0]["created_utc"] == "2026-03-10T23:00:00Z"


def test_a_real_clock_runs_and_can_be_advanced(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(clock={"rate": 1, "at": NOON})
    first, second = (parse(client.clock(world.key)["now"]) for _ in range(2))
    assert parse(NOON) <= first < second < parse(NOON) + 60 * SECOND
    client.advance(world.key, "1d")
    third = parse(client.clock(world.key)["now"])
    assert parse(NOON) + 86_400 * SECOND < third < parse(NOON) + 86_460 * SECOND


def test_a_world_may_run_behind_real_time(hotel_of: HotelOf, client: ControlClient) -> None:
    real, behind = hotel_of(clock={}), hotel_of(clock={"behind": "5s"})
    gap = parse(client.clock(real.key)["now"]) - parse(client.clock(behind.key)["now"])
    assert 4 * SECOND < gap < 5 * SECOND


def test_a_world_may_start_behind_an_instant(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(clock={"rate": 0, "at": NOON, "behind": "1h"})
    assert client.clock(world.key)["now"] == "2026-03-10T11:00:00Z"


def test_a_scaled_clock_brings_what_is_due_soon(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(clock={"rate": 6000, "at": NOON}, webhook_url=receiver.url, lag="5m")
    written = world.writes(world.opens(), "Hi")
    (attempt,) = client.wait(world.key, {"kind": "attempt"}, timeout="5s")
    assert receiver.ids == written
    assert attempt["at"] >= "2026-03-10T12:05:00Z"
    assert attempt["elapsed"] < 5


def test_timers_are_set_anew_when_the_clock_is_set(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, lag="5m")
    thread = world.opens()
    world.writes(thread, "frozen")
    client.set_clock(world.key, rate=1)  # due in five real minutes
    client.set_clock(world.key, at="2026-03-10T12:05:00Z")
    client.wait(world.key, {"kind": "attempt"}, count=1)
    world.writes(thread, "again")
    client.set_clock(world.key, rate=6000)
    client.wait(world.key, {"kind": "attempt"}, count=2)
    world.writes(thread, "once more")
    client.set_clock(world.key, rate=0)
    assert len(client.clock(world.key)["due"]) == 1
    client.advance(world.key, "5m")
    assert len(receiver.received) == 3


def test_a_clock_does_not_go_back_once_it_has_threads(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    assert client.set_clock(world.key, at="2026-01-01T00:00:00Z")["now"] == "2026-01-01T00:00:00Z"
    assert client.change_integration(world.key, clock={"rate": 0, "at": NOON})
    assert error_of(world, to="2026-03-10T11:59:59Z") == (409, "backwards")
    world.opens()
    turns: tuple[Callable[[], object], ...] = (
        lambda: client.set_clock(world.key, at="2026-01-01T00:00:00Z"),
        lambda: client.change_integration(world.key, clock={"rate": 0, "at": "2026-01-01T00:00:00Z"}),
    )
    for turn_back in turns:
        with pytest.raises(ControlError) as error:
            turn_back()
        assert (error.value.status, error.value.code) == (409, "backwards")
    assert client.clock(world.key)["now"] == NOON


def test_an_advance_runs_everything_in_due_order(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, lag="2m", retry={"attempts": 2, "delay": "2m"})
    world.opens()
    receiver.answer_with(500)
    world.replies("later", after="4m")
    world.replies("sooner", after="1m")
    ran = client.advance(world.key, "1h")["ran"]
    assert [(each["at"][14:16], each["kind"]) for each in ran] == [
        ("01", "reply"), ("03", "delivery"), ("04", "reply"), ("05", "delivery"), ("06", "delivery"),
    ]  # fmt: skip
    sooner, later = client.messages(world.key)
    assert (sooner["text"], later["text"]) == ("sooner", "later")
    assert [request.ids for request in receiver.received] == [[sooner["id"]], [sooner["id"]], [later["id"]]]
    assert client.clock(world.key)["now"] == "2026-03-10T13:00:00Z"


def test_an_advance_waits_for_what_the_app_answers_and_does(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, own_messages=False)
    thread = world.opens()

    def call_back(request: Received) -> bytes:
        assert world.reads(thread)[0]["Id"] == request.ids[0]
        world.writes(thread, f"seen {len(receiver.received)}")
        return OK

    receiver.answer_with(call_back, call_back)
    world.replies("One", after="1m")
    world.replies("Two", after="2m")
    client.advance(world.key, "1h")
    assert [(each["text"], each["created_utc"][14:16]) for each in client.messages(world.key)] == [
        ("One", "01"), ("seen 1", "01"), ("Two", "02"), ("seen 2", "02"),
    ]  # fmt: skip


def test_an_advance_from_inside_a_delivery_is_refused(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url)
    world.opens()
    refused: list[tuple[int, str]] = []

    def advance(_: Received) -> bytes:
        refused.append(error_of(world, by="1s"))
        return OK

    receiver.answer_with(advance)
    world.replies("Hello", after="1m")
    client.advance(world.key, "1m")
    assert refused == [(409, "advancing")]
    assert world.delivery()["state"] == "delivered"
    assert client.advance(world.key, "1m")["ran"] == []


def test_a_second_advance_is_refused_while_one_runs(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world, other_world = hotel_of(webhook_url=receiver.url), hotel_of()
    gate = Gate()
    receiver.answer_with(gate)
    world.opens()
    world.replies("Hello", after="1m")
    with ThreadPoolExecutor(1) as other:
        first = other.submit(client.advance, world.key, "1h")
        gate.wait_until_arrived()
        assert error_of(world, by="1s") == (409, "advancing")
        assert other_world.runs("1m")["now"] == "2026-03-10T12:01:00Z"
        gate.open()
        assert first.result(10)["now"] == "2026-03-10T13:00:00Z"


def test_an_advance_beyond_the_calendar_is_refused(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(clock={"rate": 0, "at": "9998-12-31T00:00:00Z"})
    assert client.advance(world.key, "23h")["now"] == "9998-12-31T23:00:00Z"
    with pytest.raises(ControlError) as error:
        client.advance(world.key, "1d")
    assert error.value.status == 422
    assert client.clock(world.key)["now"] == "9998-12-31T23:00:00Z"


def test_what_falls_due_is_shown_soonest_first(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, lag="90s")
    world.writes(world.opens(), "Hi")
    world.replies("Later", after="1m")
    assert client.clock(world.key)["due"] == [
        {"at": "2026-03-10T12:01:00Z", "in": "1m", "kind": "reply"},
        {"at": "2026-03-10T12:01:30Z", "in": "1m30s", "kind": "delivery"},
    ]


def test_the_rate_limit_is_off_on_a_clock_that_is_not_real_unless_asked_for(hotel_of: HotelOf) -> None:
    """product.md 3."""
    for fields, last in (
        ({"clock": {"rate": 0, "at": NOON}}, 400),
        ({"clock": {"rate": 60}}, 400),
        ({"clock": {"rate": 1}}, 429),
        ({"clock": {"rate": 0, "at": NOON}, "rate_limit": "200/30s"}, 429),
    ):
        world = hotel_of(**fields)
        assert [world.ask("messages/add")[0] for _ in range(201)][-1] == last


def test_a_rate_window_obeys_the_worlds_clock(hotel_of: HotelOf) -> None:
    world = hotel_of(rate_limit="2/30s")
    assert [world.ask("messages/add")[0] for _ in range(3)] == [400, 400, 429]
    world.runs("29s")
    assert world.ask("messages/add")[0] == 429
    world.runs("1s")
    assert [world.ask("messages/add")[0] for _ in range(3)] == [400, 400, 429]


def test_nothing_falls_due_for_what_was_cancelled_held_delivered_or_forgotten(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, lag="90s", batch_limit=1)
    world.writes(world.opens(), "One", "Two", "Three")
    world.replies("Later", after="1m")
    held, cancelled, delivered = (each["id"] for each in client.deliveries(world.key))
    client.hold(world.key, held)
    client.cancel(world.key, cancelled)
    client.deliver(world.key, delivered)
    (planned,) = client.planned_replies(world.key)
    client.forget_reply(world.key, planned["id"])
    assert client.clock(world.key)["due"] == []
    assert client.advance(world.key, "5m")["ran"] == []
    assert client.reset_integration(world.key)["cancelled"]["due"] == 0
    assert len(receiver.received) == 1
