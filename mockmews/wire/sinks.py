"""Reading how a world's sinks answer: `{status, headers, json or text}`."""

from __future__ import annotations

import re

import msgspec

from mockmews.model.sinks import SinkAnswer
from mockmews.wire.given import Given

FIELDS = ("status", "headers", "json", "text")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BODILESS = (204, 205, 304)
_VALUE = re.compile(r"[\t -~]*")
_FRAMING = ("connection", "content-length", "content-type", "transfer-encoding")


def read_sink_answer(data: object) -> SinkAnswer:
    """An answer from decoded JSON. Raises ConfigurationError, naming the field."""
    given = Given.of(data, "body").fields(FIELDS)
    if "json" in given and "text" in given:
        raise given["text"].refused("json and text exclude each other; keep one of the two")
    status = _status(given["status"]) if "status" in given else 200
    headers = _headers(given["headers"]) if "headers" in given else ()
    bodies = [given[name] for name in ("json", "text") if name in given]
    if status in _BODILESS and bodies:
        raise bodies[0].refused(f"an answer of {status} has no body; leave {bodies[0].name} out")
    if "text" in given:
        text = given["text"].value
        if not isinstance(text, str):
            raise given["text"].refused(f"text takes a text, not {given['text'].seen}")
        return SinkAnswer(status, "text/plain; charset=utf-8", headers, text)
    body = msgspec.json.encode(given["json"].value).decode() if "json" in given else ""
    return SinkAnswer(status, "application/json", headers, body)


def _status(given: Given) -> int:
    status = given.count()
    if not 200 <= status <= 599:
        raise given.refused(f"status takes a number from 200 to 599, not {given.seen}")
    return status


def _headers(given: Given) -> tuple[tuple[str, str], ...]:
    if not isinstance(given.value, dict):
        raise given.refused(f"headers takes a map of texts, not {given.seen}")
    headers = []
    for name, value in given.value.items():
        below = given.below(str(name), value)
        if not _NAME.fullmatch(str(name)) or str(name).lower() in _FRAMING:
            raise below.refused(f"{str(name)[:60]!r} is no header of one's own")
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            raise below.refused(f"a header takes an ASCII text in one line, not {below.seen}")
        headers.append((str(name), value))
    return tuple(headers)
