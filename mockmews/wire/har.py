"""A journal as a HAR file (HTTP Archive 1.2), which browsers and HTTP tools open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockmews.model.journal import JournalEntry
from mockmews.wire.journal import render_entry
from mockmews.wire.responses import encode

Json = dict[str, Any]


def render_har(entries: Iterable[JournalEntry], *, url: str, version: str) -> Json:
    """Every request to Mews and every webhook attempt among the entries; tokens are masked."""
    found: list[Json] = []
    for entry in entries:
        shown = render_entry(entry)
        if entry.kind == "request" and "status" in shown:
            found.append(_request(shown, url))
        elif entry.kind == "attempt":
            found.append(_attempt(shown))
    creator = {"name": "mockmews", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": found}}


def _request(shown: Json, url: str) -> Json:
    query = f"?{shown['query']}" if shown["query"] else ""
    request = {
        "method": shown["method"],
        "url": f"{url}{shown['path']}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(shown["request_headers"]),
        "queryString": [],
        "postData": {"mimeType": "application/json", "text": _text(shown["request"])},
        "headersSize": -1,
        "bodySize": -1,
    }
    content = _text(shown["response"])
    # 0 stands for an answer that a fault lost.
    return _entry(shown, request, shown["status"] or 0, _headers(shown["response_headers"]), content)


def _attempt(shown: Json) -> Json:
    request = {
        "method": "POST",
        "url": shown["url"],
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "queryString": [],
        "postData": {"mimeType": "application/json", "text": _text(shown["request_body"])},
        "headersSize": -1,
        "bodySize": -1,
    }
    headers = _headers(shown["response_headers"])
    entry = _entry(
        shown, request, shown["status"] or 0, headers, shown["error"] or _text(shown["response_body"])
    )
    return {**entry, "comment": f"webhook attempt {shown['attempt']}: {shown['state']}"}


def _entry(shown: Json, request: Json, status: int, headers: list[Json], content: str) -> Json:
    took = shown["milliseconds"]
    return {
        "startedDateTime": shown["at"],
        "time": took,
        "request": request,
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": {"size": len(content.encode()), "mimeType": "application/json", "text": content},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _headers(pairs: list[list[str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]


def _text(body: Json | None) -> str:
    if body is None:
        return ""
    if body.get("text") is not None:
        return str(body["text"])
    return encode(body["json"]).decode() if "base64" not in body else str(body["base64"])
