"""Pages from the newest to the oldest: by index, and at the same cost whatever lies beyond them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockmews.model.identifiers import comb
from mockmews.model.messages import Message, MessageThread, Sender
from mockmews.store.database import Database
from mockmews.store.integrations import Integrations
from mockmews.store.messages import Messages
from mockmews.store.replies import Replies
from mockmews.store.webhooks import Webhooks

HOTEL = "851df8c8-90f2-4c4a-8e01-a4fc46b25178"
WORLD = 7


def a_thread(sequence: int) -> MessageThread:
    return MessageThread(sequence, comb(b"7", "thread", sequence, 0), HOTEL, "Penelope", "Arrival", 100, 100)


def a_message(sequence: int, thread: MessageThread) -> Message:
    identifier = comb(b"7", "message", sequence, sequence)
    return Message(
        sequence, identifier, thread.id, f"text {sequence}", Sender.APPLICATION, sequence, sequence
    )


class Rooms:
    """A database with some threads and messages of three worlds."""

    def __init__(self) -> None:
        self.database = Database()
        self.connection = self.database.connection
        self.messages = Messages(self.connection)
        self.webhooks = Webhooks(self.connection)
        self.replies = Replies(self.connection)
        self.integrations = Integrations(self.connection)
        self.threads = [a_thread(sequence) for sequence in (1, 2, 3)]
        for world in (WORLD - 1, WORLD, WORLD + 1):
            for thread in self.threads:
                self.messages.insert_thread(world, thread)

    def fill(self, count: int, *, first: int = 10) -> None:
        """Add messages to the threads in turn."""
        with self.database.transaction():
            for sequence in range(first, first + count):
                thread = self.threads[sequence % 3]
                for world in (WORLD - 1, WORLD, WORLD + 1):
                    self.messages.insert(world, thread.sequence, a_message(sequence, thread))

    def steps(self, work: Callable[[], Any]) -> int:
        """How many tens of instructions SQLite runs for it."""
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        self.connection.set_progress_handler(count, 10)
        try:
            work()
        finally:
            self.connection.set_progress_handler(None, 0)
        return counted


@pytest.fixture
def rooms() -> Iterator[Rooms]:
    made = Rooms()
    yield made
    made.database.close()


def sequences(found: list[Message]) -> list[int]:
    return [message.sequence for message in found]


def test_a_page_is_the_newest_of_all_its_threads_before_the_cursor(rooms: Rooms) -> None:
    rooms.fill(30)
    one, two = rooms.threads[0], rooms.threads[1]
    assert sequences(rooms.messages.page(WORLD, rooms.threads, count=5)) == [39, 38, 37, 36, 35]
    assert sequences(rooms.messages.page(WORLD, rooms.threads, before=35, count=3)) == [34, 33, 32]
    assert sequences(rooms.messages.page(WORLD, [one], count=3)) == [39, 36, 33]
    assert sequences(rooms.messages.page(WORLD, [one, two], before=30, count=3)) == [28, 27, 25]
    assert sequences(rooms.messages.page(WORLD, rooms.threads)) == list(range(39, 9, -1))
    assert rooms.messages.page(WORLD, []) == []
    assert sequences(rooms.messages.page(WORLD, rooms.threads, created=(15, 18))) == [17, 16, 15]
    assert sequences(rooms.messages.page(WORLD, rooms.threads, visible_at=12)) == [12, 11, 10]


def plan(rooms: Rooms, work: Callable[[], Any]) -> list[str]:
    """The query plans of all statements that the work runs."""
    statements: list[str] = []
    rooms.connection.set_trace_callback(statements.append)
    try:
        work()
    finally:
        rooms.connection.set_trace_callback(None)
    assert statements
    return [row[-1] for each in statements for row in rooms.connection.execute(f"EXPLAIN QUERY PLAN {each}")]


WORK: dict[str, Callable[[Rooms], Any]] = {
    "page of a thread": lambda rooms: rooms.messages.page(WORLD, rooms.threads[:1], count=10),
    "page of many": lambda rooms: rooms.messages.page(WORLD, rooms.threads, before=30, count=10),
    "page in a time": lambda rooms: rooms.messages.page(WORLD, rooms.threads, created=(5, 9), count=10),
    "threads": lambda rooms: rooms.messages.threads(WORLD, enterprises=[HOTEL], count=10),
    "threads in a time": lambda rooms: rooms.messages.threads(
        WORLD, enterprises=[HOTEL], updated=(5, 9), before=9, count=10
    ),
    "thread": lambda rooms: rooms.messages.thread(WORLD, rooms.threads[0].id),
    "message": lambda rooms: rooms.messages.message(WORLD, comb(b"7", "message", 10, 10)),
    "count": lambda rooms: rooms.messages.count_from(WORLD, 1, Sender.APPLICATION),
    "last": lambda rooms: rooms.messages.last_in(WORLD, 1),
    "last of all": lambda rooms: rooms.messages.last_sequence(WORLD),
    "is empty": lambda rooms: rooms.messages.is_empty(WORLD),
    "update": lambda rooms: rooms.messages.update_thread(WORLD, 1, updated=7, is_resolved=True),
    "clear": lambda rooms: rooms.messages.clear(WORLD),
    "delivery": lambda rooms: rooms.webhooks.delivery(WORLD, 1),
    "deliveries": lambda rooms: rooms.webhooks.deliveries(WORLD),
    "latest": lambda rooms: rooms.webhooks.latest(WORLD),
    "events": lambda rooms: rooms.webhooks.events(WORLD, 1),
    "attempts": lambda rooms: rooms.webhooks.attempts(WORLD, 1),
    "attempt count": lambda rooms: rooms.webhooks.attempt_count(WORLD, 1),
    "clear deliveries": lambda rooms: rooms.webhooks.clear(WORLD),
    "reply": lambda rooms: rooms.replies.reply(WORLD, 1),
    "clear replies": lambda rooms: rooms.replies.clear(WORLD),
}


@pytest.mark.parametrize("name", WORK)
def test_a_statement_goes_by_an_index_of_its_world_and_sorts_nothing(rooms: Rooms, name: str) -> None:
    rooms.fill(30)
    details = plan(rooms, lambda: WORK[name](rooms))
    searches = [each for each in details if each.startswith("SEARCH")]
    assert searches
    assert all("(world=?" in each for each in searches)
    assert not [each for each in details if "SCAN" in each and "CONSTANT ROW" not in each]
    assert not [each for each in details if "TEMP B-TREE" in each]


@pytest.mark.parametrize(
    "name", ["page of a thread", "page of many", "threads", "thread", "message", "last", "is empty", "latest"]
)
def test_a_page_costs_the_same_however_long_the_threads_are(rooms: Rooms, name: str) -> None:
    rooms.fill(60)
    few = rooms.steps(lambda: WORK[name](rooms))
    rooms.fill(6_000, first=100)
    many = rooms.steps(lambda: WORK[name](rooms))
    assert many <= few + 2


def test_a_page_deep_in_the_past_costs_what_the_first_costs(rooms: Rooms) -> None:
    rooms.fill(6_000)

    def page(before: int) -> Callable[[], Any]:
        return lambda: rooms.messages.page(WORLD, rooms.threads, before=before, count=10)

    assert rooms.steps(page(50)) <= rooms.steps(page(6_000)) + 2
