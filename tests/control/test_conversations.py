"""What the console reads: conversations, planned replies, pages of messages, deliveries and journal."""

from __future__ import annotations

import json

import pytest

from mockmews import ControlClient, ControlError
from tests.control.test_stream import events, reading
from tests.webhooks.hotel import NOON, HotelOf
from tests.webhooks.receiver import Receiver


def test_a_conversation_tells_its_last_line_and_since_when_its_guest_waits(
    hotel_of: HotelOf, client: ControlClient
) -> None:
    world = hotel_of(webhook_url=None)
    thread = world.opens("Penelope")
    assert client.conversation(world.key) == {
        **client.threads(world.key)[0],
        "messages": 0,
        "guest_messages": 0,
        "last_message": None,
        "waiting_since": None,
        "activity": 1,
    }
    world.writes(thread, "Hi")
    world.runs("1m")
    world.writes(thread, "Hello?")
    found = client.conversation(world.key, thread)
    assert (found["messages"], found["guest_messages"], found["waiting_since"]) == (2, 2, NOON)
    assert found["last_message"] == client.messages(world.key)[-1]
    world.replies("Hello Ms Penelope!")
    found = client.conversation(world.key, thread)
    assert (found["messages"], found["guest_messages"], found["waiting_since"]) == (3, 2, None)
    world.runs("1m")
    world.writes(thread, "Around 11pm.")
    assert client.conversation(world.key, thread)["waiting_since"] == "2026-03-10T12:02:00Z"
    client.resolve(world.key)
    assert client.conversation(world.key, thread)["waiting_since"] is None


