"""The calls that vectors make, in short."""

from __future__ import annotations

from typing import Any

from mockmews_testkit.verification.exchange import LEFT_OUT, PREFIX, Call

GUEST = "Penelope (mockmews verify)"
SUBJECT = "A test by mockmews verify; please disregard"
UNKNOWN_ID = "0f9325f6-ef44-4911-89a8-ae51010a5aa4"

Json = dict[str, Any]

OPTIONS = ("raw", "method", "headers", "client", "access", "after", "patient")
"""What of a call is no field of its body."""


def ask(operation: str, **given: Any) -> Call:
    """A call of an operation: fields of its body, and options of the call."""
    options = {name: given.pop(name) for name in OPTIONS if name in given}
    return Call(path=PREFIX + operation, fields=given, **options)


def add_thread(**given: Any) -> Call:
    """Open a thread."""
    return ask("messageThreads/add", **{"OriginalSender": GUEST, "Subject": SUBJECT, **given})


def add(*items: Json, **given: Any) -> Call:
    """Add messages."""
    return ask("messages/add", **{"Messages": list(items), **given})


def item(thread: str, text: Any = "Hi", **fields: Any) -> Json:
    """One message to add."""
    whole = {"MessageThreadId": thread, "Text": text, **fields}
    return {name: value for name, value in whole.items() if value is not LEFT_OUT}


def find(*threads: str, count: Any = 10, cursor: Any = LEFT_OUT, **given: Any) -> Call:
    """A page of messages."""
    return ask(
        "messages/getAll", **{"MessageThreadIds": list(threads), "Limitation": limit(count, cursor), **given}
    )


def find_threads(*threads: str, count: Any = 10, cursor: Any = LEFT_OUT, **given: Any) -> Call:
    """A page of threads; without `threads` by other filters."""
    ids = {"MessageThreadIds": list(threads)} if threads else {}
    return ask("messageThreads/getAll", **{**ids, "Limitation": limit(count, cursor), **given})


def limit(count: Any, cursor: Any = LEFT_OUT) -> Json:
    """A limitation."""
    return {"Count": count} if cursor is LEFT_OUT else {"Count": count, "Cursor": cursor}


def between(start: Any, end: Any) -> Json:
    """An interval."""
    whole = {"StartUtc": start, "EndUtc": end}
    return {name: value for name, value in whole.items() if value is not LEFT_OUT}
