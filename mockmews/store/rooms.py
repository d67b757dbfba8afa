"""The store as one thing: a database, and a room for each noun."""

from __future__ import annotations

from contextlib import AbstractContextManager

from mockmews.store.conversations import Conversations
from mockmews.store.database import MEMORY, Database
from mockmews.store.faults import Faults
from mockmews.store.integrations import Integrations
from mockmews.store.messages import Messages
from mockmews.store.replies import Replies
from mockmews.store.webhooks import Webhooks


class Store:
    """Everything that outlives a request. Raises StoreError where the file cannot be used."""

    def __init__(self, path: str = MEMORY, *, synchronous: str = "normal") -> None:
        self._database = Database(path, synchronous=synchronous)
        connection = self._database.connection
        self.integrations = Integrations(connection)
        self.messages = Messages(connection)
        self.conversations = Conversations(connection)
        self.webhooks = Webhooks(connection)
        self.replies = Replies(connection)
        self.faults = Faults(connection)

    def transaction(self) -> AbstractContextManager[None]:
        """Commits at the end, or takes everything back on an error; never nested."""
        return self._database.transaction()

    def reading(self) -> AbstractContextManager[None]:
        """Around what is read when a server starts. Raises StoreError where the file is damaged."""
        return self._database.reading()

    def forget_causes(self) -> None:
        """Journals live in memory: causes that name entries of an earlier run's journal name nothing now."""
        self.webhooks.forget_causes()
        self.replies.forget_causes()

    def last_sequence(self, world: int) -> int:
        """The highest sequence in use in a world."""
        rooms = (self.messages, self.webhooks, self.replies)
        return max(room.last_sequence(world) for room in rooms)

    def clear(self, world: int, *, threads: bool = True) -> dict[str, int]:
        """Delete what a world has gathered, its threads only where asked; how many of each."""
        return {
            "threads": self.messages.clear(world) if threads else 0,
            "deliveries": self.webhooks.clear(world),
            "planned_replies": self.replies.clear(world),
        }

    def close(self) -> None:
        self._database.close()
