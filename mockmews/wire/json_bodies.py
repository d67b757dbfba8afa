"""Bytes into a JSON object, strictly, and without holding the loop for what nobody will read.

contract.md 1: JSON is strict. contract.md 13a: a byte order mark and a root that is no object are
refused, duplicate names are not (the last wins), a lone surrogate is. A small body is simply decoded. Of
a large one only what an operation could read is built: the values of known names, of a list as many items
as make it too long (its length alone then refuses it), and nothing below the fields of an item, since
nothing in the contract lies deeper. The rest is passed over at the speed of the scanner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from mockmews.contract import OPERATIONS, schema
from mockmews.errors import ConnectorError

LARGE = 256 * 1024
LONGEST_LIST = 1000
# So many names in all may be built from a large body; a thousand messages have six thousand.
_MANY_NAMES = 50_000

# The first bytes of a list, in which a thousand of the tiniest items fit.
_BEGINNING = 16 * 1024
# A string may be cut where the beginning ends.
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[\]{},]')
_DEPTHS = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}

_Members = dict[str, Raw]


def decode(body: bytes, *, whole: bool = False) -> dict[str, Any]:
    """The JSON object of a body. ConnectorError 400 `Invalid JSON` where it is none.

    `whole` builds large bodies to their end too, as `messages_over_limit: accepted` needs it.
    """
    try:
        tree = msgspec.json.decode(body) if whole or len(body) <= LARGE else _large_object(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _invalid(f"is not strict JSON: {error}"[:140]) from None
    if not isinstance(tree, dict):
        raise _invalid("is JSON, but no object")
    return tree


def _invalid(what: str) -> ConnectorError:
    return ConnectorError(
        400, "Invalid JSON", hint=f"The body {what}; send one JSON object in UTF-8. See guidelines/requests."
    )


def _large_object(body: bytes) -> dict[str, Any]:
    # The scanner passes over strings without reading them, so their encoding is checked here.
    body.decode()
    members = _known_members if body.count(b":") > _MANY_NAMES else _all_members
    known = _known_names()
    return {
        name: _field(value, members) if name.lower() in known else None
        for name, value in members(body).items()
    }


def _field(value: Raw, members: Any) -> Any:
    """A value at the root: a list of items, an object of scalars, or a scalar."""
    if _begins(value) == "[":
        return [_item(each, members) for each in _first_items(value)]
    return _item(value, members)


def _first_items(value: Raw) -> list[Raw]:
    """At most one item more than a list may have. The value is known to be strict JSON.

    A list of millions of tiny items is cut off near its beginning, not scanned to its end once more.
    """
    beginning, depth, items = bytes(memoryview(value)[:_BEGINNING]), 0, 0
    for token in _TOKENS.finditer(beginning, 1):
        depth += _DEPTHS.get(token[0], 0)
        items += token[0] == b"," and depth == 0
        if items > LONGEST_LIST:
            return msgspec.json.decode(beginning[: token.start()] + b"]", type=list[Raw])
    head = msgspec.structs.astuple(_head_decoder().decode(value))
    return [each for each in head if each is not UNSET]


def _item(value: Raw, members: Any) -> Any:
    if _begins(value) != "{":
        return _scalar(value)
    known = _known_names()
    return {name: _scalar(each) if name.lower() in known else None for name, each in members(value).items()}


def _scalar(value: Raw) -> Any:
    """A scalar; an empty list or object where one stands so deep that its type alone is wrong."""
    empty: dict[str, list[Any] | dict[str, Any]] = {"[": [], "{": {}}
    begins = _begins(value)
    return empty[begins] if begins in empty else msgspec.json.decode(value)


def _begins(value: Raw) -> str:
    return chr(memoryview(value)[0])


def _all_members(value: bytes | Raw) -> _Members:
    members: _Members = msgspec.json.decode(value, type=_Members)
    return members


def _known_members(value: bytes | Raw) -> _Members:
    """The same with the known names alone, in their exact case: for an object with names beyond number."""
    found = msgspec.json.decode(value, type=_known_struct())
    return {name: each for name, each in msgspec.structs.asdict(found).items() if each is not UNSET}


@cache
def _names() -> frozenset[str]:
    """Every name that some request may have at any depth."""
    names = {name for each in OPERATIONS.values() for name in _names_in(schema(each.request))}
    return frozenset(names | {"ThreadId"})  # the alias of contract.md 12 row 4


def _names_in(node: dict[str, Any]) -> Iterator[str]:
    yield from node.get("x-ignored-properties", ())
    for name, each in node.get("properties", {}).items():
        yield name
        yield from _names_in(each)
    for each in (*node.get("anyOf", ()), *([node["items"]] if "items" in node else ())):
        yield from _names_in(each)


@cache
def _known_names() -> frozenset[str]:
    return frozenset(name.lower() for name in _names())


@cache
def _known_struct() -> type[msgspec.Struct]:
    return msgspec.defstruct("KnownMembers", [(name, Raw | UnsetType, UNSET) for name in sorted(_names())])


@cache
def _head_decoder() -> msgspec.json.Decoder[msgspec.Struct]:
    """Decodes the first 1001 items of a list, passing over the others: a struct that is written as a list."""
    fields = [(f"item{number}", Raw | UnsetType, UNSET) for number in range(LONGEST_LIST + 1)]
    return msgspec.json.Decoder(msgspec.defstruct("Head", fields, array_like=True))
