"""Any body: both JSON Schema validators agree on it, and it is read just where schema and rules allow it."""

from __future__ import annotations

import calendar
import copy
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockmews import instants
from mockmews.contract import OPERATIONS, schema
from mockmews.contract.formats import FORMATS, format_checker
from mockmews.contract.shapes import checker, request_shape
from mockmews.contract.variants import RELEVANT
from mockmews.errors import ConnectorError
from mockmews.settings import Settings
from mockmews.wire.requests import read_request

# The same bodies in every run, however slow the machine.
STEADY = profile(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
T1 = "7f9325f6-ef44-4911-89a8-ae51010a5aa4"
INSTANTS = [
    "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-02-28T00:00:00.0000001Z", "2026-03-01T00:00:00Z",
    "2026-03-10T12:00:00Z", "2026-03-10T14:00:00+02:00", "2026-04-10T12:00:00Z", "2026-04-10T12:00:00.1Z",
    "2026-05-31T00:00:00z", "2024-02-29t00:00:00Z",
]  # fmt: skip
ODD_INSTANTS = [
    "2026-03-10",
    "2026-03-10T12:00:00",
    "2026-02-30T00:00:00Z",
    "2026-03-10T23:59:60Z",
    "noon",
    "",
]
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10.0), st.floats(allow_nan=False), st.text(max_size=3),
    st.sampled_from([*INSTANTS, *ODD_INSTANTS, " \t\u2003", "\0", "{}"]),
    st.sampled_from([T1, T1.upper(), T1.replace("-", ""), T1 + "\n"]),
    st.lists(st.one_of(st.sampled_from([T1, "x", None]), st.builds(dict)), max_size=2),
    st.dictionaries(st.sampled_from(["Count", "Text", "StartUtc", "Foo"]), st.none(), max_size=2),
)  # fmt: skip
NAMES = sorted({name for each in OPERATIONS.values() for name in schema(each.request)["properties"]})
ODD_NAMES = ["Foo", "ThreadId", "text", "messagethreadid", "Message", "COUNT", "client"]

SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "unknown_fields": st.just("refused"),
        "tokens_in_messages": st.just("required"),
        "thread_id_alias": st.sampled_from(["accept", "emit", "both"]),
        "interval_bounds": st.just("optional"),
        "missing_limitation": st.just("newest_1000"), "count_out_of_range": st.just("clamped"),
        "messages_over_limit": st.just("accepted"), "empty_id_lists": st.just("absent"),
        "empty_messages": st.just("accepted"), "blank_text": st.just("accepted"),
        "text_limit": st.integers(1, 5), "property_case": st.just("insensitive"),
        "datetime_without_zone": st.just("utc"), "month_tolerance": st.just("one_day"),
        "interval_ends": st.just("inclusive"),
    },
).map(Settings().changed)  # fmt: skip


