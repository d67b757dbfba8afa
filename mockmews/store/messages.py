"""Threads and messages: inserting, finding, and pages from the newest to the oldest."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import Any

from mockmews.instants import Instant
from mockmews.model.messages import Message, MessageThread, Sender

_THREAD = "sequence, id, enterprise, original_sender, subject, created, updated, is_resolved"
_MESSAGE = "sequence, id, text, sender, created, visible"
_SENDERS = {str(sender): sender for sender in Sender}

# The statements of every call, written once: SQLite's module finds a prepared one by the same text.
_OF_THIS_ID = "world = ?1 AND substr(id, 25) = substr(?2, 25) AND id = ?2"  # as the indexes have it
_FIND_THREAD = f"SELECT {_THREAD} FROM threads WHERE {_OF_THIS_ID}"
_FIND_MESSAGE = f"SELECT {_MESSAGE}, thread FROM messages WHERE {_OF_THIS_ID}"
_THREAD_ID = "SELECT id FROM threads WHERE world = ? AND sequence = ?"
_INSERT_MESSAGE = f"INSERT INTO messages (world, thread, {_MESSAGE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_PAGE = (
    f"SELECT {_MESSAGE} FROM messages WHERE world = ? AND thread = ? AND sequence < ? "
    "AND created >= ? AND created < ? AND visible <= ? ORDER BY sequence DESC LIMIT ?"
)

Bounds = tuple[Instant | None, Instant | None]
"""Half-open [low, high) in ticks; None is unbounded."""

EVER: Bounds = (None, None)
_FIRST, _LAST = -(1 << 63), (1 << 63) - 1


class Messages:
    """The rows of threads and messages of every world."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.execute

    # Threads

    def insert_thread(self, world: int, thread: MessageThread) -> None:
        self._run(
            f"INSERT INTO threads (world, {_THREAD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                world, thread.sequence, thread.id, thread.enterprise_id, thread.original_sender,
                thread.subject, thread.created, thread.updated, thread.is_resolved,
            ),
        )  # fmt: skip

    def thread(self, world: int, thread_id: str) -> MessageThread | None:
        row = self._run(_FIND_THREAD, (world, thread_id.lower())).fetchone()
        return row and _thread(row)

    def update_thread(self, world: int, sequence: int, *, updated: Instant, is_resolved: bool) -> None:
        self._run(
            "UPDATE threads SET updated = ?, is_resolved = ? WHERE world = ? AND sequence = ?",
            (updated, is_resolved, world, sequence),
        )

    def threads(
        self,
        world: int,
        *,
        enterprises: Sequence[str],
        created: Bounds = EVER,
        updated: Bounds = EVER,
        before: int = _LAST,
        count: int = -1,
    ) -> list[MessageThread]:
        """Threads of these enterprises, newest first, older than `before`; all with count -1."""
        marks = ", ".join("?" * len(enterprises))
        rows = self._run(
            f"SELECT {_THREAD} FROM threads WHERE world = ? AND sequence < ? AND enterprise IN ({marks}) "
            "AND created >= ? AND created < ? AND updated >= ? AND updated < ? "
            "ORDER BY sequence DESC LIMIT ?",
            (world, before, *enterprises, *_ends(created), *_ends(updated), count),
        )
        return [_thread(row) for row in rows]

    # Messages

    def insert(self, world: int, thread: int, message: Message) -> None:
        """Add a message, newer than all others, to the thread of this sequence."""
        self._run(
            _INSERT_MESSAGE,
            (
                world, thread, message.sequence, message.id, message.text, str(message.sender),
                message.created, message.visible,
            ),
        )  # fmt: skip

    def message(self, world: int, message_id: str) -> Message | None:
        row = self._run(_FIND_MESSAGE, (world, message_id.lower())).fetchone()
        if row is None:
            return None
        (thread_id,) = self._run(_THREAD_ID, (world, row[-1])).fetchone()
        return next(_messages([row[:-1]], thread_id))

    def page(
        self,
        world: int,
        threads: Sequence[MessageThread],
        *,
        created: Bounds = EVER,
        visible_at: Instant = _LAST,
        before: int = _LAST,
        count: int = -1,
    ) -> list[Message]:
        """Messages of these threads, newest first, older than `before`, readable at `visible_at`.

        Each thread is a stream that is read only as far as the page needs, so a page costs the same
        whatever the length of a thread.
        """
        bounds = (*_ends(created), visible_at, count)
        streams = [
            _messages(self._run(_PAGE, (world, each.sequence, before, *bounds)), each.id) for each in threads
        ]
        if len(streams) == 1:
            return list(streams[0])
        merged = heapq.merge(*streams, key=_newness)
        return list(merged if count < 0 else islice(merged, count))

    def count_from(self, world: int, thread: int, sender: Sender) -> int:
        """How many messages of a thread this sender wrote."""
        query = "SELECT count(*) FROM messages WHERE world = ? AND thread = ? AND sender = ?"
        return int(self._run(query, (world, thread, sender)).fetchone()[0])

    def last_in(self, world: int, thread: int) -> int:
        """The sequence of a thread's newest message; of the thread itself where it is empty."""
        query = "SELECT coalesce(max(sequence), ?2) FROM messages WHERE world = ?1 AND thread = ?2"
        return int(self._run(query, (world, thread)).fetchone()[0])

    def is_empty(self, world: int) -> bool:
        """Whether the world has no thread yet."""
        return self._run("SELECT 1 FROM threads WHERE world = ? LIMIT 1", (world,)).fetchone() is None

    def last_sequence(self, world: int) -> int:
        """The highest sequence that a thread or message of the world has; 0 without any."""
        row = self._run(
            "SELECT max(coalesce((SELECT max(sequence) FROM threads WHERE world = ?1), 0), "
            "coalesce((SELECT max(sequence) FROM messages WHERE world = ?1), 0))",
            (world,),
        ).fetchone()
        return int(row[0])

    def clear(self, world: int) -> int:
        """Delete every thread and message of the world; the number of threads."""
        self._run("DELETE FROM messages WHERE world = ?", (world,))
        return self._run("DELETE FROM threads WHERE world = ?", (world,)).rowcount


def _ends(bounds: Bounds) -> tuple[Instant, Instant]:
    low, high = bounds
    return _FIRST if low is None else low, _LAST if high is None else high


def _newness(message: Message) -> int:
    return -message.sequence


def _thread(row: tuple[int, str, str, str, str, int, int, int]) -> MessageThread:
    return MessageThread(*row[:-1], bool(row[-1]))


def _messages(rows: Iterable[tuple[Any, ...]], thread_id: str) -> Iterator[Message]:
    return (
        Message(sequence, identifier, thread_id, text, _SENDERS[sender], created, visible)
        for sequence, identifier, text, sender, created, visible in rows
    )
