"""A database file that is opened again: everything is as it was, and goes on."""

from __future__ import annotations

from pathlib import Path

from mockmews import MockMewsServer
from mockmews.instants import TICKS_PER_SECOND, parse
from tests.webhooks.hotel import FROZEN, Hotel
from tests.webhooks.receiver import Receiver

FIELDS = {
    "name": "Everything",
    "enterprises": ["North", "South"],
    "portfolio": True,
    "webhook_token": "chosen",
    "lag": "2m..5m",
    "retry": {"attempts": 5, "delay": "3m"},
    "payload": "ids_only",
    "own_messages": False,
    "events": ["MessageAdded", "CustomerAdded"],
    "permissions": ["messageThreads/add", "messages/add", "messages/getAll"],
    "reply_rules": [{"when": {"text": "/late/"}, "say": ["A", "B"], "after": "1m..2m", "once": True}],
    "rate_limit": "100/30s",
    "seed": 10**30,
    "settings": {"sender": "string"},
}


def test_worlds_come_back_with_their_tokens_and_settings(tmp_path: Path) -> None:
    path = str(tmp_path / "mews.db")
    with MockMewsServer(db=path) as fake:
        made = fake.control.create_integration(**FIELDS)
        fake.control.change_integration(made["access_token"], name="Changed")
        gone = fake.control.create_integration()["access_token"]
        fake.control.delete_integration(gone)
        before = fake.control.integrations()
    with MockMewsServer(db=path) as fake:
        assert fake.control.integrations() == before
        assert fake.control.integration(made["access_token"])["name"] == "Changed"
        assert fake.control.create_integration()["access_token"] != gone


def test_a_conversation_comes_back(tmp_path: Path) -> None:
    path = str(tmp_path / "mews.db")
    with Receiver() as receiver:
        with MockMewsServer(db=path) as fake:
            made = fake.control.create_integration(clock=FROZEN, webhook_url=receiver.url, lag="1m")
            world = Hotel(fake.url, fake.control, made)
            thread = world.opens("Penelope \N{WAVING HAND SIGN}")
            world.writes(thread, "One\x00\nTwo", "x" * 100_000)
            world.runs("2m")
            world.replies("Hello")
            world.control.resolve(world.key)
            answers = [
                world.reads(thread), *(read(world.key) for read in (
                    fake.control.threads, fake.control.messages, fake.control.deliveries
                ))
            ]  # fmt: skip
        with MockMewsServer(db=path) as fake:
            world = Hotel(fake.url, fake.control, made)
            again = [
                world.reads(thread), *(read(world.key) for read in (
                    fake.control.threads, fake.control.messages, fake.control.deliveries
                ))
            ]  # fmt: skip
            for before, after in zip(answers, again, strict=True):
                assert [{**each, "cause": None} for each in after] == [
                    {**each, "cause": None} for each in before
                ]
            world.runs("1h")
            assert len(receiver.received) == 2


def test_clocks_keep_what_they_showed_and_their_distance_to_real_time(tmp_path: Path) -> None:
    path = str(tmp_path / "mews.db")
    with MockMewsServer(db=path) as fake:
        frozen = fake.control.create_integration(clock=FROZEN)["access_token"]
        running = fake.control.create_integration()["access_token"]
        fake.control.advance(frozen, "1h")
        fake.control.advance(running, "2d")
        shown = fake.control.clock(running)["now"]
    with MockMewsServer(db=path) as fake:
        assert fake.control.clock(frozen)["now"] == "2026-03-10T13:00:00Z"
        ahead = parse(fake.control.clock(running)["now"]) - parse(shown)
        assert 0 < ahead < 30 * TICKS_PER_SECOND


def test_rules_that_served_once_have_served(tmp_path: Path) -> None:
    path = str(tmp_path / "mews.db")
    with MockMewsServer(db=path) as fake:
        made = fake.control.create_integration(
            clock=FROZEN, reply_rules=[{"say": "once", "once": True}, {"say": "then"}]
        )
        world = Hotel(fake.url, fake.control, made)
        world.writes(world.opens(), "Hi")
        world.runs()
    with MockMewsServer(db=path) as fake:
        world = Hotel(fake.url, fake.control, made)
        world.writes(world.opens(), "Hi")
        world.runs()
        assert [each["text"] for each in fake.control.messages(world.key)] == ["Hi", "once", "Hi", "then"]


def test_a_deleted_world_leaves_nothing_to_the_next_one(tmp_path: Path) -> None:
    path = str(tmp_path / "mews.db")
    with Receiver() as receiver:
        with MockMewsServer(db=path) as fake:
            made = fake.control.create_integration(clock=FROZEN, webhook_url=receiver.url, lag="1h")
            world = Hotel(fake.url, fake.control, made)
            world.writes(world.opens(), "Hi")
            world.replies("Later", after="1m")
            fake.control.delete_integration(world.key)
        with MockMewsServer(db=path) as fake:
            made = fake.control.create_integration(clock=FROZEN, webhook_url=receiver.url)
            key = made["access_token"]
            assert fake.control.threads(key) == fake.control.deliveries(key) == []
            assert fake.control.advance(key, "1d")["ran"] == []
    assert receiver.received == []


def test_a_reset_is_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "mews.db")
    with MockMewsServer(db=path) as fake:
        made = fake.control.create_integration(clock=FROZEN)
        world = Hotel(fake.url, fake.control, made)
        first = world.opens()
        fake.control.reset_integration(world.key)
    with MockMewsServer(db=path) as fake:
        world = Hotel(fake.url, fake.control, made)
        assert fake.control.integration(world.key)["generation"] == 1
        assert fake.control.threads(world.key) == []
        assert world.opens() == first
