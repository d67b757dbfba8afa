"""contract.md 14, vectors 94 to 107: what General Webhooks carry, when they go out, and what counts as taken."""

from __future__ import annotations

import pytest

from mockmews import MockMewsServer
from tests.webhooks.hotel import NOON, HotelOf, hotel
from tests.webhooks.receiver import Gate, Receiver, answer


@pytest.mark.parametrize("payload", ["entities", "ids_only"])
def test_vector_94_a_reply_of_the_staff_is_posted_by_its_id(
    hotel_of: HotelOf, receiver: Receiver, payload: str
) -> None:
    world = hotel_of(payload=payload)
    thread = world.opens()
    reply = world.replies("Hello Ms Penelope!")
    world.runs()
    (request,) = receiver.received
    body = request.json
    entities = body.pop("Entities", None)
    assert body == {
        "EnterpriseId": world.made["enterprise_ids"][0],
        "IntegrationId": world.made["integration_id"],
        "Events": [{"Discriminator": "MessageAdded", "Value": {"Id": reply}}],
    }
    assert (entities is None) == (payload == "ids_only")
    assert (request.method, request.target) == ("POST", "/hooks")
    assert request.headers["content-type"] == "application/json"
    (message,) = world.reads(thread)
    assert message["Id"] == reply
    assert message["Sender"] == {"Discriminator": "Enterprise", "Value": None}


