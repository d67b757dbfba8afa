"""Webhook URLs as they may be shown: a token may stand anywhere in one (contract.md 9)."""

from __future__ import annotations

import re
from functools import lru_cache

from mockmews.wire.webhook_tokens import PLACE, hidden

# Texts, as in `webhook_tokens`.
_USERINFO = r"(?:(?<=//)|^)[^/]*@"
_SITE = r"(?:[^/]*//)?[^/]*"
_QUERY_VALUE = r"(?:(?<=&)|^)(?:([^&=]+=)[^&]*|[^&]+)"

# What people call a place: words, perhaps numbered or with an ending (`hooks`, `mews-webhook`, `v2`, `hook.php`).
_NAME = r"(?:[A-Za-z]+(?:[-_.~]+[A-Za-z]+)*[-_.]?)?\d{0,4}(?:\.[A-Za-z]\w{0,4})?"
_ANNOUNCING = r"(?i).*(?:token|secret|key)"
_HUMP = r"[a-z][A-Z]|[A-Z]{2}[a-z]"
_LONGEST_WORD = 19
_LONGEST_SHOUT = 11
_LETTERS_A_HUMP = 4


@lru_cache(maxsize=512)
def mask_url(url: str) -> str:
    """The URL without user, query values and fragment, and without what looks like no name in its path.

    Names stay, so that a reader knows it again. A secret made of plain words alone cannot be told from a
    name: in the query, or as `${webhook_token}`, it is masked whatever its look.
    """
    main, sharp, _ = url.partition("#")
    address, mark, query = main.partition("?")
    address = re.sub(_USERINFO, "***@", address)
    site = re.match(_SITE, address)
    start = site.end() if site else 0
    path = _mask_path(address[start:])
    query = re.sub(_QUERY_VALUE, lambda found: f"{found[1] or ''}***", query)
    return f"{address[:start]}{path}{mark}{query}{'#***' if sharp else ''}"


@lru_cache(maxsize=512)
def mask_webhook_url(url: str, token: str) -> str:
    """The URL as `mask_url` shows it, and without this token wherever else it may stand in it."""
    return hidden(mask_url(url), token)


def _mask_path(path: str) -> str:
    segments = path.split("/")
    shown = [
        each if _is_name(each) and not re.fullmatch(_ANNOUNCING, before) else "***"
        for before, each in zip(["", *segments], segments, strict=False)
    ]
    return "/".join(shown)


def _is_name(segment: str) -> bool:
    if segment == PLACE:
        return True
    if not re.fullmatch(_NAME, segment):
        return False
    return all(_is_word(each) for each in re.findall(r"[A-Za-z]+", segment))


def _is_word(word: str) -> bool:
    """Whether it reads as a word or as several in camel case, and not as letters drawn at random."""
    if len(word) > (_LONGEST_SHOUT if word.isupper() else _LONGEST_WORD):
        return False
    return len(re.findall(_HUMP, word)) * _LETTERS_A_HUMP <= len(word)
