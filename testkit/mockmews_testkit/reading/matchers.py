"""What a shown text is compared with: an exact text, a part of it, or a pattern."""

from __future__ import annotations

from dataclasses import dataclass, field

import re2

from mockmews_testkit.reading.findings import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class Exactly:
    """The whole text, character by character."""

    text: str
    source: Source = field(default=NOWHERE, compare=False)

    def accepts(self, shown: str) -> bool:
        """Whether the shown text is this one."""
        return shown == self.text

    def __str__(self) -> str:
        return f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Contains:
    """A text that stands somewhere in the shown one: `{contains: 11pm}`."""

    part: str
    source: Source = field(default=NOWHERE, compare=False)

    def accepts(self, shown: str) -> bool:
        """Whether the part stands in the shown text."""
        return self.part in shown

    def __str__(self) -> str:
        return f'a text that contains "{self.part}"'


@dataclass(frozen=True, slots=True)
class Matches:
    """A pattern that is found somewhere in the shown text: `{matches: '11 ?pm'}`, or `{matches: /11 ?pm/i}`.

    Patterns are those of RE2, which answers in bounded time on any text; slashes with the flags i, m or s
    are as in reply rules. ValueError where it is not a pattern.
    """

    pattern: str
    source: Source = field(default=NOWHERE, compare=False)

    def __post_init__(self) -> None:
        options = re2.Options()
        options.log_errors = False
        try:
            re2.compile(self._bare(), options)
        except re2.error as error:
            raise ValueError(f"{self.pattern!r} is not a pattern ({_in_words(error)})") from None

    def accepts(self, shown: str) -> bool:
        """Whether the pattern is found in the shown text."""
        whole = shown.encode("utf-8", "replace").decode()  # RE2 takes no half of a character pair
        return re2.search(self._bare(), whole) is not None

    def groups(self, text: str) -> tuple[str, ...] | None:
        """What its groups hold where it is found first; None where it is not."""
        match = re2.search(self._bare(), text.encode("utf-8", "replace").decode())
        return None if match is None else tuple(each or "" for each in match.groups())

    def _bare(self) -> str:
        body, slash, flags = self.pattern[1:].rpartition("/")
        if self.pattern.startswith("/") and slash and body and set(flags) <= set("ims"):
            return f"(?{flags}){body}" if flags else body
        return self.pattern

    def __str__(self) -> str:
        return f"a text that matches {self.pattern}"


Matcher = Exactly | Contains | Matches


def _in_words(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
