"""What a world's journal becomes for other programs: a HAR file, and a scenario that the kit plays again."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews import ControlClient, ControlError
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.loading import load_text
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Receiver

ENTRY = {
    "startedDateTime": str, "time": (int, float), "request": dict, "response": dict, "cache": dict, "timings": dict,
}  # fmt: skip
REQUEST = {
    "method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list, "queryString": list,
    "headersSize": int, "bodySize": int,
}  # fmt: skip
RESPONSE = {
    "status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list, "content": dict,
    "redirectURL": str, "headersSize": int, "bodySize": int,
}  # fmt: skip


def check(node: Any, members: dict[str, Any]) -> None:
    """What HAR 1.2 requires of a node."""
    for name, kind in members.items():
        assert isinstance(node[name], kind), name


def check_har(har: Any) -> list[Any]:
    """The entries of a valid HAR 1.2 document."""
    assert list(har) == ["log"]
    check(har["log"], {"version": str, "creator": dict, "entries": list})
    check(har["log"]["creator"], {"name": str, "version": str})
    for entry in har["log"]["entries"]:
        check(entry, ENTRY)
        check(entry["request"], REQUEST)
        check(entry["response"], RESPONSE)
        check(entry["response"]["content"], {"size": int, "mimeType": str})
        check(entry["timings"], {"send": (int, float), "wait": (int, float), "receive": (int, float)})
        assert sum(entry["timings"].values()) == entry["time"]
        for header in (*entry["request"]["headers"], *entry["response"]["headers"]):
            check(header, {"name": str, "value": str})
        for pair in entry["request"]["queryString"]:
            check(pair, {"name": str, "value": str})
        if "postData" in entry["request"]:
            check(entry["request"]["postData"], {"mimeType": str, "text": str})
    return list(har["log"]["entries"])


@pytest.fixture
def lobby(hotel_of: HotelOf) -> Hotel:
    """A world where webhooks go to the receiver."""
    return hotel_of(own_messages=False)


def test_a_har_holds_every_request_and_every_attempt(
    hotel_of: HotelOf, receiver: Receiver, client: ControlClient
) -> None:
    hotel = hotel_of(webhook_url=f"{receiver.url}?Token=hush-hush", own_messages=False, retry={"attempts": 1})
    receiver.answer_with(500)
    thread = hotel.opens()
    hotel.writes(thread, "Hi ☕")
    hotel.ask("messages/add", Messages=[])
    hotel.replies("Hello")
    hotel.runs()
    entries = check_har(client.har(hotel.key))
    assert [entry["request"]["url"].rpartition("/v1/")[2] for entry in entries[:3]] == [
        "messageThreads/add", "messages/add", "messages/add",
    ]  # fmt: skip
    assert [entry["response"]["status"] for entry in entries] == [200, 200, 400, 500]
    assert "Hi ☕" in entries[1]["request"]["postData"]["text"]
    assert entries[2]["response"]["content"]["text"].startswith('{"Message":"Invalid Messages"')
    attempt = entries[3]
    assert attempt["request"]["url"] == f"{receiver.url}?Token=***"
    assert attempt["comment"] == "webhook attempt 1: discarded"
    assert "MessageAdded" in attempt["request"]["postData"]["text"]


def test_a_har_holds_what_is_hard_to_show(hotel_of: HotelOf, client: ControlClient) -> None:
    hotel = hotel_of(faults=[{"operation": "any", "lose_response": "reset", "nth": 2}], webhook_url=None)
    hotel.ask("messages/getAll", Text="x" * 100_000)
    with pytest.raises(ConnectionError):
        hotel.ask("messages/getAll")
    entries = check_har(client.har(hotel.key))
    assert [entry["response"]["status"] for entry in entries] == [400, 0]
    assert len(entries[0]["request"]["postData"]["text"]) < 70_000


def test_a_har_of_nothing_is_valid(lobby: Hotel, client: ControlClient) -> None:
    assert check_har(client.har(lobby.key)) == []


def test_a_conversation_becomes_a_scenario(lobby: Hotel, client: ControlClient) -> None:
    first, second = lobby.opens("Penelope"), lobby.opens("Penelope")
    odd = 'Late?\n# no: comment\t"quoted" \\ \u2028 \x85 ☕ {{ sender }} ${guest.name}'
    lobby.writes(first, "Hi!", odd)
    lobby.writes(second, "Another Penelope")
    lobby.replies("Hello!", thread=first)
    lobby.control.resolve(lobby.key, first)
    lobby.control.reopen(lobby.key, first)
    lobby.replies("Hello you too!", thread=second)
    (scenario,) = load_text(client.scenario(lobby.key, name='Two "guests": one name'), "recorded")
    assert scenario.name == 'Two "guests": one name'
    assert [(each.key, each.name) for each in scenario.guests] == [
        ("Penelope", "Penelope"), ("Penelope 2", "Penelope"),
    ]  # fmt: skip
    kinds = [type(step) for step in scenario.steps]
    assert kinds == [doc.GuestWrites] * 3 + [doc.HotelReplies, doc.Resolve, doc.Reopen, doc.HotelReplies]
    said = [(step.text, step.by) for step in scenario.steps if isinstance(step, doc.GuestWrites)]
    assert said == [("Hi!", None), (odd, None), ("Another Penelope", "Penelope 2")]
    replied = [(step.text, step.to) for step in scenario.steps if isinstance(step, doc.HotelReplies)]
    assert replied == [("Hello!", "Penelope"), ("Hello you too!", "Penelope 2")]


def test_where_nobody_has_written_there_is_no_scenario(lobby: Hotel, client: ControlClient) -> None:
    lobby.opens()
    with pytest.raises(ControlError, match="Nobody has written yet") as caught:
        client.scenario(lobby.key)
    assert caught.value.status == 409