def fitting(described: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that fit a schema of the document."""
    if "anyOf" in described:
        return st.one_of(*map(fitting, described["anyOf"]))
    types = described["type"] if isinstance(described["type"], list) else [described["type"]]
    return st.one_of(*(_fitting_type(kind, described) for kind in types))


def _fitting_type(kind: str, described: dict[str, Any]) -> st.SearchStrategy[Any]:
    match kind:
        case "object":
            fields = {name: fitting(each) for name, each in described["properties"].items()}
            needed = {name: fields.pop(name) for name in described["required"]}
            return st.fixed_dictionaries(needed, optional=fields)
        case "array":
            return st.lists(fitting(described["items"]), min_size=described.get("minItems", 0), max_size=3)
        case "integer":
            return st.integers(described["minimum"], described["maximum"])
        case "string":
            return {
                "uuid": st.uuids().map(str),
                "date-time": st.sampled_from(INSTANTS),
                "non-blank": st.text(min_size=1, max_size=9).filter(str.strip),
            }.get(described.get("format", ""), st.text(min_size=1, max_size=9))
    return st.none()


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation with a body that fits it, or that was changed in up to three places."""
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    body = copy.deepcopy(draw(fitting(schema(OPERATIONS[operation].request))))
    for _ in range(draw(st.integers(0, 3))):
        at: Any = body
        for _ in range(draw(st.integers(0, 3))):
            within = list(at.values()) if isinstance(at, dict) else at
            deeper = [each for each in within if isinstance(each, dict | list)]
            at = draw(st.sampled_from(deeper)) if deeper else at
        if isinstance(at, dict):
            name = draw(st.sampled_from([*at, *NAMES, *ODD_NAMES]))
            if name in at and draw(st.booleans()):
                del at[name]
            else:
                at[name] = draw(JUNK)
        elif at:
            at[draw(st.integers(0, len(at) - 1))] = draw(JUNK)
    return operation, body


ORACLES = {
    name: Draft202012Validator(schema(each.request), format_checker=format_checker())
    for name, each in OPERATIONS.items()
}


# contract.md 3: the intervals of each operation, and how many months each may span.
RULED: dict[str, tuple[tuple[str, ...], int]] = {
    "messageThreads/getAll": (("CreatedUtc", "UpdatedUtc"), 3),
    "messages/getAll": (("CreatedUtc",), 1),
    "messageThreads/add": ((), 0),
    "messages/add": ((), 0),
}


def rules_hold(operation: str, body: dict[str, Any], settings: Settings) -> bool:
    """The rules that no schema says, worked out with the standard library's calendar."""
    intervals, months = RULED[operation]
    if operation == "messageThreads/getAll" and all(
        body.get(name) in (None, []) for name in ("MessageThreadIds", *intervals)
    ):
        return False
    written = [body[name] for name in intervals if body.get(name) is not None]
    return all(fits_months(each, months, settings) for each in written)


def fits_months(interval: dict[str, str | None], months: int, settings: Settings) -> bool:
    zone_required = settings.datetime_without_zone == "refused"
    written = (interval.get("StartUtc"), interval.get("EndUtc"))
    start, end = (
        None if each is None else instants.parse(each, zone_required=zone_required) for each in written
    )
    if start is None or end is None:
        return True
    first = datetime(1970, 1, 1) + timedelta(microseconds=start // 10)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    latest = first.replace(year=year, month=month + 1, day=day)
    if settings.month_tolerance == "one_day":
        latest += timedelta(days=1)
    return start <= end <= start + round((latest - first) / timedelta(microseconds=1)) * 10


def reads(operation: str, body: dict[str, Any], settings: Settings) -> bool:
    """Whether it is read; a refusal has to be a documented one with a short hint."""
    refusals: list[ConnectorError] = []
    try:
        read_request(operation, body, settings)
    except ConnectorError as refusal:
        refusals.append(refusal)
    for each in refusals:
        assert each.status == 400
        assert each.message.startswith("Invalid ")
        assert 0 < len(each.hint) <= 200, each.hint
    return not refusals


@STEADY
@given(bodies())
def test_requests_are_judged_alike_by_both_validators(drawn: tuple[str, dict[str, Any]]) -> None:
    operation, body = drawn
    assert checker(OPERATIONS[operation].request).is_valid(body) == ORACLES[operation].is_valid(body)


@STEADY
@given(bodies())
def test_requests_are_read_where_schema_and_rules_allow(drawn: tuple[str, dict[str, Any]]) -> None:
    operation, body = drawn
    allowed = ORACLES[operation].is_valid(body) and rules_hold(operation, body, Settings())
    assert reads(operation, body, Settings()) == allowed


@STEADY
@given(bodies(), SETTINGS)
def test_requests_are_read_where_the_settings_allow(
    drawn: tuple[str, dict[str, Any]], settings: Settings
) -> None:
    operation, body = drawn
    shape = request_shape(operation, settings)
    named = shape.renamed(body)
    fits = Draft202012Validator(shape.schema, format_checker=format_checker()).is_valid(named)
    assert shape.is_valid(named) == fits
    assert reads(operation, body, settings) == (fits and rules_hold(operation, named, settings))


@STEADY
@given(st.sampled_from(sorted(FORMATS)), JUNK)
def test_requests_formats_concern_texts_alone(name: str, value: object) -> None:
    oracle = Draft202012Validator({"format": name}, format_checker=format_checker())
    assert oracle.is_valid(value) == (FORMATS[name](value) if isinstance(value, str) else True)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_requests_under_the_defaults_fit_the_document_itself(operation: str) -> None:
    shape = request_shape(operation, Settings())
    assert not shape.renames
    assert set(shape.properties) == set(schema(OPERATIONS[operation].request)["properties"])
    assert [name for name in RELEVANT if not hasattr(Settings(), name)] == []
