"""Waiting for journal entries: the past first, then what comes; when time is up, what came near."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockmews import ControlClient, ControlError
from mockmews.control_methods import ControlMethods
from tests.webhooks.hotel import HotelOf


@pytest.fixture(params=["http", "inside"])
def way(request: pytest.FixtureRequest, client: ControlClient, fake: Any) -> ControlMethods:
    chosen: ControlMethods = client if request.param == "http" else fake.control
    return chosen


def test_a_wait_looks_at_the_past_first(way: ControlMethods, hotel_of: HotelOf) -> None:
    world = hotel_of()
    world.writes(world.opens(), "One", "Two")
    (found,) = way.wait(world.key, {"kind": "message", "text": "Two"}, timeout="0s")
    assert (found["kind"], found["text"]) == ("message", "Two")
    assert len(way.wait(world.key, {"kind": "message"}, count=2, timeout="0s")) == 2


def test_a_wait_ends_when_what_it_waits_for_happens(way: ControlMethods, hotel_of: HotelOf) -> None:
    world = hotel_of()
    thread = world.opens()
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(way.wait, world.key, {"kind": "message"}, count=2, timeout="10s")
        world.writes(thread, "One")
        world.replies("Two")
        assert [each["text"] for each in waiting.result(10)] == ["One", "Two"]


@pytest.mark.parametrize(
    ("match", "numbers"),
    [
        ({"kind": "message", "sender": "Application"}, [1, 2]),
        ({"kind": "message", "sender": "Enterprise"}, [3]),
        ({"kind": "message", "text": {"contains": "T"}}, [2, 3]),
        ({"kind": "message", "text": {"matches": "^T.o$"}}, [2]),
        ({"kind": "message", "guest": "Penelope"}, [1, 2, 3]),
        ({"operation": "messages/add", "status": 200}, [0]),
        ({"status": {"matches": "^4"}}, [4]),
    ],
)
def test_a_wait_matches_by_equality_or_by_a_map(
    way: ControlMethods, hotel_of: HotelOf, match: dict[str, Any], numbers: list[int]
) -> None:
    world = hotel_of()
    world.writes(world.opens(), "One", "Two")
    world.replies("Three")
    world.ask("messages/add")
    entries = [*world.journal("request")[1:2], *world.journal("message"), *world.journal("request")[2:]]
    found = way.wait(world.key, match, count=len(numbers), timeout="0s")
    assert [each["number"] for each in found] == [entries[index]["number"] for index in numbers]


def test_a_wait_can_begin_after_an_entry(way: ControlMethods, hotel_of: HotelOf) -> None:
    world = hotel_of()
    thread = world.opens()
    world.writes(thread, "Hi")
    since = way.journal(world.key)["last"]
    with pytest.raises(ControlError):
        way.wait(world.key, {"kind": "message"}, since=since, timeout="0s")
    world.writes(thread, "Hi")
    (found,) = way.wait(world.key, {"kind": "message"}, since=since, timeout="0s")
    assert found["number"] > since


def test_a_wait_that_is_over_names_what_came_near_and_what_differs(
    way: ControlMethods, hotel_of: HotelOf
) -> None:
    world = hotel_of()
    world.writes(world.opens(), "Hello Ms Penelope")
    with pytest.raises(ControlError) as error:
        way.wait(
            world.key, {"kind": "message", "text": "Hello Mr Max", "sender": "Application"}, timeout="10ms"
        )
    assert (error.value.status, error.value.code) == (408, "not_seen")
    assert error.value.message == (
        "0 of 1 entries with kind equals 'message', text equals 'Hello Mr Max', "
        "sender equals 'Application' within 10ms."
    )
    number = world.journal("message")[0]["number"]
    assert f"entry {number} (message) differs in text ('Hello Ms Penelope')" in error.value.hint


def test_a_wait_that_is_over_names_the_likest_texts_first(way: ControlMethods, hotel_of: HotelOf) -> None:
    world = hotel_of()
    texts = ("Hello Ms Penelope!", "hello ms Penelope", "Hello", "Your room is ready.", "Travel safely!")
    world.writes(world.opens(), *texts)
    for match in ({"kind": "message", "text": "Hello Ms Penelope"}, {"text": "Hello Ms Penelope"}):
        with pytest.raises(ControlError) as error:
            way.wait(world.key, match, timeout="0s")
        named = [error.value.hint.find(repr(text)) for text in texts]
        assert 0 < named[1] < named[0], error.value.hint
        assert named[3:] == [-1, -1], error.value.hint


def test_a_wait_without_any_near_miss_says_so(way: ControlMethods, hotel_of: HotelOf) -> None:
    with pytest.raises(ControlError) as error:
        way.wait(hotel_of().key, {"kind": "message"}, timeout="0s")
    assert error.value.hint == "Near misses: none"


def test_a_wait_counts_what_it_found(way: ControlMethods, hotel_of: HotelOf) -> None:
    world = hotel_of()
    world.writes(world.opens(), "One", "Two")
    with pytest.raises(ControlError) as error:
        way.wait(world.key, {"kind": "message"}, count=3, timeout="0s")
    assert error.value.message.startswith("2 of 3 entries")


def test_many_wait_at_once(way: ControlMethods, hotel_of: HotelOf) -> None:
    world = hotel_of()
    thread = world.opens()
    with ThreadPoolExecutor(8) as others:
        waits = [
            others.submit(way.wait, world.key, {"kind": "message", "text": str(number)}, timeout="10s")
            for number in range(8)
        ]
        world.writes(thread, *map(str, range(8)))
        assert [each.result(10)[0]["text"] for each in waits] == list(map(str, range(8)))
