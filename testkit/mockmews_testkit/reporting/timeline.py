"""The time line: what a play told, gathered by steps, as arrows between guest, app, Mews and front desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockmews_testkit.errors import Failure
from mockmews_testkit.reporting import curl
from mockmews_testkit.scenario.document import GuestWrites, Step
from mockmews_testkit.scenario.events import Event, Happened, Seen, StepFinished, StepStarted
from mockmews_testkit.scenario.transcript import Parts
from mockmews_testkit.scenario.watch import APPLICATION

Json = Mapping[str, Any]

LANES = ("Guest", "App", "Mews", "Front desk")
GUEST, APP, MEWS, DESK = range(4)


@dataclass(frozen=True, slots=True)
class Raw:
    """One titled part of what went over the wire."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Something that went from one lane to the one beside it. `at` is in seconds of the journal."""

    begin: int
    end: int
    kind: str
    label: str
    outcome: str = ""
    good: bool = True
    at: float | None = None
    raw: tuple[Raw, ...] = ()
    curl: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence between the arrows: a title of the guide, or a fault that struck."""

    kind: str
    text: str


@dataclass(slots=True)
class Chapter:
    """A step with all that happened before the next one. `step` None: after the last."""

    step: Step | None
    titles: tuple[str, ...] = ()
    rows: list[Arrow | Note] = field(default_factory=list)
    is_done: bool = False
    failure: Failure | None = None


def chapters(events: Iterable[Event]) -> list[Chapter]:
    """The chapters of a play, in order."""
    teller = _Teller()
    for event in events:
        teller.hear(event)
    return [each for each in teller.chapters if each.step is not None or each.rows]


class _Teller:
    def __init__(self) -> None:
        self.chapters: list[Chapter] = []
        self._parts = Parts()
        self._writers: dict[str, str] = {}
        self._events: dict[int, list[tuple[str, str]]] = {}
        self._posts: list[Json] = []

    def hear(self, event: Event) -> None:
        match event:
            case StepStarted():
                self.chapters.append(Chapter(event.step, tuple(self._parts.of_step(event.step))))
                if isinstance(event.step, GuestWrites):
                    self._add(Arrow(begin=GUEST, end=APP, kind="speech", label="writes"))
            case StepFinished():
                self.chapters[-1].is_done = True
                self.chapters[-1].failure = event.failure
            case Happened():
                self._add(*self._happened(event.entry))
            case Seen():
                self._add(self._shown(event))

    def _add(self, *rows: Arrow | Note) -> None:
        if not self.chapters or (self.chapters[-1].is_done and self.chapters[-1].step is not None):
            self.chapters.append(Chapter(None))
        self.chapters[-1].rows.extend(rows)

    def _happened(self, entry: Json) -> Iterator[Arrow | Note]:
        match entry["kind"]:
            case "request":
                yield from (Note("title", title) for title in self._parts.of_call())
                yield _call(entry)
            case "hotel":
                yield Arrow(begin=DESK, end=MEWS, kind="desk", label="replies", at=entry["elapsed"])
            case "message":
                own = entry["sender"] == APPLICATION
                self._writers[entry["message_id"]] = entry["guest"] if own else "the hotel"
            case "event":
                told = (entry["discriminator"], self._writers.get(entry["entity_id"], ""))
                self._events.setdefault(entry["delivery"], []).append(told)
            case "attempt":
                yield _attempt(entry, self._events.get(entry["delivery"], [("webhook", "")]))
            case "sink":
                self._posts.append(entry)
            case "fault":
                yield Note("fault", f"fault: {entry.get('what', '')}")

    def _shown(self, event: Seen) -> Arrow:
        post = next((each for each in self._posts if _holds(each.get("content"), event.text)), None)
        if post is None:
            return Arrow(begin=APP, end=GUEST, kind="shown", label=f"shows {event.guest}")
        self._posts.remove(post)
        raw = (
            Raw("What was shown", event.text),
            Raw("What the app posted", curl.pretty(post.get("request"))),
        )
        return Arrow(
            begin=APP, end=GUEST, kind="shown", label=f"shows {event.guest}", at=post["elapsed"], raw=raw
        )


def _call(entry: Json) -> Arrow:
    status = entry.get("status")
    took = f"{entry['milliseconds']:.0f} ms" if "milliseconds" in entry else ""
    head = f"{entry['method']} {entry['path']}\n{curl.headers(entry.get('request_headers'))}"
    raw = [
        Raw(f"Request (journal {entry['number']})", f"{head}\n\n{curl.pretty(entry.get('request'))}".strip())
    ]
    if status is not None:
        answer = f"{status}\n{curl.headers(entry.get('response_headers'))}"
        raw.append(Raw("Response", f"{answer}\n\n{curl.pretty(entry.get('response'))}".strip()))
    if entry.get("hint"):
        raw.append(Raw("Hint", entry["hint"]))
    return Arrow(
        begin=APP,
        end=MEWS,
        kind="call",
        label=entry["operation"] or f"{entry['method']} {entry['path']}",
        outcome=" · ".join(part for part in (str(status or "no answer"), took) if part),
        good=status is not None and 200 <= status < 300,
        at=entry["elapsed"],
        raw=tuple(raw),
        curl=curl.of_request(entry),
    )


def _attempt(entry: Json, events: list[tuple[str, str]]) -> Arrow:
    status = entry["status"]
    outcome = entry["error"] or status
    writers = ", ".join(dict.fromkeys(whose for _, whose in events if whose))
    number = f"attempt {entry['attempt']}" if entry["attempt"] > 1 else ""
    took = f"{entry['milliseconds']:.0f} ms"
    raw = [
        Raw(
            f"Webhook (journal {entry['number']})",
            f"POST {entry['url']}\n\n{curl.pretty(entry.get('request_body'))}",
        )
    ]
    answer = [
        f"{outcome}, then {entry['state']}",
        curl.headers(entry.get("response_headers")),
        curl.pretty(entry.get("response_body")),
    ]
    raw.append(Raw("Answer of the app", "\n\n".join(part for part in answer if part)))
    return Arrow(
        begin=MEWS,
        end=APP,
        kind="webhook",
        label=events[0][0] if len(events) == 1 else f"{len(events)} events",
        outcome=" · ".join(part for part in (number, str(outcome), took, writers) if part),
        good=status is not None and 200 <= status < 300,
        at=entry["elapsed"],
        raw=tuple(raw),
        curl=curl.of_attempt(entry),
    )


def _holds(content: Any, text: str) -> bool:
    if isinstance(content, Mapping):
        return any(_holds(each, text) for each in content.values())
    if isinstance(content, list):
        return any(_holds(each, text) for each in content)
    return bool(content == text)
