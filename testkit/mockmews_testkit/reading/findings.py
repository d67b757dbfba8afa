"""What is wrong with a file and where: positions, findings, and how readers gather them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

Input = TypeVar("Input")
Output = TypeVar("Output")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A position in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Source("<written by code>", 1, 1)
"""The position of steps that were made in Python and never stood in a file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what was seen, and what to do."""

    source: Source
    problem: str
    advice: str


class RefusedError(Exception):
    """A part of a file cannot be read; carries every finding of that part."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings


def refused(source: Source, problem: str, advice: str) -> RefusedError:
    """A refusal with a single finding."""
    return RefusedError(Finding(source, problem, advice))


@dataclass(slots=True)
class Gathering:
    """Goes on reading after a refusal, so that one look at a file finds all that is wrong with it."""

    findings: list[Finding] = field(default_factory=list)

    def attempt(self, read: Callable[[Input], Output], given: Input) -> Output | None:
        """What `read` makes of it; None, with the findings kept, where it refuses."""
        try:
            return read(given)
        except RefusedError as refusal:
            self.findings.extend(refusal.findings)
            return None

    def add(self, source: Source, problem: str, advice: str) -> None:
        """Keep one more finding."""
        self.findings.append(Finding(source, problem, advice))

    def close(self) -> None:
        """Raise RefusedError with all that was found, if anything was."""
        if self.findings:
            raise RefusedError(*self.findings)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most likely meant; None where none is near."""
    spelled = word.strip().lower().replace("-", "_")
    options = {each.lower(): each for each in known}
    near = difflib.get_close_matches(spelled, options, n=1)
    return options[near[0]] if near else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """`Did you mean 'guest'?` where a known word is near, else the list of what is known."""
    options = list(known)
    if near := nearest(word, options):
        return f"Did you mean {near!r}?"
    return f"Known are: {', '.join(options)}." if options else "None is known here."
