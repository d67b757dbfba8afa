"""The kinds of a single value in a file: how each is read from its node, and written back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mockmews_testkit import durations
from mockmews_testkit.reading.findings import refused, suggestion
from mockmews_testkit.reading.quoting import quoted
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node, Text

_YES = ("true", "yes", "on")
_NO = ("false", "no", "off")
_NOTHING = ("", "null", "~")
WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]+)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_RATE = re.compile(r"([1-9][0-9]{0,8})/(.+)")


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one kind are read and written. `read` raises RefusedError; `takes` says what it wants."""

    takes: str
    read: Callable[[Node], Any]
    write: Callable[[Any], str]


def shape(node: Node) -> str:
    """What a node is, in words."""
    return "a list" if isinstance(node, Items) else "a map" if isinstance(node, Entries) else "a text"


def scalar(node: Node, takes: str) -> str:
    """The text of a node that must be a scalar with something in it."""
    if not isinstance(node, Text):
        problem = f"{shape(node)} stands where {takes} is wanted"
        advice = f"Write {takes}; a text that begins with [ or {{, or has ': ' in it, needs quotes."
        raise refused(node.source, problem, advice)
    if not node.value:
        raise refused(node.source, f"nothing stands where {takes} is wanted", f"Write {takes}.")
    return node.value


def undressed(node: Node) -> None:
    """Refuse tags, anchors and aliases: in the conversation a text that looks like one must be quoted."""
    if node.dressing:
        advice = 'Put the text in double quotes: "..."'
        raise refused(node.source, f"{node.dressing} stands in the conversation", advice)


def _speech(node: Node) -> str:
    undressed(node)
    if isinstance(node, Text) and node.cut:
        problem = "the text ends here, as ' #' begins a comment"
        raise refused(node.cut, problem, 'Put the whole text in double quotes: "... #..."')
    return scalar(node, SPEECH.takes)


def line(takes: str, longest: int) -> Kind:
    """A text of one line and bounded length: names and titles."""

    def read(node: Node) -> str:
        text = scalar(node, takes)
        if _CONTROL.search(text):
            problem = f"{takes} has line breaks or control characters"
            raise refused(node.source, problem, "Write it in one line.")
        if len(text) > longest:
            problem = f"{takes} of {len(text)} characters is too long"
            raise refused(node.source, problem, f"Use at most {longest} characters.")
        return text

    return Kind(takes, read, quoted)


def _name(node: Node) -> str:
    text: str = LINE.read(node)
    if text == "all":
        raise refused(node.source, "'all' is no name: it means every held webhook", "Choose another name.")
    return text


_MANY = 10


def choice(*options: str) -> Kind:
    """One of a few words. Of more than ten the advice lists them all, and the problem does not."""
    takes = f"one of: {', '.join(options)}" if len(options) > 1 else f"the word {options[0]}"

    def read(node: Node) -> str:
        text = scalar(node, takes)
        if text not in options:
            wanted = f"one of the {len(options)} that are known" if len(options) > _MANY else takes
            raise refused(node.source, f"{text!r} is not {wanted}", suggestion(text, options))
        return text

    return Kind(takes, read, str)


def word_for(word: str) -> Kind:
    """A single word that switches something on: true where it stands."""
    named = choice(word)
    return Kind(named.takes, lambda node: bool(named.read(node)), lambda _: word)


def _flag(node: Node) -> bool:
    text = scalar(node, FLAG.takes)
    if text.lower() not in (*_YES, *_NO):
        raise refused(node.source, f"{text!r} is neither true nor false", "Write true or false.")
    return text.lower() in _YES


def _bare(node: Node) -> bool:
    if not isinstance(node, Text) or node.value.lower() not in (*_NOTHING, *_YES):
        seen = repr(node.value) if isinstance(node, Text) else shape(node)
        raise refused(
            node.source, f"{seen} stands where nothing or true is wanted", "Write true, or nothing."
        )
    return True


def whole(least: int, most: int = 10**18 - 1) -> Kind:
    """A whole number within bounds."""
    takes = f"a whole number from {least}" + (f" to {most}" if most < 10**17 else "")

    def read(node: Node) -> int:
        text = scalar(node, takes)
        if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise refused(node.source, f"{text!r} is not {takes}", f"Write {takes}.")
        return int(text)

    return Kind(takes, read, str)


