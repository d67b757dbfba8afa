"""The front desk by the control API: replies now and later, in the thread that is meant, and resolving."""

from __future__ import annotations

import pytest

from mockmews import ControlClient, ControlError
from tests.webhooks.hotel import NOON, HotelOf


def test_a_reply_is_a_message_of_the_enterprise(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    thread = world.opens()
    text = 'Hello\n  \N{WAVING HAND SIGN} <b>"{{ sender }}"</b> \x00 '.rstrip("\x00")
    made = client.reply(world.key, text)
    assert made == {
        "id": made["id"],
        "message_thread_id": thread,
        "enterprise_id": world.made["enterprise_ids"][0],
        "text": text,
        "sender": "Enterprise",
        "created_utc": NOON,
    }
    assert client.messages(world.key) == [made]
    assert world.reads(thread)[0]["Text"] == text


def test_latest_is_the_thread_that_got_the_last_message(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    first, second = world.opens("Penelope"), world.opens("Max")
    assert client.reply(world.key, "1", thread_id="latest")["message_thread_id"] == second
    world.writes(first, "Hi")
    assert client.reply(world.key, "2", thread_id="latest")["message_thread_id"] == first
    assert client.reply(world.key, "3", thread_id=second.upper())["message_thread_id"] == second


def test_without_a_thread_the_only_open_one_is_meant(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    first, second = world.opens("Penelope"), world.opens("Max")
    client.resolve(world.key, first)
    assert client.reply(world.key, "Hello")["message_thread_id"] == second
    client.resolve(world.key, second)
    with pytest.raises(ControlError) as error:
        client.reply(world.key, "Hello")
    assert error.value.status == 404


def test_a_reply_later_comes_when_its_time_has_come(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    thread = world.opens()
    planned = client.reply(world.key, "Later", after="2m")
    assert planned == {
        "planned": {"thread_id": thread, "texts": ["Later"], "due": "2026-03-10T12:02:00Z", "then": None}
    }
    assert client.messages(world.key) == []
    assert client.clock(world.key)["due"] == [{"at": "2026-03-10T12:02:00Z", "in": "2m", "kind": "reply"}]
    assert client.advance(world.key, "119s")["ran"] == []
    assert client.advance(world.key, "1s")["ran"] == [{"at": "2026-03-10T12:02:00Z", "kind": "reply"}]
    (message,) = client.messages(world.key)
    assert (message["text"], message["created_utc"]) == ("Later", "2026-03-10T12:02:00Z")


def test_messages_are_listed_oldest_first_for_all_threads_or_one(
    hotel_of: HotelOf, client: ControlClient
) -> None:
    world = hotel_of()
    first, second = world.opens("Penelope"), world.opens("Max")
    world.writes(first, "1", "2")
    world.writes(second, "3")
    world.writes(first, "4")
    assert [each["text"] for each in client.messages(world.key)] == ["1", "2", "3", "4"]
    assert [each["text"] for each in client.messages(world.key, thread_id=first)] == ["1", "2", "4"]
    assert [each["text"] for each in client.messages(world.key, thread_id="latest")] == ["1", "2", "4"]


def test_threads_are_resolved_and_reopened(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    thread = world.opens()
    client.advance(world.key, "1h")
    resolved = client.resolve(world.key)
    assert (resolved["is_resolved"], resolved["updated_utc"]) == (True, "2026-03-10T13:00:00Z")
    seen = world.called("messageThreads/getAll", MessageThreadIds=[thread], Limitation={"Count": 1})
    assert seen["MessageThreads"][0]["IsResolved"] is True
    assert client.reopen(world.key, thread)["is_resolved"] is False
    assert [each["is_resolved"] for each in client.threads(world.key)] == [False]
    assert [each["kind"] for each in world.journal("resolved", "reopened")] == ["resolved", "reopened"]


def test_reply_rules_are_read_back_as_they_were_given(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    rules = [{"when": {"text": "/late/i", "thread": "new"}, "say": ["A", "B"], "after": "30s..2m"}]
    assert client.set_reply_rules(world.key, rules) == rules == client.reply_rules(world.key)
    world.writes(world.opens(), "I am late")
    world.runs("2m")
    assert [each["text"] for each in client.messages(world.key)] == ["I am late", "A", "B"]
    assert client.set_reply_rules(world.key, []) == []
    assert client.call("PUT", f"/integrations/{world.key}/reply_rules", body=rules)["reply_rules"] == rules


def test_a_choice_tells_that_the_staff_are_away(hotel_of: HotelOf, client: ControlClient) -> None:
    hours = {"opening_hours": "08:00-18:00", "time_zone": "Asia/Tokyo"}  # noon in London is nine there
    world = hotel_of(reply_rules=[{"say": "Hello"}], **hours)
    world.writes(world.opens(), "Hi")
    (choice,) = world.journal("choice")
    away = "the staff are away until 2026-03-10T23:00:00Z"
    assert choice["reasons"] == ["rule 1 answers: 1 text, after 0s", away]
    client.advance(world.key, "11h")
    world.writes(world.opens(), "Good morning")
    assert world.journal("choice")[1]["reasons"] == ["rule 1 answers: 1 text, after 0s"]
