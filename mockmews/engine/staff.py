"""The staff: what a person at the front desk does, now or later, in the thread they mean."""

from __future__ import annotations

from collections.abc import Sequence

from mockmews.durations import Duration
from mockmews.engine.messaging import Messaging
from mockmews.engine.responder import Responder
from mockmews.engine.transaction import Transaction
from mockmews.engine.worlds import Due, LiveWorld
from mockmews.errors import ControlError
from mockmews.model.identifiers import is_uuid
from mockmews.model.messages import Message, MessageThread, PlannedReply
from mockmews.store.rooms import Store

LATEST = "latest"


class Staff:
    """Replies, resolves and reopens."""

    def __init__(self, store: Store, messaging: Messaging, responder: Responder) -> None:
        self._store = store
        self._messaging = messaging
        self._responder = responder

    def reply(self, world: LiveWorld, thread: str | None, text: str) -> Message:
        """Reply at once. `thread` as in `find`. Raises ControlError."""
        found = self.find(world, thread)
        cause = world.journal.note("hotel", thread_id=found.id, guest=found.original_sender, text=text)
        return self._messaging.reply(world, found.id, (text,), cause=cause)[0]

    def reply_later(self, world: LiveWorld, thread: str | None, text: str, after: Duration) -> PlannedReply:
        """Reply `after` some time on the world's clock. Raises ControlError."""
        found = self.find(world, thread)
        due = world.clock.now() + after
        cause = world.journal.note(
            "hotel", thread_id=found.id, guest=found.original_sender, text=text, due=due
        )
        with Transaction(self._store, world):
            return self._responder.plan(world, found.id, (text,), due=due, cause=cause)

    def resolve(self, world: LiveWorld, thread: str | None, *, resolved: bool) -> MessageThread:
        """Resolve or reopen a thread. Raises ControlError."""
        found = self.find(world, thread)
        cause = world.journal.note("hotel", thread_id=found.id, guest=found.original_sender)
        return self._messaging.resolve(world, found.id, resolved=resolved, cause=cause)

    def give(self, world: LiveWorld, due: Due) -> None:
        """A planned reply fell due."""
        reply = self._store.replies.reply(world.noun.key, due.sequence)
        if reply is None or reply.due != due.at:
            return
        cause = world.journal.note("reply", cause=reply.cause, thread_id=reply.thread_id)
        self._messaging.reply(
            world, reply.thread_id, reply.texts, then=reply.then, cause=cause, planned=reply.sequence
        )

    def threads(self, world: LiveWorld) -> list[MessageThread]:
        """Every thread of the world, newest first."""
        enterprises = [enterprise.id for enterprise in world.noun.enterprises]
        dummies = [each.dummy_enterprise_id for each in world.noun.integrations if each.dummy_enterprise_id]
        return self._store.messages.threads(world.noun.key, enterprises=enterprises + dummies)

    def messages(self, world: LiveWorld, threads: Sequence[MessageThread]) -> list[Message]:
        """Every message of these threads, oldest first."""
        return self._store.messages.page(world.noun.key, threads)[::-1] if threads else []

    def find(self, world: LiveWorld, thread: str | None) -> MessageThread:
        """The thread of an id, the `latest` one to get a message, or the only open one for None.

        Raises ControlError 404 where there is none, 409 where None could mean several.
        """
        if thread is not None and thread != LATEST:
            if not is_uuid(thread):
                raise ControlError(
                    422, "bad_thread", f"{thread[:60]!r} is no thread id.", "Give a uuid, or `latest`."
                )
            return self._messaging.thread(world, thread)
        threads = self.threads(world)
        if thread is None:
            threads = [each for each in threads if not each.is_resolved]
            if len(threads) > 1:
                raise ControlError(
                    409, "several_threads", f"{len(threads)} threads are open.",
                    "Name one by thread_id, or say `latest`.",
                )  # fmt: skip
        if not threads:
            raise ControlError(
                404, "no_thread", "This world has no open thread yet.",
                "A guest writes first: the app opens the thread.",
            )  # fmt: skip
        return max(threads, key=lambda each: self._store.messages.last_in(world.noun.key, each.sequence))
