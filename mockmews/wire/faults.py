"""Faults as users write them, in YAML, JSON or Python, to nouns and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mockmews import durations, instants
from mockmews.model.faults import ANSWERS, ANY, OF_WEBHOOKS, Fault, SetFault
from mockmews.model.integrations import PERMISSIONS
from mockmews.model.webhooks import MESSAGE_ADDED
from mockmews.settings import suggestion
from mockmews.wire.given import Given, Where

MOST_FAULTS = 100
"""So many may stand in one world."""

_LARGEST = 1_000
_LONGEST_NAME = 100
_DURATIONS = ("after", "until", "delay", "retry_after", "early")
_OF_OPERATIONS = (*ANSWERS, "retry_after")
_PLACES = ("operation", "webhook")
_WHENS = ("nth", "every", "times", "probability", "after", "until")

Json = dict[str, Any]


def read_faults(data: object, *, where: str | Where) -> tuple[Fault, ...]:
    """One fault (a map), or a list of them. ConfigurationError names the place and the mistake.

    `where` is the name of the data's root in JSON, or how to say where a path stands (YamlFile.place).
    """
    root = Given.of(data, where)
    return faults_of(root) if isinstance(data, list | tuple) else (_fault(root),)


def faults_of(given: Given) -> tuple[Fault, ...]:
    """The faults of a list inside other data. Raises ConfigurationError."""
    items = given.items()
    if len(items) > MOST_FAULTS:
        raise given.refused(f"{len(items)} faults are too many; {MOST_FAULTS} are allowed")
    return tuple(_fault(each) for each in items)


def write_fault(fault: Fault) -> Json:
    """The fault as plain JSON data that `read_faults` reads back equal; what was not given is left out."""
    written: Json = {}
    for name in fault.__struct_fields__:
        value = getattr(fault, name)
        if value is None or value is False or value == ():
            continue
        if name in _DURATIONS:
            value = durations.render(value)
        written[name] = list(value) if isinstance(value, tuple) else value
    return written


def show_fault(noun: SetFault) -> Json:
    """A fault as the control API shows it: its id, its grammar, since when it stands, and its hits."""
    return {
        "id": noun.id,
        **write_fault(noun.fault),
        "set": instants.render_exactly(noun.set_at),
        "seen": noun.seen,
        "hits": noun.hits,
    }


def _fault(given: Given) -> Fault:
    found = given.fields(tuple(_READ))
    _check_place(given, found)
    values = {name: _READ[name](each) for name, each in found.items()}
    # `reset: false` and `retry_after: none` say the same as nothing.
    values = {name: value for name, value in values.items() if value is not None and value is not False}
    _check_effects(given, found, values)
    _check_times(found, values)
    return Fault(**values)


def _check_place(given: Given, found: Mapping[str, Given]) -> None:
    """Exactly one place, and nothing that belongs to the other."""
    if "operation" in found and "webhook" in found:
        raise found["webhook"].refused(
            "a fault is about an operation or about webhooks, not both; write two faults"
        )
    if not any(place in found for place in _PLACES):
        raise given.refused(
            "this fault does not say where; add operation: messages/add (a name or any), "
            "or webhook: MessageAdded (or any)"
        )
    here, other = _PLACES if "operation" in found else _PLACES[::-1]
    foreign = OF_WEBHOOKS if here == "operation" else _OF_OPERATIONS
    fitting = _OF_OPERATIONS if here == "operation" else OF_WEBHOOKS
    for name, each in found.items():
        if name in foreign:
            raise each.refused(
                f"{name} goes with {other}:, not with {here}:; here you can use delay, {', '.join(fitting)}"
            )


def _check_effects(given: Given, found: Mapping[str, Given], values: Mapping[str, Any]) -> None:
    """Something happens, and nothing that rules something else out."""
    effects = [name for name in values if name not in (*_PLACES, *_WHENS, "retry_after")]
    if not effects:
        fitting = ANSWERS if "operation" in found else OF_WEBHOOKS
        raise given.refused(f"this fault does nothing; add one of delay, {', '.join(fitting)}")
    answers = [name for name in effects if name in ANSWERS]
    if len(answers) > 1:
        raise found[answers[1]].refused(f"{answers[0]} and {answers[1]} cannot both be the answer; keep one")
    if "retry_after" in values and "status" not in values:
        raise found["retry_after"].refused("retry_after is a header of an answer; add status: 429")
    # Both decide whether there is a webhook at all, so nothing else can be said of it.
    for alone, why in (("drop", "a webhook that is dropped"), ("early", "an early event")):
        others = [name for name in effects if name != alone]
        if alone in values and others:
            raise found[others[0]].refused(f"{others[0]} does nothing to {why}; write two faults")
    orders = [name for name in ("split", "merge", "reorder") if name in values]
    if len(orders) > 1:
        raise found[orders[1]].refused(f"{orders[0]} and {orders[1]} undo each other; write two faults")


def _check_times(found: Mapping[str, Given], values: Mapping[str, Any]) -> None:
    """Conditions that can hold together."""
    after, until = values.get("after", 0), values.get("until")
    if until is not None and until <= after:
        raise found["until"].refused("this fault ends before it begins; until and after both count from now")
    nth, every = values.get("nth"), values.get("every")
    if nth is not None and every is not None and nth % every:
        raise found["nth"].refused(f"nth: {nth} is no multiple of every: {every}, so both never hold")


def _one_of(known: Collection[str]) -> Callable[[Given], str]:
    def read(given: Given) -> str:
        if not isinstance(given.value, str) or given.value not in known:
            near = suggestion(given.value, dict.fromkeys(known)) if isinstance(given.value, str) else ""
            raise given.refused(f"{given.name} takes {', '.join(known)}; not {given.seen}.{near}".rstrip("."))
        return given.value

    return read


def _whole(least: int, most: int) -> Callable[[Given], int]:
    def read(given: Given) -> int:
        value = given.value
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise given.refused(f"{given.name} takes a whole number from {least} to {most}, not {given.seen}")
        return value

    return read


def _duration(given: Given) -> int:
    if isinstance(given.value, bool | dict | list) or given.value is None:
        raise given.refused(f"{given.name} takes a duration such as 500ms or 2s, not {given.seen}")
    try:
        return durations.parse(str(given.value))
    except ValueError as error:
        raise given.refused(f"{given.name}: {error}") from None


def _longer_than_nothing(given: Given) -> int:
    duration = _duration(given)
    if duration == 0:
        raise given.refused(f"{given.name} is no time at all; write a duration such as 500ms or 2s")
    return duration


def _retry_after(given: Given) -> int | None:
    return None if given.value in (None, "none") else _duration(given)


def _probability(given: Given) -> float:
    value = given.value
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise given.refused(f"probability takes a number from 0 to 1, such as 0.3; not {given.seen}")
    return float(value)


def _noise(given: Given) -> tuple[str, ...]:
    several = [given] if isinstance(given.value, str) else given.items()
    if not 1 <= len(several) <= _LARGEST:
        raise given.refused(f"noise takes 1 to {_LARGEST} discriminators, not {len(several)}")
    names = tuple(each.text() for each in several)
    if any(len(name) > _LONGEST_NAME for name in names):
        raise given.refused(f"a discriminator has at most {_LONGEST_NAME} characters")
    return names


_COUNT = _whole(1, 999_999_999)

_READ: Mapping[str, Callable[[Given], Any]] = {
    "operation": _one_of((*PERMISSIONS, ANY)),
    "webhook": _one_of((MESSAGE_ADDED, ANY)),
    "nth": _COUNT,
    "every": _COUNT,
    "times": _COUNT,
    "probability": _probability,
    "after": _duration,
    "until": _duration,
    "delay": _longer_than_nothing,
    "status": _whole(400, 599),
    "retry_after": _retry_after,
    "reset": Given.flag,
    "truncate": Given.flag,
    "not_json": Given.flag,
    "unknown_field": Given.flag,
    "lose_response": _one_of(("reset", "hang")),
    "drop": Given.flag,
    "duplicate": _whole(2, _LARGEST),
    "reorder": _whole(2, _LARGEST),
    "wrong_token": _one_of(("missing", "other")),
    "noise": _noise,
    "split": _whole(1, _LARGEST),
    "merge": _whole(2, _LARGEST),
    "early": _longer_than_nothing,
}
"""Every key of a fault, and how it is read."""

FAULT_KEYS: Mapping[str, str] = {
    "operation": "where: an operation, or any",
    "webhook": "where: MessageAdded, or any",
    "nth": "when: only the request or webhook of this number, counted since the fault was set",
    "every": "when: each multiple of this number",
    "times": "when: so often at most",
    "probability": "when: with this chance, drawn from the world's seed",
    "after": "when: so long after it was set, on the world's clock",
    "until": "when: until so long after it was set, on the world's clock",
    "delay": "the answer, or the webhook, waits so long in real time",
    "status": "an error is answered, 400 to 599",
    "retry_after": "a duration for the header Retry-After of that error; absent: no header",
    "reset": "true: the connection is reset, nothing is done",
    "truncate": "true: the work is done, the body of the answer ends early",
    "not_json": "true: the work is done, the body of the answer is no JSON",
    "unknown_field": "true: the answer has fields that no document names",
    "lose_response": "reset or hang: the work is done, the answer never comes",
    "drop": "true: the webhook never leaves",
    "duplicate": "the webhook is sent so many times",
    "reorder": "so many webhooks leave in reverse order",
    "wrong_token": "missing or other: the token in the webhook URL",
    "noise": "list of discriminators whose events stand before its own",
    "split": "so many events a body",
    "merge": "webhooks are held back until so many events go in one body",
    "early": "the event goes out so long before getAll shows its message",
}
"""Every key of a fault, and what it means."""
