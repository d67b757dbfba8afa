"""Conversations for the front desk: threads by their newest message, with counts and the last line."""

from __future__ import annotations

import unicodedata
from sqlite3 import Connection

from mockmews.instants import Instant
from mockmews.model.conversations import Conversation, ConversationFilter
from mockmews.model.messages import Message, MessageThread, Sender

_LAST = (1 << 63) - 1


def _page(holds: str) -> str:
    """A page of conversations; `holds` says in SQL that a column holds what is searched."""
    sender, subject, text = (holds.format(each) for each in ("t.original_sender", "t.subject", "m.text"))
    return f"""
WITH desk AS (
    SELECT t.*, coalesce(
        (SELECT max(m.sequence) FROM messages m WHERE m.world = t.world AND m.thread = t.sequence), t.sequence
    ) AS activity
    FROM threads t
    WHERE t.world = :world
    AND (:resolved IS NULL OR t.is_resolved = :resolved)
    AND (:id IS NULL OR t.id = :id)
    AND (:search = '' OR {sender} OR {subject} OR EXISTS (
        SELECT 1 FROM messages m WHERE m.world = t.world AND m.thread = t.sequence AND {text}
    ))
)
SELECT sequence, id, enterprise, original_sender, subject, created, updated, is_resolved, activity
FROM desk WHERE activity < :before ORDER BY activity DESC LIMIT :count
"""


# SQLite's own comparison knows the case of ASCII alone, and is five times as fast: a text that holds more than
# ASCII has more bytes than characters.
_MORE_THAN_ASCII = "length(CAST({0} AS BLOB)) > length({0})"
_BY_ASCII = _page(f"({{0}} LIKE :search ESCAPE '\\' OR ({_MORE_THAN_ASCII} AND holds({{0}}, :folded)))")
_BY_ANY = _page(f"({_MORE_THAN_ASCII} AND holds({{0}}, :folded))")
_COUNTS = (
    "SELECT sender, count(*), max(sequence) FROM messages WHERE world = ? AND thread = ? GROUP BY sender"
)
_MESSAGE = (
    "SELECT sequence, id, text, sender, created, visible FROM messages "
    "WHERE world = ? AND thread = ? AND sequence >= ? ORDER BY sequence LIMIT 1"
)
_WORLDS = (
    "SELECT t.world, count(*), sum(t.is_resolved = 0), max(coalesce("
    "(SELECT m.created FROM messages m WHERE m.world = t.world AND m.thread = t.sequence "
    "ORDER BY m.sequence DESC LIMIT 1), t.created)) FROM threads t GROUP BY t.world"
)


class Conversations:
    """Reads the rows of threads and messages as the front desk wants them."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.execute
        connection.create_function("holds", 2, _holds, deterministic=True)

    def page(self, world: int, wanted: ConversationFilter) -> list[Conversation]:
        """Conversations that fit, newest activity first."""
        folded = _folded(wanted.search)
        rows = self._run(
            _BY_ASCII if folded.isascii() else _BY_ANY,
            {
                "world": world,
                "resolved": wanted.resolved,
                "id": None if wanted.thread_id is None else wanted.thread_id.lower(),
                "search": _pattern(folded),
                "folded": folded,
                "before": _LAST if wanted.before is None else wanted.before,
                "count": wanted.count,
            },
        ).fetchall()
        return [self._whole(world, _thread(row), row[-1]) for row in rows]

    def of_worlds(self) -> dict[int, tuple[int, int, Instant]]:
        """Of each world that has threads: how many, how many of them open, and when the last line came."""
        return {world: (threads, opened, last) for world, threads, opened, last in self._run(_WORLDS)}

    def _whole(self, world: int, thread: MessageThread, activity: int) -> Conversation:
        counts = {
            Sender(sender): (count, last)
            for sender, count, last in self._run(_COUNTS, (world, thread.sequence))
        }
        from_guest, last_of_guest = counts.get(Sender.APPLICATION, (0, 0))
        from_hotel, last_of_hotel = counts.get(Sender.ENTERPRISE, (0, 0))
        waits = from_guest and last_of_guest > last_of_hotel and not thread.is_resolved
        first_unanswered = self._message(world, thread, last_of_hotel + 1) if waits else None
        return Conversation(
            thread,
            activity,
            from_guest,
            from_hotel,
            self._message(world, thread, activity) if from_guest or from_hotel else None,
            None if first_unanswered is None else first_unanswered.created,
        )

    def _message(self, world: int, thread: MessageThread, since: int) -> Message | None:
        """The first message of a thread from this sequence on."""
        row = self._run(_MESSAGE, (world, thread.sequence, since)).fetchone()
        if row is None:
            return None
        sequence, identifier, text, sender, created, visible = row
        return Message(sequence, identifier, thread.id, text, Sender(sender), created, visible)


def _holds(text: str, folded: str) -> bool:
    return folded in _folded(text)


def _folded(text: str) -> str:
    """A text without case and accents, as people search: who types cafe, CAFÉ or café finds each of them."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _pattern(search: str) -> str:
    """A LIKE pattern that means exactly this text, anywhere; empty where nothing is searched."""
    for special in ("\\", "%", "_"):
        search = search.replace(special, f"\\{special}")
    return f"%{search}%" if search else ""


def _thread(row: tuple[int, str, str, str, str, int, int, int, int]) -> MessageThread:
    return MessageThread(*row[:-2], bool(row[-2]))
