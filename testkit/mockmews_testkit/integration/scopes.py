"""Which variables each key of an app file may use, and what is wrong with those that it does use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockmews_testkit.integration.description import HearCommand, HearPoll, HearPython, HearSink
from mockmews_testkit.integration.variables import (
    ENVIRONMENT,
    GUEST,
    HOTEL,
    MESSAGE,
    PLACE,
    Template,
    templates_in,
)
from mockmews_testkit.reading.findings import Finding, Source, suggestion

_AT_PLACE = ("start", "cwd", "ready", "env", "webhook", "connect", "restart", "stop", "go")
_ADVICE = {
    "app.port": "It is for an app that is started here: add start, or write the port.",
    "app.url": (
        "Nothing tells it: use ${app.port} in env or start, let ready: {log: ...} find it in a group, "
        "or write app: {url: ...}."
    ),
    **dict.fromkeys(HOTEL, "Only say is meant for one of several hotels."),
    "text": "Only say, to_mews and to_guest have a text.",
}


@dataclass(frozen=True, slots=True)
class _Scope:
    known: tuple[str, ...]
    parts: Any
    may_be_unset: bool = False


def uses_port(values: Mapping[str, Any]) -> bool:
    """Whether the app is told a free port."""
    return any("app.port" in template.names for template in templates_in(values))


def serves_hotels(values: Mapping[str, Any]) -> bool:
    """Whether the app is told which of several hotels a guest writes to."""
    names = [name for template in templates_in(values.get("say")) for name in template.names]
    return any(name in HOTEL for name in names)


def tells_namesakes_apart(values: Mapping[str, Any], guest_id: Template) -> bool:
    """Whether the app is told more of a guest than a name, which two may share."""
    asked = (values.get("say"), values.get("join"))
    told = {name for template in templates_in(asked) for name in template.names}
    is_own = not {"guest.number", "uuid"}.isdisjoint(guest_id.names)
    return "guest.number" in told or ("guest.id" in told and is_own)


def check(values: Mapping[str, Any], environment: Mapping[str, str], lines: list[str]) -> list[Finding]:
    """What is wrong with the variables in the values of an app file."""
    findings = []
    for scope in _scopes(values):
        for template in templates_in(scope.parts):
            for name in template.names:
                found = _problem(name, scope, environment)
                if found:
                    findings.append(Finding(_located(name, template, lines), *found))
    return findings


def _scopes(values: Mapping[str, Any]) -> Iterator[_Scope]:
    app = values.get("app", {})
    place = _place(values)
    yield _Scope(("env.NAME",), [app.get("name"), app.get("version")], may_be_unset=True)
    yield _Scope(("env.NAME",), values.get("mews"))
    yield _Scope(tuple(each for each in place if each != "app.url"), app.get("url"))
    yield _Scope(place, [values.get(key) for key in _AT_PLACE])
    yield _Scope((*place, "guest.name", "guest.number"), values.get("guest"))
    known = (*place, *GUEST)
    for join in values.get("join", ()):
        yield _Scope(known, join.request)
        known = (*known, *(f"guest.{name}" for name in join.keep))
    yield _Scope((*known, *HOTEL, *MESSAGE), values.get("say"))
    hear, _ = values["hear"]
    match hear:
        case HearPoll():
            yield _Scope(known, hear)
        case HearSink() | HearPython() | HearCommand():
            yield _Scope(place, hear)
    yield _Scope(("text", *GUEST, "env.NAME"), [values.get("to_mews"), values.get("to_guest")])


def _place(values: Mapping[str, Any]) -> tuple[str, ...]:
    hear, _ = values["hear"]
    ready = values.get("ready")
    unknown: list[str] = []
    if "start" not in values and not isinstance(hear, HearPython | HearCommand):
        unknown.append("app.port")
    told = "url" in values.get("app", {}) or uses_port(values) or isinstance(hear, HearPython)
    if not told and not (ready is not None and ready.log is not None):
        unknown.append("app.url")
    return tuple(each for each in PLACE if each not in unknown)


def _problem(name: str, scope: _Scope, environment: Mapping[str, str]) -> tuple[str, str] | None:
    variable = name.removeprefix(ENVIRONMENT)
    if name.startswith(ENVIRONMENT) and variable and "env.NAME" in scope.known:
        if variable in environment or scope.may_be_unset:
            return None
        return f"the environment variable {variable} is not set", f"Set it, or replace ${{{name}}}."
    if name in scope.known and name != "env.NAME":
        return None
    if name in (*PLACE, *GUEST, *HOTEL, *MESSAGE):
        advice = _ADVICE.get(name, f"Known are: {', '.join(scope.known)}.")
        return f"${{{name}}} is not known here", advice
    return f"unknown variable ${{{name}}}", f"{suggestion(name, scope.known)} For the characters write $${{."


def _located(name: str, template: Template, lines: list[str]) -> Source:
    """Where the variable itself stands, if it is in the line where its text begins."""
    source = template.source
    line = lines[source.line - 1] if source.line <= len(lines) else ""
    column = line.find(f"${{{name}}}", source.column - 1)
    return source if column < 0 else Source(source.file, source.line, column + 1)
