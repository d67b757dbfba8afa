"""The journal of one world: what happened, in order, each entry with its cause; bounded in memory.

The journal is the truth: waits, checks, console, reports and exports read it and nothing else.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from mockmews.clock import Clock
from mockmews.durations import Duration
from mockmews.instants import Instant
from mockmews.model.journal import JournalEntry, Kind

_MOST_BYTES = 16 * 1024 * 1024
LONGEST_BODY = 64 * 1024
_ENTRY_OVERHEAD = 400
_EFFECTS = frozenset({"message", "thread", "sink"})

Listener = Callable[[JournalEntry], None]


class Journal:
    """Append-only; the oldest entries go when there are too many, or too many bytes of bodies."""

    __slots__ = (
        "_begun",
        "_clock",
        "_entries",
        "_listeners",
        "_next",
        "_size",
        "generation",
        "last_effect",
        "limit",
    )

    def __init__(self, clock: Clock, *, limit: int, generation: int = 0) -> None:
        self._clock = clock
        self._begun = clock.real()
        self._entries: deque[JournalEntry] = deque()
        self.limit = limit
        self._listeners: list[Listener] = []
        self._next = 1
        self._size = 0
        self.generation = generation
        self.last_effect: Instant | None = None

    def note(self, kind: Kind, *, cause: int | None = None, size: int = 0, **facts: Any) -> int:
        """Add an entry and return its number. `size` is the bytes of bodies among its facts."""
        number = self._next
        self._next = number + 1
        real = self._clock.real()
        at = self._clock.shown_at(real)
        weight = size + _ENTRY_OVERHEAD
        entry = JournalEntry(number, kind, at, real - self._begun, self.generation, cause, facts, weight)
        if is_effect(kind, facts):
            self.last_effect = real
        entries = self._entries
        entries.append(entry)
        self._size += weight
        while len(entries) > self.limit or (self._size > _MOST_BYTES and len(entries) > 1):
            self._size -= entries.popleft().weight
        if self._listeners:
            self._tell(entry)
        return number

    def complete(self, number: int, *, size: int = 0, **facts: Any) -> None:
        """Add facts to an entry that was noted before its outcome was known."""
        entry = self.entry(number)
        if entry is None:
            return
        entry.facts.update(facts)
        entry.weight += size
        self._size += size
        if self._listeners:
            self._tell(entry)

    def entry(self, number: int) -> JournalEntry | None:
        """The entry of this number, unless it was dropped."""
        place = number - self._next + len(self._entries)  # numbers follow one another without a gap
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def entries(self, *, since: int = 0, kinds: Iterable[str] = ()) -> Iterator[JournalEntry]:
        """Entries with a number above `since`, oldest first; only of these kinds where any are named."""
        wanted = frozenset(kinds)
        return (
            entry
            for entry in tuple(self._entries)
            if entry.number > since and (not wanted or entry.kind in wanted)
        )

    def newest(
        self, count: int, *, before: int | None = None, kinds: Iterable[str] = ()
    ) -> list[JournalEntry]:
        """The newest so many entries with a number below `before`, oldest first; only of these kinds."""
        wanted = frozenset(kinds)
        fitting = (
            entry
            for entry in reversed(self._entries)
            if (before is None or entry.number < before) and (not wanted or entry.kind in wanted)
        )
        return list(islice(fitting, count))[::-1]

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 without any."""
        return self._next - 1

    @property
    def dropped(self) -> int:
        """How many entries went."""
        return self.last - len(self._entries)

    @property
    def elapsed(self) -> Duration:
        """Real time since the journal began."""
        return self._clock.real() - self._begun

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hand every entry, noted or completed, to `listener`; call what is returned to stop."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def restart(self, *, limit: int, keep: bool = False) -> None:
        """A reset begins a new generation; what was before is forgotten, unless it is to be kept."""
        self.limit = limit
        self.generation += 1
        self.last_effect = None
        if keep:
            return
        self._entries.clear()
        self._size = 0
        self._next = 1
        self._begun = self._clock.real()

    def _tell(self, entry: JournalEntry) -> None:
        for listener in tuple(self._listeners):
            listener(entry)


def is_effect(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether something changed: an add, something shown, a webhook that the app took.

    A webhook that was refused, or never answered, gave the app nothing to work on.
    """
    if kind == "attempt":
        status = facts["status"]
        return status is not None and 200 <= status < 300
    return kind in _EFFECTS


def bounded(body: bytes) -> dict[str, Any]:
    """A body as the journal keeps it: whole up to 64 KiB, else cut, with its length and hash."""
    if len(body) <= LONGEST_BODY:
        return {"body": body}
    return {
        "body": body[:LONGEST_BODY],
        "length": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
