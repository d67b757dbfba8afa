"""Free JSON in an app file: its texts are templates, its unquoted numbers and words are what YAML says."""

from __future__ import annotations

import re
from typing import Any

from mockmews_testkit.integration.variables import Template, parse
from mockmews_testkit.reading.findings import Gathering, refused
from mockmews_testkit.reading.kinds import Kind, scalar, shape
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node, Text

_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


def read_template(node: Node) -> Template:
    """A text with variables; it may be empty."""
    if not isinstance(node, Text):
        advice = "Write a text; one that begins with [ or { needs quotes."
        raise refused(node.source, f"{shape(node)} stands where a text is wanted", advice)
    try:
        return parse(node.value, node.source, plain=node.plain)
    except ValueError as error:
        advice = "Write ${name}, or $${ for the characters themselves."
        raise refused(node.source, str(error), advice) from None


def _read_some(node: Node) -> Template:
    scalar(node, "a text")
    return read_template(node)


def _read_json(node: Node) -> Any:
    if isinstance(node, Items):
        gathering = Gathering()
        items = [gathering.attempt(_read_json, each) for each in node.items]
        gathering.close()
        return items
    if isinstance(node, Entries):
        gathering = Gathering()
        entries = {key.value: gathering.attempt(_read_json, value) for key, value in node.entries}
        gathering.close()
        return entries
    if isinstance(node, Text) and node.plain:
        return _plain(node)
    return read_template(node)


def _plain(node: Text) -> Any:
    if node.value.lower() in _WORDS:
        return _WORDS[node.value.lower()]
    if _WHOLE.fullmatch(node.value):
        return int(node.value)
    if _DECIMAL.fullmatch(node.value):
        return float(node.value)
    return read_template(node)


TEMPLATE = Kind("a text", _read_some, str)
ANY_TEMPLATE = Kind("a text", read_template, str)
JSON = Kind("JSON", _read_json, str)
