"""Judging a conversation: that each line came exactly once, in its place, and nothing else did."""

from __future__ import annotations

from collections import Counter

from mockmews_testkit.errors import Failure
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.scenario.document import Expect, GuestSees, NumberRange
from mockmews_testkit.scenario.events import Verdict
from mockmews_testkit.scenario.stage import Cast, Line, Stage, failed
from mockmews_testkit.scenario.watch import APPLICATION

GUEST_LINES = "each line of a guest is in Mews exactly once"
HOTEL_LINES = "each reply was shown to its guest exactly once, and nothing else was"


def verdicts(stage: Stage) -> tuple[tuple[Verdict, ...], Failure | None]:
    """What holds of the whole conversation, once all is quiet; and the first failure."""
    failures = [_guest_lines(stage), _hotel_lines(stage)]
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
    if step.only and len(shown) > len(step.expected):
        extra = [text for text in shown if not any(each.accepts(text) for each in step.expected)]
        return f"{cast.guest.name} also saw {extra[0]!r}"
    return None


def judge_quiet(stage: Stage, source: Source, shown: dict[str, int], since: int) -> None:
    """Nothing more was shown and nothing more was added. Raises Failure."""
    for cast in stage.present:
        more = stage.shown(cast)[shown.get(cast.guest.key, 0) :]
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


def _guest_lines(stage: Stage) -> Failure | None:
    spoken = [line for line in stage.lines if line.speaker != "hotel"]
    wanted = Counter((line.guest, line.text) for line in spoken)
    for line in spoken:
        cast = stage.cast(line.guest)
        count = sum(each["thread_id"] in cast.threads for each in stage.in_mews(line.text))
        times = wanted[line.guest, line.text]
        if count != times:
            return failed(
                f'"{line.text}" of {cast.guest.name} is in Mews {_times(count)}, not {_times(times)}',
                line.source,
                check="SEND-01",
                remedy="Remember what was added, and look before adding again.",
            )
    for line in stage.kept_from_mews:
        if stage.in_mews(line.text):
            return failed(f'"{line.text}" reached Mews, but a bot answers it', line.source)
    return None


def _hotel_lines(stage: Stage) -> Failure | None:
    for cast in stage.present:
        shown = Counter(each.text for each in stage.shown(cast))
        replies = [line for line in stage.lines if line.speaker == "hotel" and line.guest == cast.guest.key]
        wanted = Counter(line.text for line in replies)
        for line in replies:
            if shown[line.text] > wanted[line.text]:
                return _shown_too_often(cast, line, shown[line.text], wanted[line.text])
        extra = [text for text in shown if text not in wanted and not stage.expects(cast, text)]
        if extra:
            return _shown_besides(stage, cast, extra[0])
    return None


def _shown_too_often(cast: Cast, line: Line, count: int, wanted: int) -> Failure:
    return failed(
        f'{cast.guest.name} saw "{line.text}" {_times(count)}, not {_times(wanted)}',
        line.source,
        check="SHOW-01",
        remedy="Remember which message ids were shown; webhooks may come more than once.",
    )


def _shown_besides(stage: Stage, cast: Cast, text: str) -> Failure:
    source = stage.lines[-1].source if stage.lines else stage.scenario.source
    own = [line for line in stage.lines if line.speaker == cast.guest.key and line.text == text]
    if own:
        return failed(
            f'the app showed {cast.guest.name} their own "{text}"', own[0].source, check="LOOP-01",
            remedy="Show only messages whose Sender is Enterprise.",
        )  # fmt: skip
    other = next((line for line in stage.lines if line.speaker == "hotel" and line.text == text), None)
    if other is not None:
        return failed(
            f'the app showed {cast.guest.name} "{text}", which the hotel wrote to '
            f"{stage.cast(other.guest).guest.name}",
            other.source,
            check="SHOW-02",
            remedy="Find the guest by the message's thread.",
        )
    return failed(
        f"the app showed {cast.guest.name} {text!r}, which nobody wrote", source, check="SHOW-01",
        remedy="If it is the app's own text, name it under `ignore` in the app file or as an `app` step.",
    )  # fmt: skip


def _times(count: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(count, f"{count} times")
