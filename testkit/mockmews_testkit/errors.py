"""The errors of the kit: what it finds in an app, and what keeps it from looking.

Exception
|- AssertionError
|  `- Failure                a line or a check that did not hold, with its evidence
`- TestkitError              the kit cannot do what was asked; the text says what to change
   |- MissingExtraError      a library that an extra of mockmews brings; an ImportError too
   |- FloodError             an app that does so much that nobody could judge it
   |- UsageError             a path or an option that cannot be used
   |- AppStartError          an app that did not start, or was not ready in time
   `- DocumentError          a file that cannot be read; names file, line and column
      |- ScenarioError       a scenario file
      `- AppFileError        an app file
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WIDEST_LINE = 100
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """One titled part of what was seen: a diff, the way a reply took, the transcript."""

    title: str
    text: str

    def __str__(self) -> str:
        return "\n".join([f"{self.title}:", *(f"  {line}" for line in self.text.splitlines())])


class Failure(AssertionError):  # noqa: N818 - users read it as pytest's word for a test that fails
    """Something that the app under test did or left undone: `summary` in one sentence, then the evidence.

    `source` is the `file:line:column` of the line that failed, `check` the id of the check that is likely
    broken and `remedy` what to change in the app; each may be empty.
    """

    def __init__(
        self,
        summary: str,
        *,
        evidence: Sequence[Evidence] = (),
        source: str = "",
        check: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.evidence = tuple(evidence)
        self.source = source
        self.check = check
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.source}: {self.summary}" if self.source else self.summary
        likely = " ".join(part for part in (self.check, self.remedy) if part)
        parts = [head, *(str(each) for each in self.evidence)]
        parts += [f"Likely: {likely}"] if likely else []
        return "\n".join([*parts, f"More: {more_about(self.check)}"] if self.check else parts)


def more_about(check_id: str) -> str:
    """The command that explains a check of the score card."""
    return f"mockmews certify --explain {check_id}"


class TestkitError(Exception):
    """The kit cannot do what was asked for; the text says what was seen and what to change."""

    __test__ = False  # pytest takes every class named Test... for a test of the user's


class MissingExtraError(TestkitError, ModuleNotFoundError):
    """A library is missing that an extra of mockmews brings: `what` needs it."""

    def __init__(self, what: str, library: str, extra: str) -> None:
        super().__init__(
            f"{what} needs {library}, which is not installed here. Install it with the extra: "
            f"pip install 'mockmews[{extra}]'"
        )
        self.name = extra


class FloodError(TestkitError):
    """An app that does so much in one story that nobody could read it all and judge it."""


class UsageError(TestkitError):
    """A path or an option that cannot be used."""


class AppStartError(TestkitError):
    """An app that did not start, or was not ready in time; the text says what was seen.

    `exit_code`: it ended by itself. `status`: what the address of `ready` answered last. `is_unknown`: its
    command is no program. `output` is what it printed last.
    """

    def __init__(
        self,
        problem: str,
        *,
        exit_code: int | None = None,
        status: int | None = None,
        is_unknown: bool = False,
        output: str = "",
    ) -> None:
        super().__init__(problem)
        self.exit_code = exit_code
        self.status = status
        self.is_unknown = is_unknown
        self.output = output


class DocumentError(TestkitError):
    """A file that cannot be read: the first thing wrong with it, and in `more` all the others.

    `line` and `column` count from 1; `source_line` is the line of the file as it stands there.
    """

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        problem: str,
        advice: str,
        *,
        source_line: str = "",
        more: Sequence[DocumentError] = (),
    ) -> None:
        super().__init__(problem)
        self.path = path
        self.line = line
        self.column = column
        self.problem = problem
        self.advice = advice
        self.source_line = source_line
        self.more = tuple(more)

    def __str__(self) -> str:
        shown = [self._own_text(), *(str(each) for each in self.more[: _MOST_SHOWN - 1])]
        unshown = 1 + len(self.more) - len(shown)
        return "\n".join([*shown, f"... and {unshown} more"] if unshown else shown)

    def _own_text(self) -> str:
        start = max(0, self.column - 1 - _WIDEST_LINE * 3 // 4)
        window = self.source_line[start : start + _WIDEST_LINE]
        line = "".join(each if each.isprintable() or each == "\t" else "\ufffd" for each in window)
        before = line[: self.column - 1 - start].ljust(self.column - 1 - start)
        caret = "".join("\t" if each == "\t" else " " for each in before) + "^"
        place = f"{self.path}:{self.line}:{self.column}: {self.problem}"
        return "\n".join([place, f"    {line}", f"    {caret}", f"  {self.advice}"])


class ScenarioError(DocumentError):
    """A scenario file that cannot be read."""


class AppFileError(DocumentError):
    """An app file that cannot be read."""
