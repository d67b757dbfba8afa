"""Journals of small runs, written as the fake writes them, and their records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockmews_testkit.checks.judging import judge
from mockmews_testkit.checks.record import Guest, GuestText, Outage, Record, Secret, Showing
from mockmews_testkit.checks.results import Result

Json = dict[str, Any]

PENELOPE = "Penelope"
MAX = "Max"
BASE = {"ClientToken": "***", "AccessToken": "***", "Client": "Concierge 1.4.0"}
HEADERS = [["host", "127.0.0.1"], ["content-type", "application/json"]]
UNKNOWN = "ffffffff-0000-4000-8000-000000000000"
ENTERPRISE = "e0000000-0000-4000-8000-000000000001"


class Run:
    """Plays guest, app and front desk; every step takes 10 ms. `record` is what the checks get."""

    def __init__(self, payload: str = "entities") -> None:
        self.payload = payload
        self.entries: list[Json] = []
        self.elapsed = 0.2
        self.texts: list[GuestText] = []
        self.shown: dict[str, list[Showing]] = {}
        self.outages: list[Outage] = []
        self.deliveries = 0
        self.messages: dict[str, Json] = {}

    # Time

    def wait(self, seconds: float) -> None:
        self.elapsed += seconds

    def note(self, kind: str, *, cause: int | None = None, **facts: Any) -> int:
        self.elapsed += 0.01
        number = len(self.entries) + 1
        at = f"2026-03-10T12:00:{int(self.elapsed) % 60:02}.{int(self.elapsed % 1 * 1e7):07}Z"
        entry = {
            "number": number, "kind": kind, "at": at, "elapsed": self.elapsed, "generation": 0, "cause": cause,
        }  # fmt: skip
        self.entries.append({**entry, **facts})
        return number

    # The app calls

    def call(
        self,
        operation: str | None,
        body: Any,
        *,
        status: int | None = 200,
        response: Any = None,
        took: float = 0.002,
        retry_after: int | None = None,
        injects: Mapping[str, Any] | None = None,
        hit: int = 1,
        **entry: Any,
    ) -> int:
        """A request with its answer; `injects` makes it struck by a fault."""
        headers = [] if retry_after is None else [["retry-after", str(retry_after)]]
        facts = {
            "operation": operation,
            "method": "POST",
            "path": f"/api/connector/v1/{operation}",
            "query": "",
            "request_headers": HEADERS,
            "request": {"json": body, "text": None},
            "status": status,
            "hint": None,
            "response_headers": headers,
            "response": {"json": response, "text": None},
            "milliseconds": took * 1000,
        }
        number = self.note("request", **{**facts, **entry})
        if injects is not None:
            self.note(
                "fault", cause=number, fault="fault-1", hit=hit, did="", injects=injects, operation=operation
            )
        self.elapsed += took
        return number

    def opens(self, guest: str, *, sender: str | None = None, subject: str = "Chat", **how: Any) -> str:
        """messageThreads/add; returns the thread id, which is unknown to Mews where the call fails."""
        sender = guest if sender is None else sender
        request = self.call(
            "messageThreads/add", {**BASE, "OriginalSender": sender, "Subject": subject}, **how
        )
        thread = f"00000000-0000-4000-8000-{request:012}"
        if how.get("status", 200) == 200:
            self.note(
                "thread",
                cause=request,
                thread_id=thread,
                guest=sender,
                subject=subject,
                enterprise_id=ENTERPRISE,
            )
        return thread

    def adds(self, thread: str, *texts: str, stored: bool | None = None, **how: Any) -> list[str]:
        """messages/add; returns the message ids."""
        items = [{"MessageThreadId": thread, "Text": text} for text in texts]
        request = self.call("messages/add", {**BASE, "Messages": items}, **how)
        if stored if stored is not None else how.get("status", 200) == 200:
            return [self._message(thread, text, "Application", request) for text in texts]
        return []

    def looks(self, *threads: str, count: int = 100, cursor: str | None = None, **how: Any) -> int:
        """messages/getAll."""
        interval = how.pop("interval", None)
        body = {**BASE, "MessageThreadIds": [*threads], "Limitation": {"Count": count, "Cursor": cursor}}
        if interval is not None:
            body["CreatedUtc"] = dict(zip(("StartUtc", "EndUtc"), interval, strict=True))
        return self.call("messages/getAll", body, **how)

    # Guests

    def says(self, guest: str, text: str, *, source: str = "story.mews.yaml:3:5", **more: Any) -> None:
        """A guest writes in the app."""
        self.shown.setdefault(guest, [])
        self.elapsed += 0.01
        spoken = GuestText(
            guest=guest, text=text, said=text, since=len(self.entries), elapsed=self.elapsed, source=source
        )
        self.texts.append(replace(spoken, **more))

    def talks(self, guest: str, *texts: str) -> str:
        """A guest writes, and the app brings it to Mews, in a thread of its own; returns the thread."""
        thread = ""
        for text in texts:
            self.says(guest, text)
            thread = thread or self.opens(guest)
            self.tells(self.adds(thread, text))
        return thread

    def sees(self, guest: str, *texts: str, own: bool = False) -> None:
        """The app shows a guest something."""
        for text in texts:
            number = self.note("sink", content={"to": guest, "text": text})
            self.shown.setdefault(guest, []).append(Showing(text, None, self.elapsed, number, own))

    # The front desk

    def replies(self, thread: str, *texts: str) -> list[str]:
        """The front desk writes; returns the message ids."""
        return [self._message(thread, text, "Enterprise", self.note("hotel", text=text)) for text in texts]

    def resolves(self, thread: str) -> None:
        self.note("resolved", cause=self.note("hotel"), thread_id=thread, guest="")

    def tells(
        self,
        messages: Sequence[str],
        *,
        status: int | None = 200,
        took: float = 0.002,
        injects: Mapping[str, Any] | None = None,
        noise: Sequence[str] = (),
        state: str = "delivered",
        delivery: int | None = None,
        error: str | None = None,
    ) -> int:
        """A webhook about these messages; returns its delivery."""
        if delivery is None:
            self.deliveries += 1
            delivery = self.deliveries
            for each in messages:
                self.note("event", discriminator="MessageAdded", entity_id=each, delivery=delivery)
        if injects is not None:
            self.note("fault", fault="fault-1", hit=1, did="", injects=injects, delivery=delivery)
            if injects.get("drop"):
                return delivery
        events = [{"Discriminator": each, "Value": {"Id": UNKNOWN}} for each in noise]
        events += [{"Discriminator": "MessageAdded", "Value": {"Id": each}} for each in messages]
        self.elapsed += took
        self.note(
            "attempt", delivery=delivery, delivery_id="", attempt=1, attempt_cause="first",
            url="http://app/hooks?Token=***", status=status, milliseconds=took * 1000, error=error, state=state,
            request_body={"json": {"Events": events}, "text": None},
        )  # fmt: skip
        return delivery

    def brings(self, guest: str, thread: str, *texts: str) -> list[str]:
        """Replies that go the usual way: written, told of, fetched and shown; returns the message ids."""
        found = []
        for text in texts:
            found += self.replies(thread, text)
            self.tells(found[-1:])
            self.looks(thread)
            self.sees(guest, text)
        return found

    # The record

    def record(self, *, after: float = 10.0, **more: Any) -> Record:
        """What the checks get, `after` seconds of quiet."""
        given: Json = {
            "payload": self.payload,
            "entries": tuple(self.entries),
            "settings": {
                "payload": self.payload,
                "webhooks": "auto",
                "webhook_timeout": "5s",
                "read_lag": "0s",
            },
            "guests": tuple(Guest(name, name, tuple(shown)) for name, shown in self.shown.items()),
            "texts": tuple(self.texts),
            "outages": tuple(self.outages),
            "ended": self.elapsed + after,
            "secrets": (
                Secret("AccessToken", "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D"),
                Secret("webhook token", "967aa1846d65e0ca2c94", of_webhook=True),
            ),
        }
        return Record(**{**given, **more})

    def judged(self, check: str, **more: Any) -> Result:
        """What came of one check."""
        return judge(self.record(**more), check)[0]

    def _message(self, thread: str, text: str, sender: str, cause: int) -> str:
        identifier = f"11111111-0000-4000-8000-{len(self.entries) + 1:012}"
        self.note(
            "message",
            cause=cause,
            message_id=identifier,
            thread_id=thread,
            sender=sender,
            text=text,
            guest="",
        )
        return identifier


Story = Callable[[Run], Json | None]
"""Plays on a run, and may return fields of its record."""


def outcome(check: str, story: Story, *, payload: str = "entities") -> str:
    """What comes of a check in a story. A failure names what was seen."""
    run = Run(payload)
    more = story(run) or {}
    result = run.judged(check, **more)
    assert (result.outcome == "fail") <= bool(result.proofs)
    assert (result.outcome == "pass") or result.reason
    return result.outcome.value


def nothing(_: Run) -> None:
    """Nothing happens."""


def usual(run: Run) -> None:
    """A guest writes twice, and the front desk answers twice."""
    thread = run.talks(PENELOPE, "Hi!")
    run.brings(PENELOPE, thread, "Hello Ms Penelope!")
    run.says(PENELOPE, "Around 11pm.")
    run.tells(run.adds(thread, "Around 11pm."))
    run.brings(PENELOPE, thread, "Travel safely!")
