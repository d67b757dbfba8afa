"""Messaging: the four operations, and what the front desk does (contract.md 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from mockmews.engine.events import Events
from mockmews.engine.faults import Faults
from mockmews.engine.responder import Responder
from mockmews.engine.transaction import Transaction
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ConnectorError, ControlError
from mockmews.instants import Instant
from mockmews.model.integrations import Integration
from mockmews.model.journal import Kind
from mockmews.model.messages import (
    AddedMessage,
    Interval,
    Message,
    MessageFilter,
    MessageThread,
    NewMessage,
    NewThread,
    Sender,
    ThreadFilter,
)
from mockmews.store.messages import EVER, Bounds
from mockmews.store.rooms import Store


class Messaging:
    """What an application and the staff do with threads and messages of a world.

    `cause` is the number of the journal entry that asked for it.
    """

    def __init__(self, store: Store, events: Events, responder: Responder, faults: Faults) -> None:
        self._store = store
        self._rows = store.messages
        self._events = events
        self._responder = responder
        self._faults = faults

    # What an application asks for

    def add_thread(
        self, world: LiveWorld, integration: Integration, new: NewThread, *, cause: int
    ) -> MessageThread:
        """Open a thread; it is empty and raises no event (contract.md 3.2, 13 row 18)."""
        enterprise_id = integration.dummy_enterprise_id or integration.enterprise_ids[0]
        now = world.clock.now()
        created = world.stamp(now)
        with Transaction(self._store, world):
            sequence = world.next_sequence()
            thread = MessageThread(
                sequence,
                world.identifier("thread", sequence, now),
                enterprise_id,
                new.original_sender,
                new.subject,
                created,
                created,
            )
            self._rows.insert_thread(world.noun.key, world.know(thread))
            world.journal.note(
                "thread",
                cause=cause,
                thread_id=thread.id,
                guest=thread.original_sender,
                subject=thread.subject,
                enterprise_id=enterprise_id,
            )
        return thread

    def add_messages(
        self, world: LiveWorld, integration: Integration, items: Sequence[NewMessage], *, cause: int
    ) -> list[AddedMessage]:
        """Add all messages, or none. Raises ConnectorError where a thread cannot take one.

        An unknown thread and one of another application look alike (contract.md 13 row 6).
        """
        threads: dict[str, MessageThread] = {}
        for place, item in enumerate(items):
            if item.thread_id not in threads:
                threads[item.thread_id] = self._open_to(world, integration, item.thread_id, place)
        now = world.clock.now()
        with Transaction(self._store, world):
            added = [
                self._write(world, threads, item.thread_id, item.text, Sender.APPLICATION, now, cause)
                for item in items
            ]
        return [AddedMessage(item.identifier, message) for item, message in zip(items, added, strict=True)]

    def threads(
        self, world: LiveWorld, integration: Integration, wanted: ThreadFilter
    ) -> list[MessageThread]:
        """A page of the application's threads, newest first. Raises ConnectorError."""
        enterprises = _scope(integration, wanted.enterprise_ids)
        before = self._thread_cursor(world, integration, wanted.limitation.cursor)
        if before == 0:
            return []
        created, updated = _bounds(wanted.created), _bounds(wanted.updated)
        count = wanted.limitation.count
        if wanted.thread_ids is None:
            return self._rows.threads(
                world.noun.key,
                enterprises=enterprises,
                created=created,
                updated=updated,
                before=before or _NEWEST,
                count=count,
            )
        chosen = [
            thread
            for thread in self._known(world, integration, wanted.thread_ids)
            if thread.enterprise_id in enterprises
            and thread.sequence < (before or _NEWEST)
            and _within(thread.created, created)
            and _within(thread.updated, updated)
        ]
        return sorted(chosen, key=lambda thread: -thread.sequence)[:count]

    def messages(self, world: LiveWorld, integration: Integration, wanted: MessageFilter) -> list[Message]:
        """A page of messages of the wanted threads together, newest first. Raises ConnectorError."""
        enterprises = _scope(integration, wanted.enterprise_ids)
        before = self._message_cursor(world, integration, wanted.limitation.cursor)
        threads = [
            thread
            for thread in self._known(world, integration, wanted.thread_ids)
            if thread.enterprise_id in enterprises
        ]
        if before == 0:
            return []
        return self._rows.page(
            world.noun.key,
            threads,
            created=_bounds(wanted.created),
            visible_at=world.clock.now(),
            before=before or _NEWEST,
            count=wanted.limitation.count,
        )

    # What the staff does

    def reply(
        self,
        world: LiveWorld,
        thread_id: str,
        texts: Iterable[str],
        *,
        then: str | None = None,
        planned: int | None = None,
        cause: int,
    ) -> list[Message]:
        """The front desk writes in a thread, and then may resolve or reopen it. Raises ControlError 404.

        `planned` is the sequence of the planned reply that this fulfils, which is deleted with it.
        """
        threads = {thread_id: self.thread(world, thread_id)}
        now = world.clock.now()
        with Transaction(self._store, world):
            if planned is not None:
                self._store.replies.delete(world.noun.key, planned)
            added = [
                self._write(world, threads, thread_id, text, Sender.ENTERPRISE, now, cause) for text in texts
            ]
            if then is not None:
                self._set_resolved(world, threads[thread_id], now, cause, resolved=then == "resolve")
        return added

    def resolve(self, world: LiveWorld, thread_id: str, *, resolved: bool, cause: int) -> MessageThread:
        """Mark a thread resolved or open again. Raises ControlError 404."""
        thread = self.thread(world, thread_id)
        with Transaction(self._store, world):
            return self._set_resolved(world, thread, world.clock.now(), cause, resolved=resolved)

    def thread(self, world: LiveWorld, thread_id: str) -> MessageThread:
        """A thread of the world. Raises ControlError 404."""
        thread = self._find(world, thread_id)
        if thread is None:
            raise ControlError(
                404, "unknown_thread", f"There is no thread {thread_id} in this world.", "See GET threads."
            )
        return thread

    # Inside

    def _find(self, world: LiveWorld, thread_id: str) -> MessageThread | None:
        known = world.known_threads.get(thread_id)
        if known is not None:
            return known
        thread = self._rows.thread(world.noun.key, thread_id)
        return thread and world.know(thread)

    def _write(
        self,
        world: LiveWorld,
        threads: dict[str, MessageThread],
        thread_id: str,
        text: str,
        sender: Sender,
        now: Instant,
        cause: int,
    ) -> Message:
        thread = threads[thread_id]
        settings = world.settings
        sequence = world.next_sequence()
        created = world.stamp(now)
        lag = settings.read_lag
        visible = now + lag.pick(world.chance("read_lag", sequence)) if lag.high else created
        early = self._faults.early(world) if world.faults and self._events.raises(world, sender) else None
        if early is not None:
            visible = max(visible, now + (early.fault.early or 0))
        message = Message(
            sequence, world.identifier("message", sequence, now), thread_id, text, sender, created, visible
        )
        self._rows.insert(world.noun.key, thread.sequence, message)
        entry = world.journal.note(
            "message",
            cause=cause,
            size=len(text),
            message_id=message.id,
            thread_id=thread_id,
            sender=sender,
            text=text,
            guest=thread.original_sender,
        )
        if early is not None:
            self._faults.hit(
                world, early, did="the event goes out before getAll shows its message", cause=entry
            )
        updated = created if settings.message_updates_thread else thread.updated
        is_resolved = thread.is_resolved and not settings.message_reopens_thread
        if updated != thread.updated or is_resolved != thread.is_resolved:
            self._rows.update_thread(
                world.noun.key, thread.sequence, updated=updated, is_resolved=is_resolved
            )
            thread = world.know(replace(thread, updated=updated, is_resolved=is_resolved))
            threads[thread_id] = thread
        self._events.message_added(world, thread, message, at=now, cause=entry, early=early is not None)
        if sender is Sender.APPLICATION:
            self._responder.consider(world, thread, message, at=now, cause=entry)
        return message

    def _set_resolved(
        self, world: LiveWorld, thread: MessageThread, now: Instant, cause: int, *, resolved: bool
    ) -> MessageThread:
        # It is an update, and moves UpdatedUtc, but raises no event (contract.md 13 row 17).
        changed = world.know(replace(thread, is_resolved=resolved, updated=world.stamp(now)))
        self._rows.update_thread(
            world.noun.key, thread.sequence, updated=changed.updated, is_resolved=resolved
        )
        kind: Kind = "resolved" if resolved else "reopened"
        world.journal.note(kind, cause=cause, thread_id=thread.id, guest=thread.original_sender)
        return changed

    def _open_to(
        self, world: LiveWorld, integration: Integration, thread_id: str, place: int
    ) -> MessageThread:
        thread = self._find(world, thread_id)
        if thread is None or thread.enterprise_id not in _own(integration):
            raise ConnectorError(
                int(world.settings.add_to_unknown_thread),
                "Invalid MessageThreadId",
                hint=f"Messages[{place}].MessageThreadId names no thread that this AccessToken opened; "
                "nothing of the batch was stored. See operations/messages.",
            )
        if thread.is_resolved and world.settings.add_to_resolved_thread == "refused":
            raise ConnectorError(
                400,
                "Invalid MessageThreadId",
                hint=f"Messages[{place}].MessageThreadId names a resolved thread "
                "(setting add_to_resolved_thread: refused); open a new one.",
            )
        return thread

    def _known(
        self, world: LiveWorld, integration: Integration, thread_ids: Iterable[str]
    ) -> list[MessageThread]:
        own = _own(integration)
        found = []
        for thread_id in sorted(thread_ids):  # a set has another order in every process
            thread = self._find(world, thread_id)
            if thread is not None and thread.enterprise_id in own:
                found.append(thread)
            elif world.settings.unknown_thread_ids == "refused":
                raise ConnectorError(
                    400,
                    "Invalid MessageThreadIds",
                    hint=f"{thread_id} is no thread of this application "
                    "(setting unknown_thread_ids: refused).",
                )
        return found

    def _thread_cursor(self, world: LiveWorld, integration: Integration, cursor: str | None) -> int | None:
        if cursor is None:
            return None
        thread = self._find(world, cursor)
        known = thread is not None and thread.enterprise_id in _own(integration)
        return thread.sequence if thread is not None and known else _unknown_cursor(world, "thread")

    def _message_cursor(self, world: LiveWorld, integration: Integration, cursor: str | None) -> int | None:
        if cursor is None:
            return None
        message = self._rows.message(world.noun.key, cursor)
        thread = self._find(world, message.thread_id) if message is not None else None
        if message is None or thread is None or thread.enterprise_id not in _own(integration):
            return _unknown_cursor(world, "message")
        return message.sequence


