"""The story of a run: whose text became which message, whose thread is whose, and what was shown of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from mockmews_testkit.checks.happenings import (
    APPLICATION,
    ENTERPRISE,
    MESSAGE_ADDED,
    Attempt,
    Call,
    Hit,
    Message,
    Thread,
    attempts_in,
    calls_in,
    hits_in,
    messages_in,
    threads_in,
)
from mockmews_testkit.checks.record import Guest, GuestText, Json, Record
from mockmews_testkit.checks.results import Proof
from mockmews_testkit.checks.texts import Channel

_DOWN_AFTER = 0.3  # seconds that an app may need after it said that it is ready


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of the front desk. `text` is as it shall be shown, `guest` None where its thread is nobody's."""

    message: Message
    guest: str | None
    text: str

    @property
    def id(self) -> str:
        """The message id."""
        return self.message.id


class Story:
    """What a record tells, worked out once for all laws."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.channel = Channel(record.html, record.limit, record.splits)

    # What happened

    @cached_property
    def hits(self) -> list[Hit]:
        """Every strike of a fault."""
        return hits_in(self.record.entries)

    @cached_property
    def calls(self) -> list[Call]:
        """Every call of an operation, in order."""
        return calls_in(self.record.entries, self.hits)

    @cached_property
    def messages(self) -> list[Message]:
        """Every message in Mews, in order."""
        return messages_in(self.record.entries)

    @cached_property
    def threads(self) -> list[Thread]:
        """Every thread, in order."""
        return threads_in(self.record.entries)

    @cached_property
    def attempts(self) -> list[Attempt]:
        """Every webhook attempt, by the time it began."""
        return attempts_in(self.record.entries, self.hits)

    def of_kind(self, kind: str) -> list[Json]:
        """Journal entries of one kind."""
        return [each for each in self.record.entries if each["kind"] == kind]

    @cached_property
    def by_id(self) -> dict[str, Message]:
        """Messages by their ids."""
        return {each.id: each for each in self.messages}

    @cached_property
    def numbers_by_thread(self) -> dict[str, list[int]]:
        """The journal numbers of each thread's messages, rising."""
        found: dict[str, list[int]] = {}
        for each in self.messages:
            found.setdefault(each.thread, []).append(each.number)
        return found

    @cached_property
    def from_app(self) -> list[Message]:
        """What the app added."""
        return [each for each in self.messages if each.sender == APPLICATION]

    @cached_property
    def unknown_ids(self) -> set[str]:
        """Message ids that this run told the app of, and that name no message."""
        told = {
            str(each.get("entity_id")).lower()
            for each in self.of_kind("event")
            if each.get("discriminator") == MESSAGE_ADDED
        }
        told.update(message for attempt in self.attempts for message in attempt.messages)
        return told - set(self.by_id)

    @cached_property
    def troubled(self) -> list[Call]:
        """Calls that were not answered as usual."""
        return [each for each in self.calls if each.troubled]

    def met_trouble(self, begun: float, ended: float) -> bool:
        """Whether a call was in trouble at some time between."""
        place = bisect_right(self._troubled_from, ended)
        return place > 0 and self._troubled_until[place - 1] >= begun

    @cached_property
    def _troubled_from(self) -> list[float]:
        return sorted(each.begun for each in self.troubled)

    @cached_property
    def _troubled_until(self) -> list[float]:
        """When the last call in trouble ended, of those that began first; there may be thousands of them."""
        ended = (each.ended for each in sorted(self.troubled, key=lambda call: call.begun))
        return list(accumulate(ended, max))

    def was_down(self, begun: float, ended: float) -> bool:
        """Whether the app was down at some time between."""
        return any(
            begun <= (self.record.ended if each.ended is None else each.ended + _DOWN_AFTER)
            and ended >= each.began
            for each in self.record.outages
        )

    # Guests and their texts

    @property
    def texts(self) -> tuple[GuestText, ...]:
        """What guests wrote, in the order spoken."""
        return self.record.texts

    @cached_property
    def arrivals(self) -> list[tuple[GuestText, Message | None]]:
        """Each text with the message that it became, if it did.

        Where several guests wrote the same text, the thread tells whose it is.
        """
        free: dict[str, list[Message]] = {}
        for message in self.from_app:
            free.setdefault(message.text, []).append(message)
        speakers: dict[str, set[str]] = {}
        for text in self.texts:
            speakers.setdefault(text.text, set()).add(text.guest)
        found: dict[int, Message] = {}
        owners: dict[str, str] = {}
        order = sorted(range(len(self.texts)), key=lambda place: len(speakers[self.texts[place].text]) > 1)
        for place in order:
            text = self.texts[place]
            fitting = [each for each in free.get(text.text, ()) if each.number > text.since]
            if fitting:
                best = min(fitting, key=lambda each: (self._strangeness(text, each, owners), each.number))
                free[text.text].remove(best)
                found[place] = best
                owners.setdefault(best.thread, text.guest)
        return [(text, found.get(place)) for place, text in enumerate(self.texts)]

    def _strangeness(self, text: GuestText, message: Message, owners: dict[str, str]) -> int:
        """How unlikely it is that this message is this text: 0 in a thread of the guest's own."""
        owner = owners.get(message.thread)
        if owner is not None:
            return 0 if owner == text.guest else 3
        opened = next((each for each in self.threads if each.id == message.thread), None)
        return 1 if opened is not None and self.name(text.guest) in opened.sender else 2

    @cached_property
    def owners(self) -> dict[str, str]:
        """Whose thread is whose, as far as only one guest's texts stand in it."""
        guests: dict[str, set[str]] = {}
        for text, message in self.arrivals:
            if message is not None:
                guests.setdefault(message.thread, set()).add(text.guest)
        return {thread: next(iter(found)) for thread, found in guests.items() if len(found) == 1}

    def arrived(self, guest: str) -> list[tuple[GuestText, Message]]:
        """The texts of a guest with their messages, as they were spoken."""
        return self._arrived.get(guest, [])

    @cached_property
    def _arrived(self) -> dict[str, list[tuple[GuestText, Message]]]:
        found: dict[str, list[tuple[GuestText, Message]]] = {}
        for text, message in self.arrivals:
            if message is not None:
                found.setdefault(text.guest, []).append((text, message))
        return found

    @cached_property
    def missing(self) -> list[GuestText]:
        """Texts that are not in Mews, though the app took them and does not answer them itself."""
        return [text for text, message in self.arrivals if message is None and text.taken and text.forwarded]

    @cached_property
    def copies(self) -> dict[str, list[Message]]:
        """For each text that guests wrote, the messages with it beyond those that they wrote."""
        claimed = {message.number for _, message in self.arrivals if message is not None}
        spoken = {each.text for each in self.texts}
        found: dict[str, list[Message]] = {}
        for each in self.from_app:
            if each.text in spoken and each.number not in claimed:
                found.setdefault(each.text, []).append(each)
        return found

    # Replies and what was shown

    @cached_property
    def replies(self) -> list[Reply]:
        """Every reply, in the order written."""
        shown_as = self.record.shown_as
        return [
            Reply(each, self.owners.get(each.thread), shown_as.get(each.id, each.text))
            for each in self.messages
            if each.sender == ENTERPRISE
        ]

    def replies_to(self, guest: str) -> list[Reply]:
        """The replies in a guest's threads."""
        return [each for each in self.replies if each.guest == guest]

    @cached_property
    def hotels(self) -> dict[str, str | None]:
        """The enterprise id of each thread."""
        return {each.id: each.enterprise for each in self.threads}

    @cached_property
    def hotels_shown(self) -> set[str | None]:
        """The hotels of which any reply was shown to its guest."""
        shown = (
            reply
            for guest in self.guests
            for reply in self.replies_to(guest.key)
            if self.times_shown(guest, reply.text)
        )
        return {self.hotels.get(each.message.thread) for each in shown}

    def shown(self, guest: Guest) -> list[str]:
        """What a guest was shown."""
        return [each.text for each in guest.shown]

    @cached_property
    def _places(self) -> dict[str, dict[str, list[int]]]:
        """For each guest, where each text was shown."""
        found: dict[str, dict[str, list[int]]] = {}
        for guest in self.guests:
            places = found.setdefault(guest.key, {})
            for place, text in enumerate(self.shown(guest)):
                for form in self.channel.forms(text):
                    places.setdefault(form, []).append(place)
        return found

    def places(self, guest: Guest, text: str) -> list[int]:
        """Where a guest was shown a text; where it was split, where it began."""
        if self.record.splits and self.channel.too_long(text):
            return self.channel.places(self.shown(guest), text)
        return self._places[guest.key].get(text, [])

    def times_shown(self, guest: Guest, text: str) -> int:
        """How often a guest was shown a text."""
        return len(self.places(guest, text))

    def first_shown(self, guest: Guest, text: str) -> int | None:
        """The place where a guest was shown a text first."""
        return next(iter(self.places(guest, text)), None)

    def times_written(self, guest: Guest, text: str) -> int:
        """How often the front desk wrote a text to a guest."""
        return self._written[guest.key, text]

    @cached_property
    def _written(self) -> Counter[tuple[str | None, str]]:
        return Counter((each.guest, each.text) for each in self.replies)

    def strangers(self, guest: Guest) -> list[int]:
        """The places of what a guest was shown though no reply to this guest says it, nor the app file."""
        shown = self.shown(guest)
        known: set[int] = {place for place, each in enumerate(guest.shown) if each.own}
        for text in {each.text for each in self.replies_to(guest.key)}:
            for place in self.places(guest, text):
                known.update(range(place, place + max(1, self.channel.length(shown[place:], text))))
        return [place for place in range(len(shown)) if place not in known]

    @property
    def guests(self) -> tuple[Guest, ...]:
        """Who took part."""
        return self.record.guests

    def guest(self, key: str | None) -> Guest | None:
        """The guest of this key."""
        return next((each for each in self.guests if each.key == key), None)

    def name(self, key: str) -> str:
        """How a guest is called."""
        found = self.guest(key)
        return found.name if found else key

    # Webhooks of a message

    @cached_property
    def attempts_by_message(self) -> dict[str, list[Attempt]]:
        """The attempts that told of each message, by the time they began."""
        found: dict[str, list[Attempt]] = {}
        for attempt in self.attempts:
            for each in dict.fromkeys(attempt.messages):
                found.setdefault(each, []).append(attempt)
        return found

    def attempts_of(self, message_id: str) -> list[Attempt]:
        """The attempts that told of a message."""
        return self.attempts_by_message.get(message_id, [])

    def told(self, message_id: str) -> Attempt | None:
        """The first attempt by which the app knows of a message: right token, answered 2xx."""
        return next(
            (each for each in self.attempts_of(message_id) if each.taken and not each.wrong_token), None
        )

    # Time

    def overdue(self, since: float) -> bool:
        """Whether the app had all the time it may take since then, and since it was last in trouble."""
        return self.record.ended - max(since, self._free_since) >= self.record.patience

    @property
    def busy_for(self) -> float:
        """Seconds that the app may still wait before it goes on, as Mews told it or as it paces itself."""
        return max(0.0, self._free_since - self.record.ended)

    def is_over(self, call: Call) -> bool:
        """Whether the faults that struck a call strike no more, so that the app could have gone on."""
        return all(self._ends(hit) <= self.record.ended for hit in call.hits)

    def _ends(self, hit: Hit) -> float:
        never = float("inf")
        cleared = (each for each in self.record.cleared if each >= hit.elapsed)
        return min(self._spent.get(hit.fault, never), min(cleared, default=never))

    @cached_property
    def _spent(self) -> dict[str, float]:
        """When each fault struck no more, as far as its hits tell; there may be thousands of them."""
        found: dict[str, float] = {}
        for hit in self.hits:
            if hit.over is not None:
                found[hit.fault] = min(hit.over, found.get(hit.fault, hit.over))
        return found

    @cached_property
    def _free_since(self) -> float:
        """When the app had no reason left to wait: up, and past each Retry-After and the pause that follows.

        Pauses grow from one failure to the next, so the next one may be three times the last.
        """
        free = 0.0
        last: dict[str, Call] = {}
        for call in self.calls:
            before = last.pop(call.key, None)
            if call.troubled and not call.odd:  # a new field is no reason to wait
                pause = 3 * (call.begun - before.begun) if before else 0.0
                free = max(free, call.ended + max(call.retry_after or 0.0, pause))
                last[call.key] = call
        for outage in self.record.outages:
            free = max(free, float("inf") if outage.ended is None else outage.ended)
        return free

    def proof(self, text: str, *entries: int | None, message: str | None = None, source: str = "") -> Proof:
        """What was seen, with the line of the scenario where a message has one, else where the story begins."""
        source = source or self.record.sources.get(message or "", "") or self.record.source
        return Proof(text, tuple(each for each in entries if each is not None), source)
