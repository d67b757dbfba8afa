"""Worlds: made, changed, reset and deleted, and never seen by each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockmews import ControlClient, ControlError, MockMewsServer
from tests.webhooks.hotel import FROZEN, NOON, Hotel, HotelOf
from tests.webhooks.receiver import Receiver


def test_a_world_is_told_with_all_that_an_app_needs(client: ControlClient) -> None:
    made = client.create_integration()
    assert made["access_token"].replace("-", "").isalnum()
    assert made["access_token"].split("-")[0] == made["integration_id"].replace("-", "").upper()
    assert len(made["enterprise_ids"]) == 1
    assert made["settings"]["lag"] == "0s"
    assert made["settings"]["payload"] == "entities"
    assert (made["webhook_url"], made["reply_rules"], made["generation"]) == (None, [], 0)
    assert client.integration(made["integration_id"]) == made
    assert client.integration(made["integration_id"].upper()) == made
    assert client.integration(made["access_token"]) == made
    assert made in client.integrations()
    client.delete_integration(made["access_token"])


def test_two_worlds_never_share_a_token(client: ControlClient, hotel_of: HotelOf) -> None:
    one, other = hotel_of(seed=7).made, hotel_of(seed=7).made
    for name in ("client_token", "access_token", "integration_id", "webhook_token"):
        assert one[name] != other[name]


def test_two_worlds_of_one_seed_have_the_same_ids_and_do_not_see_each_other(hotel_of: HotelOf) -> None:
    one, other = hotel_of(seed=7), hotel_of(seed=7)
    thread = one.opens()
    assert other.control.threads(other.key) == []
    assert other.ask("messages/add", Messages=[{"MessageThreadId": thread, "Text": "Hi"}])[0] == 400
    assert other.opens() == thread
    assert one.writes(thread, "Hi") == other.writes(thread, "Hello")
    assert [each["text"] for each in one.control.messages(one.key)] == ["Hi"]
    one.control.resolve(one.key)
    assert [each["is_resolved"] for each in other.control.threads(other.key)] == [False]
    assert one.control.journal(one.key)["last"] != other.control.journal(other.key)["last"]


def test_a_world_takes_all_of_its_fields(client: ControlClient) -> None:
    hotel = "6B1C2A52-9C52-4E0C-8F39-5F1D0F2D0C11"
    fields = {
        "name": "Integration",
        "enterprises": [{"id": hotel, "name": "North"}, "South"],
        "webhook_url": "http://127.0.0.1:1/hooks?Token=${webhook_token}",
        "webhook_token": "chosen",
        "payload": "ids_only",
        "own_messages": False,
        "webhooks": "held",
        "events": ["MessageAdded", "CustomerAdded"],
        "enabled": False,
        "batch_limit": 3,
        "webhook_timeout": "250ms",
        "read_lag": "1s..2s",
        "journal_limit": 50,
        "lag": "2m..5m",
        "retry": {"attempts": 5, "delay": "3m"},
        "clock": {"rate": 60, "at": NOON},
        "seed": 10**30,
        "rate_limit": "5/30s",
        "reply_rules": [{"otherwise": "silent"}],
        "permissions": ["messages/add"],
        "settings": {"sender": "string"},
    }
    made = client.create_integration(**fields)
    assert [each["name"] for each in made["enterprises"]] == ["North", "South"]
    assert made["enterprise_ids"][0] == hotel.lower()
    assert made["webhook_url"] == "http://127.0.0.1:1/hooks?Token=***"
    for name in ("name", "webhook_token", "events", "enabled", "seed", "reply_rules", "permissions"):
        assert made[name] == fields[name]
    for name in ("payload", "webhooks", "webhook_timeout", "read_lag", "lag", "rate_limit"):
        assert made["settings"][name] == fields[name]
    assert made["settings"]["own_messages"] == "false"
    assert (made["settings"]["batch_limit"], made["settings"]["journal_limit"]) == ("3", "50")
    assert (made["settings"]["retry_attempts"], made["settings"]["retry_delay"]) == ("5", "3m")
    assert made["settings"]["sender"] == "string"
    assert client.clock(made["access_token"])["rate"] == 60
    client.delete_integration(made["access_token"])


def test_a_change_leaves_what_it_does_not_name(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(lag="2m", name="North", seed=7)
    before = client.integration(world.key)
    after = client.change_integration(world.key, name="South", payload="ids_only")
    assert after == {
        **before, "name": "South", "settings": {**before["settings"], "payload": "ids_only"}
    }  # fmt: skip
    assert client.integration(world.key) == after


def test_a_refused_change_changes_nothing(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(name="North")
    world.opens()
    before = client.integration(world.key)
    for fields in (
        {"name": "South", "lag": "soon"},
        {"name": "South", "clock": {"at": "2026-03-10T11:00:00Z"}},
        {"name": "South", "enterprises": ["East"]},
    ):
        with pytest.raises(ControlError):
            client.change_integration(world.key, **fields)
        assert client.integration(world.key) == before


def test_permissions_and_enabled_take_effect_at_once(hotel_of: HotelOf) -> None:
    world = hotel_of()
    world.opens()
    world.changes(permissions=["messages/getAll"])
    assert world.ask("messageThreads/add")[0] == 401
    world.changes(permissions=["messageThreads/add"])
    assert world.ask("messageThreads/add")[0] == 400
    world.changes(enabled=False)
    assert world.ask("messageThreads/add")[0] == 401
    world.changes(enabled=True)
    assert world.opens()


def test_the_rate_limit_of_a_world_can_be_set_and_lifted(hotel_of: HotelOf) -> None:
    world = hotel_of(rate_limit="2/30s")
    assert [world.ask("messageThreads/add")[0] for _ in range(3)] == [400, 400, 429]
    world.changes(rate_limit=None)
    assert world.ask("messageThreads/add")[0] == 400


def test_the_demo_pairs_are_eight_worlds(client: ControlClient) -> None:
    worlds = client.integrations()
    tokens = {each["access_token"]: each for each in worlds}
    gross = tokens["C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D"]
    net = tokens["4D6C7ABE0E6A4681B0AFB16900AE5D86-DF50CBC89E1D4FF5859DDF021649ED5"]
    assert gross["client_token"] == net["client_token"]
    assert gross["enterprise_ids"] == ["851df8c8-90f2-4c4a-8e01-a4fc46b25178"]
    assert len([each for each in worlds if each["enterprise_ids"] in (
        gross["enterprise_ids"], net["enterprise_ids"]
    )]) == 8  # fmt: skip


# Reset


def test_a_reset_keeps_what_was_set_and_forgets_what_happened(
    hotel_of: HotelOf, client: ControlClient, receiver: Receiver
) -> None:
    world = hotel_of(webhook_url=receiver.url, lag="2m", reply_rules=[{"say": "Hello", "after": "1h"}])
    before = client.integration(world.key)
    world.writes(world.opens(), "Hi")
    world.runs("1m")
    told = client.reset_integration(world.key)
    assert told["generation"] == 1
    cancelled = told["cancelled"]
    assert (cancelled["threads"], cancelled["deliveries"], cancelled["planned_replies"]) == (1, 1, 1)
    assert cancelled["due"] == 2
    assert client.integration(world.key) == {**before, "generation": 1}
    assert client.threads(world.key) == client.messages(world.key) == client.deliveries(world.key) == []
    journal = client.journal(world.key)
    assert (journal["entries"], journal["last"], journal["generation"]) == ([], 0, 1)
    assert client.clock(world.key) == {"now": NOON, "rate": 0, "due": []}
    world.runs("2h")
    assert receiver.received == []
    assert world.ask("messageThreads/add")[0] == 400
    assert [each["generation"] for each in world.journal()] == [1]


def test_a_reset_begins_the_same_ids_again(hotel_of: HotelOf) -> None:
    world = hotel_of()
    first = world.opens()
    written = world.writes(first, "One", "Two")
    world.control.reset_integration(world.key)
    assert world.opens() == first
    assert world.writes(first, "One", "Two") == written


def test_a_reset_frees_the_rate_window_and_the_rules_that_served_once(hotel_of: HotelOf) -> None:
    world = hotel_of(rate_limit="3/30s", reply_rules=[{"say": "Hello", "once": True}])
    for _ in range(2):
        world.writes(world.opens(), "Hi")
        assert world.ask("messages/add")[0] == 400
        assert world.ask("messages/add")[0] == 429
        world.runs()
        assert [each["text"] for each in world.control.messages(world.key)] == ["Hi", "Hello"]
        world.control.reset_integration(world.key)


def test_a_reset_may_keep_the_threads_and_so_the_clock(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    thread = world.opens()
    world.writes(thread, "Hi")
    world.runs("1h")
    shown = client.clock(world.key)["now"]
    client.reset_integration(world.key, keep=["threads"])
    assert client.clock(world.key)["now"] == shown
    assert [each["text"] for each in client.messages(world.key)] == ["Hi"]
    assert world.journal() == []
    world.writes(thread, "And more")
    assert [each["Text"] for each in world.reads(thread)] == ["And more", "Hi"]


def test_a_reset_may_keep_the_journal(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    world.opens()
    before = world.journal()
    client.reset_integration(world.key, keep=["journal"])
    world.opens("Max")
    after = world.journal()
    assert after[: len(before)] == before
    assert {each["generation"] for each in after[len(before) :]} == {1}
    assert [each["number"] for each in after] == list(range(1, len(after) + 1))


def test_a_reset_may_keep_the_clock(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of()
    world.runs("1h")
    client.reset_integration(world.key, keep=["clock"])
    assert client.clock(world.key)["now"] == "2026-03-10T13:00:00Z"
    client.reset_integration(world.key)
    assert client.clock(world.key)["now"] == NOON


def test_a_deleted_world_is_gone(client: ControlClient, fake: MockMewsServer) -> None:
    world = Hotel(fake.url, client, client.create_integration())
    world.opens()
    assert client.delete_integration(world.key) == {"deleted": True}
    assert world.ask("messageThreads/add")[0] == 401
    with pytest.raises(ControlError) as error:
        client.integration(world.key)
    assert error.value.status == 404


# Portfolio


def test_a_portfolio_has_a_token_for_each_enterprise_and_one_for_all(hotel_of: HotelOf) -> None:
    world = hotel_of(enterprises=["North", "South"], portfolio=True)
    north, south, everything = world.made["access_tokens"]
    assert [each["portfolio"] for each in (north, south, everything)] == [False, False, True]
    assert everything["enterprise_ids"] == north["enterprise_ids"] + south["enterprise_ids"]
    assert len({each["access_token"] for each in world.made["access_tokens"]}) == 3
    threads = [world.opens(token=each["access_token"]) for each in (north, south)]
    asked = {"MessageThreadIds": threads, "Limitation": {"Count": 10}}
    for token, seen in ((north, threads[:1]), (south, threads[1:]), (everything, threads[::-1])):
        page = world.called("messageThreads/getAll", token=token["access_token"], **asked)
        assert [each["Id"] for each in page["MessageThreads"]] == seen
    assert {each["enterprise_id"] for each in world.control.threads(world.key)} == set(
        world.made["enterprise_ids"]
    )


def test_the_rate_limit_of_a_portfolio_is_per_token(hotel_of: HotelOf) -> None:
    world = hotel_of(enterprises=["North", "South"], portfolio=True, rate_limit="1/30s")
    for each in world.made["access_tokens"]:
        token = each["access_token"]
        assert [world.ask("messages/getAll", token=token)[0] for _ in range(2)] == [400, 429]


def test_every_token_of_a_portfolio_names_its_world(hotel_of: HotelOf, client: ControlClient) -> None:
    world = hotel_of(enterprises=["North", "South"], portfolio=True)
    for each in world.made["access_tokens"]:
        assert (
            client.integration(each["access_token"])
            == client.integration(each["integration_id"])
            == world.made
        )


# Many at once


def test_200_worlds_are_made_at_once_and_each_is_its_own(fake: MockMewsServer, client: ControlClient) -> None:
    def live(number: int) -> tuple[str, list[str]]:
        way = client if number % 2 else fake.control
        world = Hotel(fake.url, way, way.create_integration(seed=7, clock=FROZEN))
        world.writes(world.opens("Penelope"), f"Guest {number}")
        world.replies("Hello")
        return world.key, [each["text"] for each in way.messages(world.key)]

    before = len(client.integrations())
    with ThreadPoolExecutor(8) as threads:
        lives = list(threads.map(live, range(200)))
    assert [texts for _, texts in lives] == [[f"Guest {number}", "Hello"] for number in range(200)]
    assert len({key for key, _ in lives}) == 200
    assert len(client.integrations()) == before + 200
    for key, _ in lives:
        fake.control.delete_integration(key)