_NEWEST = 1 << 62


def _unknown_cursor(world: LiveWorld, kind: str) -> int:
    """Refuse the cursor, or let nothing be older than it (contract.md 13 row 1)."""
    if world.settings.unknown_cursor == "empty_page":
        return 0
    raise ConnectorError(
        400,
        "Invalid Cursor",
        hint=f"Limitation.Cursor is the Id of no {kind} that this AccessToken can read; use the Cursor "
        "of the last response, or leave it out to begin at the newest. See guidelines/pagination.",
    )


def _own(integration: Integration) -> tuple[str, ...]:
    dummy = integration.dummy_enterprise_id
    return integration.enterprise_ids if dummy is None else (*integration.enterprise_ids, dummy)


def _scope(integration: Integration, wanted: frozenset[str] | None) -> tuple[str, ...]:
    """The enterprises to read: those wanted, or all of the token (contract.md 2, 13 row 30)."""
    own = _own(integration)
    if wanted is None:
        return own
    if not wanted.issubset(own):
        raise ConnectorError(
            400,
            "Invalid EnterpriseIds",
            hint="EnterpriseIds names an enterprise outside the scope of the AccessToken, which covers "
            f"{len(integration.enterprise_ids)}. See concepts/multi-property.",
        )
    return tuple(each for each in own if each in wanted)


def _bounds(interval: Interval | None) -> Bounds:
    return EVER if interval is None else interval.range()


def _within(instant: Instant, bounds: Bounds) -> bool:
    low, high = bounds
    return (low is None or low <= instant) and (high is None or instant < high)