def test_vector_95_the_apps_own_message_is_posted_too(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    written = world.writes(world.opens(), "Hi!")
    world.runs()
    assert receiver.ids == written


def test_vector_95_under_own_messages_false_only_the_staffs_are_posted(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(own_messages=False)
    world.writes(world.opens(), "Hi!")
    reply = world.replies("Hello!")
    world.runs()
    assert receiver.ids == [reply]


def test_vector_96_replies_before_one_dispatch_go_in_one_post(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(lag="2s")
    world.opens()
    replies = [world.replies(text) for text in ("One", "Two", "Three")]
    assert world.runs("1s")["ran"] == []
    assert receiver.received == []
    assert [each["kind"] for each in world.runs("1s")["ran"]] == ["delivery"]
    (request,) = receiver.received
    assert request.ids == replies


def test_vector_97_more_events_than_the_bound_go_in_further_posts(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(lag="2s", batch_limit=2)
    thread = world.opens()
    written = world.writes(thread, "1", "2", "3")
    written += world.writes(thread, "4", "5")
    world.runs("2s")
    assert [len(request.ids) for request in receiver.received] == [2, 2, 1]
    assert receiver.ids == written
    assert len(set(written)) == 5


def test_vector_98_each_enterprise_has_a_post_of_its_own(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(lag="2s", enterprises=["North", "South"], portfolio=True)
    north, south, _ = world.made["access_tokens"]
    threads = {each["access_token"]: world.opens(token=each["access_token"]) for each in (north, south)}
    written = {token: world.writes(thread, "Hi", "Hello", token=token) for token, thread in threads.items()}
    world.runs("2s")
    assert [
        (request.json["EnterpriseId"], request.json["IntegrationId"], request.ids)
        for request in receiver.received
    ] == [
        (each["enterprise_ids"][0], each["integration_id"], written[each["access_token"]])
        for each in (north, south)
    ]


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_vector_99_any_2xx_takes_the_delivery(hotel_of: HotelOf, receiver: Receiver, status: int) -> None:
    world = hotel_of()
    receiver.answer_with(status)
    world.writes(world.opens(), "Hi!")
    world.runs("1h")
    delivery = world.delivery()
    assert delivery["state"] == "delivered"
    assert [each["status"] for each in delivery["attempts"]] == [status]
    assert delivery["next_attempt"] is None
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [500, 404, 400, 503])
def test_vector_100_a_refusal_is_sent_again_with_the_same_body_and_then_discarded(
    hotel_of: HotelOf, receiver: Receiver, status: int
) -> None:
    world = hotel_of()
    receiver.answer_with(status, status, status)
    thread = world.opens()
    world.writes(thread, "Hi!")
    world.runs()
    assert world.delivery()["next_attempt"] == "2026-03-10T12:00:02Z"
    world.control.resolve(world.key, thread)  # what changes meanwhile does not change the body
    world.runs("1h")
    delivery = world.delivery()
    assert delivery["state"] == "discarded"
    assert [(each["number"], each["cause"], each["status"], each["at"]) for each in delivery["attempts"]] == [
        (1, "first", status, NOON),
        (2, "retry", status, "2026-03-10T12:00:02Z"),
        (3, "retry", status, "2026-03-10T12:00:04Z"),
    ]
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1


def test_vector_100_a_retry_that_is_taken_ends_it(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(retry={"attempts": 5, "delay": "3m"})
    receiver.answer_with(500, 500, 202)
    world.writes(world.opens(), "Hi!")
    world.runs("1h")
    delivery = world.delivery()
    assert delivery["state"] == "delivered"
    assert [each["status"] for each in delivery["attempts"]] == [500, 500, 202]
    assert [each["at"][11:19] for each in delivery["attempts"]] == ["12:00:00", "12:03:00", "12:06:00"]


def test_vector_101_no_answer_in_time_counts_as_failed_and_is_sent_again(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(webhook_timeout="100ms")
    gate = Gate()
    receiver.answer_with(gate)
    world.writes(world.opens(), "Hi!")
    world.runs()
    late = world.delivery()
    (attempt,) = late["attempts"]
    assert (late["state"], attempt["status"]) == ("scheduled", None)
    assert "no answer came" in attempt["error"]
    # uvloop's timers are whole milliseconds, and may ring a little early.
    assert attempt["milliseconds"] >= 99
    gate.open()
    world.changes(webhook_timeout="5s")
    world.runs("2s")
    assert world.delivery()["state"] == "delivered"
    assert len(receiver.bodies) == 2
    assert len(set(receiver.bodies)) == 1


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("location", ["/moved?x=1", "{base}/moved?x=1", "moved?x=1"])
def test_vector_102_a_redirect_that_keeps_the_method_is_followed_with_the_body(
    hotel_of: HotelOf, receiver: Receiver, status: int, location: str
) -> None:
    world = hotel_of()
    receiver.answer_with(answer(status, Location=location.format(base=receiver.base)), 200)
    world.writes(world.opens(), "Hi!")
    world.runs()
    first, second = receiver.received
    assert (second.method, second.target, second.body) == ("POST", "/moved?x=1", first.body)
    assert second.headers["content-type"] == "application/json"
    delivery = world.delivery()
    assert delivery["state"] == "delivered"
    assert [(each["status"], each["hops"]) for each in delivery["attempts"]] == [(200, 1)]


def test_vector_102_a_redirect_may_lead_to_another_host(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    with Receiver() as other:
        receiver.answer_with(answer(308, Location=f"{other.base}/elsewhere"))
        world.writes(world.opens(), "Hi!")
        world.runs()
        assert other.bodies == receiver.bodies
        assert world.delivery()["state"] == "delivered"


@pytest.mark.parametrize("status", [301, 302, 303])
def test_vector_103_other_redirects_are_failures(hotel_of: HotelOf, receiver: Receiver, status: int) -> None:
    world = hotel_of()
    receiver.answer_with(answer(status, Location="/moved"))
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert [request.target for request in receiver.received] == ["/hooks"]
    delivery = world.delivery()
    assert delivery["state"] == "scheduled"
    assert [each["status"] for each in delivery["attempts"]] == [status]


def test_vector_103_a_loop_of_redirects_ends(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(retry={"attempts": 1, "delay": "2s"})
    receiver.answer_with(*[answer(307, Location="/hooks")] * 8)
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert len(receiver.received) == 4  # contract.md 13 row 45: three hops
    delivery = world.delivery()
    assert delivery["state"] == "discarded"
    (attempt,) = delivery["attempts"]
    assert (attempt["status"], attempt["hops"]) == (307, 3)
    assert "redirected more than 3 times" in attempt["error"]


def test_vector_103_a_redirect_to_nowhere_is_a_failure(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    receiver.answer_with(307)
    world.writes(world.opens(), "Hi!")
    world.runs()
    delivery = world.delivery()
    assert delivery["state"] == "scheduled"
    assert delivery["attempts"][0]["error"] == "redirected without a Location"


def test_vector_105_without_a_subscription_nothing_is_posted(hotel_of: HotelOf, receiver: Receiver) -> None:
    for events in ([], ["CustomerAdded"]):
        world = hotel_of(events=events)
        world.writes(world.opens(), "Hi!")
        world.replies("Hello!")
        world.runs("1h")
        assert world.deliveries() == []
    assert receiver.received == []


def test_vector_106_the_entities_are_the_messages_as_get_all_shows_them(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(lag="2s")
    thread = world.opens()
    world.writes(thread, "Hi \N{WAVING HAND SIGN}\nthere")
    world.replies("Hello!")
    world.runs("2s")
    (request,) = receiver.received
    messages = request.json["Entities"]["Messages"]
    assert messages == world.reads(thread)[::-1]
    assert [(each["Id"], each["MessageThreadId"]) for each in messages] == [
        (identifier, thread) for identifier in request.ids
    ]
    assert [each["Sender"]["Discriminator"] for each in messages] == ["Application", "Enterprise"]
    assert {each["CreatedUtc"] for each in messages} == {NOON}


def test_vector_107_threads_raise_no_event(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    thread = world.opens()
    world.control.resolve(world.key, thread)
    world.control.reopen(world.key, thread)
    world.runs("1h")
    assert world.deliveries() == []
    assert receiver.received == []


def test_a_refused_batch_posts_nothing(hotel_of: HotelOf, receiver: Receiver) -> None:
    """contract.md 14, vector 15."""
    world = hotel_of()
    thread = world.opens()
    unknown = "0f9325f6-ef44-4911-89a8-ae51010a5aa4"
    items = [{"MessageThreadId": each, "Text": "Hi"} for each in (thread, unknown)]
    status, _ = world.ask("messages/add", Messages=items)
    assert status == 400
    world.runs("1h")
    assert world.deliveries() == []
    assert world.reads(thread) == []


def test_a_disabled_integration_posts_nothing_until_it_is_enabled(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    """contract.md 13 row 48."""
    world = hotel_of()
    world.opens()
    world.changes(enabled=False)
    world.replies("Nobody hears this")
    world.runs("1h")
    assert receiver.received == []
    world.changes(enabled=True)
    heard = world.replies("Hello!")
    world.runs()
    assert receiver.ids == [heard]


def test_without_a_webhook_url_nothing_is_kept_for_later(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(webhook_url=None)
    world.opens()
    world.replies("Nobody hears this")
    world.changes(webhook_url=receiver.url)
    heard = world.replies("Hello!")
    world.runs()
    assert receiver.ids == [heard]


def test_the_servers_own_url_serves_worlds_without_one(receiver: Receiver) -> None:
    with MockMewsServer(webhook_url=receiver.url) as fake, hotel(fake) as world:
        written = world.writes(world.opens(), "Hi!")
        world.runs()
    assert receiver.ids == written
