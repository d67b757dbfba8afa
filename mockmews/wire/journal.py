"""Journal entries as the control API shows them: bodies as JSON where they are, tokens masked."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from mockmews import instants
from mockmews.instants import TICKS_PER_SECOND
from mockmews.model.journal import JournalEntry

_TOKEN = re.compile(
    r"(?<![0-9A-Fa-f])([0-9A-Fa-f]{4})[0-9A-Fa-f]{28}-[0-9A-Fa-f]{27}([0-9A-Fa-f]{4})(?![0-9A-Fa-f])"
)
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
_SECRET_FIELDS = frozenset({"clienttoken", "accesstoken", "apikey"})
_SECRET_MEMBER = re.compile(rf'(?i)("(?:{"|".join(sorted(_SECRET_FIELDS))})"\s*:\s*")(?:[^"\\]|\\.)*"?')
_QUERY_TOKEN = re.compile(r"""(?i)\b(\w*token=)[^&\s"'<>]+""")
_MESSAGE_ID = re.compile(rb'[{,]"Id":"([0-9a-f-]{36})"')
_OK = 200
_HEAVY = frozenset({
    "request", "response", "request_body", "response_body", "request_headers", "response_headers", "content"
})  # fmt: skip

Json = dict[str, Any]


def render_entry(entry: JournalEntry) -> Json:
    """One entry as JSON. `at` is on the world's clock, `elapsed` in real seconds."""
    shown: Json = {
        "number": entry.number,
        "kind": entry.kind,
        "at": instants.render_exactly(entry.at),
        "elapsed": entry.elapsed / TICKS_PER_SECOND,
        "generation": entry.generation,
        "cause": entry.cause,
    }
    for name, value in entry.facts.items():
        shown[name] = _FACTS.get(name, _as_it_is)(value)
    return shown


def render_brief(entry: JournalEntry) -> Json:
    """One entry without headers and bodies; a page of messages tells in `returned` whose ids it held."""
    shown = render_entry(replace(entry, facts=_without(entry.facts, _HEAVY)))
    if entry.facts.get("operation") == "messages/getAll" and entry.facts.get("status") == _OK:
        shown["returned"] = _returned(entry.facts["response"]["body"])
    return shown


def _without(facts: Json, names: Collection[str]) -> Json:
    return {name: value for name, value in facts.items() if name not in names}


def _returned(body: bytes) -> list[str]:
    # By pattern, for a body over 64 KiB is cut; other ids, such as a thread's, have another name.
    return [found.decode() for found in _MESSAGE_ID.findall(body)]


def mask(text: str) -> str:
    """The text with everything that looks like a Mews token, or stands where one does, masked."""
    return _QUERY_TOKEN.sub(r"\1***", mask_members(text))


def mask_members(text: str) -> str:
    """The same for JSON as text, whose words, a guest's `token=` for one, stay."""
    return _SECRET_MEMBER.sub(lambda found: f'{found[1]}***"', mask_tokens(text))


def mask_json(value: Any) -> Any:
    """The same for decoded JSON. Guests may write of a `token=`: there only Mews's own tokens are masked."""
    if isinstance(value, str):
        return mask_tokens(value)
    if isinstance(value, list):
        return [mask_json(each) for each in value]
    if isinstance(value, dict):
        return {
            mask_tokens(name): "***"
            if isinstance(each, str) and name.lower() in _SECRET_FIELDS
            else mask_json(each)
            for name, each in value.items()
        }
    return value


def mask_tokens(text: str) -> str:
    """The text with Mews's own tokens masked, and nothing else of what people write."""
    return _TOKEN.sub(r"\1***\2", text)


def _body(kept: Mapping[str, Any]) -> Json:
    shown: Json = {"json": None, "text": None}
    raw: bytes = kept["body"]
    try:
        shown["json"] = mask_json(msgspec.json.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        shown |= _text(raw, was_cut="length" in kept)
    for name in ("length", "sha256"):
        if name in kept:
            shown[name] = kept[name]
    return shown


def _text(raw: bytes, *, was_cut: bool) -> Json:
    """A body that is no JSON: as text, or as base64 where it is none. A cut may go through a character."""
    try:
        return {"text": mask(raw.decode("utf-8", "ignore" if was_cut else "strict"))}
    except UnicodeDecodeError:
        masked = mask(raw.decode("latin-1")).encode("latin-1")
        return {"base64": base64.b64encode(masked).decode()}


def mask_headers(lines: str) -> list[list[str]]:
    """Headers in lines `Name: value` as pairs, with what is secret masked."""
    pairs = (line.partition(": ") for line in lines.split("\n") if line)
    return [_masked_header(name, value) for name, _, value in pairs]


def _headers(headers: Any) -> list[list[str]]:
    if isinstance(headers, str):
        return mask_headers(headers)
    return [_masked_header(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def _masked_header(name: str, value: str) -> list[str]:
    return [name, "***" if name.lower() in _SECRET_HEADERS else mask(value)]


def _instant(value: int) -> str:
    return instants.render_exactly(value)


def _as_it_is(value: Any) -> Any:
    return value


_FACTS: Mapping[str, Callable[[Any], Any]] = {
    "request": _body,
    "response": _body,
    "request_body": _body,
    "response_body": lambda text: _body({"body": text.encode()}),
    "content": mask_json,
    "text": mask_tokens,
    "guest": mask_tokens,
    "subject": mask_tokens,
    "request_headers": _headers,
    "response_headers": _headers,
    "query": lambda value: mask(value.decode("latin-1")),
    "path": mask,
    "due": _instant,
    "milliseconds": lambda value: round(value, 3),
}
