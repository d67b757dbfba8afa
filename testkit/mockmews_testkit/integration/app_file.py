"""App files: found, read, refused with file, line, column and advice; and opened, which starts the app."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Self

from mockmews_testkit.errors import AppFileError, UsageError
from mockmews_testkit.integration import forms, scopes, toml_reading
from mockmews_testkit.integration.contract import Place, RunningApp
from mockmews_testkit.integration.description import Description, HearCommand, HearPython
from mockmews_testkit.integration.json_values import ANY_TEMPLATE, TEMPLATE
from mockmews_testkit.integration.running import open_app
from mockmews_testkit.integration.variables import ENVIRONMENT, Template, parse, templates_in
from mockmews_testkit.reading import yaml_problems, yaml_reading
from mockmews_testkit.reading.findings import Finding, Gathering, RefusedError, Source, refused
from mockmews_testkit.reading.kinds import FLAG, LINE, REASON, SOME_TIME, Kind, choice
from mockmews_testkit.reading.refusals import as_error
from mockmews_testkit.reading.shapes import (
    Field,
    Fields,
    entries_of,
    free_map,
    read_fields,
    record,
    same_names,
)
from mockmews_testkit.reading.yaml_reading import Entries, Node
from mockmews_testkit.vocabulary import CHECKS

NAME = "mews-app.yaml"
PYPROJECT = "pyproject.toml"
SAMPLE = "sample"
_IN_PYTHON = re.compile(r"(?P<file>.+\.py):(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_SAMPLE_FILE = Path(__file__).resolve().parent.parent / "sample_app" / NAME
_ROOT_MARKS = (".git", ".hg", ".svn")
_WANTED = "a map with webhook, say and hear"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFile(Description):
    """An app under test, as its app file describes it."""

    @classmethod
    def load(cls, path: str | PathLike[str], *, environment: Mapping[str, str] | None = None) -> Self:
        """Read a file; a folder that has one; `sample`, the sample guest app's; or `test_app.py:make_app`.

        The last is what a test makes itself: a function that is given the connection, or a class with such a
        method `make_app`. Raises AppFileError with all that is wrong with it, UsageError where there is none.
        """
        if str(path) == SAMPLE and not Path(path).exists():
            return cls.sample()
        file = Path(path)
        if (match := _IN_PYTHON.fullmatch(str(path))) is not None and not file.exists():
            from mockmews_testkit.integration.own_app import own_app_in  # here: it is an app file itself

            return own_app_in(Path(match["file"]), match["name"])  # type: ignore[return-value]  # one of its kinds
        if file.is_dir():
            found = _in_folder(file)
            if found is None:
                raise UsageError(f"No {NAME} is in {file}. Write one, or name the file.")
            file = found
        try:
            content = file.read_bytes()
        except OSError as error:
            raise UsageError(f"{path} cannot be read ({error.strerror}). Name your {NAME}.") from None
        try:
            node, text = _tree(content, file)
            return cls(**_values(node, file, os.environ if environment is None else environment, text))
        except RefusedError as refusal:
            text = content.decode("utf-8", "replace")
            raise as_error(refusal.findings, text, AppFileError) from None

    @classmethod
    def find(cls, start: str | PathLike[str]) -> Self | None:
        """The nearest app file: beside `start` or in it, then upwards to the repository's root."""
        here = Path(start).resolve()
        for folder in [here, *here.parents]:
            if folder.is_dir():
                found = _in_folder(folder)
                if found is not None:
                    return cls.load(found)
                if any((folder / mark).exists() for mark in _ROOT_MARKS):
                    return None
        return None

    @classmethod
    def sample(cls) -> Self:
        """The app file of the sample guest app that comes with the kit."""
        return cls.load(_SAMPLE_FILE)

    @property
    def is_sample(self) -> bool:
        """Whether it is the sample guest app's."""
        return self.path.resolve() == _SAMPLE_FILE

    def open(self, place: Place) -> RunningApp:
        """Start the app, where that is the kit's task, and wait until it is ready.

        Raises TestkitError with its last output where it does not start or is not ready in time.
        """
        return open_app(self, place)


def _in_folder(folder: Path) -> Path | None:
    if (folder / NAME).is_file():
        return folder / NAME
    project = folder / PYPROJECT
    try:
        text = project.read_text("utf-8") if project.is_file() else ""
        # A broken pyproject.toml that does not speak of us is not ours to complain about.
        if "mockmews" in text and toml_reading.read_table(text, str(project)) is not None:
            return project
    except RefusedError:
        return project
    except (OSError, UnicodeDecodeError):
        return None
    return None


def _tree(content: bytes, file: Path) -> tuple[Node, str]:
    text = yaml_problems.decode(content, str(file))
    nothing = refused(Source(str(file), 1, 1), "no app is described in this file", f"Write {_WANTED}.")
    if file.suffix == ".toml":
        table = toml_reading.read_table(text, str(file))
        if table is None:
            raise nothing
        return table, text
    reading = yaml_reading.read(text, str(file))
    if reading.findings:
        raise RefusedError(*reading.findings)
    if not reading.documents:
        raise nothing
    if len(reading.documents) > 1:
        source = reading.documents[1].source
        raise refused(source, "a second app is described in this file", "Write one app file for each.")
    return reading.documents[0], text


