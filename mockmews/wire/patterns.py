"""Text patterns as users write them: `/.../` with the flags i, s, m is an RE2 pattern, else equality.

RE2 takes time in proportion to the text, whatever the pattern; it has no lookaround and no backreferences.
"""

from __future__ import annotations

from typing import Any

from mockmews.model.replies import TextPattern
from mockmews.wire.given import Given

_FLAGS = "ism"
_LARGEST_PROGRAM = 5_000
_BEYOND_RE2 = ("(?=", "(?!", "(?<", "invalid escape sequence: \\")


def read_pattern(given: Given) -> TextPattern:
    """A pattern or an equality; the pattern is compiled, so that its mistakes show where it stands."""
    written = given.text()
    if not written.startswith("/"):
        return TextPattern(written)
    body, slash, flags = written[1:].rpartition("/")
    if not slash:
        raise given.refused(
            f"{given.name} begins with / and has no closing /; write /.../ (in quotes where it holds any of "
            f", : # {{ }}), and /^\\{written[:20]}$/ for a text that begins with a slash"
        )
    unknown = sorted(set(flags) - set(_FLAGS))
    if unknown or len(set(flags)) < len(flags):
        raise given.refused(
            f"{given.name} has {flags[:20]!r} after its last slash; flags are i, s and m, each once"
        )
    if not body:
        raise given.refused(f"{given.name} is an empty pattern; leave {given.name} out to match anything")
    pattern = TextPattern(body, "".join(flag for flag in _FLAGS if flag in flags))
    try:
        compile_pattern(pattern)
    except ValueError as error:
        raise given.refused(f"{given.name} is no RE2 pattern: {error}") from None
    return pattern


def compile_pattern(pattern: TextPattern) -> Any:
    """The compiled RE2 pattern. ValueError carries RE2's reason, with advice where it helps."""
    import re2  # costs 14 ms and is not needed where nobody writes a pattern

    flags = pattern.flags or ""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    # RE2's own option for lines works in its POSIX syntax only.
    source = f"(?m){pattern.text}" if "m" in flags else pattern.text
    try:
        compiled = re2.compile(source, options)
    except UnicodeEncodeError:
        raise ValueError("it holds half of a surrogate pair") from None
    except re2.error as error:
        raise ValueError(_in_words(error.args[0])) from None
    if compiled.programsize > _LARGEST_PROGRAM:
        raise ValueError(
            f"it compiles to {compiled.programsize} instructions, and {_LARGEST_PROGRAM} are allowed; "
            "lower its repeat counts"
        )
    return compiled


def _in_words(reason: object) -> str:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    if any(sign in text for sign in _BEYOND_RE2):
        text += (
            " (RE2 has no lookaround and no backreferences, which is why it is quick on any text; match what "
            "stands around too, or put an earlier rule before this one)"
        )
    return text
