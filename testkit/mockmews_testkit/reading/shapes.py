"""The kinds of a value that holds others: lists, one or many, maps with fixed keys and with free ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from mockmews_testkit.reading.findings import Gathering, Source, nearest, refused, suggestion
from mockmews_testkit.reading.kinds import SPEECH, Kind, shape, undressed
from mockmews_testkit.reading.matchers import Contains, Exactly, Matcher, Matches
from mockmews_testkit.reading.quoting import in_braces, in_brackets, quoted
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a map: what it takes, and the attribute of the noun that keeps it."""

    kind: Kind
    attribute: str
    required: bool = False


Fields = Mapping[str, Field]

Rule = Callable[[Mapping[str, Any]], tuple[str | None, str, str] | None]
"""What must hold between keys: None, or the key it is about (None: the map), the problem and the advice."""


def same_names(**kinds: Kind) -> dict[str, Field]:
    """Fields whose keys are also the names of the attributes."""
    return {key: Field(kind, key) for key, kind in kinds.items()}


def entries_of(node: Node, takes: str) -> Entries:
    """The node as a map."""
    if not isinstance(node, Entries):
        raise refused(node.source, f"{shape(node)} stands where {takes} is wanted", f"Write {takes}.")
    return node


def read_fields(node: Entries, known: Fields, owner: str) -> dict[str, Any]:
    """The values of a map by attribute; refuses unknown and missing keys. `owner` names the map."""
    gathering = Gathering()
    values: dict[str, Any] = {}
    for key, value in node.entries:
        if key.value in known:
            field = known[key.value]
            values[field.attribute] = gathering.attempt(field.kind.read, value)
        else:
            problem = f"{key.value!r} is no key of {owner}"
            gathering.add(key.source, f"unknown key: {problem}", suggestion(key.value, known))
    unknown = [key for key, _ in node.entries if key.value not in known]
    for name, field in known.items():
        # Beside an unknown key, a missing one is most often the same mistake.
        if field.required and node.get(name) is None and not unknown:
            gathering.add(
                node.source, f"{name!r} is missing in {owner}", f"Add {name}: with {field.kind.takes}."
            )
    gathering.close()
    return values


def write_fields(noun: object, known: Fields) -> list[tuple[str, str]]:
    """The keys and written values of a noun, without those that are at their default."""
    defaults = {
        each.name: each.default_factory() if each.default_factory is not MISSING else each.default
        for each in fields(noun)  # type: ignore[arg-type]  # every noun is a dataclass
    }
    values = [(key, field, getattr(noun, field.attribute)) for key, field in known.items()]
    return [
        (key, field.kind.write(value)) for key, field, value in values if value != defaults[field.attribute]
    ]


def check_rules(node: Entries, rules: tuple[Rule, ...], values: Mapping[str, Any]) -> None:
    """Refuse at the first rule that does not hold."""
    for rule in rules:
        complaint = rule(values)
        if complaint:
            about, problem, advice = complaint
            raise refused(_key_source(node, about), problem, advice)


def _key_source(node: Entries, about: str | None) -> Source:
    return next((key.source for key, _ in node.entries if key.value == about), node.source)


def record(
    takes: str, owner: str, known: Fields, make: Callable[..., Any], rules: tuple[Rule, ...] = ()
) -> Kind:
    """A map that becomes a noun. The rules see only the keys that are given."""

    def read(node: Node) -> Any:
        entries = entries_of(node, takes)
        values = read_fields(entries, known, owner)
        check_rules(entries, rules, values)
        return make(**values)

    return Kind(takes, read, lambda noun: in_braces(write_fields(noun, known)))


def json_map(takes: str, owner: str, known: Mapping[str, Kind], rules: tuple[Rule, ...] = ()) -> Kind:
    """A map that stays a map, of values as the control API takes them."""
    as_fields = {key: Field(kind, key) for key, kind in known.items()}

    def read(node: Node) -> dict[str, Any]:
        entries = entries_of(node, takes)
        values = read_fields(entries, as_fields, owner)
        check_rules(entries, rules, values)
        return values

    def write(values: Mapping[str, Any]) -> str:
        return in_braces((key, known[key].write(value)) for key, value in values.items())

    return Kind(takes, read, write)


