"""Webhooks that a person or a test asks for: merged, repeated, of other events, of the integration itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockmews import ControlError
from mockmews.model.webhooks import INTEGRATION_ACTIONS
from tests.docs.guide import blocks
from tests.webhooks.hotel import NOON, Hotel, HotelOf
from tests.webhooks.receiver import Gate, Receiver


@pytest.fixture
def held(hotel_of: HotelOf) -> Hotel:
    """A world with one thread, where webhooks wait to be delivered."""
    made = hotel_of(webhooks="held", own_messages=False)
    made.opens()
    return made


def states(hotel: Hotel) -> list[str]:
    return [each["state"] for each in hotel.deliveries()]


# Messages


def test_held_webhooks_go_out_when_they_are_asked_for(held: Hotel, receiver: Receiver) -> None:
    first, second = held.replies("One"), held.replies("Two")
    held.runs("1h")
    assert receiver.received == []
    (sent,) = held.control.deliver_messages(held.key, [second])
    assert sent["state"] == "delivered"
    assert receiver.ids == [second]
    held.control.deliver_messages(held.key, [first.upper()])
    assert receiver.ids == [second, first]
    assert states(held) == ["delivered", "delivered"]


def test_several_messages_go_in_one_body_in_the_order_that_was_asked_for(
    held: Hotel, receiver: Receiver
) -> None:
    one, two, three = (held.replies(text) for text in ("One", "Two", "Three"))
    (sent,) = held.control.deliver_messages(held.key, [three, one])
    assert [each.ids for each in receiver.received] == [[three, one]]
    texts = [each["Text"] for each in receiver.received[0].json["Entities"]["Messages"]]
    assert texts == ["Three", "One"]
    assert [each["id"] for each in sent["events"]] == [three, one]
    assert states(held) == ["cancelled", "held", "cancelled", "delivered"]
    assert [each["into"] for each in held.journal("merged")] == [held.journal("attempt")[0]["delivery"]] * 2
    held.control.deliver_messages(held.key, [two])
    assert receiver.ids == [three, one, two]


@pytest.mark.parametrize("count", [1, 2])
def test_a_webhook_is_sent_several_times_with_the_same_body(
    held: Hotel, receiver: Receiver, count: int
) -> None:
    messages = [held.replies(f"Message {number}") for number in range(count)]
    sent = held.control.deliver_messages(held.key, messages, times=3)
    assert len(sent) == 3
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1
    assert [each["cause"] for each in sent[-1]["attempts"]] == ["deliver", "resend", "resend"]


def test_a_message_that_was_merged_can_still_be_delivered_alone(held: Hotel, receiver: Receiver) -> None:
    one, two = held.replies("One"), held.replies("Two")
    held.control.deliver_messages(held.key, [one, two])
    held.control.deliver_messages(held.key, [one])
    assert [each.ids for each in receiver.received] == [[one, two], [one]]


def test_a_webhook_that_is_on_its_way_is_sent_once_more(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    gate = Gate()
    receiver.answer_with(gate)
    (message,) = world.writes(world.opens(), "Hi!")
    gate.wait_until_arrived()
    (sent,) = world.control.deliver_messages(world.key, [message])
    assert [each["cause"] for each in sent["attempts"]] == ["resend"]
    gate.open()
    world.runs()
    assert receiver.ids == [message, message]


def test_a_scheduled_webhook_that_is_delivered_does_not_go_again_when_it_is_due(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    hotel = hotel_of(lag="5m", own_messages=False)
    hotel.opens()
    message = hotel.replies("One")
    hotel.control.deliver_messages(hotel.key, [message])
    hotel.runs("1h")
    assert receiver.ids == [message]


def test_messages_of_two_hotels_do_not_go_in_one_body(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(enterprises=["North", "South"], webhooks="held", own_messages=False)
    tokens = [each["access_token"] for each in hotel.made["access_tokens"]]
    messages = [hotel.replies("Hi", thread=hotel.opens(token=token)) for token in tokens]
    with pytest.raises(ControlError, match="belong to different enterprises"):
        hotel.control.deliver_messages(hotel.key, messages)
    assert receiver.received == []
    assert states(hotel) == ["held", "held"]


def test_a_message_without_a_webhook_cannot_be_delivered(hotel_of: HotelOf) -> None:
    hotel = hotel_of(own_messages=False)
    own = hotel.writes(hotel.opens(), "Hi")
    with pytest.raises(ControlError, match="raised no webhook event") as caught:
        hotel.control.deliver_messages(hotel.key, own)
    assert caught.value.status == 404


# Other events


def test_an_event_of_any_discriminator_is_sent(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(lag="1s")
    entity = "0f9325f6-ef44-4911-89a8-ae51010a5aa4"
    hotel.control.send_event(hotel.key, "ServiceOrderUpdated", id=entity.upper())
    hotel.control.send_event(hotel.key, "SomethingNew")
    hotel.runs("1s")
    (request,) = receiver.received
    first, second = request.json["Events"]
    assert first == {"Discriminator": "ServiceOrderUpdated", "Value": {"Id": entity}}
    assert second["Discriminator"] == "SomethingNew"
    assert request.json["Entities"] == {"Messages": []}


def test_an_event_names_the_hotel_that_was_meant(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(enterprises=["North", "South"])
    south = hotel.made["enterprise_ids"][1]
    hotel.control.send_event(hotel.key, "CustomerAdded", enterprise_id=south)
    hotel.runs()
    assert receiver.received[0].json["EnterpriseId"] == south
    with pytest.raises(ControlError, match="There is no enterprise 0f9325f6"):
        hotel.control.send_event(
            hotel.key, "CustomerAdded", enterprise_id="0f9325f6-ef44-4911-89a8-ae51010a5aa4"
        )


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"webhook_url": None}, "has no webhook URL"), ({"enabled": False}, "The integration is disabled")],
)
def test_an_event_that_cannot_go_out_is_refused(
    hotel_of: HotelOf, fields: dict[str, Any], words: str
) -> None:
    hotel = hotel_of(**fields)
    with pytest.raises(ControlError, match=words) as caught:
        hotel.control.send_event(hotel.key, "CustomerAdded")
    assert caught.value.status == 409
    assert hotel.deliveries() == []


# Integration Webhooks


def act(hotel: Hotel, action: str, receiver: Receiver) -> Any:
    """What the receiver is told of an action."""
    hotel.control.send_integration_webhook(hotel.key, action)
    hotel.runs()
    assert receiver.received[-1].headers["content-type"] == "application/json"
    return receiver.received[-1].json


@pytest.mark.parametrize(
    ("action", "enabled"),
    [
        ("IntegrationEnabled", True),
        ("IntegrationDisabled", False),
        ("IntegrationCanceled", False),
        ("IntegrationReinstated", True),
        ("IntegrationDeleted", False),
        ("IntegrationCreated", None),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_an_integration_webhook_tells_what_has_become_true(
    hotel_of: HotelOf, receiver: Receiver, action: str, enabled: bool | None, before: bool
) -> None:
    hotel = hotel_of(name="Chat", enabled=before)
    told = act(hotel, action, receiver)
    assert told["Action"] == action
    integration = {"Id": hotel.made["integration_id"], "Name": "Chat"}
    assert told["Data"]["Integration"] == integration
    expected = before if enabled is None else enabled
    assert hotel.control.integration(hotel.key)["enabled"] is expected
    assert hotel.ask("messageThreads/add", OriginalSender="A", Subject="B")[0] == (200 if expected else 401)
    if action == "IntegrationDeleted":
        assert told["Data"] == {"DeletedUtc": NOON, "Integration": integration}
    elif action == "IntegrationCreated":
        assert told["Data"] == {
            "Enterprise": {"Id": hotel.made["enterprise_ids"][0], "Name": "Mock hotel"},
            "Service": None,
            "Requestor": None,
            "AccessToken": hotel.key,
            "CreatedUtc": NOON,
            "IsEnabled": before,
            "Integration": integration,
        }
    else:
        assert told["Data"] == {"Integration": integration}


def test_the_guide_shows_each_integration_webhook_as_it_is_sent(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    shown, rest = (
        [],
        next(each.text for each in blocks("docs/fake.md") if each.kind == "json integration webhooks"),
    )
    while rest.strip():
        body, end = json.JSONDecoder().raw_decode(rest := rest.strip())
        shown.append(body)
        rest = rest[end:]
    assert [each["Action"] for each in shown] == list(INTEGRATION_ACTIONS)
    for each in shown:
        hotel, action = hotel_of(), each["Action"]
        hotel.key = hotel.made["integration_id"]  # a new API key ends the old one
        assert _kinds(act(hotel, action, receiver)) == _kinds(each)


def _kinds(value: Any) -> Any:
    """The keys of a body in their order, and what kind of value each has."""
    return [(key, _kinds(each)) for key, each in value.items()] if isinstance(value, dict) else type(value)


def test_vector_108_a_new_api_key_replaces_the_old_one(hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(name="Chat", own_messages=False)
    thread = hotel.opens()
    identifier = hotel.made["integration_id"]
    hotel.control.send_integration_webhook(identifier, "IntegrationApiKeyCreated")
    hotel.control.advance(identifier, "0s")
    (request,) = receiver.received
    fresh = request.json["Data"]["ApiKey"]
    assert request.json == {
        "Action": "IntegrationApiKeyCreated",
        "Data": {"Integration": {"Id": identifier, "Name": "Chat"}, "ApiKey": fresh},
    }
    old, hotel.key = hotel.key, fresh
    assert old != fresh
    status, refused = hotel.ask(
        "messages/getAll", token=old, MessageThreadIds=[thread], Limitation={"Count": 1}
    )
    assert (status, refused["Message"]) == (401, "Invalid AccessToken")
    hotel.writes(thread, "With the new one")
    assert [each["Text"] for each in hotel.reads(thread)] == ["With the new one"]
    with pytest.raises(ControlError, match="There is no integration"):
        hotel.control.integration(old)
    assert hotel.control.integration(identifier)["access_token"] == fresh


def test_an_integration_webhook_goes_to_its_own_url(hotel_of: HotelOf, receiver: Receiver) -> None:
    with Receiver() as other:
        hotel = hotel_of(
            integration_webhook_url=f"{other.url}?Token=${{webhook_token}}", webhook_token="s3cret!"
        )
        act(hotel, "IntegrationDisabled", other)
        assert receiver.received == []
        assert other.received[0].target == "/hooks?Token=s3cret%21"


def test_an_integration_webhook_is_retried_although_the_integration_is_disabled(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    hotel = hotel_of(retry={"attempts": 2, "delay": "1m"})
    receiver.answer_with(500)
    act(hotel, "IntegrationDisabled", receiver)
    hotel.runs("1h")
    assert len(receiver.bodies) == 2
    assert hotel.delivery()["state"] == "delivered"


def test_without_a_url_nothing_happens_to_the_integration(hotel_of: HotelOf) -> None:
    hotel = hotel_of(webhook_url=None)
    with pytest.raises(ControlError, match="has no webhook URL"):
        hotel.control.send_integration_webhook(hotel.key, "IntegrationDisabled")
    assert hotel.control.integration(hotel.key)["enabled"]


# A disabled integration gets no webhooks (contract.md 13 row 48)


@pytest.mark.parametrize("by", ["change", "webhook"])
def test_what_is_scheduled_when_an_integration_is_disabled_is_never_sent(
    hotel_of: HotelOf, receiver: Receiver, by: str
) -> None:
    with Receiver() as other:
        hotel = hotel_of(lag="1m", own_messages=False, integration_webhook_url=other.url)
        hotel.opens()
        hotel.replies("Too late")
        if by == "change":
            hotel.changes(enabled=False)
        else:
            hotel.control.send_integration_webhook(hotel.key, "IntegrationDisabled")
        hotel.replies("Nobody hears")
        hotel.runs("1h")
        assert states(hotel)[0] == "cancelled"
        (entry,) = hotel.journal("cancelled")
        assert entry["delivery_id"] == hotel.deliveries()[0]["id"]
        assert entry["why"] == "the integration was disabled"
        hotel.changes(enabled=True)
        message = hotel.replies("Good morning")
        hotel.runs("1h")
        assert receiver.ids == [message]


def test_a_retry_is_not_made_after_the_integration_was_disabled(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    hotel = hotel_of(retry={"attempts": 5, "delay": "1m"}, own_messages=False)
    hotel.opens()
    receiver.answer_with(500)
    hotel.replies("Hi")
    hotel.runs()
    hotel.changes(enabled=False)
    hotel.runs("1h")
    assert len(receiver.bodies) == 1
    assert hotel.delivery()["state"] == "cancelled"


def test_an_attempt_in_flight_is_recorded_although_the_integration_is_disabled_meanwhile(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    gate = Gate()
    receiver.answers.append(gate)
    hotel = hotel_of(clock={"rate": 1}, own_messages=False)
    hotel.opens()
    hotel.replies("Hi")
    gate.wait_until_arrived()
    hotel.changes(enabled=False)
    gate.open()
    (attempt,) = hotel.control.wait(hotel.key, {"kind": "attempt"})
    assert (attempt["status"], attempt["state"]) == (200, "delivered")


def test_what_a_person_holds_stays_when_an_integration_is_disabled(held: Hotel, receiver: Receiver) -> None:
    message = held.replies("Hi")
    held.changes(enabled=False)
    held.control.deliver_messages(held.key, [message])
    assert receiver.ids == [message]
