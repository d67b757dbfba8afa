"""A conversation that took place, as a scenario file that plays it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from mockmews.model.journal import JournalEntry
from mockmews.model.messages import Sender
from mockmews.wire.journal import mask_tokens

_RESOLVING = {"resolved": "resolve", "reopened": "reopen"}

TOLD = frozenset({"message", *_RESOLVING})
"""The kinds of journal entries that a scenario tells."""


def render_scenario(name: str, entries: Iterable[JournalEntry]) -> str:
    """YAML of one scenario: who wrote what, in order, and where a thread was resolved or reopened.

    Two threads of guests with one name are two guests.
    """
    keys: dict[str, str] = {}
    names: dict[str, str] = {}
    steps: list[str] = []
    for entry in entries:
        facts = entry.facts
        if entry.kind == "message":
            key = _key(keys, names, facts)
            steps += _line(facts, key, first=next(iter(names)))
        elif entry.kind in _RESOLVING and facts["thread_id"] in keys:
            steps.append(f"  - {_RESOLVING[entry.kind]}: {{by: {_quoted(keys[facts['thread_id']])}}}")
    lines = [f"scenario: {_quoted(name)}"]
    if names:
        lines.append("guests:")
        lines += [f"  {_quoted(key)}: {{name: {_quoted(each)}}}" for key, each in names.items()]
    return "\n".join([*lines, "steps:", *steps]) + "\n"


def _line(facts: dict[str, Any], key: str, *, first: str) -> list[str]:
    whose = "" if key == first else _quoted(key)
    if facts["sender"] == Sender.APPLICATION:
        return [f"  - guest: {_quoted(facts['text'])}", *([f"    by: {whose}"] if whose else [])]
    return [f"  - hotel: {_quoted(facts['text'])}", f"    to: {_quoted(key)}"]


def _key(keys: dict[str, str], names: dict[str, str], facts: dict[str, Any]) -> str:
    thread = facts["thread_id"]
    if thread not in keys:
        guest = facts["guest"]
        key = guest if guest not in names else f"{guest} {len(names) + 1}"
        keys[thread] = key
        names[key] = guest
    return keys[thread]


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar, tokens masked: a JSON string, where what YAML takes for a line end is escaped."""
    quoted = msgspec.json.encode(mask_tokens(text)).decode()
    for character in ("\x7f", "\x85", "\u2028", "\u2029", "\ufeff"):
        quoted = quoted.replace(character, f"\\u{ord(character):04x}")
    return quoted
