"""What a CI shows by itself: annotations at the lines that failed, and a summary of the run."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from mockmews_testkit.replay.plays import Outcome, Played, Run

_MOST = 50


class Ci(Protocol):
    """One kind of CI, by the lines that its jobs may print."""

    def before(self) -> Iterator[str]:
        """Printed before the transcripts, which hold texts of strangers."""

    def after(self, run: Run, page: str, summary: Path) -> Iterator[str]:
        """Printed after them. `page` is the summary in Markdown, `summary` where it may be kept."""

    def harmless(self, text: str) -> str:
        """A line that this CI does not take for a command."""


def detected(environment: Mapping[str, str]) -> Ci | None:
    """The CI that runs us; None at a desk."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return GitHub(environment.get("GITHUB_STEP_SUMMARY"))
    if environment.get("GITLAB_CI") == "true":
        return GitLab()
    if environment.get("TF_BUILD", "").lower() == "true":
        return Azure()
    return None


class GitHub:
    """GitHub Actions: workflow commands, and a file for the summary of the step."""

    def __init__(self, summary_file: str | None) -> None:
        self._summary_file = summary_file
        self._token = secrets.token_hex(16)

    def before(self) -> Iterator[str]:
        yield f"::stop-commands::{self._token}"

    def after(self, run: Run, page: str, summary: Path) -> Iterator[str]:
        yield f"::{self._token}::"
        for each in run.broken[:_MOST]:
            file, line, column = each.source
            given = {"file": _path(file), "line": str(line), "col": str(column), "title": each.play.title}
            properties = ",".join(f"{name}={_property(value)}" for name, value in given.items())
            yield f"::error {properties}::{_escaped(_sentence(each))}"
        if self._summary_file:
            with Path(self._summary_file).open("a", encoding="utf-8") as file_of_step:
                file_of_step.write(page)

    def harmless(self, text: str) -> str:
        return text  # commands are stopped while strangers speak


class GitLab:
    """GitLab CI: the summary stands in the log, in a section of its own."""

    def before(self) -> Iterator[str]:
        return iter(())

    def after(self, run: Run, page: str, summary: Path) -> Iterator[str]:
        for each in run.broken[:_MOST]:
            file, line, column = each.source
            yield f"\x1b[31mERROR\x1b[0m {_one_line(f'{_path(file)}:{line}:{column}: {_sentence(each)}')}"
        yield "\x1b[0Ksection_start:0:mockmews_summary[collapsed=true]\r\x1b[0Kmockmews summary (Markdown)"
        yield page
        yield "\x1b[0Ksection_end:0:mockmews_summary\r\x1b[0K"

    def harmless(self, text: str) -> str:
        return text  # escape sequences never reach the log


class Azure:
    """Azure Pipelines: logging commands, and a Markdown file to upload."""

    def before(self) -> Iterator[str]:
        return iter(())

    def after(self, run: Run, page: str, summary: Path) -> Iterator[str]:
        for each in run.broken[:_MOST]:
            file, line, column = each.source
            place = f"sourcepath={_azure(_path(file))};linenumber={line};columnnumber={column}"
            yield f"##vso[task.logissue type=error;{place}]{_azure(_sentence(each))}"
        summary.parent.mkdir(parents=True, exist_ok=True)
        summary.write_text(page, "utf-8")
        yield f"##vso[task.uploadsummary]{summary.resolve()}"

    def harmless(self, text: str) -> str:
        return text.replace("##", "# #")  # `##vso[` and `##[` are commands wherever they stand


def _sentence(played: Played) -> str:
    check = f" ({played.failure.check})" if played.failure is not None and played.failure.check else ""
    word = "could not be played: " if played.outcome is Outcome.ERROR else ""
    return f"{played.play.title}: {word}{played.problem}{check}\nTo replay it: {played.command}"


def _path(file: str) -> str:
    """Relative to where the job runs, which is the repository, as annotations want it."""
    here, path = Path.cwd(), Path(file).resolve()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else file


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _azure(text: str) -> str:
    cleaned = _one_line(text).replace("%", "%AZP25").replace(";", "%3B").replace("]", "%5D")
    return cleaned.replace("##", "# #")


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
