"""All that is wrong with a file as one error, each finding under the line where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from mockmews_testkit.errors import DocumentError
from mockmews_testkit.reading.findings import Finding

Error = TypeVar("Error", bound=DocumentError)


def as_error(findings: Iterable[Finding], text: str, kind: type[Error]) -> Error:
    """All findings as one error, in the order of the file, and of those at one place the first."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    placed = {each.source: each for each in reversed(list(findings))}
    errors: list[Error] = []
    for source in sorted(placed, reverse=True):
        each = placed[source]
        line = lines[source.line - 1] if source.line <= len(lines) else ""
        more = errors[::-1] if source == min(placed) else ()
        errors.append(
            kind(
                source.file,
                source.line,
                source.column,
                each.problem,
                each.advice,
                source_line=line,
                more=more,
            )
        )
    return errors[-1]
