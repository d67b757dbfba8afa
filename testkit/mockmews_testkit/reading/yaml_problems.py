"""What keeps a file from being YAML text at all, in words: bytes, characters, and PyYAML's complaints."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from mockmews_testkit.reading.findings import Finding, Source, refused

_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTE = 'Put the text in double quotes: "..."'


@dataclass(frozen=True, slots=True)
class _Complaint:
    """How PyYAML's sentence begins, what it means here, what to do, and whether it began further up."""

    begins: str
    problem: str
    advice: str
    at_start: bool = False


_COMPLAINTS = (
    _Complaint(
        "mapping values are not allowed",
        "a second ': ' in one value, or an indentation that does not fit",
        f"{_QUOTE}; or begin this key below the first letter of the key above.",
    ),
    _Complaint("sequence entries are not allowed", "a '- ' stands where a value should", f"{_QUOTE}."),
    _Complaint("mapping keys are not allowed", "a '? ' stands where a value should", f"{_QUOTE}."),
    _Complaint("found character", "no plain text may begin with this character", f"{_QUOTE}."),
    _Complaint(
        "expected alphabetic or numeric",
        "a text that begins with * or & is read as a name",
        f"{_QUOTE}.",
        at_start=True,
    ),
    _Complaint(
        "found unexpected end of stream",
        "the quoted text never ends",
        "Close it with the same quote.",
        at_start=True,
    ),
    _Complaint(
        "found unexpected document separator",
        "the quoted text never ends",
        "Close it with the same quote.",
        at_start=True,
    ),
    *(
        _Complaint(f"expected ',' or '{end}', but got ':'", "a second ': ' in one value", f"{_QUOTE}.")
        for end in "]}"
    ),
    _Complaint(
        "expected ',' or",
        "the list or map in brackets does not end",
        "Add the missing comma or bracket.",
        at_start=True,
    ),
    _Complaint("expected the node content", "a value is missing before this sign", f"{_QUOTE}."),
    _Complaint(
        "could not find expected ':'",
        "this line is neither 'key: value' nor part of a text",
        "Add a ': ' after the key, or indent the text deeper than its key.",
        at_start=True,
    ),
    _Complaint(
        "expected a comment or a line break",
        "after > or | the text begins in the next line",
        f"{_QUOTE}, or move it to the next line, indented.",
        at_start=True,
    ),
    _Complaint(
        "expected chomping or indentation",
        "after > or | the text begins in the next line",
        f"{_QUOTE}, or move it to the next line, indented.",
        at_start=True,
    ),
    _Complaint(
        "found unknown escape character",
        "no such escape exists between double quotes",
        r"Write \\ for a backslash, or use single quotes.",
    ),
    _Complaint(
        "expected escape sequence",
        "the escape is too short",
        r"Write \x with 2, \u with 4 or \U with 8 hexadecimal digits.",
    ),
    _Complaint(
        "expected <block end>",
        "this does not fit with the lines above",
        "Align it with the keys above; inside 'single quotes' write a quote twice.",
    ),
    _Complaint(
        "while scanning a tag", "a text that begins with ! is read as a tag", f"{_QUOTE}.", at_start=True
    ),
    _Complaint(
        "while parsing a tag", "a text that begins with ! is read as a tag", f"{_QUOTE}.", at_start=True
    ),
    _Complaint("expected '<document start>'", "the document has ended above", "Begin the next one with ---."),
)


def decode(content: bytes, file: str) -> str:
    """The text of a file, with plain newlines; RefusedError where it is no UTF-8 text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(Source(file, 1, 1), "the file is UTF-16", "Save it as UTF-8.")
    try:
        return clean(content.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
        source = _at(_plain_lines(before), len(_plain_lines(before)), file)
        problem = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise refused(source, problem, "Save the file as UTF-8.") from None


def clean(text: str, file: str) -> str:
    """The text without byte order mark, with plain newlines; RefusedError where a character is invisible."""
    plain = _plain_lines(text.removeprefix("\ufeff"))
    match = _UNWRITABLE.search(plain)
    if match:
        code = ord(match.group())
        escape = f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
        problem = f"an invisible character (U+{code:04X}) stands in the file"
        raise refused(
            _at(plain, match.start(), file), problem, f'Write it as {escape} in double quotes: "..."'
        )
    return plain


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _at(text: str, index: int, file: str) -> Source:
    return Source(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def finding(error: yaml.MarkedYAMLError, file: str, lines: list[str], cut: Source | None) -> Finding:
    """PyYAML's complaint in our words, at the place where a person would look.

    `cut` is where ` #` ended the last text that was read: in brackets it may have swallowed the closing one.
    """
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Finding(Source(file, 1, 1), f"YAML cannot be read ({error})", f"{_QUOTE}.")
    source = Source(file, mark.line + 1, mark.column + 1)
    if _line(lines, mark.line)[mark.column : mark.column + 1] == "\t":
        return Finding(source, "a tab where YAML takes spaces only", "Replace it by spaces.")
    if cut and "flow" in str(error.context) and re.search(r"[\]}]", _line(lines, cut.line - 1)[cut.column :]):
        return Finding(cut, "' #' begins a comment, which hides the closing bracket", f"{_QUOTE}.")
    if opened := _opened_above(lines, mark.line, mark.column):
        return Finding(
            Source(file, *opened),
            "the quoted text does not end in this line",
            "Close it with the same quote.",
        )
    for complaint in _COMPLAINTS:
        if complaint.begins in (str(error.context), str(error.problem)[: len(complaint.begins)]):
            started = error.context_mark if complaint.at_start and error.context_mark else mark
            at = Source(file, started.line + 1, started.column + 1)
            return Finding(at, complaint.problem, complaint.advice)
    return Finding(source, f"YAML cannot be read here ({error.problem})", f"{_QUOTE}.")


def _opened_above(lines: list[str], number: int, column: int) -> tuple[int, int] | None:
    """Where a quote was forgotten, if what it opened is closed just before this place by one that should open."""
    here = re.search(r"""[:\-,\[{] (["'])$""", _line(lines, number)[:column])
    if here is None:
        return None
    for above in range(number - 1, -1, -1):
        opening = re.search(rf"""[:\-,\[{{] *({here[1]})[^{here[1]}]*$""", lines[above])
        if opening:
            return above + 1, opening.start(1) + 1
        if here[1] in lines[above]:
            return None
    return None


def _line(lines: list[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""
