"""The staff: what a person at the front desk does, now or later, in the thread they mean."""

from __future__ import annotations

from collections.abc import Sequence

from mockmews.durations import Duration
from mockmews.engine.messaging import Messaging
from mockmews.engine.responder import Responder
from mockmews.engine.transaction import Transaction
from mockmews.engine.worlds import Due, LiveWorld
from mockmews.errors import ControlError
from mockmews.instants import Instant
from mockmews.model.conversations import Conversation, ConversationFilter
from mockmews.model.identifiers import is_uuid
from mockmews.model.messages import Message, MessageThread, PlannedReply
from mockmews.store.rooms import Store

LATEST = "latest"
NEWEST = 1 << 62
"""Above every sequence."""


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

    def give(self, world: LiveWorld, due: Due) -> bool:
        """A planned reply fell due; whether it is still to be given."""
        reply = self._planned(world, due)
        if reply is None:
            return False
        cause = world.journal.note("reply", cause=reply.cause, thread_id=reply.thread_id)
        self._messaging.reply(
            world, reply.thread_id, reply.texts, then=reply.then, cause=cause, planned=reply.sequence
        )
        return True

    def is_planned(self, world: LiveWorld, due: Due) -> bool:
        """Whether a reply is to be given at that moment."""
        return self._planned(world, due) is not None

    def _planned(self, world: LiveWorld, due: Due) -> PlannedReply | None:
        reply = self._store.replies.reply(world.noun.key, due.sequence)
        return reply if reply is not None and reply.due == due.at else None

    def planned(self, world: LiveWorld) -> list[PlannedReply]:
        """What the front desk will say, in due order."""
        return sorted(self._store.replies.of_world(world.noun.key), key=lambda each: each.due)

    def forget(self, world: LiveWorld, reply_id: str) -> PlannedReply:
        """Never give a planned reply. Raises ControlError 404 where it was given, or never planned."""
        found = next((each for each in self.planned(world) if str(each.sequence) == reply_id), None)
        if found is None:
            raise ControlError(
                404, "unknown_reply", f"There is no planned reply {reply_id[:60]!r} in this world.",
                "It may have been given already; see GET planned_replies.",
            )  # fmt: skip
        with Transaction(self._store, world):
            self._store.replies.delete(world.noun.key, found.sequence)
        world.journal.note("forgotten", cause=found.cause, thread_id=found.thread_id, texts=list(found.texts))
        return found

    def conversations(self, world: LiveWorld, wanted: ConversationFilter) -> list[Conversation]:
        """A page of conversations, newest activity first."""
        return self._store.conversations.page(world.noun.key, wanted)

    def conversation(self, world: LiveWorld, thread: str) -> Conversation:
        """The conversation of a thread, named as in `find`. Raises ControlError."""
        found = self.find(world, thread)
        (only,) = self.conversations(world, ConversationFilter(1, thread_id=found.id))
        return only

    def activity(self) -> dict[int, tuple[int, int, Instant]]:
        """Of each world with threads, by its key: how many, how many open, and when the last line came."""
        return self._store.conversations.of_worlds()

    def known_message(self, world: LiveWorld, message_id: str) -> Message | None:
        """A message of the world; None for what is no id of one."""
        return self._store.messages.message(world.noun.key, message_id) if is_uuid(message_id) else None

    def message(self, world: LiveWorld, message_id: str) -> Message:
        """A message of the world. Raises ControlError 404."""
        found = self.known_message(world, message_id)
        if found is None:
            raise ControlError(
                404, "unknown_message", f"There is no message {message_id[:60]!r} in this world.",
                "See GET messages.",
            )  # fmt: skip
        return found

    def messages(
        self,
        world: LiveWorld,
        threads: Sequence[MessageThread],
        *,
        before: int = NEWEST,
        count: int = -1,
    ) -> list[Message]:
        """Messages of these threads, oldest first; with `count` the newest so many before a sequence."""
        found = self._store.messages.page(world.noun.key, threads, before=before, count=count)
        return found[::-1] if threads else []

    def threads(self, world: LiveWorld) -> list[MessageThread]:
        """Every thread of the world, newest first."""
        enterprises = [enterprise.id for enterprise in world.noun.enterprises]
        dummies = [each.dummy_enterprise_id for each in world.noun.integrations if each.dummy_enterprise_id]
        return self._store.messages.threads(world.noun.key, enterprises=enterprises + dummies)

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
