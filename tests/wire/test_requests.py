"""Request bodies under the defaults: the vectors of contract.md 14 that a body decides, order, and hints."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from mockmews import instants
from mockmews.errors import ConnectorError
from mockmews.model.messages import Interval, Limitation, MessageFilter, NewMessage, NewThread, ThreadFilter
from mockmews.settings import Settings
from mockmews.wire.requests import read_request, read_tokens

ADD, FIND = "messages/add", "messages/getAll"
OPEN, FIND_THREADS = "messageThreads/add", "messageThreads/getAll"
T1 = "7f9325f6-ef44-4911-89a8-ae51010a5aa4"
T2 = "c1478ff9-80b7-4ea2-94fc-ae4e009e1463"
NOON = instants.parse("2026-03-10T12:00:00Z")
BASE: dict[str, Any] = {"ClientToken": "c", "AccessToken": "a", "Client": "Concierge 1.0.0"}
THREAD = {**BASE, "OriginalSender": "John Doe", "Subject": "Example subject"}
ITEM = {"MessageThreadId": T1, "Text": "Hi", "Identifier": "Message 1"}
MESSAGES_WANTED = {**BASE, "MessageThreadIds": [T1], "Limitation": {"Count": 10}}
THREADS_WANTED = {**BASE, "MessageThreadIds": [T1], "Limitation": {"Count": 10}}
BODIES = {
    OPEN: THREAD,
    FIND_THREADS: THREADS_WANTED,
    ADD: {**BASE, "Messages": [ITEM]},
    FIND: MESSAGES_WANTED,
}
ABSENT = object()


def put(operation: str, changes: dict[str, Any]) -> dict[str, Any]:
    """The good body of an operation with values at paths such as `Limitation.Count` or `Messages.0.Text`."""
    body: Any = copy.deepcopy(BODIES[operation])
    for path, value in changes.items():
        *way, last = path.split(".")
        at = body
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is ABSENT:
            del at[last]
        else:
            at[last] = value
    result: dict[str, Any] = body
    return result


def read(operation: str, changes: dict[str, Any] | None = None, **settings: object) -> Any:
    return read_request(operation, put(operation, changes or {}), Settings().changed(settings))


def interval(start: str, end: str) -> dict[str, str]:
    return {"StartUtc": start, "EndUtc": end}


BACKWARDS = interval("2026-03-10T12:00:01Z", "2026-03-10T12:00:00Z")
FROM_JANUARY = interval("2026-01-10T00:00:00Z", "2026-03-10T00:00:00Z")
FOUR_MONTHS = interval("2026-01-10T00:00:00Z", "2026-05-10T00:00:00Z")
MARCH = interval("2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z")


def test_requests_for_a_new_thread_are_read() -> None:
    assert read(OPEN) == NewThread("John Doe", "Example subject")


def test_requests_for_new_messages_are_read() -> None:
    second = {"MessageThreadId": T2.upper(), "Text": "🛎️\nline"}
    assert read(ADD, {"Messages": [ITEM, second]}) == [
        NewMessage(T1, "Hi", "Message 1"),
        NewMessage(T2, "🛎️\nline", None),
    ]


def test_requests_for_messages_are_read() -> None:
    changes = {
        "EnterpriseIds": [T2],
        "MessageThreadIds": [T1, T1.upper()],
        "CreatedUtc": interval("2026-03-10T14:00:00+02:00", "2026-03-10T12:00:00.000Z"),
        "Limitation": {"Count": 10.0, "Cursor": T2.upper()},
    }
    assert read(FIND, changes) == MessageFilter(
        Limitation(10, T2), frozenset({T1}), frozenset({T2}), Interval(NOON, NOON)
    )


def test_requests_for_threads_are_read() -> None:
    changes = {"MessageThreadIds": None, "UpdatedUtc": MARCH}
    found = read(FIND_THREADS, changes)
    assert found == ThreadFilter(
        Limitation(10),
        updated=Interval(instants.parse("2026-03-01T00:00:00Z"), instants.parse("2026-03-10T00:00:00Z")),
    )


ACCEPTED: list[tuple[int, str, dict[str, Any]]] = [
    (6, OPEN, {"Subject": "x" * 10_000}),
    (16, ADD, {"Messages": [ITEM] * 1000}),
    (24, ADD, {"Messages": [{**ITEM, **BASE}]}),
    (33, FIND, {"Limitation.Count": 1000}),
    (41, FIND, {"MessageThreadIds": [T1, T1]}),
    (54, FIND, {"CreatedUtc": interval("2026-02-10T00:00:00Z", "2026-03-10T00:00:00Z")}),
    (56, FIND_THREADS, {"CreatedUtc": interval("2026-01-10T00:00:00Z", "2026-04-10T00:00:00Z")}),
    (59, FIND, {"CreatedUtc": interval("2026-03-10T12:00:00.000Z", "2026-03-10T12:00:00.000Z")}),
    (71, FIND, {"LanguageCode": "en-US", "CultureCode": "en-US"}),
    (71, FIND, {"LanguageCode": "en-US"}),
    (71, FIND, {"LanguageCode": None, "CultureCode": None}),
    (86, FIND, {"Surprise": {"deep": [1]}}),
    (30, FIND, {"Limitation.Cursor": None, "EnterpriseIds": None, "CreatedUtc": None}),
]  # fmt: skip


@pytest.mark.parametrize(("vector", "operation", "changes"), ACCEPTED)
def test_requests_accept_the_good_vectors(vector: int, operation: str, changes: dict[str, Any]) -> None:
    assert read(operation, changes), vector


REFUSED: list[tuple[int, str, dict[str, Any], str]] = [
    (2, OPEN, {"Subject": ""}, "Subject"),
    (3, OPEN, {"Subject": ABSENT}, "Subject"),
    (4, OPEN, {"OriginalSender": None}, "OriginalSender"),
    (5, OPEN, {"Subject": "   "}, "Subject"),
    (9, ADD, {"Messages.0.Text": ""}, "Text"),
    (10, ADD, {"Messages.0.Text": ABSENT}, "Text"),
    (11, ADD, {"Messages.0.MessageThreadId": ABSENT}, "MessageThreadId"),
    (12, ADD, {"Messages.0.MessageThreadId": "abc"}, "MessageThreadId"),
    (17, ADD, {"Messages": [ITEM] * 1001}, "Messages"),
    (18, ADD, {"Messages": []}, "Messages"),
    (19, ADD, {"Messages": ABSENT}, "Messages"),
    (25, ADD, {"Messages": [{"ThreadId": T1, "Text": "Hi"}]}, "MessageThreadId"),
    (31, FIND, {"Limitation.Count": 0}, "Count"),
    (32, FIND, {"Limitation.Count": 1001}, "Count"),
    (34, FIND, {"Limitation.Count": "10"}, "Count"),
    (34, FIND, {"Limitation.Count": True}, "Count"),
    (35, FIND, {"Limitation": ABSENT}, "Limitation"),
    (35, FIND, {"Limitation": None}, "Limitation"),
    (37, FIND, {"Limitation.Cursor": "12345"}, "Cursor"),
    (38, FIND, {"MessageThreadIds": ABSENT}, "MessageThreadIds"),
    (39, FIND, {"MessageThreadIds": []}, "MessageThreadIds"),
    (40, FIND, {"MessageThreadIds": [T1] * 1001}, "MessageThreadIds"),
    (3, FIND, {"MessageThreadIds": [T1, "x"]}, "MessageThreadIds"),
    (55, FIND, {"CreatedUtc": interval("2026-02-01T00:00:00Z", "2026-03-10T00:00:00Z")}, "CreatedUtc"),
    (56, FIND_THREADS, {"UpdatedUtc": FOUR_MONTHS}, "UpdatedUtc"),
    (57, FIND, {"CreatedUtc": {"StartUtc": "2026-03-10T12:00:00Z"}}, "CreatedUtc"),
    (58, FIND, {"CreatedUtc": BACKWARDS}, "CreatedUtc"),
    (60, FIND, {"CreatedUtc": interval("2026-03-10", "2026-03-10T12:00:00Z")}, "CreatedUtc"),
    (61, FIND_THREADS, {"MessageThreadIds": ABSENT}, "MessageThreadIds"),
    (62, FIND_THREADS, {"MessageThreadIds": None, "EnterpriseIds": [T1]}, "MessageThreadIds"),
    (77, ADD, {"Client": ABSENT}, "Client"),
    (77, ADD, {"Client": ""}, "Client"),
    (71, ADD, {"LanguageCode": 7}, "LanguageCode"),
    (7, ADD, {"Messages.0.Identifier": 7}, "Identifier"),
    (7, ADD, {"Messages": ["Hi"]}, "Messages"),
    (7, ADD, {"Messages": {"0": ITEM}}, "Messages"),
    (57, FIND, {"CreatedUtc": "2026-03-10T12:00:00Z"}, "CreatedUtc"),
    (35, FIND, {"Limitation": {}}, "Count"),
]  # fmt: skip


@pytest.mark.parametrize(("vector", "operation", "changes", "field"), REFUSED)
def test_requests_refuse_the_bad_vectors(
    vector: int, operation: str, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ConnectorError) as refusal:
        read(operation, changes)
    assert (refusal.value.status, refusal.value.message) == (400, f"Invalid {field}"), vector
    assert len(refusal.value.hint) <= 200
    assert " See " in refusal.value.hint


@pytest.mark.parametrize(
    ("operation", "changes", "field"),
    [
        (ADD, {"Client": 1, "Messages": []}, "Client"),
        (ADD, {"Messages": [{"Text": "", "MessageThreadId": "x"}]}, "MessageThreadId"),
        (ADD, {"Messages": [ITEM, {}, "x"]}, "MessageThreadId"),
        (ADD, {"Messages": [{}] * 1001}, "Messages"),
        (FIND, {"EnterpriseIds": ["x"], "MessageThreadIds": []}, "EnterpriseIds"),
        (FIND, {"CreatedUtc": FROM_JANUARY, "Limitation": 1}, "CreatedUtc"),
        (FIND_THREADS, {"MessageThreadIds": ABSENT, "Limitation": ABSENT}, "MessageThreadIds"),
        (FIND_THREADS, {"MessageThreadIds": ABSENT, "CreatedUtc": "x"}, "CreatedUtc"),
        (FIND_THREADS, {"UpdatedUtc": BACKWARDS, "Limitation.Count": 0}, "UpdatedUtc"),
        (OPEN, {"OriginalSender": "", "Subject": ""}, "OriginalSender"),
    ],
)  # fmt: skip
def test_requests_name_the_first_error(operation: str, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ConnectorError, match=f"^Invalid {field}$"):
        read(operation, changes)


@pytest.mark.parametrize(
    ("operation", "changes", "words"),
    [
        (ADD, {"Messages": [ITEM, {"threadId": T1, "Text": "Hi"}]},
         ["Messages[1].MessageThreadId is missing", "did you mean MessageThreadId", "operations/messages"]),
        (ADD, {"Messages": ABSENT, "Message": [ITEM]},
         ["You sent Message: did you mean Messages?"]),
        (ADD, {"Messages.0.MessageThreadId": "abc"}, ["'abc'", "UUID"]),
        (ADD, {"Messages.0.Text": " "}, ["Messages[0].Text is blank"]),
        (ADD, {"Messages": [{}] * 1001}, ["more than 1000"]),
        (FIND, {"Limitation.Count": 0}, ["Limitation.Count is 0", "1 to 1000", "guidelines/pagination"]),
        (FIND, {"Limitation.Count": 10**300}, ["beyond all bounds"]),
        (FIND, {"CreatedUtc": interval("2026-03-10", "2026-03-11T00:00:00Z")},
         ["CreatedUtc.StartUtc is '2026-03-10'", "no time zone", "guidelines/serialization"]),
        (FIND, {"CreatedUtc": FROM_JANUARY},
         ["1 calendar month;"]),
        (FIND_THREADS, {"CreatedUtc": FOUR_MONTHS},
         ["3 calendar months;"]),
        (FIND, {"CreatedUtc": BACKWARDS},
         ["starts after it ends"]),
        (FIND_THREADS, {"MessageThreadIds": ABSENT, "ThreadIds": [T1]},
         ["MessageThreadIds, CreatedUtc, UpdatedUtc", "did you mean MessageThreadIds?"]),
        (OPEN, {"Subject": None}, ["Subject is null", "operations/messagethreads"]),
    ],
)  # fmt: skip
def test_requests_hints_say_where_what_and_which_page(
    operation: str, changes: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(ConnectorError) as refusal:
        read(operation, changes)
    assert [word for word in words if word not in refusal.value.hint] == []


SECRET = "Please call 555-0199"


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        (ADD, {"Messages": [{"MessageThreadId": SECRET, "Text": SECRET, "Identifier": SECRET}]}),
        (ADD, {"Messages": [{"Text": SECRET, SECRET: SECRET}]}),
        (ADD, {"Messages": [{"MessageThreadId": T1, "Text": {SECRET: SECRET}}]}),
        (ADD, {"Messages": [SECRET]}),
        (ADD, {"Messages": SECRET}),
        (ADD, {"Messages.0.Text": [SECRET]}),
        (OPEN, {"OriginalSender": SECRET, "Subject": [SECRET]}),
        (OPEN, {"OriginalSender": {SECRET: SECRET}}),
        (FIND, {"CreatedUtc": interval(SECRET, SECRET)}),
        (FIND, {"Limitation.Cursor": SECRET}),
    ],
)
def test_requests_hints_repeat_no_text_of_a_guest(operation: str, changes: dict[str, Any]) -> None:
    for settings in ({}, {"text_limit": 3}, {"unknown_fields": "refused"}):
        with pytest.raises(ConnectorError) as refusal:
            read(operation, changes, **settings)
        assert SECRET not in refusal.value.hint
        assert "555" not in refusal.value.message


def test_requests_hints_stay_short_whatever_was_sent() -> None:
    body = {**BASE, "Messages": [{f"MessageThread{'x' * 60}{number}": 1 for number in range(5000)}]}
    with pytest.raises(ConnectorError) as refusal:
        read_request(ADD, body, Settings())
    assert len(refusal.value.hint) <= 200


def test_requests_leave_the_body_as_it_was() -> None:
    body = {**BASE, "messages": [{"threadid": T1, "TEXT": "Hi"}]}
    before = copy.deepcopy(body)
    settings = Settings().changed({"property_case": "insensitive", "thread_id_alias": "accept"})
    assert read_request(ADD, body, settings) == [NewMessage(T1, "Hi")]
    assert body == before


@pytest.mark.parametrize(
    ("body", "case", "tokens"),
    [
        ({"ClientToken": "c", "AccessToken": "a"}, "exact", ("c", "a")),
        ({"clientToken": "c", "ACCESSTOKEN": "a"}, "exact", (None, None)),
        ({"clientToken": "c", "ACCESSTOKEN": "a"}, "insensitive", ("c", "a")),
        ({"clienttoken": "x", "ClientToken": "c"}, "insensitive", ("c", None)),
        ({"ClientToken": "", "AccessToken": 7}, "exact", (None, None)),
    ],
)
def test_requests_tokens_are_read_before_the_body_is_judged(
    body: dict[str, Any], case: str, tokens: tuple[str | None, str | None]
) -> None:
    assert read_tokens(body, property_case=case) == tokens
