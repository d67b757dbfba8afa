"""The fourteen steps as a table: what each takes, its options, and the noun that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockmews_testkit.reading.findings import refused
from mockmews_testkit.reading.kinds import (
    BARE,
    DURATION,
    FLAG,
    LINE,
    NAME,
    SPEECH,
    WHOLE,
    Kind,
    choice,
    scalar,
    word_for,
)
from mockmews_testkit.reading.quoting import in_braces, in_brackets
from mockmews_testkit.reading.shapes import (
    EXPECTED,
    Field,
    entries_of,
    free_map,
    list_of,
    one_or_many,
    read_fields,
    same_names,
    write_fields,
)
from mockmews_testkit.reading.yaml_reading import Items, Node, Text
from mockmews_testkit.scenario import document
from mockmews_testkit.scenario.world_forms import FAULT
from mockmews_testkit.vocabulary import CHECKS, OPERATIONS


@dataclass(frozen=True, slots=True)
class StepForm:
    """One kind of step. `value` reads the attributes that stand behind the step's word, and writes them."""

    make: Callable[..., document.Step]
    value: Kind
    example: str
    options: Mapping[str, Field] = field(default_factory=dict)
    bare: bool = False


def _holding(attribute: str, kind: Kind) -> Kind:
    """The step's value is one attribute of its noun."""
    return Kind(
        kind.takes,
        lambda node: {attribute: kind.read(node)},
        lambda step: kind.write(getattr(step, attribute)),
    )


def _names(node: Node) -> tuple[tuple[str, ...], ...] | None:
    if isinstance(node, Text):
        return None if node.value == "all" else ((NAME.read(node),),)
    return tuple(each if isinstance(each, tuple) else (each,) for each in _BODIES.read(node))


def _write_names(bodies: tuple[tuple[str, ...], ...] | None) -> str:
    if bodies is None:
        return "all"
    return in_brackets(NAME.write(each[0]) if len(each) == 1 else _BODY.write(each) for each in bodies)


_BODY = list_of(NAME)
_BODIES = list_of(
    Kind(
        "a name, or a list of names for one body",
        lambda node: _BODY.read(node) if isinstance(node, Items) else NAME.read(node),
        str,
    )
)
_DELIVERIES = Kind("all, a name, or a list of names", _names, _write_names)


def _burst(node: Node) -> dict[str, Any]:
    # A list of one is more likely a text that lacks its quotes: guest: [late]
    several = isinstance(node, Items) and len(node.items) > 1
    text, *more = _SPEECHES.read(node) if several else (SPEECH.read(node),)
    return {"text": text, "more": tuple(more)}


_SPEECHES = list_of(SPEECH, spoken=True)
_BURST = Kind(
    f"{SPEECH.takes}, or a list of them",
    _burst,
    lambda step: _SPEECHES.write(step.texts) if step.more else SPEECH.write(step.text),
)


def _downtime(node: Node) -> dict[str, Any]:
    if isinstance(node, Text):
        BARE.read(node)
        return {}
    down = {"down": Field(DURATION, "down", required=True)}
    return read_fields(entries_of(node, _DOWNTIME.takes), down, "this step")


_DOWNTIME = Kind(
    "nothing, or {down: 2s}", _downtime, lambda step: in_braces([("down", DURATION.write(step.down))])
)


def _whose_thread(node: Node) -> dict[str, Any]:
    if isinstance(node, Text):
        BARE.read(node)
        return {}
    by = {"by": Field(LINE, "by", required=True)}
    return read_fields(entries_of(node, "{by: guest}"), by, "this step")


_THREAD = Kind(
    "nothing, or {by: guest}", _whose_thread, lambda step: in_braces([("by", LINE.write(step.by))])
)


def _nothing(node: Node) -> dict[str, Any]:
    BARE.read(node)
    return {}


_NOTHING = Kind("nothing", _nothing, lambda _: "")


