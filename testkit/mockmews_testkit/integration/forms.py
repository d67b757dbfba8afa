"""How each part of an app file is read from its node: requests, how to hear, and the small ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockmews_testkit.integration.description import (
    Command,
    FixedMews,
    Hear,
    HearCommand,
    HearPoll,
    HearPython,
    HearSink,
    Limits,
    Readiness,
    SinkAnswer,
)
from mockmews_testkit.integration.json_values import ANY_TEMPLATE, JSON, TEMPLATE
from mockmews_testkit.integration.paths import JsonPath
from mockmews_testkit.integration.requests import BODIES, METHODS, Join, Request
from mockmews_testkit.integration.signing import SCHEMES, Signing
from mockmews_testkit.integration.variables import Template, Variable
from mockmews_testkit.reading.findings import refused
from mockmews_testkit.reading.kinds import DURATION, LINE, TEXT, Kind, choice, scalar, whole
from mockmews_testkit.reading.matchers import Exactly, Matches
from mockmews_testkit.reading.shapes import (
    Field,
    Rule,
    check_rules,
    entries_of,
    free_map,
    list_of,
    one_or_many,
    read_fields,
    record,
    same_names,
)
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node, Text

Given = Mapping[str, Any]
Complaint = tuple[str | None, str, str]

_ADDRESS = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_PYTHON = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_KEPT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_RELATIVE = "Paths are relative to the app file."


def _url(node: Node) -> Template:
    template: Template = TEMPLATE.read(node)
    first = template.parts[0]
    text = scalar(node, URL.takes)
    if isinstance(first, Variable) or _ADDRESS.match(text):
        return template
    problem = f"{text!r} is no address"
    raise refused(node.source, problem, "Begin with http://, https:// or ${app.url}.")


def _path(node: Node) -> JsonPath:
    text = scalar(node, PATH.takes)
    try:
        return JsonPath(text)
    except ValueError as error:
        raise refused(node.source, str(error), "Write one such as $.message.text (RFC 9535).") from None


def _item_id(node: Node) -> JsonPath | str:
    return "position" if isinstance(node, Text) and node.value == "position" else _path(node)


def _log_pattern(node: Node) -> Matches:
    return _pattern(scalar(node, "a pattern"), node)


def _own_text(node: Node) -> Exactly | Matches:
    text = scalar(node, "a text or a /pattern/")
    is_pattern = text.startswith("/") and text.rfind("/") > 0
    return _pattern(text, node) if is_pattern else Exactly(text, node.source)


def _pattern(text: str, node: Node) -> Matches:
    try:
        return Matches(text, node.source)
    except ValueError as error:
        advice = "Patterns are RE2's: no look-around, no back-reference."
        raise refused(node.source, str(error), advice) from None


def _command(node: Node) -> Command:
    if isinstance(node, Items):
        words: tuple[Template, ...] = _WORDS.read(node)
        return words
    line: Template = TEMPLATE.read(node)
    return line


def _place(node: Node) -> HearPython:
    text = scalar(node, "package.module:name")
    if not _PYTHON.fullmatch(text):
        raise refused(node.source, f"{text!r} is not package.module:name", "Write tests.my_app:adapter.")
    return HearPython(text)


def _kept_name(node: Node) -> str:
    text = scalar(node, "a name")
    if not _KEPT.fullmatch(text) or text in ("id", "name", "number"):
        advice = "Use a word of letters and digits; id, name and number are taken."
        raise refused(node.source, f"{text!r} is no name to keep something by", advice)
    return text


URL = Kind("an address", _url, str)
PATH = Kind("a JSONPath such as $.message.text", _path, str)
WITHIN = DURATION
COMMAND = Kind("a line for the shell, or a list of words to execute", _command, str)
_WORDS = list_of(TEMPLATE)
_FIELDS = free_map("a map of texts", TEXT, ANY_TEMPLATE)
_HEADERS = free_map("a map of headers", LINE, ANY_TEMPLATE)


def _exactly_one(keys: tuple[str, ...], what: str) -> Rule:
    def rule(given: Given) -> Complaint | None:
        found = [key for key in given if key in keys]
        if not found:
            return None, f"{what} is missing", f"Add one of: {', '.join(keys)}."
        if len(found) > 1:
            return found[1], f"{found[0]!r} and {found[1]!r} exclude each other", "Keep one of the two."
        return None

    return rule


def _at_most_one(keys: tuple[str, ...]) -> Rule:
    def rule(given: Given) -> Complaint | None:
        found = [key for key in given if key in keys]
        if len(found) > 1:
            return found[1], f"{found[0]!r} and {found[1]!r} exclude each other", "Keep one of the two."
        return None

    return rule


def _get_is_bare(given: Given) -> Complaint | None:
    body = next((key for key in BODIES if key in given), None)
    if "get" in given and body:
        return body, f"a GET has no body, and {body!r} is one", "Use post, or put the fields under query."
    return None


def _twilio_signs_forms(given: Given) -> Complaint | None:
    sign = given.get("sign")
    if sign is not None and sign.scheme == "twilio" and ("json" in given or "text" in given):
        return "sign", "Twilio signs forms and addresses, no other body", "Use form instead."
    return None


def _own_header(given: Given) -> Complaint | None:
    key = next((each for each in ("header", "encoding") if each in given), None)
    if key and given.get("scheme", "hmac") != "hmac":
        return key, f"{key!r} belongs to the scheme hmac", f"Delete {key}."
    return None


def _has_no_body(given: Given) -> Complaint | None:
    body = next((key for key in ("json", "text") if key in given), None)
    if body and given.get("status") in (204, 205, 304):
        return body, f"an answer of {given['status']} has no body", f"Delete {body}."
    return None


SIGN = record(
    "a map such as {scheme: meta, secret: s3cret}",
    "sign",
    {
        "scheme": Field(choice(*SCHEMES), "scheme", required=True),
        "secret": Field(TEMPLATE, "secret", required=True),
        **same_names(header=LINE, encoding=choice("hex", "base64")),
    },
    Signing,
    (_own_header,),
)

_REQUEST_FIELDS = {
    **same_names(**dict.fromkeys(METHODS, URL)),
    **same_names(headers=_HEADERS, query=_FIELDS, json=JSON, form=_FIELDS, text=ANY_TEMPLATE, sign=SIGN),
}
_REQUEST_RULES = (
    _exactly_one(METHODS, "the address"),
    _at_most_one(BODIES),
    _get_is_bare,
    _twilio_signs_forms,
)


def _request(values: dict[str, Any]) -> Request:
    method = next(each for each in METHODS if each in values)
    return Request(method=method, url=values.pop(method), **values)


def _make_request(**values: Any) -> Request:
    return _request(values)


def _make_join(keep: Mapping[str, JsonPath] | None = None, **values: Any) -> Join:
    return Join(request=_request(values), keep=keep or {})


REQUEST = record(
    'a map such as {post: "${app.url}/chat"}', "say", _REQUEST_FIELDS, _make_request, _REQUEST_RULES
)
JOIN = one_or_many(
    record(
        'a map such as {post: "${app.url}/guests"}',
        "join",
        {
            **_REQUEST_FIELDS,
            "keep": Field(
                free_map("a map such as {id: $.id}", Kind("a name", _kept_name, str), PATH), "keep"
            ),
        },
        _make_join,
        _REQUEST_RULES,
    )
)
READY = record(
    'a map such as {get: "${app.url}/health"}',
    "ready",
    same_names(get=URL, log=Kind("a pattern", _log_pattern, str), within=WITHIN),
    Readiness,
    (_exactly_one(("get", "log"), "what tells that the app is ready"),),
)
_ANSWER = record(
    "a map such as {status: 201}",
    "answer",
    same_names(status=whole(200, 599), headers=_HEADERS, json=JSON, text=ANY_TEMPLATE),
    SinkAnswer,
    (_at_most_one(("json", "text")), _has_no_body),
)
_SINK = record(
    "a map such as {text: $.text, guest: $.to}",
    "sink",
    {"text": Field(PATH, "text", required=True), **same_names(guest=PATH, id=PATH, answer=_ANSWER)},
    HearSink,
)
_POLL_FIELDS = {
    "get": Field(URL, "get", required=True),
    "items": Field(PATH, "items", required=True),
    "text": Field(PATH, "text", required=True),
    **same_names(
        headers=_HEADERS, query=_FIELDS, every=DURATION, id=Kind("a JSONPath, or position", _item_id, str)
    ),
}


def _make_poll(get: Template, **values: Any) -> HearPoll:
    parts = {key: values.pop(key) for key in ("headers", "query") if key in values}
    return HearPoll(request=Request(method="get", url=get, **parts), **values)


_POLL = record('a map such as {get: "${app.url}/chat/${guest.id}"}', "poll", _POLL_FIELDS, _make_poll)
HEAR_WAYS = {
    "sink": _SINK,
    "poll": _POLL,
    "python": Kind("package.module:name", _place, str),
    "command": Kind(COMMAND.takes, lambda node: HearCommand(_command(node)), str),
}


def read_hear(node: Node, html: Kind) -> tuple[Hear, bool]:
    """How the app is heard, and whether what it shows is HTML."""
    entries: Entries = entries_of(node, "a map with sink, poll, python or command")
    known = {**same_names(**HEAR_WAYS), **same_names(html=html)}
    values = read_fields(entries, known, "hear")
    check_rules(entries, (_exactly_one(tuple(HEAR_WAYS), "how the app is heard"),), values)
    return next(values[key] for key in HEAR_WAYS if key in values), values.get("html", False)


def _tokens_in_pairs(given: Given) -> Complaint | None:
    one, other = (("client_token", "access_token"), ("access_token", "client_token"))["access_token" in given]
    if one in given and other not in given:
        return one, f"{one!r} is given without {other!r}", f"Add {other}, or delete {one}."
    return None


MEWS = record(
    "a map such as {url: http://127.0.0.1:8000}",
    "mews",
    same_names(url=URL, client_token=TEMPLATE, access_token=TEMPLATE),
    dict,
    (_tokens_in_pairs,),
)
LIMITS = record(
    "a map such as {text: 4096, longer: split}",
    "limits",
    {"text": Field(whole(1), "text", required=True), **same_names(longer=choice("split", "refuse"))},
    Limits,
)
IGNORE = one_or_many(Kind("a text, or a /pattern/", _own_text, str))


def fixed_mews(values: Mapping[str, Template], environment: Mapping[str, str]) -> FixedMews:
    """The fixed addresses and tokens, filled."""
    filled = {key: template.fill(environment) for key, template in values.items()}
    return FixedMews(**filled)


def existing_file(folder: Path, node: Node) -> Path:
    """A file that is there, relative to the app file's folder."""
    path = folder / scalar(node, "a file")
    if not path.is_file():
        raise refused(node.source, f"{path} does not exist", _RELATIVE)
    return path


def existing_folder(folder: Path, node: Node) -> Template:
    """A folder, relative to the app file's. One with variables in its name is looked for when they are known."""
    template: Template = TEMPLATE.read(node)
    if not template.names and not (path := folder / template.fill({})).is_dir():
        raise refused(node.source, f"the folder {path} does not exist", _RELATIVE)
    return template
