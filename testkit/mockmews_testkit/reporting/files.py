"""Reports as files: those that were asked for, and what a failing run leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mockmews_testkit.errors import UsageError
from mockmews_testkit.replay.plays import Run
from mockmews_testkit.replay.saved import save
from mockmews_testkit.reporting import html, json_report, junit, markdown

HOME = Path(".mockmews")
LAST = HOME / "last"
FAILURES = HOME / "failures"

WRITERS: dict[str, Callable[[Run], bytes]] = {
    "junit": junit.render,
    "json": json_report.render,
    "markdown": lambda run: markdown.render(run).encode(),
    "html": lambda run: html.render(run).encode(),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that was asked for."""

    kind: str
    file: Path


def wanted(texts: Iterable[str]) -> list[Wanted]:
    """`junit=out.xml` and the like. Raises UsageError."""
    return [_wanted(each) for each in texts]


def write(run: Run, reports: Iterable[Wanted]) -> None:
    """Write them. Raises UsageError where a file cannot be written."""
    for each in reports:
        _write(each.file, WRITERS[each.kind](run))


def leave(run: Run) -> Path:
    """What is left of a run that did not pass: `.mockmews/last` and the failed stories. Returns the page."""
    page = LAST / "report.html"
    _write(HOME / ".gitignore", b"*\n")
    _write(LAST / "run.json", json_report.render(run))
    _write(page, html.render(run).encode())
    _write(LAST / "app.log", _outputs(run).encode())
    try:
        save(run.played, FAILURES)
    except OSError as error:
        raise _unwritable(FAILURES, error) from None
    return page


def _wanted(text: str) -> Wanted:
    kind, equals, file = text.partition("=")
    if kind not in WRITERS or not equals or not file:
        raise UsageError(
            f"--report {text} is no report. Write one of: {', '.join(f'{k}=F' for k in WRITERS)}."
        )
    return Wanted(kind, Path(file))


def _outputs(run: Run) -> str:
    return "".join(f"=== {each.play.title}\n{each.output.rstrip()}\n" for each in run.broken if each.output)


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise _unwritable(file, error) from None


def _unwritable(file: Path, error: OSError) -> UsageError:
    return UsageError(f"{file} cannot be written ({error.strerror}). Name another file, or make room for it.")