def _pairs(mapping: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(mapping.items())


def _number_range(node: Node) -> document.NumberRange:
    text = scalar(node, NUMBER_RANGE.takes)
    low, dots, high = text.partition("..")
    high = high if dots else low
    if not WHOLE.fullmatch(low) or not WHOLE.fullmatch(high):
        raise refused(node.source, f"{text!r} is no number and no range", f"Write {NUMBER_RANGE.takes}.")
    if int(high) < int(low):
        raise refused(node.source, f"the range {text!r} runs backwards", f"Write {high}..{low}.")
    return document.NumberRange(int(low), int(high))


NUMBER_RANGE = Kind("a number such as 3, or a range such as 3..4", _number_range, str)

_CALLS_MAP = free_map("a map such as {messages/add: 3..4}", choice(*OPERATIONS), NUMBER_RANGE, least=1)
_CALLS = Kind(
    _CALLS_MAP.takes, lambda node: _pairs(_CALLS_MAP.read(node)), lambda calls: _CALLS_MAP.write(dict(calls))
)

EXPECT_FIELDS = {
    "calls": Field(_CALLS, "calls"),
    "pass": Field(one_or_many(choice(*CHECKS)), "passed"),
    "threads": Field(NUMBER_RANGE, "threads"),
    "open_threads": Field(NUMBER_RANGE, "open_threads"),
}


def _expectations(node: Node) -> dict[str, Any]:
    values = read_fields(entries_of(node, _EXPECTATIONS.takes), EXPECT_FIELDS, "expect")
    if not values:
        raise refused(node.source, "expect expects nothing", f"Add one of: {', '.join(EXPECT_FIELDS)}.")
    return values


_EXPECTATIONS = Kind(
    "a map such as {calls: {messages/add: 1}}",
    _expectations,
    lambda step: in_braces(write_fields(step, EXPECT_FIELDS)),
)

STEPS: dict[str, StepForm] = {
    "guest": StepForm(
        document.GuestWrites,
        _BURST,
        'guest: "Hi!"',
        {
            **same_names(by=LINE, at=LINE, within=DURATION, forwarded=FLAG, at_once=FLAG),
            "as": Field(NAME, "named"),
        },
    ),
    "hotel": StepForm(
        document.HotelReplies,
        _holding("text", SPEECH),
        'hotel: "Hello!"',
        {**same_names(to=LINE, after=DURATION, within=DURATION), "as": Field(NAME, "named")},
    ),
    "app": StepForm(
        document.AppAnswers,
        _holding("expected", EXPECTED),
        'app: "One moment."',
        same_names(to=LINE, within=DURATION),
    ),
    "guest_sees": StepForm(
        document.GuestSees,
        _holding("expected", one_or_many(EXPECTED, spoken=True)),
        'guest_sees: "Hello!"',
        {**same_names(by=LINE, only=FLAG, within=DURATION), "order": Field(word_for("any"), "any_order")},
    ),
    "deliver": StepForm(document.Deliver, _holding("bodies", _DELIVERIES), "deliver: all"),
    "fault": StepForm(
        document.SetFault, _holding("fault", FAULT), "fault: {operation: messages/add, status: 429}"
    ),
    "clear_faults": StepForm(document.ClearFaults, _NOTHING, "clear_faults", bare=True),
    "advance": StepForm(document.Advance, _holding("duration", DURATION), "advance: 2h"),
    "resolve": StepForm(document.Resolve, _THREAD, "resolve", bare=True),
    "reopen": StepForm(document.Reopen, _THREAD, "reopen", bare=True),
    "restart_app": StepForm(document.RestartApp, _DOWNTIME, "restart_app", bare=True),
    "wait": StepForm(document.Wait, _holding("duration", DURATION), "wait: 2s"),
    "quiet": StepForm(document.Quiet, _holding("duration", DURATION), "quiet: 2s"),
    "expect": StepForm(document.Expect, _EXPECTATIONS, "expect: {pass: [RATE-01]}"),
}
