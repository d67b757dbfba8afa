"""What pytest's reports tell of a conversation: its transcript, its score card, and the sum of all at the end."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockmews_testkit.certification.card import ScoreCard
from mockmews_testkit.checks.results import Outcome, Proof, Result
from mockmews_testkit.errors import Failure
from mockmews_testkit.pytest_plugin.judging import failure_of, judged
from mockmews_testkit.pytest_plugin.options import asked, asked_report
from mockmews_testkit.pytest_plugin.running import LATE, MEWS
from mockmews_testkit.replay.plays import Played, Run
from mockmews_testkit.reporting import html, score_card
from mockmews_testkit.scenario.transcript import printable
from mockmews_testkit.testing.conversation import TRANSCRIPT
from mockmews_testkit.testing.recorded import played_of, save_story
from mockmews_testkit.testing.refusals import refused_requests
from mockmews_testkit.testing.retired import Late

Json = dict[str, Any]

TOLD = "mews"
"""The attribute of a report that carries all this from a worker to the controller: JSON, as reports are."""

_SECTIONS = ("mews transcript", "mews refused requests", "mews score card")


@dataclass(slots=True)
class Sum:
    """What the reports of a run told so far."""

    results: list[list[Result]] = field(default_factory=list)
    transcripts: list[tuple[str, str]] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)

    def add(self, nodeid: str, told: Mapping[str, Any]) -> None:
        """One more report."""
        if told["results"]:
            self.results.append([_result(each) for each in told["results"]])
        if told["transcript"]:
            self.transcripts.append((nodeid, told["transcript"]))
        if told["played"]:
            # Written by this run's own worker a moment ago, never read from anywhere else.
            self.played.append(pickle.loads(base64.b64decode(told["played"])))  # noqa: S301


_STYLES = {"good": {"green": True}, "bad": {"red": True}, "hotel": {"yellow": True}}

SUM = pytest.StashKey[Sum]()


def sum_of(config: pytest.Config) -> Sum:
    """The sum of this run."""
    return config.stash.setdefault(SUM, Sum())


def tell(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Put a test's conversation into the report of its call phase."""
    mews = item.stash.get(MEWS, None)
    conversation = mews.conversation if mews is not None else None
    if conversation is None:
        return
    config, results = item.config, judged(item, conversation)
    error = failure_of(item, call.excinfo.value if call.excinfo is not None else None)
    mode = asked(config, "transcript") or "failed"
    text = "\n".join(conversation.transcript())
    if report.failed and mode != "off":
        refused = refused_requests(conversation.stage)
        _explain(item, report, text, refused, results, told_already=_tells_all(error))
    elif mode == "all":
        report.sections.append((_SECTIONS[0], text))
    played = played_of(conversation, item.nodeid, error if report.failed else None)
    folder = asked(config, "save-failures")
    if report.failed and folder is not None:
        save_story(played, config.invocation_params.dir / folder)
    kept = base64.b64encode(pickle.dumps(played)).decode() if asked(config, "report") else ""
    setattr(
        report, TOLD,
        {
            "results": [_json(each) for each in results],
            "transcript": text if mode == "all" and not report.failed else "",
            "played": kept,
        },
    )  # fmt: skip


def _explain(
    item: pytest.Item,
    report: pytest.TestReport,
    text: str,
    refused: str,
    results: Sequence[Result],
    *,
    told_already: bool,
) -> None:
    """For a failed test. JUnit keeps no sections, but properties."""
    if not told_already:
        report.sections.append((_SECTIONS[0], text))
        item.user_properties.append(("mews_transcript", text))
        if refused:
            report.sections.append((_SECTIONS[1], refused))
            item.user_properties.append(("mews_refused_requests", refused))
    broken = [each for each in results if each.outcome is Outcome.FAIL]
    if broken:
        card = "\n".join(score_card.one_line(each).strip() for each in broken)
        report.sections.append((_SECTIONS[2], card))
        item.user_properties.append(("mews_score_card", card))


def _tells_all(error: BaseException | None) -> bool:
    """Whether the failure itself shows the whole transcript."""
    found = (
        [each.text for each in error.evidence if each.title == TRANSCRIPT]
        if isinstance(error, Failure)
        else []
    )
    return bool(found) and " lines before ..." not in found[0]


def hand_over(config: pytest.Config) -> None:
    """Late calls, from where the fake ran to where they are told of."""
    late = config.stash.get(LATE, [])
    if not late:
        return
    output = getattr(config, "workeroutput", None)
    if output is None:
        sum_of(config).late += late
    else:
        output["mews_late"] = [[each.test, each.calls] for each in late]


def late_calls(config: pytest.Config, told: Sequence[Sequence[str]]) -> None:
    """What a worker handed over."""
    sum_of(config).late += [Late(test, calls) for test, calls in told]


def show_summary(reporter: Any, config: pytest.Config) -> None:
    """Write the end of a run to the terminal."""
    for style, text in summary(config, verbosity=config.get_verbosity()):
        if style == "section":
            reporter.section(text)
        else:
            reporter.line(printable(text), **_STYLES.get(style, {}))


def summary(config: pytest.Config, *, verbosity: int) -> Iterator[tuple[str, str]]:
    """(style, text) of each line at the end of a run; a line of the style `section` begins a section."""
    told = config.stash.get(SUM, None)
    if told is None:
        return
    for nodeid, text in told.transcripts:
        yield "section", f"mews transcript of {nodeid}"
        yield from (("", line) for line in text.split("\n"))
    if told.results:
        if verbosity >= 0:
            yield "section", "mews score card"
        yield from _card(ScoreCard.of(told.results), verbosity)
    if told.late:
        yield "section", "mews: calls of apps whose test was over"
        yield from (("bad", str(each)) for each in told.late)


def _card(card: ScoreCard, verbosity: int) -> Iterator[tuple[str, str]]:
    if verbosity > 0:
        yield from score_card.lines(card)
        return
    yield score_card.headline(card)
    if verbosity < 0:
        return
    for each in card.results:
        if each.outcome in (Outcome.FAIL, Outcome.WAIVED):
            yield ("bad" if each.outcome is Outcome.FAIL else ""), score_card.one_line(each)
    for outcome, word in ((Outcome.PASS, "pass"), (Outcome.NOT_EXERCISED, "not exercised")):
        ids = [each.id for each in card.with_outcome(outcome)]
        if ids:
            yield "", f"  {word:<13}  {' '.join(ids)}"


def write_report(config: pytest.Config) -> None:
    """`--mews-report html=F`. Raises pytest.UsageError where it cannot be written."""
    file = asked_report(config)
    if file is None:
        return
    told = config.stash.get(SUM, None)
    played = tuple(told.played) if told is not None else ()
    run = Run(played=played, seconds=sum(each.seconds for each in played))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html.render(run), encoding="utf-8")
    except OSError as error:
        raise pytest.UsageError(f"--mews-report: {file} cannot be written ({error.strerror})") from None


def _json(result: Result) -> Json:
    return {
        "id": result.id,
        "outcome": str(result.outcome),
        "reason": result.reason,
        "proofs": [[each.text, list(each.entries), each.source] for each in result.proofs],
        "applies": result.applies,
    }


def _result(told: Mapping[str, Any]) -> Result:
    proofs = tuple(Proof(text, tuple(entries), source) for text, entries, source in told["proofs"])
    return Result(told["id"], Outcome(told["outcome"]), told["reason"], proofs, told["applies"])
