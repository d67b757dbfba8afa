"""Whether the names that steps use were defined: of guests, of hotels, and of replies to deliver."""

from __future__ import annotations

from collections.abc import Iterator

from mockmews_testkit.reading.findings import Finding, suggestion
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node, Text
from mockmews_testkit.scenario.document import Scenario


def check(scenario: Scenario, steps: Node) -> list[Finding]:
    """What is wrong with the names in the nodes of a scenario's steps, which are otherwise in order."""
    guests = [each.key for each in scenario.guests]
    hotels = [each.key for each in scenario.hotels]
    known = {"by": ("guest", guests), "to": ("guest", guests), "at": ("hotel", hotels)}
    findings = []
    for step in _maps(steps):
        for key, value in _options(step):
            noun, names = known.get(key, ("", []))
            if noun and isinstance(value, Text) and value.value not in names:
                advice = (
                    f"Name it at the top, {noun}s: {{{value.value}: {{}}}}. {suggestion(value.value, names)}"
                )
                findings.append(Finding(value.source, f"no {noun} {value.value!r} was defined", advice))
    return [*findings, *_replies(steps)]


def _replies(steps: Node) -> Iterator[Finding]:
    lines: dict[str, int] = {}
    for step in _maps(steps):
        named = step.get("as")
        if isinstance(named, Text):
            if named.value in lines:
                problem = f"the name {named.value!r} was given in line {lines[named.value]} already"
                yield Finding(named.source, problem, "Give this reply another name.")
            lines.setdefault(named.value, named.source.line)
        for name in _delivered(step.get("deliver")):
            if name.value not in lines and name.value != "all":
                advice = f"Put as: {name.value} at a hotel step above. {suggestion(name.value, lines)}"
                yield Finding(name.source, f"no reply above is named {name.value!r}", advice)


def _maps(steps: Node) -> Iterator[Entries]:
    if isinstance(steps, Items):
        yield from (each for each in steps.items if isinstance(each, Entries))


def _options(step: Entries) -> Iterator[tuple[str, Node]]:
    for key, value in step.entries:
        yield key.value, value
        if key.value in ("resolve", "reopen") and isinstance(value, Entries):
            yield from ((inner.value, each) for inner, each in value.entries)


def _delivered(node: Node | None) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, Items):
        for item in node.items:
            yield from _delivered(item)
