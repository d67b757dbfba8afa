"""Addresses with variables: what is put into one is percent-encoded, except at its start."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from mockmews_testkit.integration.variables import Template, Values

_PORTS = {"http": 80, "https": 443}


def fill_url(template: Template, values: Values) -> str:
    """The address. A variable at its very start is an address itself and stays as it is."""
    texts = template.texts(values)
    return "".join(
        text if place == 0 or isinstance(part, str) else quote(text, safe="")
        for place, (part, text) in enumerate(zip(template.parts, texts, strict=True))
    )


def with_query(url: str, fields: dict[str, str]) -> str:
    """The address with more query parameters, before its fragment."""
    if not fields:
        return url
    bare, mark, fragment = url.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{urlencode(fields)}{mark}{fragment}"


def host_and_port(url: str) -> tuple[str, int] | None:
    """Where a connection goes; None where the address names no host."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None
    return (parts.hostname, port) if parts.hostname else None


def without_query(url: str) -> str:
    """The address as it may be shown: tokens stand in queries."""
    return url.partition("?")[0]
