"""What an app did about the replies that its webhooks told it of: read them, showed them, or nothing yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from mockmews.durations import Duration
from mockmews.engine.journal import Journal
from mockmews.instants import TICKS_PER_SECOND
from mockmews.model.journal import JournalEntry
from mockmews.model.webhooks import MESSAGE_ADDED

PATIENCE: Duration = 2 * TICKS_PER_SECOND
"""How long (real time) a reply of which the app was told may go without a reaction and still be waited for."""

_MOST_REPLIES = 1000
_STAFF = "Enterprise"


class Reactions:
    """Reads a journal as it grows. A webhook that was answered 2xx tells the app of the replies in its body;
    the app reacts when a getAll brings it the reply, or when it posts the reply to a sink.

    How late an app is, is learned from it: an app that worked a second after its webhook once is given that
    time after every webhook. One that never reacted to anything is waited for once, and then no more.
    """

    def __init__(self, journal: Journal) -> None:
        self.generation = journal.generation
        self._texts: dict[str, str] = {}
        self._told: dict[str, Duration] = {}
        self._unshown: dict[str, str] = {}
        self._shown: dict[str, None] = {}
        self._owed: set[str] = set()
        self._lateness: Duration | None = None
        self._first_told: Duration | None = None
        self._last_told: Duration | None = None
        self._last_reaction: Duration | None = None
        for entry in journal.entries():
            self._take(entry)
        self.close = journal.subscribe(self._take)

    def awaited_until(self, quiet_for: Duration, *, trusting: bool) -> Duration:
        """Until when the world may still move on account of what the app was told; on the journal's time.

        An app that has not reacted to anything so far is given its time only where `trusting`.
        """
        until = [0]
        if self._last_reaction is not None:
            until.append(self._last_reaction + quiet_for)
        if self._last_told is not None and self._lateness is not None:
            until.append(self._last_told + min(PATIENCE, max(quiet_for, 2 * self._lateness)))
            until += [told + PATIENCE for told in self._told.values()]
        elif self._first_told is not None and trusting:
            until.append(self._first_told + PATIENCE)
        return max(until)

    @property
    def has_shown_all(self) -> bool:
        """Whether all that the app was told of were replies, and it has shown them."""
        return not self._owed

    def saw(self, message_ids: Iterable[str]) -> None:
        """These replies were seen where the journal does not tell: the app has dealt with them."""
        for message_id in message_ids:
            self._was_shown(message_id)
            if message_id in self._texts:
                self._lateness = self._lateness or 0
                self._forget(message_id)

    def _take(self, entry: JournalEntry) -> None:
        facts = entry.facts
        if entry.kind == "message" and facts["sender"] != _STAFF:
            self._know_shown(facts["message_id"])  # the app's own
        elif entry.kind == "message":
            self._texts[facts["message_id"]] = self._unshown[facts["message_id"]] = facts["text"]
            if len(self._texts) > _MOST_REPLIES:
                self._forget(next(iter(self._texts)))
            _bound(self._unshown)
        elif entry.kind == "attempt" and facts["status"] is not None and 200 <= facts["status"] < 300:
            self._told_of(facts["request_body"]["body"], entry.elapsed)
        elif entry.kind == "request" and facts.get("status") == 200 and self._texts:
            self._read(facts, entry.elapsed)
        elif entry.kind == "sink":
            content = facts["content"]
            for message_id in [each for each, text in self._texts.items() if _holds(content, text)]:
                self._reacted(message_id, entry.elapsed)
            for message_id in [each for each, text in self._unshown.items() if _holds(content, text)]:
                self._was_shown(message_id)

    def _told_of(self, body: bytes, elapsed: Duration) -> None:
        events = _events_named(body)
        # An event that is no reply, or that cannot be read here, is nothing that could be shown.
        self._owed |= {entity for _, entity in events} - self._shown.keys()
        named = {entity for discriminator, entity in events if discriminator == MESSAGE_ADDED}
        if not named:
            return
        self._last_told = elapsed
        for message_id in named & self._texts.keys():
            self._told[message_id] = elapsed
            if self._first_told is None:
                self._first_told = elapsed

    def _read(self, facts: dict[str, Any], elapsed: Duration) -> None:
        if facts["operation"] == "messages/getAll":
            body: bytes = facts["response"]["body"]
            for message_id in [each for each in self._texts if each.encode() in body]:
                self._reacted(message_id, elapsed)

    def _reacted(self, message_id: str, elapsed: Duration) -> None:
        told = self._told.get(message_id)
        if told is not None:
            self._lateness = max(self._lateness or 0, elapsed - told)
        self._last_reaction = elapsed
        self._forget(message_id)

    def _was_shown(self, message_id: str) -> None:
        if self._unshown.pop(message_id, None) is not None:
            self._know_shown(message_id)
        self._owed.discard(message_id)

    def _know_shown(self, message_id: str) -> None:
        self._shown[message_id] = None
        _bound(self._shown)

    def _forget(self, message_id: str) -> None:
        self._texts.pop(message_id, None)
        self._told.pop(message_id, None)


def _events_named(body: bytes) -> set[tuple[str, str]]:
    """Discriminator and id of the events of a webhook's body; one without a name where it cannot be read,
    for it was cut for its length."""
    try:
        events = msgspec.json.decode(body)["Events"]
        return {(each["Discriminator"], each["Value"]["Id"]) for each in events}
    except (msgspec.DecodeError, KeyError, TypeError):
        return {("", "")}


def _bound(known: dict[str, Any]) -> None:
    """The oldest goes where there are too many."""
    if len(known) > _MOST_REPLIES:
        del known[next(iter(known))]


def _holds(content: Any, text: str) -> bool:
    if isinstance(content, str):
        return text in content
    if isinstance(content, dict):
        return any(_holds(each, text) for each in content.values())
    return isinstance(content, list) and any(_holds(each, text) for each in content)
