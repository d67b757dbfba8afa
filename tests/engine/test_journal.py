"""The journal: what it keeps, what it lets go, what it hides, and how each entry follows from another."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from mockmews.clock import Clock
from mockmews.engine import journal as journal_module
from mockmews.engine.journal import Journal, bounded
from mockmews.model.journal import JournalEntry, Kind
from mockmews.wire.journal import render_entry
from tests.engine.manual import ManualTime, ask, mock_on, on_a_loop, opened, opens, wish, world_of, writes

_KINDS: tuple[Kind, ...] = ("event", "held", "event")


def a_journal(limit: int = 100) -> Journal:
    return Journal(Clock(ManualTime()), limit=limit)


def test_entries_are_numbered_and_come_in_order() -> None:
    journal = a_journal()
    assert [journal.note(kind) for kind in _KINDS] == [1, 2, 3]
    assert [entry.number for entry in journal.entries()] == [1, 2, 3]
    assert [entry.number for entry in journal.entries(since=1)] == [2, 3]
    assert [entry.number for entry in journal.entries(kinds=["event"])] == [1, 3]
    assert journal.last == 3


def test_the_oldest_entries_go_when_there_are_too_many() -> None:
    journal = a_journal(limit=3)
    for number in range(10):
        journal.note("event", value=number)
    assert [entry.number for entry in journal.entries()] == [8, 9, 10]
    assert (journal.dropped, journal.last) == (7, 10)
    assert journal.entry(7) is None
    assert journal.entry(11) is None
    kept = journal.entry(8)
    assert kept is not None
    assert kept.facts == {"value": 7}


def test_the_oldest_entries_go_when_their_bodies_are_too_large() -> None:
    journal = a_journal(limit=10_000)
    for _ in range(300):
        journal.note("request", size=journal_module.LONGEST_BODY)
    kept = list(journal.entries())
    assert 240 < len(kept) < 256
    assert journal.dropped + len(kept) == 300


def test_what_answers_weighed_is_given_back_when_they_go() -> None:
    journal = a_journal(limit=10)
    for _ in range(5_000):
        number = journal.note("request", size=10)
        journal.complete(number, size=journal_module.LONGEST_BODY, status=200)
    assert len(list(journal.entries())) == 10
    assert all(entry.facts == {"status": 200} for entry in journal.entries())


def test_an_outcome_of_a_dropped_entry_is_passed_over() -> None:
    journal = a_journal(limit=1)
    first = journal.note("request")
    journal.note("request")
    journal.complete(first, size=1000, status=200)
    assert [entry.facts for entry in journal.entries()] == [{}]


def test_listeners_hear_entries_and_their_outcomes_until_they_stop() -> None:
    journal = a_journal()
    heard: list[tuple[int, Any]] = []

    def listen(entry: JournalEntry) -> None:
        heard.append((entry.number, entry.facts.get("status")))

    stop = journal.subscribe(listen)
    journal.complete(journal.note("request"), status=200)
    stop()
    journal.note("request")
    assert heard == [(1, None), (1, 200)]


def test_a_restart_forgets_everything_and_is_another_generation() -> None:
    source = ManualTime()
    journal = Journal(Clock(source), limit=2)
    for _ in range(3):
        journal.note("event")
    source.passes(5)
    journal.restart(limit=5)
    assert (journal.last, journal.dropped, journal.generation, list(journal.entries())) == (0, 0, 1, [])
    source.passes(1)
    for _ in range(5):
        journal.note("held")
    first = next(journal.entries())
    assert (first.number, first.generation, first.elapsed) == (1, 1, 10_000_000)
    assert journal.dropped == 0


def test_an_entry_has_both_times() -> None:
    source = ManualTime()
    clock = Clock(source)
    journal = Journal(clock, limit=10)
    clock.set(rate=60)
    source.passes(2)
    journal.note("event")
    shown = render_entry(next(journal.entries()))
    assert (shown["at"], shown["elapsed"]) == ("2026-03-10T12:02:00Z", 2)


# Bodies


def test_a_body_is_cut_at_64_kib_with_its_length_and_hash() -> None:
    whole, long = b"x" * 64 * 1024, b"y" * (64 * 1024 + 1)
    assert bounded(whole) == {"body": whole}
    assert bounded(long) == {
        "body": long[:-1], "length": len(long), "sha256": hashlib.sha256(long).hexdigest()
    }  # fmt: skip


def shown_body(body: bytes) -> dict[str, Any]:
    journal = a_journal()
    journal.note("request", request=bounded(body))
    shown: dict[str, Any] = render_entry(next(journal.entries()))["request"]
    json.dumps(shown)
    return shown


def test_a_cut_through_a_character_leaves_text() -> None:
    shown = shown_body(b"x" + "ü".encode() * 40_000)
    assert shown["text"] == "x" + "ü" * (32 * 1024 - 1)
    assert (shown["json"], shown["length"]) == (None, 80_001)


def test_a_body_that_is_no_text_is_shown_as_base64() -> None:
    assert shown_body(b"\xff\x00") == {"json": None, "text": None, "base64": "/wA="}


TOKEN = "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"AccessToken": TOKEN}),
        json.dumps({"accesstoken": "secret", "Client": TOKEN}),
        json.dumps({"Text": f"my token is {TOKEN}, keep it", "deep": [{"ClientToken": "secret"}]}),
        json.dumps({TOKEN: 1}),
        json.dumps({"AccessToken": TOKEN}).replace("C66E", "\\u00436\\u0036E"),
        json.dumps({"AccessToken": "secret"}).replace("Access", "\\u0041ccess"),
        '{"AccessToken": "secret",}',
        '{"AccessToken" : "sec\\"secret',
        f"AccessToken={TOKEN}",
        "AccessToken=secret&x=1",
        f'{{"AccessToken":"{TOKEN}","Text":"{"x" * 70_000}"}}',
        f'{{"Text":"{"x" * (64 * 1024 - 35)}","AccessToken":"secretsecret"}}',
    ],
)
def test_no_body_shows_a_token(body: str) -> None:
    shown = json.dumps(shown_body(body.encode()))
    assert TOKEN not in shown
    assert "secret" not in shown


def test_bytes_that_are_no_text_show_no_token() -> None:
    shown = shown_body(b"\xff" + TOKEN.encode() + b"\xfe")
    assert base64.b64decode(shown["base64"]) == b"\xffC66E***453D\xfe"


# What a world notes


@on_a_loop
async def test_causes_lead_from_an_attempt_to_the_request_it_came_from() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        world = world_of(
            mock,
            webhook_url="http://127.0.0.1:1/hooks",
            clock={"rate": 0},
            reply_rules=[{"say": "Hello", "after": "1m"}],
        )
        writes(mock, world, opens(mock, world), "Hi")
        await mock.agenda.advance(world, world.clock.now() + 6_000_000_000, settled=False)

        def chain(number: int | None) -> list[str]:
            entry = None if number is None else world.journal.entry(number)
            return [] if entry is None else [entry.kind, *chain(entry.cause)]

        chains = {tuple(chain(entry.number)) for entry in world.journal.entries()}
    assert chains == {
        ("request",),
        ("thread", "request"),
        ("message", "request"),
        ("event", "message", "request"),
        ("attempt", "message", "request"),
        ("choice", "message", "request"),
        ("reply", "choice", "message", "request"),
        ("message", "reply", "choice", "message", "request"),
        ("event", "message", "reply", "choice", "message", "request"),
        ("attempt", "message", "reply", "choice", "message", "request"),
    }


@on_a_loop
async def test_the_body_of_an_attempt_is_bounded_too() -> None:
    async with opened(mock_on(ManualTime())) as mock:
        world = world_of(mock, webhook_url="http://127.0.0.1:1/hooks", clock={"rate": 0})
        writes(mock, world, opens(mock, world), "x" * 100_000)
        await mock.agenda.advance(world, world.clock.now(), settled=False)
        (attempt,) = (render_entry(entry) for entry in world.journal.entries(kinds=["attempt"]))
    assert attempt["request_body"]["length"] > 100_000
    assert len(attempt["request_body"]["text"]) == 64 * 1024


def test_a_large_request_does_not_push_out_all_others() -> None:
    mock = mock_on(ManualTime())
    world = world_of(mock)
    for _ in range(10):
        opens(mock, world)
    ask(mock, world, "messages/add", Messages=[], Padding="x" * 20_000_000)
    assert len(list(world.journal.entries(kinds=["request"]))) == 11


def test_the_limit_of_a_journal_can_be_changed() -> None:
    mock = mock_on(ManualTime())
    world = world_of(mock)
    for _ in range(4):
        opens(mock, world)
    mock.integrations.change(world, wish(journal_limit=3))
    opens(mock, world)
    assert len(list(world.journal.entries())) == 3
    mock.integrations.change(world, wish(journal_limit=100))
    opens(mock, world)
    assert len(list(world.journal.entries())) == 5


def test_what_belongs_to_no_world_is_in_the_servers_journal() -> None:
    mock = mock_on(ManualTime())
    world = world_of(mock)
    ask(mock, world, "messages/add", ClientToken="nobody", AccessToken=TOKEN[:-1] + "E")
    (entry,) = mock.journal.entries()
    assert (entry.kind, entry.facts["status"]) == ("request", 401)
    assert list(world.journal.entries()) == []
    ask(mock, world, "messages/add", AccessToken="nobody")
    assert len(list(world.journal.entries())) == 1
