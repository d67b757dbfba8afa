"""Faults that stand, with what they have counted."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

import msgspec

from mockmews.model.faults import SetFault


class Faults:
    """The rows of faults of every world."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.execute

    def all(self) -> Iterator[tuple[int, SetFault]]:
        """Every world's faults, in the order in which they were set."""
        for world, document in self._run("SELECT world, document FROM faults ORDER BY world, number"):
            yield world, msgspec.json.decode(document, type=SetFault)

    def save(self, world: int, fault: SetFault) -> None:
        """Insert the fault, or replace what was kept of it."""
        self._run(
            "INSERT INTO faults (world, number, document) VALUES (?, ?, ?) "
            "ON CONFLICT (world, number) DO UPDATE SET document = excluded.document",
            (world, fault.number, msgspec.json.encode(fault).decode()),
        )

    def delete(self, world: int, number: int) -> None:
        self._run("DELETE FROM faults WHERE world = ? AND number = ?", (world, number))

    def clear(self, world: int) -> int:
        """Forget every fault of the world; their number."""
        return self._run("DELETE FROM faults WHERE world = ?", (world,)).rowcount
