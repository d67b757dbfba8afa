"""Judging a conversation: that each line came exactly once, in its place, and nothing else did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mockmews_testkit.checks.conversation import is_notice
from mockmews_testkit.checks.judging import judge
from mockmews_testkit.checks.results import Outcome, Result
from mockmews_testkit.checks.story import Story
from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.scenario.document import Expect, GuestSees, NumberRange
from mockmews_testkit.scenario.events import Verdict
from mockmews_testkit.scenario.lines import Cast
from mockmews_testkit.scenario.recording import record_of
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.watch import APPLICATION

_OF_GUESTS = ("SEND-01", "RATE-02", "THREAD-02")
_OF_HOTELS = ("SHOW-01", "SHOW-02", "LOOP-01", "SHOW-03", "HOOK-08")
_MOST_PROOFS = 5

GUEST_LINES = "each line of a guest is in Mews exactly once"
HOTEL_LINES = "each reply was shown to its guest exactly once, and nothing else was"


def verdicts(stage: Stage) -> tuple[tuple[Verdict, ...], Failure | None]:
    """What holds of the whole conversation, once all is quiet; and the first failure."""
    record = record_of(stage)
    failures = [
        _problem(stage, judge(record, *_OF_GUESTS)) or kept_from_mews(stage),
        _problem(stage, judge(record, *_OF_HOTELS)),
    ]
    found = (
        Verdict(GUEST_LINES, failures[0] is None),
        Verdict(HOTEL_LINES, failures[1] is None),
    )
    return found, next((each for each in failures if each is not None), None)


def judge_seen(stage: Stage, cast: Cast, step: GuestSees) -> str | None:
    """None where the guest saw each text exactly once and in order; else what is wrong."""
    shown = [each.text for each in stage.shown(cast)]
    last = -1
    for expected in step.expected:
        places = [place for place, text in enumerate(shown) if expected.accepts(text)]
        if not places:
            return f"{cast.guest.name} did not see {expected}"
        if len(places) > 1:
            return f"{cast.guest.name} saw {expected} {len(places)} times"
        if not step.any_order and not stage.bench.app_file.orders_freely:
            if places[0] < last:
                return f"{cast.guest.name} saw {expected} too early: the order is wrong"
            last = places[0]
    if step.only:
        extra = [text for text in shown if not any(each.accepts(text) for each in step.expected)]
        extra = [text for text in extra if not _is_notice(stage, cast, text)]
        if extra:
            return f"{cast.guest.name} also saw {extra[0]!r}"
    return None


def _is_notice(stage: Stage, cast: Cast, text: str) -> bool:
    """Whether a fault was hit, and this is what the app tells its guest about it."""
    story = Story(record_of(stage))
    guest = story.guest(cast.guest.key)
    return guest is not None and is_notice(story, guest, text)


def judge_quiet(stage: Stage, source: Source, shown: dict[str, int], since: int) -> None:
    """Nothing more was shown and nothing more was added. Raises Failure."""
    for cast in stage.present:
        more = stage.shown(cast)[shown.get(cast.guest.key, 0) :]
        more = [each for each in more if not _is_notice(stage, cast, each.text)]
        if more:
            raise failed(f"not quiet: {cast.guest.name} was shown {more[0].text!r}", source)
    added = stage.watch.messages(APPLICATION, since=since)
    if added:
        raise failed(
            f"not quiet: the app added {added[0]['text']!r} to Mews", source, check="LOOP-02",
            remedy="Answer to webhooks of Sender Application with nothing.",
        )  # fmt: skip
    problem = verdicts(stage)[1]
    if problem is not None:
        raise problem


def judge_checks(stage: Stage, step: Expect) -> Failure | None:
    """None where the checks that are expected to pass do; else which was not put to the test, so far.

    Raises Failure where one does not hold.
    """
    results = judge(record_of(stage), *step.passed) if step.passed else []
    found = next((each for each in results if each.outcome is Outcome.FAIL), None)
    if found is not None:
        raise as_failure(found, step.source, at_source=True)
    idle = next((each for each in results if each.outcome is Outcome.NOT_EXERCISED), None)
    if idle is None:
        return None
    return failed(
        f"{idle.id} was not exercised: {idle.reason}", step.source, check=idle.id,
        remedy="Let the scenario do what it needs before this line.",
    )  # fmt: skip


def judge_counts(stage: Stage, step: Expect) -> None:
    """Calls per operation and threads are as many as expected. Raises Failure."""
    calls = Counter(each["operation"] for each in stage.watch.of("request", since=stage.calls_since))
    for operation, wanted in step.calls:
        if calls[operation] not in wanted:
            raise failed(f"expected {wanted} calls of {operation}, saw {calls[operation]}", step.source)
    threads = stage.bench.threads()
    open_threads = [each for each in threads if not each["is_resolved"]]
    _judge_number("threads", step.threads, len(threads), step.source)
    _judge_number("open threads", step.open_threads, len(open_threads), step.source)


def _judge_number(what: str, wanted: NumberRange | None, seen: int, source: Source) -> None:
    if wanted is not None and seen not in wanted:
        raise failed(f"expected {wanted} {what}, saw {seen}", source)


def _problem(stage: Stage, results: Iterable[Result]) -> Failure | None:
    """The first check that did not hold, as a failure at its line."""
    found = next((each for each in results if each.outcome is Outcome.FAIL), None)
    return None if found is None else as_failure(found, stage.scenario.source)


def as_failure(result: Result, source: Source, *, at_source: bool = False) -> Failure:
    """A check that did not hold, as a failure at its line, else at `source`; there in any case `at_source`."""
    proof = result.proofs[0] if result.proofs and not at_source else None
    return Failure(
        result.reason,
        source=(proof.source if proof else "") or str(source),
        evidence=[Evidence("What was seen", "\n".join(map(str, result.proofs[:_MOST_PROOFS])))],
        check=result.id,
        remedy=result.check.remedy,
    )


def kept_from_mews(stage: Stage) -> Failure | None:
    """A text of a guest that a bot answers, and that reached Mews all the same."""
    for line in stage.kept_from_mews:
        if stage.in_mews(line.text):
            return failed(f'"{line.text}" reached Mews, but a bot answers it', line.source)
    return None
