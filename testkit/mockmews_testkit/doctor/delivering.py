"""Why the app did not take a webhook."""

from __future__ import annotations

from mockmews_testkit.doctor.findings import Seen
from mockmews_testkit.doctor.patient import Json, Patient
from mockmews_testkit.scenario.evidence import attempt_line

ANSWERED_WITHIN = 5.0
"""Seconds that Mews waits for the answer to a webhook (contract.md 9)."""

_SLOW = (ANSWERED_WITHIN - 0.5) * 1000
_BY_STATUS = {401: "webhook-401", 403: "webhook-401", 404: "webhook-404", 405: "webhook-405"}


def event(patient: Patient, message_id: str) -> Json | None:
    """The event that tells of a message."""
    return next((each for each in patient.watch.of("event") if each["entity_id"] == message_id), None)


def attempt(patient: Patient, since: int, told: Json) -> Json | None:
    """The attempt that was answered with the event of the reply; earlier, any that failed for good."""
    attempts = list(patient.watch.of("attempt", since=since))
    failed = next((each for each in attempts if each["state"] == "discarded"), None)
    if failed is not None:
        return failed
    of_reply = (each for each in attempts if each["delivery"] == told["delivery"])
    return next((each for each in of_reply if each["state"] == "delivered"), None)


def _unanswered(found: Json, seen: str) -> str:
    if found["milliseconds"] >= _SLOW:
        return "webhook-too-slow"
    return "webhook-crashed" if "closed the connection" in seen else "webhook-unreachable"


def not_answered(patient: Patient, found: Json) -> Seen | None:
    """What became of the webhook instead of a 2xx answer; None where it was answered so."""
    if found["state"] == "delivered":
        return None
    output = patient.app.output_tail()
    status = found["status"]
    seen = f"POST {found['url']}: {attempt_line({**found, 'state': 'delivered'})}"
    if status is None:
        return Seen(_unanswered(found, seen), seen, output=output)
    if status >= 500:
        return Seen("webhook-broke", seen, output=output)
    other = "webhook-redirected" if status < 400 else "webhook-refused"
    return Seen(_BY_STATUS.get(status, other), seen, output=output)
