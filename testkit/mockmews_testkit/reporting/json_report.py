"""The JSON report, and its schema, which is kept as data beside this module."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import msgspec

from mockmews_testkit.certification.card import ScoreCard
from mockmews_testkit.certification.certificate import CONTRACT_DATE, DISCLAIMER, Certificate
from mockmews_testkit.errors import Failure
from mockmews_testkit.replay.plays import Played, Run
from mockmews_testkit.scenario.events import ScenarioStarted, StepFinished
from mockmews_testkit.scenario.writing import line_of

Json = dict[str, Any]


def schema() -> Json:
    """The JSON Schema of the report, as a fresh copy."""
    content = files(__package__).joinpath("report.schema.json").read_bytes()
    document: Json = msgspec.json.decode(content)
    return document


def render(run: Run) -> bytes:
    """The report as indented JSON, ending in a line break."""
    return _encoded(as_json(run))


def _encoded(document: Json) -> bytes:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")  # half a character is told as its escape


def render_certificate(certificate: Certificate) -> bytes:
    """The report of a certification, likewise."""
    head, change = certificate.head, certificate.change
    document = {
        **as_json(certificate.run),
        "verdict": certificate.card.readiness.value,
        "app": {"name": head.app, "version": head.version, "file": head.file},
        "score_card": card_as_json(certificate.card),
        "certificate": {
            "date": head.date,
            "kit": head.kit,
            "contract": CONTRACT_DATE,
            "payloads": list(head.payloads),
            "seed": head.seed,
            "level": certificate.card.level,
            "waivers": dict(head.waivers),
            "unplayed": certificate.unplayed,
            "note": DISCLAIMER,
        },
        "for_mews": {
            "webhook_urls": list(certificate.for_mews.webhook_urls),
            "has_secret": certificate.for_mews.has_secret,
            "events": list(certificate.for_mews.events),
            "operations": list(certificate.for_mews.operations),
            "clients": list(certificate.for_mews.clients),
        },
        "change": None
        if change is None
        else {
            "baseline": change.file,
            "newly_passing": list(change.newly_passing),
            "newly_failing": list(change.newly_failing),
        },
    }
    return _encoded(document)


def card_as_json(card: ScoreCard) -> list[Json]:
    """One entry for each check."""
    return [
        {
            "id": each.id,
            "severity": each.check.severity,
            "advice": each.check.advice,
            "result": each.outcome.value,
            "reason": each.reason,
            "evidence": [str(proof) for proof in each.proofs],
            "observed": each.check.observed,
            "why": each.check.why,
            "remedy": each.check.remedy,
            "page": each.check.url,
        }
        for each in card.results
    ]


def as_json(run: Run) -> Json:
    """A run as the schema describes it."""
    apps = {each.play.app_file.path.resolve(): each.play.app_file for each in run.played}
    first = next(iter(apps.values()), None)
    return {
        "version": 1,
        "verdict": run.outcome.value,
        "seconds": round(run.seconds, 3),
        "app": {
            "name": first.name if first is not None else "",
            "version": first.version if first is not None else "",
            "file": str(first.path) if first is not None else "",
        },
        "score_card": card_as_json(ScoreCard.of(run.results)),
        "scenarios": [_scenario(each) for each in run.played],
    }


def _scenario(played: Played) -> Json:
    scenario = played.play.scenario
    file, line, column = played.source
    return {
        "name": scenario.name,
        "about": scenario.about,
        "tags": list(scenario.tags),
        "payload": played.play.payload,
        "result": played.outcome.value,
        "file": file,
        "line": line,
        "column": column,
        "seconds": round(played.seconds, 3),
        "seed": played.seed,
        "integration_id": played.integration_id or None,
        "app": played.play.app_file.name,
        "replay": played.command,
        "failure": _failure(played.failure) if played.failure is not None else None,
        "error": played.error or None,
        "verdicts": [{"text": each.text, "holds": each.holds} for each in played.verdicts],
        "steps": _steps(played),
    }


def _failure(failure: Failure) -> Json:
    return {
        "summary": failure.summary,
        "source": failure.source or None,
        "check": failure.check or None,
        "remedy": failure.remedy or None,
        "evidence": [{"title": each.title, "text": each.text} for each in failure.evidence],
    }


def _steps(played: Played) -> list[Json]:
    done = {
        id(event.step): "passed" if event.failure is None else "failed"
        for event in played.events
        if isinstance(event, StepFinished)
    }
    began = any(isinstance(event, ScenarioStarted) for event in played.events)
    steps = played.play.scenario.steps if began else ()
    return [
        {"line": step.source.line, "step": line_of(step), "result": done.get(id(step), "not_reached")}
        for step in steps
    ]
