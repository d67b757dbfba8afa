"""Why a reply was not heard, and what was shown that should not have been."""

from __future__ import annotations

import html
from typing import Any

from mockmews_testkit.checks.texts import difference
from mockmews_testkit.doctor.findings import Seen
from mockmews_testkit.doctor.patient import REPLIES, TEXT, Json, Patient
from mockmews_testkit.doctor.saying import dressed, refused_call
from mockmews_testkit.integration.description import HearPoll, HearSink
from mockmews_testkit.integration.notes import one_line
from mockmews_testkit.integration.variables import templates_in
from mockmews_testkit.scenario.evidence import call_line


def heard(patient: Patient, reply: str) -> bool:
    """Whether the guest was shown the reply."""
    wanted = patient.app_file.to_guest(reply, patient.guest)
    return any(patient.app_file.same(text, wanted) for text in patient.shown())


def not_heard(patient: Patient, reply: str, since: int) -> Seen:
    """How far the reply came after its webhook, which entry `since` of the journal tells of, was answered."""
    changed = _changed(patient, reply)
    if changed is not None:
        return changed
    odd = _odd_sink(patient, since) or _odd_poll(patient)
    if odd is not None:
        return odd
    refused = refused_call(patient, since)
    if refused is not None:
        return refused
    calls = patient.calls(since=since)
    if not calls:
        return _with_output(
            patient, "webhook-ignored", "the app answered the webhook, and asked Mews nothing after it"
        )
    asked = "the app called " + ", ".join(call_line(each) for each in calls[-5:])
    match patient.app_file.hear:
        case HearSink():
            told = any("sink.url" in each.names for each in templates_in(patient.app_file.env)) or any(
                "sink.url" in each.names for each in templates_in(patient.app_file.start)
            )
            named = "sink-never-posted" if told or patient.app_file.start is None else "sink-url-not-given"
            return _with_output(patient, named, f"{asked}, and posted nothing to {patient.sink_url}")
        case HearPoll() as poll:
            seen = f"{asked}; {poll.items} finds nothing new in {patient.app.last_answer or 'its answer'}"
            return _with_output(patient, "poll-empty", seen)
    notes = "; ".join(patient.app.notes) or "hear told nothing of it"
    return _with_output(patient, "nothing-shown", f"{asked}; {notes}")


def misshown(patient: Patient) -> Seen | None:
    """What was shown that should not have been, or too often."""
    texts = patient.shown()
    wanted = [patient.app_file.to_guest(reply, patient.guest) for reply in REPLIES]
    for text in texts:
        if not any(patient.app_file.same(text, each) for each in wanted):
            own = TEXT in text or TEXT in html.unescape(text)
            return Seen("echo" if own else "shown-besides", f"the app showed the guest {text!r}")
    for each in wanted:
        count = sum(patient.app_file.same(text, each) for text in texts)
        if count > 1 and patient.app.exact:
            return Seen("shown-twice", f"the app showed the guest {each!r} {count} times")
    return None


def _changed(patient: Patient, reply: str) -> Seen | None:
    """A text that was heard and is the reply in another form."""
    wanted = patient.app_file.to_guest(reply, patient.guest)
    for text in patient.shown():
        if html.unescape(text) == wanted:
            return Seen("reply-escaped", f"shown was {text!r}")
        if reply in text:
            return Seen(
                "reply-changed", f"shown was {difference(wanted, text)}", {"dress": dressed(text, reply)}
            )
    return None


def _odd_sink(patient: Patient, since: int) -> Seen | None:
    """A body in the sink in which the paths of the app file do not find what they should."""
    form = patient.app_file.hear
    if not isinstance(form, HearSink):
        return None
    for entry in patient.watch.of("sink", since=since):
        content = _content(entry)
        posted = f"the app posted {one_line(content)} to the sink{entry.get('sink_path', '')}"
        parts = {"path": str(form.text), "guest": patient.guest.id}
        if not form.text.texts(content):
            return Seen("sink-no-text", f"{posted}; {form.text} finds no text in it", parts)
        if form.guest is None:
            return Seen("sink-guest-not-in-path", posted, parts)
        guests, parts = form.guest.texts(content), {**parts, "path": str(form.guest)}
        if not guests:
            return Seen("sink-no-guest", f"{posted}; {form.guest} finds no guest in it", parts)
        if patient.guest.id not in guests:
            return Seen("sink-other-guest", f"{posted}; {form.guest} finds {', '.join(guests)}", parts)
    return None


def _content(entry: Json) -> Any:
    content = entry.get("content")
    return content if content is not None else (entry.get("request") or {}).get("text")


def _odd_poll(patient: Patient) -> Seen | None:
    if isinstance(patient.app_file.hear, HearPoll) and patient.app.notes:
        return _with_output(patient, "poll-odd", "; ".join(patient.app.notes))
    return None


def _with_output(patient: Patient, named: str, seen: str) -> Seen:
    return Seen(named, seen, output=patient.app.output_tail())
