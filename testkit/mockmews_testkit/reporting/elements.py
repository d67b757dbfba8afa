"""Elements of HTML: whatever is put into one is text, and escaped, unless it is an element itself."""

from __future__ import annotations

import re
from html import escape

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_OTHER = re.compile("[\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_EMPTY = frozenset({"meta", "br"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def el(name: str, style: str = "", *children: str, **attributes: str | None) -> Html:
    """An element with a class. An attribute of None is left out; a name's last underscore is dropped."""
    given = {
        "class": style or None,
        **{key.rstrip("_").replace("_", "-"): v for key, v in attributes.items()},
    }
    written = "".join(f' {key}="{text(value)}"' for key, value in given.items() if value is not None)
    if name in _EMPTY:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{many(*children)}</{name}>")


def many(*children: str) -> Html:
    """Elements and texts, one after the other."""
    return Html("".join(each if isinstance(each, Html) else text(each) for each in children))


def text(value: str) -> str:
    """A text as HTML: nothing in it is markup, and characters that cannot be seen have a picture."""
    shown = _CONTROL.sub(lambda match: chr(0x2400 + ord(match[0])), value)
    return escape(_OTHER.sub("\ufffd", shown), quote=True)
