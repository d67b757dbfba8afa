"""Whatever a scenario holds, its YAML text loads back equal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockmews_testkit.reading.matchers import Contains, Exactly, Matches
from mockmews_testkit.scenario import document as nouns
from mockmews_testkit.scenario.document import DEFAULT_GUESTS, Guest, Hotel, NumberRange, Scenario, Step
from mockmews_testkit.scenario.faults import Fault
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.scenario.writing import write, write_all
from mockmews_testkit.vocabulary import CHECKS, OPERATIONS
from tests.testkit.scenario.corpus import GOOD

_NASTY = [
    "No",
    " #",
    "- a",
    "a: b",
    "&a",
    "*a",
    "!a",
    "\ufeff",
    "\u2028",
    "\x00\x07\x85",
    "'\"\\",
    "{[",
    "---",
    "~",
    "|",
]
_TEXTS = st.text(min_size=1) | st.lists(st.sampled_from(_NASTY), min_size=1, max_size=4).map("".join)
_NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=100).filter(
    lambda name: name != "all"
)
_TICKS = st.integers(0, 366 * 86_400 * 10_000_000)
_SOME_TICKS = _TICKS.filter(bool)
_WITHIN = st.none() | _TICKS
_MATCHERS = _TEXTS.map(Exactly) | _TEXTS.map(Contains) | st.sampled_from(["^a", "/b/i", r'"\d"']).map(Matches)
_RANGES = st.tuples(st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1)).map(
    lambda ends: NumberRange(min(ends), max(ends))
)
_CALLS = st.dictionaries(st.sampled_from(OPERATIONS), _RANGES, max_size=2).map(
    lambda calls: tuple(calls.items())
)
_RULES = st.fixed_dictionaries({"say": st.lists(_TEXTS, min_size=1, max_size=2)})
_COUNTS = st.integers(2, 1000)
_WHEN: dict[str, Any] = {
    "nth": _COUNTS, "every": _COUNTS, "times": _COUNTS, "probability": st.floats(0, 1),
    "after": st.just(0), "until": st.integers(1, 10**9), "delay": _SOME_TICKS,
}  # fmt: skip
_ANSWERS = st.sampled_from(
    [
        {"status": 429, "retry_after": 5}, {"status": 599}, {"reset": True}, {"truncate": True},
        {"not_json": True}, {"unknown_field": True}, {"lose_response": "hang"},
    ]
)  # fmt: skip
_OF_WEBHOOKS = (
    st.just({"drop": True})
    | _SOME_TICKS.map(lambda ticks: {"early": ticks})
    | st.fixed_dictionaries(
        {"duplicate": _COUNTS},
        optional={
            "wrong_token": st.just("other"), "noise": st.lists(_NAMES, min_size=1, max_size=3).map(tuple),
        },
    )
    | st.builds(lambda name, count: {name: count}, st.sampled_from(["split", "merge", "reorder"]), _COUNTS)
)  # fmt: skip


def _fault(place: dict[str, Any], when: dict[str, Any], what: dict[str, Any]) -> Fault:
    if {"drop", "early"} & set(what):
        when = {key: value for key, value in when.items() if key != "delay"}
    if when.get("nth", 0) % when.get("every", 1):
        when = {key: value for key, value in when.items() if key != "every"}
    return Fault(**place, **when, **what)


_FAULTS = st.builds(
    _fault,
    st.sampled_from([*OPERATIONS, "any"]).map(lambda name: {"operation": name}),
    st.fixed_dictionaries({}, optional=_WHEN),
    _ANSWERS,
) | st.builds(_fault, st.just({"webhook": "any"}), st.fixed_dictionaries({}, optional=_WHEN), _OF_WEBHOOKS)


@st.composite
def _scenarios(draw: st.DrawFn) -> Scenario:
    guests = draw(
        st.just(DEFAULT_GUESTS)
        | st.lists(
            st.builds(Guest, _NAMES, _TEXTS, st.none() | _NAMES),
            min_size=1,
            max_size=3,
            unique_by=lambda g: g.key,
        ).map(tuple)
    )
    hotels = draw(
        st.lists(st.builds(Hotel, _NAMES, _TEXTS), max_size=2, unique_by=lambda h: h.key).map(tuple)
    )
    named = draw(st.lists(_NAMES, unique=True, max_size=3))
    by = st.none() | st.sampled_from([guest.key for guest in guests])
    at = st.sampled_from([None, *(hotel.key for hotel in hotels)])
    replies: list[Step] = [nouns.HotelReplies(text="x", named=name) for name in named]
    known = st.sampled_from(named) if named else st.nothing()
    bodies = st.lists(st.lists(known, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)
    steps = st.one_of(
        st.builds(nouns.GuestWrites, text=_TEXTS, by=by, at=at, within=_WITHIN, forwarded=st.booleans(),
            at_once=st.booleans()),
        st.builds(nouns.HotelReplies, text=_TEXTS, to=by, after=_WITHIN, within=_WITHIN),
        st.builds(nouns.AppAnswers, expected=_MATCHERS, to=by, within=_WITHIN),
        st.builds(
            nouns.GuestSees, expected=st.lists(_MATCHERS, min_size=1, max_size=3).map(tuple), by=by,
            any_order=st.booleans(), only=st.booleans(), within=_WITHIN,
        ),
        st.builds(nouns.Deliver, bodies=st.none() | bodies if named else st.none()),
        st.builds(nouns.SetFault, fault=_FAULTS),
        st.builds(nouns.Resolve, by=by),
        st.builds(nouns.Reopen, by=by),
        st.sampled_from([nouns.ClearFaults(), nouns.RestartApp()]),
        st.builds(nouns.Advance, duration=_TICKS) | st.builds(nouns.Wait, duration=_TICKS),
        st.builds(nouns.Quiet, duration=_TICKS),
        st.builds(
            nouns.Expect,
            calls=_CALLS,
            passed=st.lists(st.sampled_from(CHECKS), min_size=1, max_size=2).map(tuple),
            threads=st.none() | _RANGES, open_threads=st.none() | _RANGES,
        ),
    )  # fmt: skip
    mews = st.fixed_dictionaries(
        {},
        optional={
            "webhooks": st.just("held"), "own_messages": st.booleans(), "seed": st.integers(0, 10**18 - 1),
            "rate_limit": st.sampled_from([None, "5/30s"]), "lag": st.just("2m..5m"),
            "settings": st.dictionaries(_NAMES, _TEXTS, max_size=2),
            "reply_rules": st.lists(_RULES, max_size=2),
            "faults": st.lists(_FAULTS.map(Fault.as_json), max_size=2),
            "clock": st.just({"rate": 0.5, "at": "2026-03-10T12:00:00Z"}),
        },
    )  # fmt: skip
    return Scenario(
        name=draw(_NAMES),
        about=draw(st.none() | _TEXTS),
        tags=draw(st.lists(_NAMES, max_size=2).map(tuple)),
        app=draw(st.none() | _TEXTS),
        mews=draw(mews),
        guests=guests,
        hotels=hotels,
        steps=(*replies, *draw(st.lists(steps, min_size=1, max_size=5))),
    )


@settings(derandomize=True, deadline=None, max_examples=100)
@given(_scenarios())
def test_a_written_scenario_loads_back_equal(scenario: Scenario) -> None:
    assert load_text(write(scenario), "x") == [scenario]


@pytest.mark.parametrize("text", GOOD)
def test_a_loaded_file_is_written_and_loaded_equal(text: str) -> None:
    scenarios = load_text(text, "x")
    assert load_text(write_all(scenarios), "x") == scenarios


def test_a_written_scenario_reads_well() -> None:
    scenario = Scenario(
        name="T",
        steps=(
            nouns.GuestWrites(text='Zoë says "hi" 😀\n'),
            nouns.HotelReplies(text="Hello", named="hello"),
            nouns.Deliver(bodies=(("hello",), ("hello", "hello"))),
            nouns.Resolve(),
        ),
    )
    assert write(scenario) == (
        'scenario: "T"\n'
        "steps:\n"
        '  - guest: "Zoë says \\"hi\\" 😀\\n"\n'
        '  - hotel: "Hello"\n'
        '    as: "hello"\n'
        '  - deliver: ["hello", ["hello", "hello"]]\n'
        "  - resolve\n"
    )
