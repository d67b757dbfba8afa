"""What shall go wrong, where and when: one fault, as YAML, scenarios, pytest and the control API write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from mockmews_testkit import durations
from mockmews_testkit.durations import Duration

_DURATIONS = ("after", "until", "retry_after", "delay", "early")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where (`operation` or `webhook`), when (all that are given must hold), and what."""

    operation: str | None = None
    webhook: str | None = None

    nth: int | None = None
    every: int | None = None
    times: int | None = None
    probability: float | None = None
    after: Duration | None = None
    until: Duration | None = None

    delay: Duration | None = None

    status: int | None = None
    retry_after: Duration | None = None
    reset: bool = False
    truncate: bool = False
    not_json: bool = False
    unknown_field: bool = False
    lose_response: str | None = None

    drop: bool = False
    duplicate: int | None = None
    reorder: int | None = None
    wrong_token: str | None = None
    noise: tuple[str, ...] = ()
    split: int | None = None
    merge: int | None = None
    early: Duration | None = None

    def as_json(self) -> dict[str, Any]:
        """The fault as the control API takes it: what is not set is left out, durations are texts."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: _plain(name, value)
            for name, value in values.items()
            if value is not None and value is not False and value != ()
        }


def _plain(name: str, value: Any) -> Any:
    if name in _DURATIONS:
        return durations.render(value)
    return list(value) if isinstance(value, tuple) else value


ANSWERS = ("status", "reset", "truncate", "not_json", "unknown_field", "lose_response")
"""What an operation does instead of its answer; one of them at a time."""

OF_WEBHOOKS = ("drop", "duplicate", "reorder", "wrong_token", "noise", "split", "merge", "early")
"""What goes wrong with webhooks; they may be mixed, but for what stands alone and what regroups."""

ALONE = {"drop": "a webhook that is dropped", "early": "an event that goes out early"}
"""Both decide whether there is a webhook at all, so nothing else can be said of it."""

REGROUPS = ("split", "merge", "reorder")
"""They undo each other; one of them at a time."""

EFFECTS = ("delay", *ANSWERS, *OF_WEBHOOKS)

Given = Mapping[str, Any]
"""The keys that a file gives, with their values."""

Complaint = tuple[str | None, str, str]
"""The key it is about (None: the whole map), what is wrong, what to do."""

Rule = Callable[[Given], Complaint | None]


def _has_one_place(given: Given) -> Complaint | None:
    if "operation" in given and "webhook" in given:
        return "webhook", "a fault is about an operation or about webhooks, not both", "Write two faults."
    if "operation" not in given and "webhook" not in given:
        return None, "the fault does not say where", "Add operation: messages/add, or webhook: MessageAdded."
    return None


def _has_an_effect(given: Given) -> Complaint | None:
    if any(key in given for key in EFFECTS):
        return None
    return None, "the fault does not say what goes wrong", f"Add one of: {', '.join(EFFECTS)}."


def _fits_its_place(given: Given) -> Complaint | None:
    foreign = OF_WEBHOOKS if "operation" in given else (*ANSWERS, "retry_after")
    place, other = ("an operation", "webhook") if "operation" in given else ("webhooks", "operation")
    if "operation" not in given and "webhook" not in given:
        return None
    for key in given:
        if key in foreign:
            fitting = (*ANSWERS, "delay") if "operation" in given else (*OF_WEBHOOKS, "delay")
            advice = f"With {other}: it can be used; here use one of: {', '.join(fitting)}."
            return key, f"{key!r} is no fault of {place}", advice
    return None


def _answers_once(given: Given) -> Complaint | None:
    answers = [key for key in given if key in ANSWERS]
    if len(answers) > 1:
        return answers[1], f"{answers[1]!r} and {answers[0]!r} cannot both be the answer", "Write two faults."
    return None


def _stands_alone(given: Given) -> Complaint | None:
    for alone, what in ALONE.items():
        others = [key for key in given if key in (*OF_WEBHOOKS, "delay") and key != alone]
        if alone in given and others:
            return others[0], f"{others[0]!r} has no effect on {what}", "Write two faults."
    return None


def _regroups_once(given: Given) -> Complaint | None:
    found = [key for key in given if key in REGROUPS]
    if len(found) > 1:
        return found[1], f"{found[1]!r} and {found[0]!r} undo each other", "Write two faults."
    return None


def _retries_after_a_status(given: Given) -> Complaint | None:
    if "retry_after" in given and "status" not in given:
        return "retry_after", "'retry_after' belongs to a status", "Add status: 429."
    return None


def _ends_after_its_start(given: Given) -> Complaint | None:
    after, until = given.get("after"), given.get("until")
    if after is not None and until is not None and until <= after:
        return (
            "until",
            "the fault ends before it begins",
            "Make until longer than after; both count from now.",
        )
    return None


def _ever_strikes(given: Given) -> Complaint | None:
    nth, every = given.get("nth"), given.get("every")
    if nth is not None and every is not None and nth % every:
        return (
            "nth",
            f"{nth} is no multiple of every: {every}, so the fault never strikes",
            "Keep one of them.",
        )
    return None


RULES: tuple[Rule, ...] = (
    _has_one_place,
    _fits_its_place,
    _has_an_effect,
    _answers_once,
    _stands_alone,
    _regroups_once,
    _retries_after_a_status,
    _ends_after_its_start,
    _ever_strikes,
)
"""What must hold between the keys of a fault, beyond what each key takes."""
