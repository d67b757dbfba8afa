"""The steps: what each line of a scenario does, and what must follow from it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

from mockmews import ControlError
from mockmews_testkit.durations import render as written
from mockmews_testkit.errors import Failure
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.events import Event
from mockmews_testkit.scenario.evidence import way_of_a_guest_line, way_of_a_reply
from mockmews_testkit.scenario.judging import judge_checks, judge_counts, judge_quiet, judge_seen
from mockmews_testkit.scenario.stage import Cast, Line, Spoken, Stage, failed
from mockmews_testkit.scenario.waiting_room import news, until
from mockmews_testkit.waiting import Deadline

_LOOK_AGAIN = 0.25  # seconds after which an expectation is judged anew though nothing happened

Playing = Generator[Event, None, None]
Json = dict[str, Any]


def play(stage: Stage, step: doc.Step) -> Playing:
    """Do what the step says, and wait for what must follow. Raises Failure."""
    yield from _STEPS[type(step)](stage, step)


def _guest(stage: Stage, step: doc.GuestWrites) -> Playing:
    cast = stage.cast(step.by)
    yield from news(stage)
    since, seconds = stage.watch.last, stage.watch.seconds
    said = stage.bench.app.say(cast.person, step.text)
    stage.last_writer = cast.guest.key
    text = stage.bench.app_file.to_mews(step.text, cast.person)
    taken = said.error is None and (said.status is None or said.status < 400)
    stage.spoken.append(
        Spoken(cast.guest.key, step.text, text, step.source, since, seconds, taken, step.forwarded)
    )
    if not taken:
        raise failed(
            f"the app did not take {cast.guest.name}'s text: {said.error or f'it answered {said.status}'}",
            step.source,
            remedy="Check `say` in the app file: address, body and headers.",
        )
    if not step.forwarded:
        stage.kept_from_mews.append(Line(cast.guest.key, cast.guest.key, text, step.source))
        return

    def arrived() -> Json | None:
        known = {line.message_id for line in stage.lines}
        fresh = [each for each in stage.in_mews(text, since=since) if each["message_id"] not in known]
        return fresh[0] if fresh else None

    def explain() -> Failure:
        return failed(
            f'Mews did not receive {cast.guest.name}\'s "{text}" within {_seconds(stage, step.within)}',
            step.source,
            evidence=[way_of_a_guest_line(stage, text, since)],
            check="SEND-01",
            remedy="Open a thread by messageThreads/add, then send the text by messages/add.",
        )

    message = yield from until(stage, arrived, stage.within(step.within), explain)
    _own_thread(stage, cast, message, step)
    stage.lines.append(Line(cast.guest.key, cast.guest.key, text, step.source, message["message_id"]))


def _own_thread(stage: Stage, cast: Cast, message: Json, step: doc.GuestWrites) -> None:
    thread = message["thread_id"]
    owner = stage.owner_of(thread)
    if owner is not None and owner is not cast:
        raise failed(
            f"{cast.guest.name}'s text went into the thread of {owner.guest.name}",
            step.source,
            check="THREAD-02",
            remedy="Keep one thread for each guest, found by the guest's own id.",
        )
    if owner is None:
        cast.threads.append(thread)


def _hotel(stage: Stage, step: doc.HotelReplies) -> Playing:
    cast = stage.addressee(step.to)
    if cast.thread is None:
        raise failed(
            f"the hotel cannot reply: {cast.guest.name} has no thread in Mews yet", step.source,
            remedy="Let the guest write first.",
        )  # fmt: skip
    after = None if step.after is None else written(step.after)
    answer = stage.bench.control.reply(stage.bench.id, step.text, thread_id=cast.thread, after=after)
    text = stage.bench.app_file.to_guest(step.text, cast.person)
    line = Line("hotel", cast.guest.key, text, step.source, answer.get("id"))
    if step.named is not None:
        stage.named[step.named] = line
        stage.lines.append(line)
        yield from news(stage)
        return
    before = sum(1 for each in stage.lines if each.speaker == "hotel" and _same(each, line))
    stage.lines.append(line)

    def shown() -> bool | None:
        return sum(each.text == text for each in stage.shown(cast)) > before or None

    def explain() -> Failure:
        return failed(
            f'{cast.guest.name} did not see "{text}" within {_seconds(stage, step.within)}',
            step.source,
            evidence=[way_of_a_reply(stage, cast, line)],
            check="SHOW-01",
            remedy="On MessageAdded fetch the message by messages/getAll and show it to its guest.",
        )

    yield from until(stage, shown, stage.within(step.within), explain)


def _app(stage: Stage, step: doc.AppAnswers) -> Playing:
    cast = stage.addressee(step.to)
    stage.own_words.append((cast.guest.key, step.expected))

    def shown() -> bool | None:
        return any(step.expected.accepts(each.text) for each in stage.shown(cast)) or None

    def explain() -> Failure:
        return failed(
            f"the app did not show {cast.guest.name} {step.expected} within {_seconds(stage, step.within)}",
            step.source,
        )

    yield from until(stage, shown, stage.within(step.within), explain)


def _guest_sees(stage: Stage, step: doc.GuestSees) -> Playing:
    cast = stage.addressee(step.by)

    def seen() -> bool | None:
        return True if judge_seen(stage, cast, step) is None else None

    def explain() -> Failure:
        problem = judge_seen(stage, cast, step)
        return failed(f"{problem} within {_seconds(stage, step.within)}", step.source)

    yield from until(stage, seen, stage.within(step.within), explain)


def _deliver(stage: Stage, step: doc.Deliver) -> Playing:
    names = [list(body) for body in step.bodies] if step.bodies is not None else None
    for body in names or [[each] for each in stage.named]:
        ids = [stage.named[name].message_id for name in body]
        stage.bench.control.deliver_messages(stage.bench.id, [each for each in ids if each])
    yield from news(stage)


def _fault(stage: Stage, step: doc.SetFault) -> Playing:
    yield from news(stage)
    stage.bench.control.add_fault(stage.bench.id, step.fault.as_json())
    stage.calls_since = stage.watch.last


def _clear_faults(stage: Stage, _: doc.ClearFaults) -> Playing:
    stage.bench.control.clear_faults(stage.bench.id)
    stage.cleared.append(stage.watch.seconds)
    yield from news(stage)


def _advance(stage: Stage, step: doc.Advance) -> Playing:
    stage.bench.control.advance(stage.bench.id, written(step.duration))
    yield from news(stage)


def _resolve(stage: Stage, step: doc.Resolve | doc.Reopen) -> Playing:
    cast = stage.addressee(step.by)
    if cast.thread is None:
        raise failed(f"{cast.guest.name} has no thread in Mews yet", step.source)
    if isinstance(step, doc.Resolve):
        stage.bench.control.resolve(stage.bench.id, cast.thread)
    else:
        stage.bench.control.reopen(stage.bench.id, cast.thread)
    yield from news(stage)


def _restart_app(stage: Stage, _: doc.RestartApp) -> Playing:
    since = stage.watch.seconds
    stage.bench.app.restart()
    stage.outages.append((since, stage.watch.seconds))
    yield from news(stage)


def _wait(stage: Stage, step: doc.Wait) -> Playing:
    deadline = Deadline(step.duration / 10_000_000)
    while not deadline.over:
        yield from news(stage, wait=deadline.left)


def _quiet(stage: Stage, step: doc.Quiet) -> Playing:
    stage.bench.control.settle(stage.bench.id)
    yield from news(stage)
    shown = {cast.guest.key: len(stage.shown(cast)) for cast in stage.present}
    since = stage.watch.last
    yield from _wait(stage, doc.Wait(duration=step.duration, source=step.source))
    judge_quiet(stage, step.source, shown, since)


def _expect(stage: Stage, step: doc.Expect) -> Playing:
    if step.passed:
        with suppress(ControlError):  # what still moves is judged by the journal
            stage.bench.control.settle(stage.bench.id)
    yield from news(stage)
    judge_counts(stage, step)
    deadline = Deadline(stage.within(None))
    while (unmet := judge_checks(stage, step)) is not None:
        stage.check_app()
        if deadline.over:
            raise unmet
        yield from news(stage, wait=min(deadline.left, _LOOK_AGAIN))
    stage.calls_since = stage.watch.last


def _same(one: Line, other: Line) -> bool:
    return one.guest == other.guest and one.text == other.text


def _seconds(stage: Stage, ticks: int | None) -> str:
    return f"{stage.within(ticks):g} s"


_STEPS: dict[type, Callable[[Stage, Any], Playing]] = {
    doc.GuestWrites: _guest,
    doc.HotelReplies: _hotel,
    doc.AppAnswers: _app,
    doc.GuestSees: _guest_sees,
    doc.Deliver: _deliver,
    doc.SetFault: _fault,
    doc.ClearFaults: _clear_faults,
    doc.Advance: _advance,
    doc.Resolve: _resolve,
    doc.Reopen: _resolve,
    doc.RestartApp: _restart_app,
    doc.Wait: _wait,
    doc.Quiet: _quiet,
    doc.Expect: _expect,
}