def decimal(takes: str, most: int) -> Kind:
    """A number from 0, with or without a fraction."""

    def read(node: Node) -> float:
        text = scalar(node, takes)
        if not _NUMBER.fullmatch(text) or Decimal(text) > most:
            raise refused(node.source, f"{text!r} is not {takes}", f"Write {takes}.")
        return int(text) if text.isdigit() else float(text)

    return Kind(takes, read, lambda number: format(Decimal(repr(number)), "f"))


def _timed(takes: str, parse: Callable[[str], Any]) -> Callable[[Node], Any]:
    def read(node: Node) -> Any:
        text = scalar(node, takes)
        try:
            return parse(text)
        except ValueError as error:
            raise refused(node.source, str(error).partition("; ")[0], _advice(error, takes)) from None

    return read


def _advice(error: ValueError, takes: str) -> str:
    advice = str(error).partition("; ")[2]
    return (
        f"{advice[0].upper()}{advice[1:]}{'' if advice.endswith('?') else '.'}"
        if advice
        else f"Write {takes}."
    )


def _some_time(node: Node) -> int:
    duration: int = DURATION.read(node)
    if duration == 0:
        raise refused(node.source, "this is no time at all", "Write a duration such as 500ms or 2s.")
    return duration


def _retry_after(node: Node) -> int | None:
    return None if isinstance(node, Text) and node.value == "none" else DURATION.read(node)


def _rate(node: Node) -> str | None:
    if isinstance(node, Text) and node.value.lower() in ("off", "none", "null", "false"):
        return None
    text = scalar(node, RATE.takes)
    match = _RATE.fullmatch(text)
    if match is None:
        raise refused(node.source, f"{text!r} is not {RATE.takes}", f"Write {RATE.takes}.")
    try:
        window = durations.parse(match.group(2))
    except ValueError as error:
        raise refused(node.source, str(error).partition("; ")[0], f"Write {RATE.takes}.") from None
    if window == 0:
        raise refused(node.source, f"the window of {text!r} is empty", f"Write {RATE.takes}.")
    return f"{match.group(1)}/{durations.render(window)}"


def _instant(node: Node) -> str:
    text = scalar(node, INSTANT.takes)
    if not _INSTANT.fullmatch(text):
        raise refused(node.source, f"{text!r} is not {INSTANT.takes}", f"Write {INSTANT.takes}.")
    return text


def _duration_text(node: Node) -> str:
    return durations.render(DURATION.read(node))


def _range_text(node: Node) -> str:
    return durations.render_range(DURATION_RANGE.read(node))


SPEECH = Kind("a text of the conversation", _speech, quoted)
LINE = line("a name", 100)  # also a key of a map, which YAML bounds to 1024 characters with all escapes
TITLE = line("a title", 300)
REASON = line("a reason", 300)
NAME = Kind("a name", _name, quoted)
TEXT = Kind("a text", lambda node: scalar(node, "a text"), quoted)
FLAG = Kind("true or false", _flag, lambda value: str(value).lower())
BARE = Kind("nothing", _bare, lambda _: "true")
DURATION = Kind(
    "a duration such as 500ms, 30s or 1h30m",
    _timed("a duration such as 500ms, 30s or 1h30m", durations.parse),
    durations.render,
)
SOME_TIME = Kind(DURATION.takes, _some_time, durations.render)
DURATION_RANGE = Kind(
    "a duration such as 30s, or a range such as 30s..2m",
    _timed("a duration such as 30s, or a range such as 30s..2m", durations.parse_range),
    durations.render_range,
)
RETRY_AFTER = Kind("a duration such as 2s, or none", _retry_after, durations.render)

# Values that are handed on to the control API stay texts, in their shortest form.
DURATION_TEXT = Kind(DURATION.takes, _duration_text, str)
RANGE_TEXT = Kind(DURATION_RANGE.takes, _range_text, str)
INSTANT = Kind("an instant such as 2026-03-10T12:00:00Z", _instant, quoted)
RATE = Kind(
    "off, or calls in a window such as 200/30s", _rate, lambda value: "off" if value is None else value
)