def _fields(folder: Path) -> Fields:
    hear = Kind("how the app is heard", lambda node: forms.read_hear(node, FLAG), str)
    cwd = Kind("a folder", lambda node: forms.existing_folder(folder, node), str)
    ca = Kind("a file", lambda node: forms.existing_file(folder, node), str)
    return {
        "webhook": Field(forms.URL, "webhook", required=True),
        "hear": Field(hear, "hear", required=True),
        **same_names(
            version=choice("1"),
            app=record(
                "a map such as {name: Concierge}",
                "app",
                same_names(name=TEMPLATE, version=ANY_TEMPLATE, url=forms.URL),
                dict,
            ),
            start=forms.COMMAND,
            cwd=cwd,
            ready=forms.READY,
            env=free_map("a map of variables", LINE, ANY_TEMPLATE),
            guest=_one("guest", "id", TEMPLATE),
            join=forms.JOIN,
            say=forms.REQUEST,
            world=choice("each", "shared"),
            mews=forms.MEWS,
            connect=_one("connect", "integration_webhook", forms.URL),
            restart=forms.COMMAND,
            stop=forms.COMMAND,
            go=forms.COMMAND,
            to_mews=Kind("a text with ${text}", _dress, str),
            to_guest=Kind("a text with ${text}", _dress, str),
            ignore=forms.IGNORE,
            limits=forms.LIMITS,
            tls=_one("tls", "ca", ca),
            within=SOME_TIME,
            waive=free_map("a map such as {ORDER-01: why}", choice(*CHECKS), REASON),
        ),
    }


def _one(owner: str, key: str, kind: Kind) -> Kind:
    """A map with a single key, as its value."""
    return record(
        f"a map with {key}", owner, {key: Field(kind, key, required=True)}, lambda **given: given[key]
    )


def _dress(node: Node) -> Template:
    template: Template = TEMPLATE.read(node)
    if "text" not in template.names:
        raise refused(node.source, "${text} is missing", 'Write what stands around it: "[Chat] ${text}".')
    return template


def _values(node: Node, file: Path, environment: Mapping[str, str], text: str) -> dict[str, Any]:
    entries = entries_of(node, _WANTED)
    values = read_fields(entries, _fields(file.parent), "an app file")
    findings = [*scopes.check(values, environment, text.split("\n")), *_say_problems(entries, values)]
    Gathering(findings or _guest_problems(entries, values)).close()
    return _as_description(values, file, environment)


def _say_problems(entries: Entries, values: Mapping[str, Any]) -> list[Finding]:
    hear, _ = values["hear"]
    if isinstance(hear, HearCommand) and "say" in values:
        source = next(key.source for key, _ in entries.entries if key.value == "say")
        return [Finding(source, "'say' is not used: the command of 'hear' speaks too", "Delete say.")]
    if "say" not in values and not isinstance(hear, HearCommand | HearPython):
        advice = 'Add say: {post: "${app.url}/...", json: {text: "${text}"}}.'
        return [Finding(entries.source, "'say' is missing: how a guest writes to the app", advice)]
    return []


def _guest_problems(entries: Entries, values: Mapping[str, Any]) -> list[Finding]:
    """What would let every guest say the same, or be the same."""

    def named(key: str) -> set[str]:
        return {name for template in templates_in(values[key]) for name in template.names}

    problems = {
        "say": (
            "the guest's text is nowhere in it",
            'Put it where your app reads it: json: {text: "${text}"}.',
        ),
        "guest": (
            "every guest would have this id",
            'Let each have an own one: {id: "guest-${guest.number}"}.',
        ),
    }
    telling = {"say": {"text"}, "guest": {"guest.number", "guest.name", "uuid"}}
    return [
        Finding(key.source, *problems[key.value])
        for key, _ in entries.entries
        if key.value in problems and not telling[key.value] & named(key.value)
    ]


def _as_description(values: dict[str, Any], file: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    values.pop("version", None)
    app = values.pop("app", {})
    given = {f"{ENVIRONMENT}{name}": value for name, value in environment.items()}
    hear, is_html = values.pop("hear")
    guest_id = values.pop("guest", parse("guest-${guest.number}"))
    result = {
        "path": file,
        "name": _heading(app.get("name"), given) or file.resolve().parent.name,
        "version": _heading(app.get("version"), given),
        "url": app.get("url"),
        "hear": hear,
        "html": is_html,
        "cwd": values.pop("cwd", parse(".")),
        "guest_id": guest_id,
        "world": values.pop("world", "each" if "start" in values else "shared"),
        "serves_hotels": scopes.serves_hotels(values),
        "tells_namesakes_apart": scopes.tells_namesakes_apart(values, guest_id),
        "uses_port": scopes.uses_port({**values, "app": app, "hear": hear}),
    }
    mews = values.pop("mews", None)
    if mews is not None:
        result["mews"] = forms.fixed_mews(mews, given)
    return {**result, **{_ATTRIBUTES.get(key, key): value for key, value in values.items()}}


_ATTRIBUTES = {
    "connect": "integration_webhook",
    "to_mews": "dress_to_mews",
    "to_guest": "dress_to_guest",
    "tls": "ca",
    "within": "patience",
}


def _heading(template: Template | None, given: Mapping[str, str]) -> str:
    """A name or a version; a build number that is not set at a desk is no reason not to run there."""
    if template is None:
        return ""
    missing = {name: "" for name in template.names if name.startswith(ENVIRONMENT)}
    return template.fill({**missing, **given})
