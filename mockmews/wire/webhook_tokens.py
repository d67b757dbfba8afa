"""Where the token stands in a webhook URL, and the same URL with another token, or with none.

contract.md 9: the secret is a token of the partner's own in the URL; the one picture shows it as a query
value, so it may as well be a part of the path.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

PLACE = "${webhook_token}"
"""What the fake fills with the world's token."""

_SHORTEST_HIDDEN = 4  # of a shorter one not much is given away
_SHORTEST = 8  # a shorter text may stand in a URL by accident
# Patterns are texts here: `re` compiles them on first use, and a start without webhooks never needs them.
_TELLTALE = r"(?i)token|secret|key|auth|sig|pass|code"
_LONG_WORD = r"(?<=[/=])(?=[^/?&=]*\d)(?=[^/?&=]*[A-Za-z])[\w.~%-]{16,}(?=[/?&]|$)"
_QUERY_VALUE = r"(?<=[?&])([^&=]+)=([^&]+)"
_PARAMETER = r"[^?&]*" + re.escape(PLACE) + r"[^&]*"
_SEGMENT = r"/[^/?]*" + re.escape(PLACE) + r"[^/?]*"


@lru_cache(maxsize=512)
def filled(url: str, token: str) -> str:
    """The URL with the token in its place, where it has one."""
    return url.replace(PLACE, quote(token, safe=""))


def hidden(text: str, token: str) -> str:
    """The text with `***` for the token, as it is written or as a URL has it."""
    for spelling in _spellings(token) if text else ():
        text = text.replace(spelling, "***")
    return text


@lru_cache(maxsize=512)
def _spellings(token: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((quote(token, safe=""), token))) if len(token) >= _SHORTEST_HIDDEN else ()


def has_token(url: str, token: str) -> bool:
    """Whether a token is seen in the URL."""
    return _marked(url, token) is not None


def with_token(url: str, token: str, other: str | None) -> str:
    """The URL with `other` in place of the token, or, with None, without the part of it that holds the token.

    As it is where no token is seen in it.
    """
    marked = _marked(url, token)
    if marked is None:
        return url
    return filled(marked, other) if other is not None else _without(marked)


def _marked(url: str, token: str) -> str | None:
    """The URL with PLACE where its token stands; None where it has none."""
    if PLACE in url:
        return url
    site = re.match(r"[^/]*//[^/?#]*", url)
    start = site.end() if site else 0
    head, rest = url[:start], url[start:].partition("#")[0]
    sent = quote(token, safe="")
    if len(token) >= _SHORTEST and sent in rest:
        return head + rest.replace(sent, PLACE)
    values = list(re.finditer(_QUERY_VALUE, rest))
    spans = [each.span(2) for each in values if re.search(_TELLTALE, each[1])]
    spans = spans or [each.span() for each in re.finditer(_LONG_WORD, rest)]
    spans = spans or [each.span(2) for each in values if len(values) == 1]
    for begin, end in reversed(spans):
        rest = rest[:begin] + PLACE + rest[end:]
    return head + rest if spans else None


def _without(marked: str) -> str:
    address, mark, query = marked.partition("?")
    address = re.sub(_SEGMENT, "", address)
    kept = [each for each in query.split("&") if not re.fullmatch(_PARAMETER, each)]
    return address + (mark + "&".join(kept) if kept and mark else "")
