"""What `mews:` takes: options of the scenario's world, as the control API takes them when it makes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockmews_testkit.reading.kinds import (
    BARE,
    DURATION,
    DURATION_TEXT,
    FLAG,
    INSTANT,
    LINE,
    RANGE_TEXT,
    RATE,
    RETRY_AFTER,
    SOME_TIME,
    TEXT,
    Kind,
    choice,
    decimal,
    whole,
)
from mockmews_testkit.reading.quoting import in_braces, in_brackets, quoted
from mockmews_testkit.reading.shapes import (
    as_list,
    either,
    free_map,
    json_map,
    list_of,
    one_or_many,
    record,
    same_names,
)
from mockmews_testkit.scenario.faults import RULES as FAULT_RULES
from mockmews_testkit.scenario.faults import Fault
from mockmews_testkit.vocabulary import EVENTS, OPERATIONS

COUNT = whole(1, 999_999_999)
PROBABILITY = decimal("a probability from 0 to 1, such as 0.3", 1)

FAULT_FIELDS = same_names(
    operation=choice(*OPERATIONS, "any"),
    webhook=choice("MessageAdded", "any"),
    nth=COUNT,
    every=COUNT,
    times=COUNT,
    probability=PROBABILITY,
    after=DURATION,
    until=DURATION,
    delay=SOME_TIME,
    status=whole(400, 599),
    retry_after=RETRY_AFTER,
    reset=BARE,
    truncate=BARE,
    not_json=BARE,
    unknown_field=BARE,
    lose_response=choice("reset", "hang"),
    drop=BARE,
    duplicate=whole(2, 1000),
    reorder=whole(2, 1000),
    wrong_token=choice("missing", "other"),
    noise=one_or_many(LINE),
    split=whole(1, 1000),
    merge=whole(2, 1000),
    early=SOME_TIME,
)

FAULT = record(
    "a map such as {operation: messages/add, status: 429}", "a fault", FAULT_FIELDS, Fault, FAULT_RULES
)


Given = Mapping[str, Any]
Complaint = tuple[str | None, str, str]


def _does_something(given: Given) -> Complaint | None:
    if given.get("silent") and {"say", "then"} & set(given):
        return "silent", "a silent rule neither says nor does anything", "Drop silent, or the rest."
    if "otherwise" in given or given.get("silent") or {"say", "then"} & set(given):
        return None
    return None, "the rule does nothing", 'Add say: "...", then: resolve, or silent: true.'


def _otherwise_alone(given: Given) -> Complaint | None:
    if "otherwise" in given and len(given) > 1:
        return "otherwise", "'otherwise' stands alone in its rule", "Write otherwise: {say: ...}."
    return None


def _starts_once(given: Given) -> Complaint | None:
    if "at" in given and "behind" in given:
        return "behind", "a clock starts at an instant, or behind real time", "Keep one of the two."
    return None


WHEN = {
    "text": TEXT,
    "sender": TEXT,
    "subject": TEXT,
    "thread": choice("new", "any"),
    "nth": COUNT,
}

REPLY = {
    "say": as_list(one_or_many(TEXT)),
    "after": RANGE_TEXT,
    "once": FLAG,
    "then": choice("resolve", "reopen"),
    "silent": FLAG,
}

REPLY_RULE = {
    "when": json_map("a map such as {text: /late/i}", "when", WHEN),
    **REPLY,
    "otherwise": either(
        choice("silent"),
        json_map("silent, or a map such as {say: ...}", "otherwise", REPLY, (_does_something,)),
    ),
}

REPLY_RULES = list_of(
    json_map("a map such as {say: ...}", "a reply rule", REPLY_RULE, (_otherwise_alone, _does_something)),
    least=0,
)

RETRY = {"attempts": COUNT, "delay": RANGE_TEXT}

CLOCK = {
    "rate": decimal("a rate such as 1, 60, or 0 for frozen", 100_000),
    "at": INSTANT,
    "behind": DURATION_TEXT,
}

OPENING_HOURS = either(LINE, free_map("hours such as 07:00-23:00, or a map of weekdays", LINE, LINE, least=1))


def _write_faults(faults: list[dict[str, Any]]) -> str:
    return in_brackets(in_braces((key, _plain(value)) for key, value in fault.items()) for fault in faults)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return FLAG.write(value)
    if isinstance(value, list):
        return in_brackets(quoted(each) for each in value)
    return PROBABILITY.write(value) if isinstance(value, float) else str(value)


_FAULTS = list_of(FAULT, least=0)
FAULTS_AS_JSON = Kind(
    _FAULTS.takes, lambda node: [fault.as_json() for fault in _FAULTS.read(node)], _write_faults
)

WORLD = {
    "name": LINE,
    "payload": choice("entities", "ids_only"),
    "webhooks": choice("auto", "held"),
    "own_messages": FLAG,
    "events": as_list(one_or_many(choice(*EVENTS))),
    "enabled": FLAG,
    "portfolio": FLAG,
    "permissions": as_list(list_of(choice(*OPERATIONS), least=0)),
    "lag": RANGE_TEXT,
    "read_lag": RANGE_TEXT,
    "batch_limit": COUNT,
    "webhook_timeout": DURATION_TEXT,
    "retry": json_map("a map such as {attempts: 3, delay: 3m}", "retry", RETRY),
    "rate_limit": RATE,
    "clock": json_map("a map such as {rate: 0}", "clock", CLOCK, (_starts_once,)),
    "seed": whole(0),
    "time_zone": LINE,
    "opening_hours": OPENING_HOURS,
    "journal_limit": COUNT,
    "reply_rules": as_list(REPLY_RULES),
    "faults": FAULTS_AS_JSON,
    "settings": free_map("a map of settings", LINE, TEXT),
}

MEWS = json_map("a map such as {webhooks: held}", "mews", WORLD)