def test_conversations_come_by_their_newest_line_in_pages(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(webhook_url=None)
    threads = [world.opens(f"Guest {number}") for number in range(5)]
    world.writes(threads[0], "I was first")
    page = client.conversations(world.key, limit=2)
    rest = client.conversations(world.key, limit=10, before=page["next"])
    found = [each["id"] for each in page["conversations"] + rest["conversations"]]
    assert found == [threads[0], *threads[:0:-1]]
    assert rest["next"] is None
    client.resolve(world.key, threads[3])
    resolved = client.conversations(world.key, state="resolved")["conversations"]
    assert [each["id"] for each in resolved] == [threads[3]]
    assert len(client.conversations(world.key, state="open")["conversations"]) == 4


@pytest.mark.parametrize(
    ("search", "fits"),
    [("penelope", True), ("LATE", True), ("100%", True), ("1_0", False), ("%", True), ("x", False), ("", True),
     ("\\", False), ("'", False), ("žofie", True), ("ŽOFIE", True), ("ŽOFIX", False), ("zofie", True),
     ("Zofie", True), ("çome låte", True), ("with zofie", True), ("žofie%", False), ("дом", False)],
)  # fmt: skip
def test_conversations_are_searched_by_name_subject_and_text(
    hotel_of: HotelOf, client: ControlClient, search: str, fits: bool
) -> None:
    world = hotel_of(webhook_url=None)
    world.writes(world.opens("Penelope"), "I come late, 100% sure, with Žofie")
    assert bool(client.conversations(world.key, search=search)["conversations"]) is fits


def test_a_planned_reply_is_listed_and_can_be_forgotten(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(webhook_url=None)
    thread = world.opens()
    world.replies("Second", after="2m")
    world.replies("First", after="1m")
    planned = client.planned_replies(world.key)
    assert [each["texts"] for each in planned] == [["First"], ["Second"]]
    assert planned[0]["thread_id"] == thread
    assert client.forget_reply(world.key, planned[0]["id"]) == planned[0]
    assert [each["kind"] for each in client.clock(world.key)["due"]] == ["reply"]
    assert len(world.runs("5m")["ran"]) == 1
    assert [each["text"] for each in client.messages(world.key)] == ["Second"]
    (forgotten,) = world.journal("forgotten")
    assert forgotten["texts"] == ["First"]
    with pytest.raises(ControlError, match="no planned reply") as error:
        client.forget_reply(world.key, planned[0]["id"])
    assert error.value.status == 404


def test_messages_are_paged_from_the_newest(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(webhook_url=None)
    thread = world.opens()
    world.writes(thread, *map(str, range(10)))
    newest = client.messages(world.key, thread_id=thread, limit=4)
    assert [each["text"] for each in newest] == ["6", "7", "8", "9"]
    older = client.messages(world.key, thread_id=thread, limit=4, before=newest[0]["id"])
    assert [each["text"] for each in older] == ["2", "3", "4", "5"]
    with pytest.raises(ControlError, match="no message"):
        client.messages(world.key, before="nonsense")


def test_deliveries_are_paged_and_found_by_their_message(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, webhooks="held")
    messages = world.writes(world.opens(), *map(str, range(5)))
    everything = client.deliveries(world.key)
    page = client.deliveries(world.key, limit=2)
    assert page == everything[3:]
    assert client.deliveries(world.key, limit=9, before=page[0]["id"]) == everything[:3]
    assert client.deliveries(world.key, about=[messages[2], messages[0]]) == [everything[0], everything[2]]
    client.deliver(world.key, everything[0]["id"])
    (brief,) = client.deliveries(world.key, about=messages[:1], brief=True)
    assert "body" not in brief
    assert [(each["status"], "response" in each) for each in brief["attempts"]] == [(200, False)]
    path = f"/integrations/{world.key}/deliveries"
    assert client.call("GET", path)["counts"] == {"delivered": 1, "held": 4}
    with pytest.raises(ControlError, match="neither true nor false"):
        client.call("GET", path, query={"brief": "yes"})


def test_a_scheduled_delivery_can_be_held_and_delivered_later(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, lag="1m")
    thread = world.opens()
    world.writes(thread, "Hi")
    assert client.hold(world.key)["state"] == "held"
    assert [each["delivery_id"] for each in world.journal("held")] == [world.delivery()["id"]]
    world.writes(thread, "A later event is a delivery of its own")
    world.runs("10m")
    assert [each["state"] for each in world.deliveries()] == ["held", "delivered"]
    held = world.deliveries()[0]["id"]
    assert client.deliver(world.key, held)["state"] == "delivered"
    with pytest.raises(ControlError, match="only scheduled ones") as error:
        client.hold(world.key, held)
    assert error.value.status == 409


def test_the_journal_is_read_from_its_end_in_brief(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(webhook_url=None)
    thread = world.opens()
    (message,) = world.writes(thread, "Hi")
    world.reads(thread)
    everything = world.journal()
    newest = client.journal(world.key, newest=2)["entries"]
    assert newest == everything[-2:]
    before = client.journal(world.key, newest=2, before=newest[0]["number"])["entries"]
    assert before == everything[-4:-2]
    assert client.journal_entry(world.key, newest[0]["number"]) == newest[0]
    (brief,) = client.journal(world.key, newest=1, kinds=("request",), brief=True)["entries"]
    assert brief["returned"] == [message]
    assert not {"request", "response", "request_headers", "response_headers"} & brief.keys()
    for wrong in ("0", "99999", "x", "9" * 30):
        with pytest.raises(ControlError, match="no entry") as error:
            client.call("GET", f"/integrations/{world.key}/journal/{wrong}")
        assert error.value.status == 404


def test_a_request_of_no_world_can_be_read_whole(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    world.made["client_token"] = "nobody"
    world.ask("messages/getAll", token="nobody")
    entry = client.server_journal()["entries"][-1]
    assert client.server_journal_entry(entry["number"]) == entry


def test_activity_names_the_liveliest_world_first(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(name="Livelier than all", clock={"rate": 0, "at": "2299-01-01T00:00:00Z"})
    thread = world.opens()
    client.resolve(world.key, thread)
    first, *rest = client.activity()
    assert first == {
        "integration_id": world.made["integration_id"],
        "name": "Livelier than all",
        "threads": 1,
        "open_threads": 0,
        "last_activity": "2299-01-01T00:00:00Z",
    }
    assert {"Connector API Test Client 2 (gross)"} < {each["name"] for each in rest}


def test_a_scenario_of_one_thread_tells_nothing_of_others(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(webhook_url=None)
    world.writes(world.opens("Penelope"), "Hi")
    other = world.opens("Max")
    world.writes(other, "Good evening")
    text = client.scenario(world.key, name="Max", thread_id=other)
    assert "Good evening" in text
    assert "Penelope" not in text


def test_a_stream_tells_what_the_control_api_changed(hotel_of: HotelOf, client: ControlClient) -> None:
    here, there = hotel_of(webhook_url=None), hotel_of(webhook_url=None)
    with reading(here, "?brief=true&elsewhere=true") as stream:
        next(line for line in stream if line.startswith(b": the journal"))  # it listens
        client.set_clock(there.key, rate=1)
        client.add_fault(here.key, {"operation": "any", "status": 500})
        client.set_clock(here.made["integration_id"], rate=1)
        client.change_integration(here.key, name="South")
        client.reset_integration(here.key)
        told = events(stream)
        assert next(told)["event"] == "generation"
        found = [next(told) for _ in range(4)]
    assert {each["event"] for each in found} == {"changed"}
    assert [each["data"]["what"] for each in found] == ["faults", "clock", "integration", "reset"]


def test_a_har_names_the_address_that_is_asked_for(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    world.opens()
    (entry,) = client.har(world.key, url="http://127.0.0.1:1")["log"]["entries"]
    assert entry["request"]["url"].startswith("http://127.0.0.1:1/api/")


def test_a_brief_stream_tells_what_happens_elsewhere(hotel_of: HotelOf) -> None:
    here = hotel_of(webhook_url=None)
    with reading(here, "?brief=true&elsewhere=true") as stream:
        next(line for line in stream if line.startswith(b": the journal"))  # it listens
        there = hotel_of(webhook_url=None)
        there.writes(there.opens("Max"), "Hi")
        first, told = next(events(stream)), next(events(stream))
        assert (first["event"], first["data"]) == ("generation", here.made["generation"])
        assert told["event"] == "elsewhere"
        assert told["data"] | {"number": 0} == {
            "integration_id": there.made["integration_id"],
            "kind": "message",
            "number": 0,
            "guest": "Max",
            "sender": "Application",
        }
        here.opens()
        told = next(events(stream))
        assert (told["event"], told["id"]) == ("request", "1")
        assert "request" not in told["data"]
        assert json.dumps(told["data"])
