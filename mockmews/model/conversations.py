"""Conversations as the front desk sees them: a thread with its last line, and whether a guest waits."""

from __future__ import annotations

from msgspec import Struct

from mockmews.instants import Instant
from mockmews.model.messages import Message, MessageThread


class Conversation(Struct, frozen=True):
    """`activity` is the sequence of the newest message, of the thread itself where it has none.

    `waiting_since` is when the first guest's message came that nobody answered; None where nobody waits.
    """

    thread: MessageThread
    activity: int
    from_guest: int = 0
    from_hotel: int = 0
    last: Message | None = None
    waiting_since: Instant | None = None


class ConversationFilter(Struct, frozen=True):
    """Which conversations, newest activity first: `search` stands in the guest's name, the subject or a text."""

    count: int
    before: int | None = None
    resolved: bool | None = None
    search: str = ""
    thread_id: str | None = None
