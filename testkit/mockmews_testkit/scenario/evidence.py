"""Evidence: how far a line came on its way, told from the journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockmews_testkit.checks.texts import difference, nearest
from mockmews_testkit.errors import Evidence
from mockmews_testkit.scenario.lines import Cast, Line
from mockmews_testkit.scenario.stage import Stage

Json = dict[str, Any]

_MOST = 12


def way_of_a_guest_line(stage: Stage, text: str, since: int) -> Evidence:
    """What the app did after the guest wrote: its calls, and what it added instead."""
    lines = [call_line(each) for each in _calls(stage, since)] or ["the app called Mews not once"]
    others = [each["text"] for each in stage.watch.messages("Application", since=since)]
    lines += [f"added instead: {difference(text, other)}" for other in others[:3]]
    return Evidence("How far it came", "\n".join(["the app took the guest's text", *_bounded(lines)]))


def way_of_a_reply(stage: Stage, cast: Cast, reply: Line) -> Evidence:
    """Reply stored -> webhook -> its answer -> what the app asked -> what it showed."""
    lines = [f"reply stored in Mews as {reply.message_id}"]
    entry = next((each for each in stage.replies() if each["message_id"] == reply.message_id), None)
    since = entry["number"] if entry else 0
    events = [each for each in stage.watch.of("event") if each["entity_id"] == reply.message_id]
    if not events:
        lines.append("no webhook was sent: the integration has none for it")
    deliveries = {event["delivery"] for event in events}
    attempts = [each for each in stage.watch.of("attempt") if each["delivery"] in deliveries]
    lines += [f"webhook {attempt_line(each)}" for each in attempts]
    if events and not attempts:
        lines.append("its webhook is still waiting to be sent")
    calls = _calls(stage, attempts[0]["number"] if attempts else since)
    lines += [call_line(each) for each in calls]
    if attempts and not calls:
        lines.append("the app asked Mews nothing after it")
    shown = [each.text for each in stage.shown(cast)]
    lines.append(
        f"the app has shown {cast.guest.name}: "
        + (", ".join(repr(each) for each in shown[-3:]) or "nothing so far")
    )
    lines += [f"nearest: {difference(reply.text, near)}" for near in _nearest(reply.text, shown)]
    return Evidence("How far it came", "\n".join(_bounded(lines)))


def call_line(entry: Json) -> str:
    """`messages/add 200 (3 ms)`, with the fake's hint where it was refused."""
    name = entry["operation"] or f"{entry['method']} {entry['path']}"
    if "status" not in entry:
        return f"{name} (not answered yet)"
    hint = f" {entry['hint']}" if entry.get("hint") else ""
    return f"{name} {entry['status'] or 'no answer'} ({entry['milliseconds']:.0f} ms){hint}"


def attempt_line(entry: Json) -> str:
    """`attempt 1: 200 (2 ms)`, or what went wrong with it."""
    outcome = entry["error"] or entry["status"]
    after = "" if entry["state"] == "delivered" else f", then {entry['state']}"
    return f"attempt {entry['attempt']}: {outcome} ({entry['milliseconds']:.0f} ms){after}"


def _nearest(text: str, shown: Iterable[str]) -> list[str]:
    near = nearest(text, list(shown))
    return [] if near in (None, text) else [str(near)]


def _calls(stage: Stage, since: int) -> list[Json]:
    return list(stage.watch.of("request", since=since))


def _bounded(lines: list[str]) -> list[str]:
    left = len(lines) - _MOST
    return lines if left <= 0 else [*lines[: _MOST // 2], f"... {left} more ...", *lines[-_MOST // 2 :]]
