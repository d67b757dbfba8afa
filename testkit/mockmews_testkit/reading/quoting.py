"""Python values as YAML text that reads back equal: always quoted, always on one line."""

from __future__ import annotations

from collections.abc import Iterable

_ESCAPES = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def quoted(text: str) -> str:
    """A text between double quotes; what cannot be seen is written as an escape."""
    return f'"{"".join(_escaped(each) for each in text)}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def in_brackets(items: Iterable[str]) -> str:
    """A list of texts that are written already."""
    return f"[{', '.join(items)}]"


def in_braces(entries: Iterable[tuple[str, str]]) -> str:
    """A map of keys and values that are written already."""
    return f"{{{', '.join(f'{key}: {value}' for key, value in entries)}}}"
