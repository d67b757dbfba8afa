"""Whether a text was shown unchanged, as its channel allows."""

from __future__ import annotations

import difflib
import html
from collections.abc import Sequence
from dataclasses import dataclass

_COMPARED = 2000  # characters of a text that are looked at for likeness


@dataclass(frozen=True, slots=True)
class Channel:
    """How a channel shows texts: escaped for HTML or not, up to `limit` characters, longer ones split."""

    html: bool = False
    limit: int | None = None
    splits: bool = False

    def forms(self, shown: str) -> set[str]:
        """The texts that something shown may be."""
        return {shown, html.unescape(shown)} if self.html else {shown}

    def same(self, shown: str, wanted: str) -> bool:
        """Whether it is the text, up to HTML escaping where the app file says so."""
        return wanted in self.forms(shown)

    def too_long(self, text: str) -> bool:
        """Whether the channel cannot show the text whole."""
        return self.limit is not None and len(text) > self.limit

    def places(self, shown: Sequence[str], wanted: str) -> list[int]:
        """Where the text begins among those shown; a text that is too long may stand in several parts."""
        if self.splits and self.too_long(wanted):
            return [place for place in range(len(shown)) if self.length(shown[place:], wanted)]
        return [place for place, text in enumerate(shown) if self.same(text, wanted)]

    def length(self, shown: Sequence[str], wanted: str) -> int:
        """How many of the texts shown make up the wanted one from the first on; 0 where they do not."""
        if shown and self.same(shown[0], wanted):
            return 1
        if not (self.splits and self.too_long(wanted)):
            return 0
        rest = _bare(wanted)
        for count, text in enumerate(shown, 1):
            part = _bare(html.unescape(text) if self.html else text)
            if not part or not rest.startswith(part):
                return 0
            rest = rest[len(part) :]
            if not rest:
                return count
        return 0


def _bare(text: str) -> str:
    """Without white space, which may be lost where a text is split."""
    return "".join(text.split())


def nearest(wanted: str, seen: Sequence[str]) -> str | None:
    """The text most like the wanted one, if any is."""
    return next(iter(difflib.get_close_matches(wanted[:_COMPARED], [*seen], n=1, cutoff=0.6)), None)


def difference(wanted: str, seen: str) -> str:
    """Where two texts part, in a form for one line."""
    if wanted == seen:
        return repr(seen)
    matcher = difflib.SequenceMatcher(None, wanted[:_COMPARED], seen[:_COMPARED], autojunk=False)
    parts = [
        f"{wanted[a:b]!r} became {seen[c:d]!r}" for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"
    ]
    return f"{_cut(seen)!r} ({'; '.join(parts[:3])})" if matcher.ratio() > 0.6 else repr(_cut(seen))


def _cut(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:197]}..."
