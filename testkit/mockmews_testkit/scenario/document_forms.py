"""How a document and its steps are read from their nodes, by the tables of steps and of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockmews_testkit.reading.findings import Gathering, RefusedError, refused, suggestion
from mockmews_testkit.reading.kinds import LINE, TEXT, TITLE, Kind, choice, shape
from mockmews_testkit.reading.quoting import in_braces
from mockmews_testkit.reading.shapes import Field, entries_of, list_of, one_or_many, read_fields
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node, Text
from mockmews_testkit.scenario.document import Guest, Hotel, Step
from mockmews_testkit.scenario.step_forms import STEPS, StepForm
from mockmews_testkit.scenario.world_forms import MEWS

GUEST = {"name": Field(TEXT, "name"), "language": Field(LINE, "language")}
HOTEL = {"name": Field(TEXT, "name")}


def read_step(node: Node) -> Step:
    """One step: a map with the step's word and its options, or for some steps the bare word."""
    if isinstance(node, Text):
        return _bare_step(node)
    if not isinstance(node, Entries):
        raise refused(
            node.source, f"{shape(node)} stands where a step is wanted", 'Write one such as guest: "Hi!".'
        )
    words = [key for key, _ in node.entries if key.value in STEPS]
    if not words:
        raise _unknown_step(node)
    if len(words) > 1:
        problem = f"two steps in one: {words[0].value!r} and {words[1].value!r}"
        raise refused(words[1].source, problem, "Begin the second with '- ' in a line of its own.")
    return _step(node, words[0].value, STEPS[words[0].value])


def _bare_step(node: Text) -> Step:
    form = STEPS.get(node.value)
    if form is not None and form.bare:
        return form.make(source=node.source)
    if form is not None:
        raise refused(node.source, f"the step {node.value!r} needs a value", f"Write {form.example}.")
    problem = f"{node.value!r} is no step" if node.value else "an empty step"
    raise refused(node.source, problem, suggestion(node.value, STEPS))


def _unknown_step(node: Entries) -> RefusedError:
    if not node.entries:
        return refused(node.source, "an empty step", suggestion("", STEPS))
    word = node.entries[0][0]
    return refused(word.source, f"unknown step {word.value!r}", suggestion(word.value, STEPS))


def _step(node: Entries, word: str, form: StepForm) -> Step:
    gathering = Gathering()
    value = node.get(word)
    values: dict[str, Any] = {}
    if value is not None:
        values.update(gathering.attempt(form.value.read, value) or {})
    rest = Entries(source=node.source, entries=tuple(each for each in node.entries if each[0].value != word))
    options = gathering.attempt(lambda given: _options(given, word, form), rest)
    gathering.close()
    return form.make(source=node.source, **values, **(options or {}))


def _options(node: Entries, word: str, form: StepForm) -> dict[str, Any]:
    if form.options:
        return read_fields(node, form.options, f"the step {word!r}")
    if node.entries:
        key = node.entries[0][0]
        raise refused(
            key.source, f"unknown key: {word!r} has no option {key.value!r}", f"Write {form.example}."
        )
    return {}


def _members(node: Node, takes: str, known: Mapping[str, Field], owner: str) -> dict[str, dict[str, Any]]:
    """Guests or hotels: a list of names, or a map of names to what is known of each."""
    gathering = Gathering()
    members: dict[str, dict[str, Any]] = {}
    listed: Sequence[tuple[Node, Node | None]] = (
        [(item, None) for item in node.items] if isinstance(node, Items) else entries_of(node, takes).entries
    )
    for key, value in listed:
        name = gathering.attempt(LINE.read, key)
        if name in members:
            gathering.add(key.source, f"{name!r} stands here twice", "Keep one of them.")
        details = gathering.attempt(lambda each: _details(each, known, owner), value) if value else {}
        members[str(name)] = details or {}
    if not listed:
        gathering.add(node.source, "nobody is named here", f"Write {takes}.")
    gathering.close()
    return members


def _details(node: Node, known: Mapping[str, Field], owner: str) -> dict[str, Any]:
    if isinstance(node, Text) and not node.value:
        return {}
    return read_fields(entries_of(node, f"a map with {' or '.join(known)}"), known, owner)


def _write_members(members: tuple[Guest, ...] | tuple[Hotel, ...], known: Mapping[str, Field]) -> str:
    return in_braces(
        (
            LINE.write(member.key),
            in_braces(
                (key, field.kind.write(getattr(member, key)))
                for key, field in known.items()
                if getattr(member, key) not in (None, member.key if key == "name" else None)
            ),
        )
        for member in members
    )


def _guests(node: Node) -> tuple[Guest, ...]:
    members = _members(node, GUESTS.takes, GUEST, "a guest")
    return tuple(Guest(key, **{"name": key, **details}) for key, details in members.items())


def _hotels(node: Node) -> tuple[Hotel, ...]:
    members = _members(node, HOTELS.takes, HOTEL, "a hotel")
    return tuple(Hotel(key, **{"name": key, **details}) for key, details in members.items())


GUESTS = Kind("a map such as {Max: {name: Max Stone}}", _guests, lambda guests: _write_members(guests, GUEST))
HOTELS = Kind("a map such as {Seaside: {}}", _hotels, lambda hotels: _write_members(hotels, HOTEL))

DOCUMENT = {
    "version": Field(choice("1"), "version"),
    "scenario": Field(TITLE, "name", required=True),
    "about": Field(TEXT, "about"),
    "tags": Field(one_or_many(LINE), "tags"),
    "app": Field(TEXT, "app"),
    "mews": Field(MEWS, "mews"),
    "guests": Field(GUESTS, "guests"),
    "hotels": Field(HOTELS, "hotels"),
    "steps": Field(list_of(Kind("a step", read_step, str)), "steps", required=True),
}
