"""Pages stay what they were while new items arrive (contract.md 4): generated runs against a plain list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockmews import MockMewsServer
from tests.connector.caller import NOON, Answer, App, Json, between, item

THREADS = 4
TODAY = between(NOON, "2026-03-11T00:00:00Z")
GENERATED = settings(derandomize=True, deadline=None, database=None, max_examples=60)


@dataclass(frozen=True, slots=True)
class Batch:
    """One messages/add: the threads of its items, in order."""

    threads: list[int]


@dataclass(frozen=True, slots=True)
class Reply:
    """The front desk writes."""

    thread: int


@dataclass(frozen=True, slots=True)
class Open:
    """A thread is opened."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody reads the first page, so many items long, of these threads."""

    threads: list[int]
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """The walk of this number (modulo the walks there are) reads its next page."""

    walk: int


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes."""

    milliseconds: int


@dataclass(slots=True)
class Reading:
    """A walk under way: the filter, the items still ahead, and the cursor that leads to them."""

    wanted: Json
    count: int
    ahead: list[str]
    cursor: str | None = None
    is_over: bool = False

    def read(self, page: Answer) -> None:
        """The page must be the next of the items that there were when the walk began."""
        due, self.ahead = self.ahead[: self.count], self.ahead[self.count :]
        assert page.ids == due
        assert page.cursor == (due[-1] if due else None)
        self.cursor = page.cursor
        self.is_over = not due


PLACES = st.lists(st.integers(0, THREADS - 1), min_size=1, max_size=6)
COUNTS = st.integers(1, 5)
STEPS = st.builds(Step, st.integers(0, 7))
TIMES = st.builds(Pass, st.integers(1, 1500))


@pytest.fixture(scope="module")
def reader(server: MockMewsServer) -> Iterator[App]:
    """An application whose world begins anew for every generated run."""
    app = App(server.url, server.control.create_integration(clock={"rate": 0, "at": NOON}), server.control)
    yield app
    app.close()


@GENERATED
@given(
    acts=st.lists(
        st.one_of(
            st.builds(Batch, PLACES), st.builds(Reply, st.integers(0, THREADS - 1)),
            st.builds(Walk, PLACES, COUNTS), STEPS, STEPS, TIMES,
        ),
        min_size=8, max_size=40,
    )
)  # fmt: skip
def test_message_pages_are_stable(reader: App, acts: list[object]) -> None:
    reader.control.reset_integration(reader.access_token)
    threads = [reader.open_thread() for _ in range(THREADS)]
    oldest_first: list[tuple[str, str]] = []
    walks: list[Reading] = []
    for act in acts:
        match act:
            case Batch(places):
                added = [
                    each["Message"] for each in reader.add(*(item(threads[at]) for at in places)).messages
                ]
                oldest_first += [(each["MessageThreadId"], each["Id"]) for each in added]
            case Reply(at):
                oldest_first.append((threads[at], reader.reply(threads[at], "Hello")))
            case Walk(places, count):
                wanted = [threads[at] for at in places]
                ahead = [message for thread, message in reversed(oldest_first) if thread in wanted]
                walks.append(Reading({"MessageThreadIds": wanted}, count, ahead))
                turn_message_page(reader, walks[-1])
            case Step(number) if walks:
                turn_message_page(reader, walks[number % len(walks)])
            case Pass(milliseconds):
                reader.advance(f"{milliseconds}ms")
    for walk in walks:
        while not walk.is_over:
            turn_message_page(reader, walk)


def turn_message_page(reader: App, walk: Reading) -> None:
    if not walk.is_over:
        walk.read(reader.find(count=walk.count, cursor=walk.cursor, **walk.wanted))


@GENERATED
@given(
    acts=st.lists(
        st.one_of(st.builds(Open), st.builds(Open), st.builds(Walk, PLACES, COUNTS), STEPS, STEPS, TIMES),
        min_size=8, max_size=40,
    ),
    wanted=st.sampled_from(["ids", "CreatedUtc", "UpdatedUtc"]),
)  # fmt: skip
def test_thread_pages_are_stable(reader: App, acts: list[object], wanted: str) -> None:
    reader.control.reset_integration(reader.access_token)
    oldest_first = [reader.open_thread() for _ in range(THREADS)]
    walks: list[Reading] = []
    for act in acts:
        match act:
            case Open():
                oldest_first.append(reader.open_thread())
            case Walk(_, count):
                filters: Json = {"MessageThreadIds": [*oldest_first]} if wanted == "ids" else {wanted: TODAY}
                walks.append(Reading(filters, count, oldest_first[::-1]))
                turn_thread_page(reader, walks[-1])
            case Step(number) if walks:
                # A message moves UpdatedUtc, and no thread in the order.
                reader.write(oldest_first[number % len(oldest_first)], "Hi")
                turn_thread_page(reader, walks[number % len(walks)])
            case Pass(milliseconds):
                reader.advance(f"{milliseconds}ms")
    for walk in walks:
        while not walk.is_over:
            turn_thread_page(reader, walk)


def turn_thread_page(reader: App, walk: Reading) -> None:
    if not walk.is_over:
        walk.read(reader.find_threads(count=walk.count, cursor=walk.cursor, **walk.wanted))
