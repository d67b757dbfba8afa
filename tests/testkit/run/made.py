"""Runs made by hand: what reports are tested with, hostile texts in every place included."""

from __future__ import annotations

from typing import Any

from mockmews_testkit.checks.registry import CHECKS
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.checks.results import Proof, Result
from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.plays import Outcome, Play, Played, Run
from mockmews_testkit.scenario.events import (
    Event,
    Happened,
    ScenarioFinished,
    ScenarioStarted,
    Seen,
    StepFinished,
    StepStarted,
    Verdict,
)
from mockmews_testkit.scenario.loading import load_text

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "]]> <!-- --> <![CDATA[ &lt; &amp;lt;",
    "javascript:alert(1) {{ 7*7 }} ${mews.url} $(id) `id`",
    "\x1b[31mred\x1b[0m \x00 \x07 \x7f \x9b",
    "::error::no ##vso[task.complete] ##[error]no",
    "a|b *c* _d_ [e](http://example.com) @everyone # f",
    "```\nfenced\n```",
    "\u202eright to left\u202c \u2066isolated",
    "lone \ud800 surrogate \ufffe \uffff",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u0645\u0631\u062d\u0628\u0627",
    "x" * 10_000,
    "line\r\nbreaks\u2028here",
)


def played(text: str, *, failing: bool = True) -> Played:
    """A play in which this text stands wherever a text can stand."""
    (scenario,) = load_text(
        'scenario: s\nsteps:\n  - guest: "a"\n  - hotel: "b"\n  - quiet: 1s\n', "s.mews.yaml"
    )
    guest, hotel, _ = scenario.steps
    for name in ("name", "about"):
        object.__setattr__(scenario, name, text)
    for step in (guest, hotel):
        object.__setattr__(step, "text", text)
    play = Play(scenario=scenario, app_file=AppFile.sample(), payload="entities", seed=7)
    failure = Failure(
        f"Penelope did not see {text}",
        evidence=[Evidence("How far it came", text)],
        source="s.mews.yaml:4:5",
        check="SHOW-01",
        remedy="Show it.",
    )
    found = failure if failing else None
    events: list[Event] = [
        ScenarioStarted(scenario, "entities", "some-id", 7),
        StepStarted(guest),
        Happened(_request(text)),
        StepFinished(guest),
        StepStarted(hotel),
        Happened({"kind": "hotel", "number": 3, "elapsed": 0.2, "text": text}),
        Happened({"kind": "event", "number": 4, "discriminator": text, "entity_id": "m", "delivery": 5}),
        Happened(_attempt(text)),
        Happened({"kind": "fault", "number": 7, "what": text}),
        Happened(_sink(text)),
        Seen(text, text),
        StepFinished(hotel, found),
        ScenarioFinished(scenario, "entities", (Verdict(text, holds=not failing),), found, 1.5),
    ]
    return Played(
        play=play,
        outcome=Outcome.FAILED if failing else Outcome.PASSED,
        command="mockmews run s.mews.yaml --seed 7",
        seed=7,
        integration_id="some-id",
        seconds=1.5,
        failure=found,
        verdicts=(Verdict(text, holds=not failing),),
        results=_results(text, failing=failing),
        events=tuple(events),
        output=text,
    )


def _results(text: str, *, failing: bool) -> tuple[Result, ...]:
    """All checks pass, but in a failing play SHOW-01 (a critical one) and ERR-03 (advice)."""
    proofs = (Proof(text, (3, 5), "s.mews.yaml:4:5"),)
    broken = ("SHOW-01", "ERR-03") if failing else ()
    return tuple(
        Result(each.id, CheckOutcome.FAIL, text, proofs)
        if each.id in broken
        else Result(each.id, CheckOutcome.PASS)
        for each in CHECKS
    )


def made(*plays: Played) -> Run:
    """A run of these."""
    return Run(played=plays, seconds=2.0)


def _request(text: str) -> dict[str, Any]:
    # The fake tells bodies that are no JSON, as those with lone surrogates, as text.
    return {
        "kind": "request", "number": 1, "elapsed": 0.1, "operation": "messages/add", "method": "POST",
        "path": "/api/connector/v1/messages/add", "query": "", "milliseconds": 3.2, "status": 200, "hint": text,
        "request_headers": [["content-type", "application/json"], ["x-text", text]],
        "request": {"json": {"ClientToken": "***", "AccessToken": "***", "Text": _sound(text)}, "text": None},
        "response_headers": [["x-text", text]], "response": {"json": None, "text": text},
    }  # fmt: skip


def _attempt(text: str) -> dict[str, Any]:
    return {
        "kind": "attempt", "number": 6, "elapsed": 0.3, "delivery": 5, "delivery_id": "d" * 36, "attempt": 2,
        "url": "http://127.0.0.1:1/hooks?Token=***", "status": None, "milliseconds": 5000.0, "error": text,
        "state": "scheduled", "request_body": {"json": {"Text": _sound(text)}, "text": None},
        "response_headers": [["x-text", text]], "response_body": {"json": None, "text": text},
    }  # fmt: skip


def _sink(text: str) -> dict[str, Any]:
    return {
        "kind": "sink", "number": 8, "elapsed": 0.4, "content": {"message": {"text": text}},
        "request": {"json": {"message": {"text": _sound(text)}}, "text": None},
    }  # fmt: skip


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
