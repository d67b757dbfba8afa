"""Replies that the front desk has planned but not yet given."""

from __future__ import annotations

from sqlite3 import Connection

import msgspec

from mockmews.model.messages import PlannedReply

_write = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(PlannedReply).decode


class Replies:
    """The rows of planned replies of every world."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.execute

    def insert(self, world: int, reply: PlannedReply) -> None:
        self._run(
            "INSERT INTO planned_replies (world, sequence, document) VALUES (?, ?, ?)",
            (world, reply.sequence, _write(reply).decode()),
        )

    def reply(self, world: int, sequence: int) -> PlannedReply | None:
        row = self._run(
            "SELECT document FROM planned_replies WHERE world = ? AND sequence = ?", (world, sequence)
        ).fetchone()
        return row and _read(row[0])

    def of_world(self, world: int) -> list[PlannedReply]:
        """Every planned reply of a world, in the order in which they were planned."""
        rows = self._run("SELECT document FROM planned_replies WHERE world = ? ORDER BY sequence", (world,))
        return [_read(document) for (document,) in rows]

    def delete(self, world: int, sequence: int) -> None:
        self._run("DELETE FROM planned_replies WHERE world = ? AND sequence = ?", (world, sequence))

    def waiting(self) -> list[tuple[int, int, int]]:
        """(world, due, sequence) of every planned reply of every world."""
        rows = self._run("SELECT world, document FROM planned_replies ORDER BY world, sequence")
        return [(world, reply.due, reply.sequence) for world, reply in ((w, _read(d)) for w, d in rows)]

    def forget_causes(self) -> None:
        """No planned reply knows any more which journal entry it follows from."""
        self._run("UPDATE planned_replies SET document = json_set(document, '$.cause', NULL)")

    def last_sequence(self, world: int) -> int:
        query = "SELECT coalesce(max(sequence), 0) FROM planned_replies WHERE world = ?"
        return int(self._run(query, (world,)).fetchone()[0])

    def clear(self, world: int) -> int:
        """Forget every planned reply of the world; their number."""
        return self._run("DELETE FROM planned_replies WHERE world = ?", (world,)).rowcount
