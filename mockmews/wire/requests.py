"""Request bodies into nouns, or Mews's refusal of them.

contract.md 13a: `Client`, then the fields in the order of the document; the first error ends it. A good
body costs one compiled check. The fields that have rules beyond their schema (intervals, the need of a
filter) check them while they are read, in the same order, for good and for bad bodies alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from mockmews import instants
from mockmews.contract import OPERATIONS
from mockmews.contract.hints import hint
from mockmews.contract.shapes import Problem, Shape, request_shape
from mockmews.durations import Duration
from mockmews.errors import ConnectorError
from mockmews.instants import TICKS_PER_SECOND, Instant
from mockmews.model.messages import Interval, Limitation, MessageFilter, NewMessage, NewThread, ThreadFilter
from mockmews.settings import Settings

Request = NewThread | list[NewMessage] | ThreadFilter | MessageFilter
Body = dict[str, Any]

LARGEST_PAGE = 1000
_DAY: Duration = 86_400 * TICKS_PER_SECOND
# contract.md 13 row 33: one client saw three months and a day pass.
_TOLERANCES: dict[str, Duration] = {"none": 0, "one_day": _DAY}


def read_tokens(body: Body, *, property_case: str) -> tuple[str | None, str | None]:
    """ClientToken and AccessToken of a body, each None where it is missing, empty or no text.

    Who calls is found out before a body is judged (contract.md 13 row 24), so before its names are put
    right; `property_case` is the setting of that name.
    """
    client, access = "ClientToken", "AccessToken"
    if property_case == "insensitive":
        sent = {name.lower(): name for name in body}
        client, access = (name if name in body else sent.get(name.lower(), name) for name in (client, access))
    client_token, access_token = body.get(client), body.get(access)
    return (
        client_token if isinstance(client_token, str) and client_token else None,
        access_token if isinstance(access_token, str) and access_token else None,
    )


def read_request(operation: str, body: Body, settings: Settings) -> Request:
    """What a decoded body asks of an operation such as `messages/add`. Raises ConnectorError 400."""
    shape = request_shape(operation, settings)
    body = shape.renamed(body)
    reader = _Reader(operation, shape, body, settings)
    if not shape.is_valid(body):
        reader.refuse_body()
    return _REQUESTS[operation](reader)


class _Reader:
    """The fields of one body, read one by one; the first that is wrong raises ConnectorError."""

    __slots__ = ("body", "operation", "settings", "shape")

    def __init__(self, operation: str, shape: Shape, body: Body, settings: Settings) -> None:
        self.operation = operation
        self.shape = shape
        self.body = body
        self.settings = settings

    def ids(self, name: str) -> frozenset[str] | None:
        """Identifiers as a set (contract.md 13 row 4); None where absent, or empty and that is allowed."""
        written = self.body.get(name)
        if not written:
            needed_without = self.shape.properties[name].schema.get("x-required-without", ())
            # contract.md 3.1: at least one filter; contract.md 13 row 31: EnterpriseIds is none.
            if needed_without and all(self.body.get(other) is None for other in needed_without):
                mistyped = self.shape.mistyped(self.body, (name, *needed_without))
                self._break(name, "x-required-without", *mistyped)
            return None
        return frozenset(map(str.lower, written))

    def interval(self, name: str) -> Interval | None:
        """A time filter within its bounds (contract.md 5)."""
        written = self.body.get(name)
        if written is None:
            return None
        start, end = self._bound(written.get("StartUtc")), self._bound(written.get("EndUtc"))
        if start is not None and end is not None:
            months = self.shape.properties[name].schema["x-max-interval-in-months"]
            tolerance = _TOLERANCES[self.settings.month_tolerance]
            if start > end:
                self._break(name, "starts after it ends; send StartUtc and EndUtc in the order of time")
            if end > instants.add_months(start, months) + tolerance:
                span = f"{months} calendar month{'s' if months > 1 else ''}"
                self._break(name, f"spans more than {span}; ask for shorter intervals in turn")
        return Interval(start, end, inclusive=self.settings.interval_ends == "inclusive")

    def _bound(self, written: str | None) -> Instant | None:
        if written is None:
            return None
        return instants.parse(written, zone_required=self.settings.datetime_without_zone == "refused")

    def limitation(self, name: str) -> Limitation:
        """Count and cursor (contract.md 4); the newest 1000 where absent, if that is allowed."""
        written = self.body.get(name)
        if written is None:
            return Limitation(LARGEST_PAGE)
        cursor = written.get("Cursor")
        # contract.md 12 row 11: only under `count_out_of_range: clamped` does another number get here.
        count = min(max(int(written["Count"]), 1), LARGEST_PAGE)
        return Limitation(count, cursor and cursor.lower())

    def messages(self, name: str) -> list[NewMessage]:
        """The messages to add, in their order."""
        return [
            NewMessage(each["MessageThreadId"].lower(), each["Text"], each.get("Identifier"))
            for each in self.body[name]
        ]

    def text(self, name: str) -> str:
        """A text as it came (contract.md 13 row 11)."""
        written: str = self.body[name]
        return written

    def refuse_body(self) -> NoReturn:
        """Name the first error of a body that does not fit its schema."""
        for name in self.shape.properties:
            problem = self.shape.problem_at(name, self.body)
            if problem is not None:
                self._refuse(problem)
            if name in _RULED:
                _RULED[name](self, name)
        unknown = self.shape.unknown_name(self.body)
        if unknown is None:
            raise AssertionError(f"A body of {self.operation} does not fit its schema, yet nothing is wrong.")
        self._refuse(unknown)

    def _break(self, name: str, rule: str, sent: str = "", known: str = "") -> NoReturn:
        """Name a field that fits its schema and breaks a rule which no schema can say."""
        field = self.shape.properties[name]
        self._refuse(Problem(name, name, rule, None, field.schema, field.page, sent, known))

    def _refuse(self, problem: Problem) -> NoReturn:
        text = hint(problem, OPERATIONS[self.operation].page)
        raise ConnectorError(400, f"Invalid {problem.field}", hint=text)


def _thread_filter(read: _Reader) -> ThreadFilter:
    # The order of these lines is that of contract.md 3.1: the first that is wrong is named.
    enterprise_ids, thread_ids = read.ids("EnterpriseIds"), read.ids("MessageThreadIds")
    created, updated = read.interval("CreatedUtc"), read.interval("UpdatedUtc")
    return ThreadFilter(read.limitation("Limitation"), enterprise_ids, thread_ids, created, updated)


def _message_filter(read: _Reader) -> MessageFilter:
    enterprise_ids, thread_ids = read.ids("EnterpriseIds"), read.ids("MessageThreadIds")
    created = read.interval("CreatedUtc")
    return MessageFilter(read.limitation("Limitation"), thread_ids or frozenset(), enterprise_ids, created)


def _new_thread(read: _Reader) -> NewThread:
    return NewThread(read.text("OriginalSender"), read.text("Subject"))


def _new_messages(read: _Reader) -> list[NewMessage]:
    return read.messages("Messages")


_REQUESTS: dict[str, Callable[[_Reader], Request]] = {
    "messageThreads/getAll": _thread_filter,
    "messageThreads/add": _new_thread,
    "messages/getAll": _message_filter,
    "messages/add": _new_messages,
}
# The fields with rules beyond their schema, and how each is read.
_RULED: dict[str, Callable[[_Reader, str], object]] = {
    "EnterpriseIds": _Reader.ids,
    "MessageThreadIds": _Reader.ids,
    "CreatedUtc": _Reader.interval,
    "UpdatedUtc": _Reader.interval,
}
