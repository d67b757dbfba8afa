"""Every request-side setting: for each alternative a body that the defaults read otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews import instants
from mockmews.contract.variants import RELEVANT
from mockmews.errors import ConnectorError
from mockmews.model.messages import Interval, Limitation, NewMessage
from mockmews.settings import Settings
from mockmews.wire.requests import read_request

T1 = "7f9325f6-ef44-4911-89a8-ae51010a5aa4"
T2 = "c1478ff9-80b7-4ea2-94fc-ae4e009e1463"
ADD, FIND, FIND_THREADS = "messages/add", "messages/getAll", "messageThreads/getAll"
OPEN = "messageThreads/add"
BASE: dict[str, Any] = {"ClientToken": "c", "AccessToken": "a", "Client": "Concierge 1.0.0"}
WANTED = {**BASE, "MessageThreadIds": [T1], "Limitation": {"Count": 10}}
BAD_INTERVAL = "Invalid CreatedUtc"
TOO_LATE = "2026-04-11T00:00:01Z"
MARCH, LATER = "2026-03-10T00:00:00Z", "2026-04-11T00:00:00Z"


def add(*items: object, **fields: object) -> dict[str, Any]:
    return {**BASE, "Messages": list(items), **fields}


def find(**fields: object) -> dict[str, Any]:
    return {**WANTED, **fields}


def created(**bounds: str | None) -> dict[str, Any]:
    return find(CreatedUtc=bounds)


def answer(operation: str, body: dict[str, Any], **settings: object) -> Any:
    """What is read, or the text of the refusal."""
    try:
        return read_request(operation, body, Settings().changed(settings))
    except ConnectorError as refusal:
        return refusal.message


ALIASED = {"ThreadId": T1, "Text": "Hi"}
ITEM = {"MessageThreadId": T1, "Text": "Hi"}
HI = NewMessage(T1, "Hi")

# The settings, the body, what comes of it under the defaults, what comes of it under these settings.
CASES: list[tuple[dict[str, object], dict[str, Any], Any, Any]] = [
    ({"unknown_fields": "refused"}, add(ITEM, Foo=1), [HI], "Invalid Foo"),
    ({"unknown_fields": "refused"}, add({**ITEM, "Foo": 1}), [HI], "Invalid Foo"),
    ({"tokens_in_messages": "required"}, add(ITEM), [HI], "Invalid ClientToken"),
    ({"tokens_in_messages": "required"}, add({**ITEM, **BASE, "Client": ""}), [HI], "Invalid Client"),
    ({"thread_id_alias": "accept"}, add(ALIASED), "Invalid MessageThreadId", [HI]),
    ({"thread_id_alias": "both"}, add(ALIASED), "Invalid MessageThreadId", [HI]),
    ({"empty_messages": "accepted"}, add(), "Invalid Messages", []),
    ({"messages_over_limit": "accepted"}, add(*[ITEM] * 1001), "Invalid Messages", [HI] * 1001),
    ({"blank_text": "accepted"}, add({**ITEM, "Text": " "}), "Invalid Text", [NewMessage(T1, " ")]),
    ({"text_limit": 1}, add(ITEM), [HI], "Invalid Text"),
    ({"property_case": "insensitive"}, {**BASE, "messages": [{"messagethreadid": T1, "TEXT": "Hi"}]},
     "Invalid Messages", [HI]),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "body", "default", "changed"), CASES)
def test_requests_settings_change_what_is_added(
    settings: dict[str, object], body: dict[str, Any], default: object, changed: object
) -> None:
    assert answer(ADD, body) == default
    assert answer(ADD, body, **settings) == changed


def bounds(start: str | None, end: str | None, *, inclusive: bool = False) -> Interval:
    first, last = (each and instants.parse(each, zone_required=False) for each in (start, end))
    return Interval(first or None, last or None, inclusive)


FILTERS: list[tuple[dict[str, object], dict[str, Any], str, str, Any]] = [
    ({"interval_bounds": "optional"}, created(StartUtc=MARCH), BAD_INTERVAL, "created", bounds(MARCH, None)),
    ({"interval_bounds": "optional"}, created(StartUtc=None, EndUtc=MARCH), BAD_INTERVAL, "created",
     bounds(None, MARCH)),
    ({"month_tolerance": "one_day"}, created(StartUtc=MARCH, EndUtc=LATER), BAD_INTERVAL, "created",
     bounds(MARCH, LATER)),
    ({"datetime_without_zone": "utc"}, created(StartUtc="2026-03-10", EndUtc="2026-03-10T12:00:00"),
     BAD_INTERVAL, "created", bounds("2026-03-10", "2026-03-10T12:00:00")),
    ({"missing_limitation": "newest_1000"}, {**BASE, "MessageThreadIds": [T1]},
     "Invalid Limitation", "limitation",
     Limitation(1000)),
    ({"missing_limitation": "newest_1000"}, find(Limitation=None), "Invalid Limitation", "limitation",
     Limitation(1000)),
    ({"count_out_of_range": "clamped"}, find(Limitation={"Count": 0}), "Invalid Count", "limitation",
     Limitation(1)),
    ({"count_out_of_range": "clamped"}, find(Limitation={"Count": 10**20}), "Invalid Count", "limitation",
     Limitation(1000)),
    ({"empty_id_lists": "absent"}, find(EnterpriseIds=[]), "Invalid EnterpriseIds", "enterprise_ids", None),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "body", "default", "field", "changed"), FILTERS)
def test_requests_settings_change_what_is_looked_for(
    settings: dict[str, object], body: dict[str, Any], default: str, field: str, changed: object
) -> None:
    assert answer(FIND, body) == default
    assert getattr(answer(FIND, body, **settings), field) == changed


def test_requests_settings_make_intervals_inclusive() -> None:
    body = created(StartUtc=MARCH, EndUtc=MARCH)
    assert answer(FIND, body).created == bounds(MARCH, MARCH)
    assert answer(FIND, body, interval_ends="inclusive").created == bounds(MARCH, MARCH, inclusive=True)


@pytest.mark.parametrize(
    ("settings", "operation", "body", "message"),
    [
        ({"unknown_fields": "refused"}, FIND, find(Limitation={"Count": 1, "Foo": 1}), "Invalid Foo"),
        ({"unknown_fields": "refused"}, FIND, created(StartUtc=MARCH, EndUtc=MARCH, Foo="1"), BAD_INTERVAL),
        ({"count_out_of_range": "clamped"}, FIND, find(Limitation={"Count": 0.5}), "Invalid Count"),
        ({"count_out_of_range": "clamped"}, FIND, find(Limitation={"Count": True}), "Invalid Count"),
        ({"month_tolerance": "one_day"}, FIND, created(StartUtc=MARCH, EndUtc=TOO_LATE), BAD_INTERVAL),
        ({"interval_bounds": "optional"}, FIND, created(StartUtc="x"), BAD_INTERVAL),
        ({"datetime_without_zone": "utc"}, FIND, created(StartUtc=MARCH, EndUtc="noon"), BAD_INTERVAL),
        ({"empty_id_lists": "absent"}, FIND, find(MessageThreadIds=[]), "Invalid MessageThreadIds"),
        ({"empty_id_lists": "absent"}, FIND_THREADS, find(MessageThreadIds=[]), "Invalid MessageThreadIds"),
        ({"missing_limitation": "newest_1000"}, FIND, find(Limitation={}), "Invalid Count"),
        ({"blank_text": "accepted"}, ADD, add({**ITEM, "Text": ""}), "Invalid Text"),
        ({"blank_text": "accepted", "text_limit": 1}, ADD, add({**ITEM, "Text": "  "}), "Invalid Text"),
        ({"text_limit": 3}, OPEN, {**BASE, "OriginalSender": "Ann", "Subject": "long"}, "Invalid Subject"),
        ({"thread_id_alias": "emit"}, ADD, add(ALIASED), "Invalid MessageThreadId"),
        ({"thread_id_alias": "accept"}, ADD, add({"ThreadId": "x", "Text": "Hi"}), "Invalid MessageThreadId"),
    ],
)  # fmt: skip
def test_requests_settings_still_refuse_what_they_do_not_allow(
    settings: dict[str, object], operation: str, body: dict[str, Any], message: str
) -> None:
    assert answer(operation, body, **settings) == message


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        ({"unknown_fields": "refused"}, add(ITEM, LanguageCode="en-US", CultureCode=None)),
        ({"unknown_fields": "refused"}, add({**ITEM, **BASE})),
        ({"unknown_fields": "refused", "tokens_in_messages": "required"}, add({**ITEM, **BASE})),
        ({"unknown_fields": "refused", "thread_id_alias": "both"}, add(ALIASED)),
        ({"thread_id_alias": "accept"}, add({**ITEM, "ThreadId": T2})),
        ({"thread_id_alias": "accept", "property_case": "insensitive"}, add({"threadid": T1, "text": "Hi"})),
        ({"property_case": "insensitive"}, add({**ITEM, "text": "other"})),
    ],
)
def test_requests_settings_go_together(settings: dict[str, object], body: dict[str, Any]) -> None:
    assert answer(ADD, body, **settings) == [HI]


def test_requests_settings_are_all_tried() -> None:
    tried = {name for settings, *_ in (*CASES, *FILTERS) for name in settings}
    assert set(RELEVANT) <= tried
