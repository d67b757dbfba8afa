"""The transcript: a conversation line by line, under the four step titles of the use-case guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockmews_testkit.scenario.document import GuestWrites, HotelReplies, Step
from mockmews_testkit.scenario.events import (
    Event,
    Happened,
    ScenarioFinished,
    ScenarioStarted,
    Seen,
    StepFinished,
    StepStarted,
)
from mockmews_testkit.scenario.evidence import attempt_line, call_line
from mockmews_testkit.scenario.watch import APPLICATION
from mockmews_testkit.scenario.writing import line_of

Json = Mapping[str, Any]

TITLES = (
    "1  The customer creates a message within your app",
    "2  Your app creates a new message thread in Mews",
    "3  Your app listens for MessageAdded webhook events",
    "4  Continue the conversation",
)
_MARGIN = 11


class Parts:
    """Which of the guide's four steps a conversation has come to; each title is told once."""

    def __init__(self) -> None:
        self._part = 0

    def of_step(self, step: Step) -> Iterator[str]:
        """The title that begins with this step, if one does."""
        part = self._part
        if part == 0 and isinstance(step, GuestWrites):
            part = 1
        elif part in (1, 2) and isinstance(step, HotelReplies):
            part = 3
        elif part == 3 and isinstance(step, GuestWrites):
            part = 4
        yield from self._enter(part)

    def of_call(self) -> Iterator[str]:
        """The title that begins with a call of the app, if one does."""
        if self._part == 1:
            yield from self._enter(2)

    def _enter(self, part: int) -> Iterator[str]:
        if part > self._part:
            self._part = part
            yield TITLES[part - 1]


class Transcript:
    """Turns events into lines of plain text, each with the style that a terminal may give it."""

    def __init__(self) -> None:
        self._parts = Parts()
        self._deliveries: dict[int, list[str]] = {}
        self._writers: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def lines(self, event: Event) -> Iterator[tuple[str, str]]:
        """(style, text) of each line that an event is worth: title, guest, hotel, wire, shown, bad, good."""
        match event:
            case ScenarioStarted():
                self._parts = Parts()
                self._deliveries = {}
                self._names = {guest.key: guest.name for guest in event.scenario.guests}
                yield "", ""
                yield "title", f"{event.scenario.name}   (payload {event.payload}, seed {event.seed})"
            case StepStarted():
                yield from (("title", title) for title in self._parts.of_step(event.step))
                yield from self._spoken(event.step)
            case Happened():
                yield from self._happened(event.entry)
            case Seen():
                yield "shown", _row("", f"shown to {event.guest}: {printable(event.text)}")
            case StepFinished() if event.failure is not None:
                yield "bad", f"FAILED {event.failure}"
            case ScenarioFinished():
                yield from self._verdict(event)

    def _happened(self, entry: Json) -> Iterator[tuple[str, str]]:
        match entry["kind"]:
            case "request":
                yield from (("title", title) for title in self._parts.of_call())
                yield "wire", _row("", f"-> {call_line(dict(entry))}")
            case "message":
                own = entry["sender"] == APPLICATION
                self._writers[entry["message_id"]] = entry["guest"] if own else "the hotel"
            case "event":
                whose = self._writers.get(entry["entity_id"])
                told = entry["discriminator"] + (f" (from {whose})" if whose else "")
                self._deliveries.setdefault(entry["delivery"], []).append(told)
            case "attempt":
                told = ", ".join(self._deliveries.get(entry["delivery"], ["webhook"]))
                short = entry["delivery_id"][:8]
                yield "wire", _row("", f"<- {told}, delivery {short} {attempt_line(dict(entry))}")
            case "fault":
                yield "bad", _row("", f"fault: {entry.get('what', '')}")

    def _spoken(self, step: Step) -> Iterator[tuple[str, str]]:
        if isinstance(step, GuestWrites):
            guest = self._names.get(step.by or "", next(iter(self._names.values()), "guest"))
            where = f"   (at {step.at})" if step.at else ""
            yield from (("guest", _row(guest, f"{printable(text)}{where}")) for text in step.texts)
        elif isinstance(step, HotelReplies):
            yield "hotel", _row("hotel", printable(step.text))
        else:
            yield "wire", _row("", printable(line_of(step)))

    def _verdict(self, event: ScenarioFinished) -> Iterator[tuple[str, str]]:
        for verdict in event.verdicts:
            yield ("good" if verdict.holds else "bad"), f"{'ok' if verdict.holds else 'NO'}  {verdict.text}"
        if event.failure is not None and event.verdicts:
            yield "bad", f"FAILED {event.failure}"
        outcome = "passed" if event.failure is None else "failed"
        style = "good" if event.failure is None else "bad"
        yield style, f"{event.scenario.name}: {outcome} in {event.seconds:.2f} s"


def printable(text: str) -> str:
    """A text that a terminal cannot take for a command: control characters are escaped."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _row(who: str, text: str) -> str:
    return f"   {who:<{_MARGIN}}{text}"


def told(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """(style, text) of each line of a whole transcript."""
    transcript = Transcript()
    for event in events:
        yield from transcript.lines(event)
