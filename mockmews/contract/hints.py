"""What only a mock can say of a refused body: where, which rule, what to send instead, which page.

A hint never repeats a text that a guest may have written: values are quoted only where they are numbers,
or look like identifiers or instants, and names only where they look like names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockmews import instants
from mockmews.contract.shapes import Problem

_TYPES = {
    type(None): "null", bool: "a boolean", int: "a number", float: "a number",
    str: "a text", list: "an array", dict: "an object",
}  # fmt: skip
_LIKE_AN_ID = re.compile(r"[0-9A-Fa-f{}-]{1,40}", re.ASCII)
_LIKE_AN_INSTANT = re.compile(r"[0-9TZtz:.+ -]{1,40}", re.ASCII)
_LIKE_A_NAME = re.compile(r"[A-Za-z_]\w{0,39}", re.ASCII)
_LONGEST_NUMBER = 10**15


def hint(problem: Problem, page: str) -> str:
    """One or two sentences on a problem, ending with the page of the documentation."""
    words = [_sentence(problem)]
    if problem.sent and _LIKE_A_NAME.fullmatch(problem.sent):
        words.append(f"You sent {problem.sent}: did you mean {problem.known}?")
    words.append(f"See {problem.page or page}.")
    return " ".join(words)


_SENTENCES = {
    "required": "{at} is missing; send {wanted}.",
    "type": "{at} is {seen}; send {wanted}.",
    "minItems": "{at} is empty; send {wanted}.",
    "maxItems": "{at} holds more than {limit} items; send {wanted}.",
    "minLength": "{at} is empty; send {wanted}.",
    "maxLength": "{at} is longer than the {limit} characters that the setting text_limit allows.",
    "minimum": "{at} is {seen}; send {wanted}.",
    "maximum": "{at} is {seen}; send {wanted}.",
    "format": "{at} is {seen}; send {wanted}.",
    "additionalProperties": "{at} has an unknown field {seen}; the setting unknown_fields refuses such.",
    "x-required-without": "No filter is given; send at least one of {at}, {limit}.",
}


def _sentence(problem: Problem) -> str:
    limit = problem.schema.get(problem.rule)
    return _SENTENCES.get(problem.rule, "{at} {rule}.").format(
        at=problem.path or "The body",
        rule=problem.rule,
        limit=", ".join(limit) if isinstance(limit, list) else limit,
        seen=_seen(problem),
        wanted=_wanted(problem.schema),
    )


def _seen(problem: Problem) -> str:
    """What was sent instead, in words that repeat no text of a guest."""
    value = problem.value
    if problem.rule == "additionalProperties":
        return str(value) if _LIKE_A_NAME.fullmatch(value) else "of an unlikely name"
    if problem.rule == "format":
        return _misformed(value, problem.schema)
    if problem.rule in ("minimum", "maximum"):
        return str(value) if abs(value) < _LONGEST_NUMBER else "a number beyond all bounds"
    return _TYPES[type(value)]


_KINDS_WANTED = {"string": "a text", "integer": "a whole number from 1 to 1000"}
_FORMATS_WANTED = {
    "uuid": "a hyphenated UUID",
    "date-time": "an instant such as 2026-03-10T12:00:00Z",
    "date-time-of-any-zone": "an instant such as 2026-03-10T12:00:00Z",
    "non-blank": "a text that is not blank",
}


def _wanted(schema: Mapping[str, Any]) -> str:
    """What a schema takes, in words."""
    types = schema["type"]
    kind = types if isinstance(types, str) else types[0]
    if kind == "array":
        words = _wanted_items(schema)
    elif kind == "object":
        words = f"an object with {' and '.join(schema.get('required') or schema['properties'])}"
    else:
        words = _FORMATS_WANTED.get(schema.get("format", ""), _KINDS_WANTED[kind])
    return words if kind == types else f"{words}, or null"


def _wanted_items(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    what = "UUIDs" if schema["items"].get("format") == "uuid" else "objects"
    return f"an array of {least} to {most} {what}" if most else f"an array of {what}"


def _misformed(value: str, schema: Mapping[str, Any]) -> str:
    match schema["format"]:
        case "non-blank":
            return "blank"
        case "uuid":
            return f"{_quoted(value, _LIKE_AN_ID)}, no UUID"
    try:
        instants.parse(value)
    except ValueError as error:
        return f"{_quoted(value, _LIKE_AN_INSTANT)}, which {str(error).partition(';')[0]}"
    return "no instant"


def _quoted(value: str, like: re.Pattern[str]) -> str:
    return f"'{value}'" if like.fullmatch(value) else f"a text of {len(value)} characters"
