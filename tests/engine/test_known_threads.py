"""Known threads: what a world remembers of its threads is what the store has, whatever happens."""

from __future__ import annotations

from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import LiveWorld
from tests.engine.manual import ManualTime, ask, mock_on, opens, world_of

MANY = 1100  # more threads than a world remembers


def in_step(mock: MockMews, world: LiveWorld) -> bool:
    """Whether every remembered thread is the stored one."""
    key = world.noun.key
    return all(mock.store.messages.thread(key, each) == known for each, known in world.known_threads.items())


def add(mock: MockMews, world: LiveWorld, *threads: str) -> int:
    items = [{"MessageThreadId": each, "Text": "Hi"} for each in threads]
    return ask(mock, world, "messages/add", Messages=items)[0]


def test_known_threads_follow_every_change_of_a_thread() -> None:
    source = ManualTime()
    mock = mock_on(source)
    world = world_of(mock)
    thread = opens(mock, world)
    before = world.known_threads[thread]
    source.passes(60)
    assert add(mock, world, thread) == 200
    assert world.known_threads[thread].updated > before.updated
    assert in_step(mock, world)
    source.passes(60)
    mock.messaging.resolve(world, thread, resolved=True, cause=1)
    assert world.known_threads[thread].is_resolved
    assert in_step(mock, world)


def test_known_threads_are_forgotten_when_a_change_is_taken_back() -> None:
    source = ManualTime()
    mock = mock_on(source)
    world = world_of(mock)
    first, second = opens(mock, world), opens(mock, world)
    source.passes(60)
    # The store fails at the second message, when the first has moved its thread.
    mock.store._database.connection.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON messages "
        "WHEN EXISTS (SELECT 1 FROM messages) BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    )
    assert add(mock, world, first, second) == 500
    assert in_step(mock, world)
    mock.store._database.connection.execute("DROP TRIGGER full")
    assert add(mock, world, first, second) == 200
    assert in_step(mock, world)


def test_known_threads_do_not_outlive_a_reset() -> None:
    mock = mock_on(ManualTime())
    world = world_of(mock)
    thread = opens(mock, world)
    mock.integrations.reset(world)
    assert add(mock, world, thread) == 400


def test_known_threads_are_bounded_and_the_others_are_still_found() -> None:
    mock = mock_on(ManualTime(), rate_limit="off")
    world = world_of(mock)
    threads = [opens(mock, world) for _ in range(MANY)]
    assert len(world.known_threads) < MANY
    assert threads[0] not in world.known_threads
    assert add(mock, world, threads[0]) == 200
    assert in_step(mock, world)
