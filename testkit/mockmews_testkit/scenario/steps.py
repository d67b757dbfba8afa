"""The steps: what each line of a scenario does, and what must follow from it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

from mockmews import ControlError
from mockmews_testkit.durations import TICKS_PER_SECOND
from mockmews_testkit.durations import render as written
from mockmews_testkit.errors import Failure
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.events import Event
from mockmews_testkit.scenario.evidence import way_of_a_reply
from mockmews_testkit.scenario.judging import judge_checks, judge_counts, judge_quiet, judge_seen
from mockmews_testkit.scenario.lines import Line
from mockmews_testkit.scenario.speaking import await_arrivals, await_refusals, guest_writes
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.waiting_room import news, passing, told_of_stretching, until
from mockmews_testkit.waiting import FairDeadline

_MEANWHILE = (doc.RestartApp, doc.ClearFaults)
"""What may happen while a text that was spoken at once waits in the app."""
_LOOK_AGAIN = 0.25  # seconds after which an expectation is judged anew though nothing happened

Playing = Generator[Event, None, None]
Json = dict[str, Any]


def play(stage: Stage, step: doc.Step) -> Playing:
    """Do what the step says, and wait for what must follow. Raises Failure."""
    if isinstance(step, _MEANWHILE):
        yield from await_refusals(stage)
    elif not isinstance(step, doc.GuestWrites):
        yield from await_arrivals(stage)
    yield from _STEPS[type(step)](stage, step)


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


def _restart_app(stage: Stage, step: doc.RestartApp) -> Playing:
    described = stage.bench.app_file
    if stage.probing and not stage.bench.app.can_restart:
        return  # what else the story holds is still worth playing
    since, stage.restarted_at = stage.watch.seconds, stage.watch.last
    if step.down is None or (stage.probing and not described.can_go_down):
        stage.bench.app.restart()
    else:
        stage.bench.app.stop()
        yield from passing(stage, step.down / TICKS_PER_SECOND)
        stage.bench.app.go()
    stage.outages.append((since, stage.watch.seconds))
    yield from news(stage)


def _wait(stage: Stage, step: doc.Wait) -> Playing:
    yield from passing(stage, step.duration / TICKS_PER_SECOND)


def _quiet(stage: Stage, step: doc.Quiet) -> Playing:
    if stage.probing:
        with suppress(ControlError):  # what still moves is for the checks to judge, from the journal
            stage.settle()
        yield from passing(stage, step.duration / TICKS_PER_SECOND)
        return
    stage.settle()
    yield from news(stage)
    shown = {cast.guest.key: len(stage.shown(cast)) for cast in stage.present}
    since = stage.watch.last
    yield from _wait(stage, doc.Wait(duration=step.duration, source=step.source))
    judge_quiet(stage, step.source, shown, since)


def _expect(stage: Stage, step: doc.Expect) -> Playing:
    if step.passed:
        with suppress(ControlError):  # what still moves is judged by the journal
            stage.settle()
    yield from news(stage)
    judge_counts(stage, step)
    deadline = FairDeadline(stage.within(None))
    while (unmet := judge_checks(stage, step)) is not None:
        stage.check_app()
        if deadline.over:
            raise told_of_stretching(unmet, deadline)
        wait = min(deadline.left, _LOOK_AGAIN)
        with deadline.asleep(wait):
            yield from news(stage, wait=wait)
    stage.calls_since = stage.watch.last


def _same(one: Line, other: Line) -> bool:
    return one.guest == other.guest and one.text == other.text


def _seconds(stage: Stage, ticks: int | None) -> str:
    return f"{stage.within(ticks):g} s"


_STEPS: dict[type, Callable[[Stage, Any], Playing]] = {
    doc.GuestWrites: guest_writes,
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
