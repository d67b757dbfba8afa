"""JUnit: a run as the XML that every CI reads."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockmews_testkit.certification.card import WORDS, ScoreCard
from mockmews_testkit.certification.certificate import Certificate
from mockmews_testkit.checks.results import Outcome as CheckOutcome
from mockmews_testkit.checks.results import Result
from mockmews_testkit.replay.plays import Outcome, Played, Run
from mockmews_testkit.reporting import score_card
from mockmews_testkit.scenario.transcript import told

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run) -> bytes:
    """A suite for each app, a case for each play; the failure with all its evidence, and the transcript."""
    root = Element("testsuites", {"name": "mockmews", **_counts(run.played, run.seconds)})
    apps = dict.fromkeys(each.play.app_file.name for each in run.played)
    for app in apps:
        played = [each for each in run.played if each.play.app_file.name == app]
        seconds = sum(each.seconds for each in played)
        suite = SubElement(root, "testsuite", {"name": _clean(app), **_counts(played, seconds)})
        _score(suite, ScoreCard.of(each.results for each in played if each.results))
        for each in played:
            _case(suite, each)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _score(suite: Element, card: ScoreCard) -> None:
    """What the checks saw in a run, as properties: a run is judged by its lines."""
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", {"name": "score card", "value": card.counts})
    for each in card.with_outcome(CheckOutcome.FAIL):
        SubElement(properties, "property", {"name": each.id, "value": _clean(each.reason)})


def render_certificate(certificate: Certificate) -> bytes:
    """A case for each check; what does not count is skipped with its reason. Probes that broke are errors."""
    card, run = certificate.card, certificate.run
    errors = [each for each in run.played if each.outcome is Outcome.ERROR]
    skipped = [
        each for each in card.results if each.outcome is not CheckOutcome.PASS and each not in card.failing
    ]
    counts = {
        "tests": str(len(card.results) + len(errors)),
        "failures": str(len(card.failing)),
        "errors": str(len(errors)),
        "skipped": str(len(skipped)),
        "time": f"{run.seconds:.3f}",
    }
    root = Element("testsuites", {"name": "mockmews certify", **counts})
    suite = SubElement(root, "testsuite", {"name": _clean(certificate.head.app), **counts})
    properties = SubElement(suite, "properties")
    for name, value in [*certificate.head.rows, ("Verdict", card.verdict), *certificate.for_mews.rows]:
        SubElement(properties, "property", {"name": name, "value": _clean(value)})
    for each in card.results:
        _check_case(suite, each, counts=each in card.failing)
    for played in errors:
        _case(suite, played)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _check_case(suite: Element, result: Result, *, counts: bool) -> None:
    name = f"{result.id} {result.check.observed}"
    case = SubElement(suite, "testcase", {"classname": "score card", "name": name, "time": "0"})
    if result.outcome is CheckOutcome.PASS:
        return
    if counts:
        found = SubElement(case, "failure", {"message": _clean(result.reason), "type": result.id})
        found.text = _clean("\n".join(text.strip() for _, text in score_card.failure(result)))
        return
    fails = result.outcome is CheckOutcome.FAIL
    why = (
        f"fails, and does not count here: {result.reason}"
        if fails
        else f"{WORDS[result.outcome]}: {result.reason}"
    )
    SubElement(case, "skipped", {"message": _clean(why)})


def _case(suite: Element, played: Played) -> None:
    file, line, _ = played.source
    case = SubElement(
        suite,
        "testcase",
        {
            "classname": _clean(played.play.scenario.source.file),
            "name": _clean(played.play.title),
            "file": _clean(file),
            "line": str(line),
            "time": f"{played.seconds:.3f}",
        },
    )
    if played.outcome is Outcome.PASSED:
        return
    if played.outcome is Outcome.SKIPPED:
        SubElement(case, "skipped", {"message": _clean(played.problem)})
        return
    word = "failure" if played.outcome is Outcome.FAILED else "error"
    kind = played.failure.check if played.failure is not None else ""
    found = SubElement(case, word, {"message": _clean(played.problem), "type": _clean(kind or word)})
    told_of = str(played.failure) if played.failure is not None else played.error
    found.text = _clean(f"{told_of}\nTo replay it: {played.command}")
    SubElement(case, "system-out").text = _clean("\n".join(text for _, text in told(played.events)))
    if played.output:
        SubElement(case, "system-err").text = _clean(played.output)


def _counts(played: tuple[Played, ...] | list[Played], seconds: float) -> dict[str, str]:
    outcomes = [each.outcome for each in played]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count(Outcome.FAILED)),
        "errors": str(outcomes.count(Outcome.ERROR)),
        "skipped": str(outcomes.count(Outcome.SKIPPED)),
        "time": f"{seconds:.3f}",
    }


def _clean(text: str) -> str:
    """Characters that XML cannot hold, even escaped, as `\\x1b`."""
    return _FORBIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
