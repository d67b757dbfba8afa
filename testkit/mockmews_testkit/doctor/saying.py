"""Why the app did not take a guest's text, and why Mews did not receive it."""

from __future__ import annotations

from mockmews_testkit.checks.texts import difference
from mockmews_testkit.doctor.findings import Seen
from mockmews_testkit.doctor.patient import TEXT, Json, Patient
from mockmews_testkit.integration.contract import Said
from mockmews_testkit.integration.description import HearPython
from mockmews_testkit.integration.notes import one_line
from mockmews_testkit.integration.variables import templates_in
from mockmews_testkit.scenario.evidence import call_line
from mockmews_testkit.scenario.watch import APPLICATION

_DYING = 0.5
"""Seconds in which an app that hung up is seen to have died."""
_BY_STATUS = {401: "say-401", 403: "say-401", 404: "say-404", 405: "say-405"}


def not_taken(patient: Patient, said: Said) -> Seen | None:
    """What the app said instead of taking the text; None where it took it."""
    if said.error is not None:
        patient.until(lambda: None, _DYING)
        return Seen("say-unreachable", said.error, output=patient.app.output_tail())
    if said.status is None or said.status < 300:
        return None
    output = patient.app.output_tail()
    seen = f"the app answered {said.status} {one_line(said.response)}".rstrip()
    if said.status >= 500:
        return Seen("say-broke", seen, output=output)
    other = "say-redirected" if said.status < 400 else "say-refused"
    return Seen(_BY_STATUS.get(said.status, other), seen, output=output)


def not_received(patient: Patient, since: int) -> Seen:
    """How far the guest's text came on its way to Mews."""
    added = patient.watch.messages(APPLICATION, since=since)
    wanted = patient.app_file.to_mews(TEXT, patient.guest)
    if added:
        text = added[-1]["text"]
        return Seen("text-changed", f"added was {difference(wanted, text)}", {"dress": dressed(text, TEXT)})
    refused = patient.refused(since=since)
    if refused is not None:
        return _refused(patient, refused)
    calls = patient.calls(since=since)
    if any(patient.watch.of("thread", since=since)):
        return Seen("thread-without-message", "the app called " + _listed(calls))
    elsewhere = patient.called_elsewhere()
    if elsewhere is not None:
        return Seen("other-tokens", f"{call_line(elsewhere)}, in the world of another integration")
    if calls:
        return Seen("text-not-forwarded", "the app called " + _listed(calls))
    return _never_called(patient)


def refused_call(patient: Patient, since: int) -> Seen | None:
    """A call that Mews refused since then."""
    refused = patient.refused(since=since)
    return None if refused is None else _refused(patient, refused)


def dressed(text: str, wanted: str) -> str:
    """How the app dresses texts, as `to_mews` and `to_guest` take it."""
    return text.replace(wanted, "${text}") if wanted in text else "... ${text} ..."


def _refused(patient: Patient, entry: Json) -> Seen:
    status = entry["status"]
    call = entry["path"] if entry["operation"] is None else entry["operation"]
    seen = f"{entry['method']} {call} was answered {status}. {entry['hint'] or ''}".rstrip()
    named = {401: "mews-401", 404: "mews-404"}.get(status, "mews-400")
    return Seen(named, seen, output=patient.app.output_tail())


def _never_called(patient: Patient) -> Seen:
    described, output = patient.app_file, patient.app.output_tail()
    seen = "; ".join(["the app took the text, and called Mews not once", *patient.app.notes])
    in_python = isinstance(described.hear, HearPython)
    if described.start is None and described.mews is None and not in_python:
        return Seen("mews-address-not-fixed", seen, output=output)
    told = any("mews.url" in each.names for each in templates_in(described))
    if not told and described.mews is None:
        return Seen("mews-url-not-given", seen, output=output)
    return Seen("mews-never-called", seen, output=output)


def _listed(calls: list[Json]) -> str:
    return ", ".join(call_line(each) for each in calls[-5:])
