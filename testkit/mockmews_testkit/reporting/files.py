"""Reports as files: those that were asked for, and what a failing run leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
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


def wanted(texts: Iterable[str], kinds: Collection[str] = tuple(WRITERS)) -> list[Wanted]:
    """`junit=out.xml` and the like. Raises UsageError."""
    return [_wanted(each, kinds) for each in texts]


def write(run: Run, reports: Iterable[Wanted]) -> None:
    """Write them. Raises UsageError where a file cannot be written."""
    for each in reports:
        write_file(each.file, WRITERS[each.kind](run))


def leave(run: Run) -> Path:
    """What is left of a run that did not pass: `.mockmews/last` and the failed stories. Returns the page."""
    return leave_behind(run, page=html.render(run).encode(), report=json_report.render(run))


def leave_behind(run: Run, *, page: bytes, report: bytes) -> Path:
    """The same, with these as its page and its JSON report."""
    place = LAST / "report.html"
    write_file(HOME / ".gitignore", b"*\n")
    write_file(LAST / "run.json", report)
    write_file(place, page)
    write_file(LAST / "app.log", _outputs(run).encode())
    try:
        save(run.played, FAILURES)
    except OSError as error:
        raise _unwritable(FAILURES, error) from None
    return place


def _wanted(text: str, kinds: Collection[str]) -> Wanted:
    kind, equals, file = text.partition("=")
    if kind not in kinds or not equals or not file:
        raise UsageError(f"--report {text} is no report. Write one of: {', '.join(f'{k}=F' for k in kinds)}.")
    return Wanted(kind, Path(file))


def _outputs(run: Run) -> str:
    return "".join(f"=== {each.play.title}\n{each.output.rstrip()}\n" for each in run.broken if each.output)


def write_file(file: Path, content: bytes) -> None:
    """Write a file, with the folders that it needs. Raises UsageError where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise _unwritable(file, error) from None


def _unwritable(file: Path, error: OSError) -> UsageError:
    return UsageError(f"{file} cannot be written ({error.strerror}). Name another file, or make room for it.")
