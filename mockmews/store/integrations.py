"""Worlds with their integrations, each kept as one document."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

import msgspec

from mockmews.model.integrations import World


class Integrations:
    """The rows of worlds."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.execute

    def all(self) -> Iterator[World]:
        """Every world, in the order in which they were made."""
        for (document,) in self._run("SELECT document FROM worlds ORDER BY world"):
            yield msgspec.json.decode(document, type=World)

    def last_key(self) -> int:
        """The highest key ever in use; 0 without any."""
        return int(self._run("SELECT coalesce(max(world), 0) FROM worlds").fetchone()[0])

    def save(self, world: World) -> None:
        """Insert the world, or replace what was kept of it."""
        self._run(
            "INSERT INTO worlds (world, document) VALUES (?, ?) "
            "ON CONFLICT (world) DO UPDATE SET document = excluded.document",
            (world.key, msgspec.json.encode(world).decode()),
        )

    def delete(self, key: int) -> None:
        self._run("DELETE FROM worlds WHERE world = ?", (key,))
