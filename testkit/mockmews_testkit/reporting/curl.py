"""Calls of the journal as text to read, and as a curl command to copy."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import msgspec

Json = Mapping[str, Any]

_SECRETS = {
    '"ClientToken":"***"': '"ClientToken":"\'"$MEWS_CLIENT_TOKEN"\'"',
    '"AccessToken":"***"': '"AccessToken":"\'"$MEWS_ACCESS_TOKEN"\'"',
}
_LONGEST = 20_000


def of_request(entry: Json) -> str:
    """The call that the app made. Tokens are masked in the journal: the shell fills in those of `exec`."""
    query = f"?{entry['query']}" if entry.get("query") else ""
    kinds = [value for name, value in entry.get("request_headers", ()) if name.lower() == "content-type"]
    return _command(
        entry["method"], f'"$MEWS_URL"{shlex.quote(entry["path"] + query)}', kinds, entry.get("request")
    )


def of_attempt(entry: Json) -> str:
    """The webhook that the app got."""
    address = shlex.quote(entry["url"]).replace("oken=***", "oken='\"$MEWS_WEBHOOK_TOKEN\"'")
    return _command("POST", address, ["application/json"], entry.get("request_body"))


def _command(method: str, address: str, kinds: list[str], body: Json | None) -> str:
    words = ["curl", "-X", shlex.quote(method), address]
    words += [f"-H {shlex.quote(f'Content-Type: {kind}')}" for kind in kinds[:1]]
    content = _compact(body)
    if content:
        quoted = shlex.quote(content)
        for masked, filled in _SECRETS.items():
            quoted = quoted.replace(masked, filled)
        words.append(f"--data-raw {quoted}")
    return " ".join(words)


def pretty(body: Json | None) -> str:
    """A body to read, cut where it is very long."""
    if not body:
        return ""
    if body.get("json") is not None:
        shown = msgspec.json.format(msgspec.json.encode(body["json"]), indent=2).decode()
    else:
        shown = _compact(body)
    left = len(shown) - _LONGEST
    return shown if left <= 0 else f"{shown[:_LONGEST]}\n... {left} more characters"


def headers(pairs: Any) -> str:
    """Headers, one a line."""
    return "\n".join(f"{name}: {value}" for name, value in pairs or ())


def _compact(body: Json | None) -> str:
    if not body:
        return ""
    if body.get("json") is not None:
        return msgspec.json.encode(body["json"]).decode()
    return str(body.get("text") or body.get("base64") or "")
