"""YAML text as a tree of texts, lists and maps with their places, and nothing guessed: every scalar is text.

The tree is built from PyYAML's events, as only they tell a tag, an anchor or an alias where it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import yaml

from mockmews_testkit.reading import yaml_problems
from mockmews_testkit.reading.findings import Finding, RefusedError, Source, refused

_DEEPEST = 30
_MOST_NODES_BY_ALIAS = 100_000
_HARMLESS_TAGS = (None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Where it stands, and its `dressing`: the tag, anchor or alias it was written with, in words."""

    source: Source
    dressing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """A scalar, as text. `cut` is the place of a ` #` that ended it before its writer may have meant to.

    `plain` tells that it was written without quotes, so that 5 and "5" can be told apart where that matters.
    """

    value: str
    cut: Source | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries(Node):
    """A map in the order written, without duplicate keys."""

    entries: tuple[tuple[Text, Node], ...]

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        return next((value for each, value in self.entries if each.value == key), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a file as far as they could be read, and what is wrong with them as YAML."""

    documents: tuple[Node, ...]
    findings: tuple[Finding, ...]


def read(text: str, file: str) -> Reading:
    """Every document of a text whose line ends are plain newlines. Empty documents are left out."""
    composer = _Composer(text, file)
    try:
        composer.compose()
    except RefusedError as refusal:
        # The documents above the place where YAML ends are kept, so that all is told at once.
        composer.findings.extend(refusal.findings)
    return Reading(tuple(composer.documents), tuple(composer.findings))


class _Composer:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._lines = text.split("\n")
        self._events = yaml.parse(text, Loader=yaml.SafeLoader)
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._count = 0
        self._last: Text | None = None
        self._here = Source(file, 1, 1)
        self.documents: list[Node] = []
        self.findings: list[Finding] = []

    def compose(self) -> None:
        """Read all documents; RefusedError at the first place where the text is no YAML."""
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                self._count = 0
                node = self._node(self._next(), 0)
                if not (isinstance(node, Text) and not node.value and not node.dressing):
                    self.documents.append(node)

    def _next(self) -> yaml.Event:
        try:
            event = next(self._events)
        except yaml.MarkedYAMLError as error:
            cut = self._last.cut if self._last else None
            finding = yaml_problems.finding(error, self._file, self._lines, cut)
            raise RefusedError(finding) from None
        except (ValueError, OverflowError):  # PyYAML hands these on where \U names no character
            problem = "an escape after this place names no character"
            raise refused(self._here, problem, r"Write \U followed by 8 digits up to 0010FFFF.") from None
        self._here = self._source(event.end_mark)
        return event

    def _source(self, mark: Any) -> Source:
        return Source(self._file, mark.line + 1, mark.column + 1)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        source = self._source(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(str(event.anchor), source)
        if depth > _DEEPEST:
            raise refused(
                source, "lists and maps stand too deep in one another", "Write it in flat lists and maps."
            )
        self._count += 1
        before = self._count
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self._last = self._text(event, source)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._list(source, depth)
        else:
            node = self._map(source, depth)
        return self._dressed(node, event, self._count - before + 1)

    def _aliased(self, name: str, source: Source) -> Node:
        if name not in self._anchors:
            problem = f"the alias *{name} names nothing that stands above"
            raise refused(source, problem, 'Put a text that begins with * in double quotes: "*..."')
        node, size = self._anchors[name]
        self._count += size
        if self._count > _MOST_NODES_BY_ALIAS:
            raise refused(source, "the aliases unfold to far too much", "Write the values out.")
        return replace(node, source=source, dressing=f"the alias *{name}")

    def _dressed(self, node: Node, event: yaml.Event, size: int) -> Node:
        tag = getattr(event, "tag", None)
        anchor = getattr(event, "anchor", None)
        if tag is not None:
            node = replace(node, dressing=f"the tag {tag}")
        if tag not in _HARMLESS_TAGS:
            advice = "Put a text that begins with ! in double quotes; else delete the tag."
            self.findings.append(Finding(node.source, f"the tag {tag} has no meaning here", advice))
        if anchor is not None:
            node = replace(node, dressing=f"the anchor &{anchor}")
            self._anchors[anchor] = (node, size)
        return node

    def _text(self, event: yaml.ScalarEvent, source: Source) -> Text:
        value = event.value
        if event.style in ("|", ">"):
            value = value.removesuffix("\n")
        try:
            # JSON's habit of writing an emoji as two escapes is undone; half a pair is no character.
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            problem = "half of a character pair (a lone surrogate) is no text"
            self.findings.append(Finding(source, problem, "Write the whole character."))
        cut = None if event.style else self._cut(event.end_mark)
        return Text(source=source, value=value, cut=cut, plain=event.style is None)

    def _cut(self, end: Any) -> Source | None:
        line = self._lines[end.line] if end.line < len(self._lines) else ""
        match = re.compile(r" +#").match(line, end.column)
        return Source(self._file, end.line + 1, match.end()) if match else None

    def _list(self, source: Source, depth: int) -> Items:
        items = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Items(source=source, items=tuple(items))

    def _map(self, source: Source, depth: int) -> Entries:
        entries: dict[str, tuple[Text, Node]] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            plain = isinstance(event, yaml.ScalarEvent) and event.style is None
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            finding = _key_problem(key, entries, plain=plain)
            if finding:
                self.findings.append(finding)
            if isinstance(key, Text):
                entries.setdefault(key.value, (key, value))
        return Entries(source=source, entries=tuple(entries.values()))


def _key_problem(key: Node, entries: dict[str, tuple[Text, Node]], *, plain: bool) -> Finding | None:
    if not isinstance(key, Text):
        return Finding(key.source, "a key must be a word", "Put a text that begins with [ or { in quotes.")
    if key.dressing:
        return Finding(key.source, f"{key.dressing} stands at a key", "Write the key alone.")
    if key.value == "<<" and plain:
        return Finding(key.source, "merge keys (<<) are not used here", "Write the merged keys out.")
    if key.value in entries:
        first = entries[key.value][0].source.line
        advice = f"It stands in line {first} already: keep one of them."
        return Finding(key.source, f"duplicate key {key.value!r}", advice)
    return None