def free_map(takes: str, keys: Kind, values: Kind, *, least: int = 0) -> Kind:
    """A map whose keys are the user's own; becomes a dict."""

    def read(node: Node) -> dict[str, Any]:
        gathering = Gathering()
        found = {}
        entries = entries_of(node, takes).entries
        if len(entries) < least:
            raise refused(node.source, "the map is empty", f"Write {takes}.")
        for key, value in entries:
            gathering.attempt(keys.read, key)
            found[key.value] = gathering.attempt(values.read, value)
        gathering.close()
        return found

    def write(mapping: Mapping[str, Any]) -> str:
        return in_braces((keys.write(key), values.write(value)) for key, value in mapping.items())

    return Kind(takes, read, write)


def list_of(kind: Kind, *, least: int = 1, spoken: bool = False) -> Kind:
    """A list; becomes a tuple. `spoken` lists belong to the conversation: no tag, anchor or alias."""
    takes = f"a list, each item {kind.takes}"

    def read(node: Node) -> tuple[Any, ...]:
        if spoken:
            undressed(node)
        if not isinstance(node, Items):
            raise refused(node.source, f"{shape(node)} stands where {takes} is wanted", f"Write {takes}.")
        if len(node.items) < least:
            raise refused(node.source, "the list is empty", f"Write {takes}.")
        gathering = Gathering()
        values = [gathering.attempt(kind.read, item) for item in node.items]
        gathering.close()
        return tuple(values)

    return Kind(takes, read, lambda values: in_brackets(kind.write(value) for value in values))


def one_or_many(kind: Kind, *, spoken: bool = False) -> Kind:
    """A single value, or a list of them; becomes a tuple either way."""
    many = list_of(kind, spoken=spoken)

    def read(node: Node) -> tuple[Any, ...]:
        return many.read(node) if isinstance(node, Items) else (kind.read(node),)

    def write(values: tuple[Any, ...]) -> str:
        return kind.write(values[0]) if len(values) == 1 else many.write(values)

    return Kind(f"{kind.takes}, or a list of them", read, write)


def as_list(kind: Kind) -> Kind:
    """The same, as the list that JSON has."""
    return Kind(kind.takes, lambda node: list(kind.read(node)), lambda values: kind.write(tuple(values)))


def either(text: Kind, mapping: Kind) -> Kind:
    """A text of one kind, or a map of another."""

    def read(node: Node) -> Any:
        return mapping.read(node) if isinstance(node, Entries) else text.read(node)

    def write(value: Any) -> str:
        return mapping.write(value) if isinstance(value, Mapping) else text.write(value)

    return Kind(mapping.takes, read, write)


def _matcher(node: Node) -> Matcher:
    if not isinstance(node, Entries):
        return Exactly(SPEECH.read(node), node.source)
    undressed(node)
    known = {"contains": Field(SPEECH, "contains"), "matches": Field(PATTERN, "matches")}
    if node.entries and not any(nearest(key.value, known) for key, _ in node.entries):
        SPEECH.read(node)  # refuses it: most likely a text with ': ' in it that lacks its quotes
    values = read_fields(node, known, "a matcher")
    if len(values) != 1:
        problem = "a matcher has one key, 'contains' or 'matches'"
        raise refused(node.source, problem, 'Put a text that begins with { in double quotes: "{..."')
    if "contains" in values:
        return Contains(values["contains"], node.source)
    return Matches(values["matches"], node.source)


def _pattern(node: Node) -> str:
    text: str = SPEECH.read(node)
    try:
        return Matches(text).pattern
    except ValueError as error:
        raise refused(
            node.source, str(error), "Patterns are RE2's: no look-around, no back-reference."
        ) from None


def _write_matcher(matcher: Matcher) -> str:
    if isinstance(matcher, Exactly):
        return quoted(matcher.text)
    if isinstance(matcher, Contains):
        return in_braces([("contains", quoted(matcher.part))])
    return in_braces([("matches", quoted(matcher.pattern))])


PATTERN = Kind("a pattern", _pattern, quoted)
EXPECTED = Kind("a text of the conversation, or {contains: ...} or {matches: ...}", _matcher, _write_matcher)
