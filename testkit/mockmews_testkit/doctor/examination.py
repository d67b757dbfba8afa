"""The examination: every step of a first conversation, up to the first obstacle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from mockmews import ControlError
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.doctor import findings as steps
from mockmews_testkit.doctor.catalogue import CATALOGUE
from mockmews_testkit.doctor.delivering import ANSWERED_WITHIN, attempt, event, not_answered
from mockmews_testkit.doctor.findings import Finding, Obstacle, Passed, Seen
from mockmews_testkit.doctor.hearing import heard, misshown, not_heard
from mockmews_testkit.doctor.patient import GUEST, REPLIES, TEXT, Patient
from mockmews_testkit.doctor.places import Places
from mockmews_testkit.doctor.saying import not_received, not_taken
from mockmews_testkit.doctor.starting import not_started
from mockmews_testkit.errors import Failure, TestkitError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.scenario.evidence import attempt_line
from mockmews_testkit.scenario.watch import APPLICATION
from mockmews_testkit.waiting import Stopwatch

_WORLD = {"retry": {"attempts": 1, "delay": "1s"}}  # the first refusal of a webhook says it all
_KNOWN = {each.id: each for each in CATALOGUE}


class _HinderedError(Exception):
    def __init__(self, seen: Seen) -> None:
        super().__init__(seen.id)
        self.seen = seen


def examine(app_file: AppFile, fake: Fake) -> Iterator[Finding]:
    """Each step that passed, and at last the obstacle, if there is one.

    Raises TestkitError where the kit itself cannot go on, MockMewsError where the fake is gone.
    """
    try:
        yield from _examined(app_file, fake)
    except _HinderedError as hindered:
        yield obstacle(hindered.seen, app_file)


def obstacle(seen: Seen, app_file: AppFile | None) -> Obstacle:
    """What was seen, with the catalogue's advice and the line of the app file."""
    known = _KNOWN[seen.id]
    source, line = None, ""
    key = seen.key or known.key
    if app_file is not None and key:
        places = Places.of(app_file.path)
        source = places.find(key)
        line = places.line(source)
    return Obstacle(
        id=seen.id,
        step=known.step,
        seen=seen.seen,
        wanted=known.wanted.format(**seen.parts),
        change=known.change.format(**seen.parts),
        source=source,
        line=line,
        output=seen.output,
    )


def _examined(app_file: AppFile, fake: Fake) -> Iterator[Finding]:
    watch = Stopwatch()
    try:
        bench = Bench(fake, app_file, payload="entities", world=_WORLD)
    except TestkitError as error:
        raise _HinderedError(not_started(app_file, error)) from None
    with bench, bench.turn(payload="entities", world=_WORLD, guests=1):
        how = "started, and ready" if app_file.start is not None else "it answers"
        yield Passed(steps.START, f"{how} after {watch.seconds:.1f} s")
        try:
            yield from _conversation(bench)
        except Failure as failure:  # the app has died
            output = "\n".join(each.text for each in failure.evidence)
            raise _HinderedError(Seen("app-died", failure.summary, output=output)) from None


def _conversation(bench: Bench) -> Iterator[Finding]:
    patient = _joined(bench)
    if bench.app_file.join:
        yield Passed(steps.JOIN, f"a guest joined as {patient.guest.id}")
    since = patient.watch.last
    said = patient.app.say(patient.guest, TEXT)
    _stop_at(not_taken(patient, said))
    answered = f"the app answered {said.status}" if said.status is not None else "the app took the text"
    yield Passed(steps.SAY, f"{answered} ({said.milliseconds:.0f} ms)")
    yield _message_in_mews(patient, since)
    yield from _reply(patient, REPLIES[0], steps.WEBHOOK, since)
    bench.control.change_integration(bench.id, payload="ids_only")
    yield from _reply(patient, REPLIES[1], steps.IDS_ONLY, patient.watch.last)
    with suppress(ControlError):  # an app that never rests is judged by what it showed
        bench.control.settle(bench.id)
    _stop_at(misshown(patient))
    yield Passed(steps.QUIET, "each reply was shown once, and nothing else was")


def _joined(bench: Bench) -> Patient:
    try:
        guest = bench.app.person(GUEST, bench.guests_before + 1)
    except (Failure, TestkitError) as error:
        bench.app.check_alive()
        raise _HinderedError(Seen("join-failed", str(error), output=bench.app.output_tail())) from None
    return Patient(bench, guest)


def _message_in_mews(patient: Patient, since: int) -> Passed:
    wanted = patient.app_file.to_mews(TEXT, patient.guest)

    def arrived() -> str | None:
        found = patient.watch.messages(APPLICATION, since=since)
        return next((each["thread_id"] for each in found if each["text"] == wanted), None)

    thread_id = patient.until(arrived, patient.app_file.within)
    if thread_id is None:
        raise _HinderedError(not_received(patient, since))
    patient.thread_id = thread_id
    return Passed(steps.MEWS, "the guest's text is in Mews, in a thread of its own")


def _reply(patient: Patient, reply: str, step: str, since: int) -> Iterator[Finding]:
    """The front desk replies; the webhook is answered, and the guest sees the reply."""
    bench = patient.bench
    message_id = bench.control.reply(bench.id, reply, thread_id=patient.thread_id)["id"]
    patience = patient.app_file.within
    told = patient.until(lambda: event(patient, message_id), patience)
    if told is None:
        raise _HinderedError(Seen("webhook-not-sent", "no webhook tells the app of the reply"))
    found = patient.until(lambda: attempt(patient, since, told), patience + 2 * ANSWERED_WITHIN)
    if found is None:
        raise _HinderedError(Seen("webhook-not-sent", "the webhook of the reply waits, and is not sent"))
    _stop_at(not_answered(patient, found))
    if step == steps.WEBHOOK:
        yield Passed(step, f"MessageAdded, {attempt_line(found)}")
    if not patient.until(lambda: heard(patient, reply) or None, patience):
        seen = not_heard(patient, reply, told["number"])
        if step == steps.IDS_ONLY:
            seen = Seen("ids-only-unheard", f"with Entities the reply was shown, without it not: {seen.seen}")
        raise _HinderedError(seen)
    if step == steps.WEBHOOK:
        yield Passed(steps.HEAR, f"the guest saw {reply!r}")
    else:
        yield Passed(step, "a webhook with nothing but the message's id was enough too")


def _stop_at(seen: Seen | None) -> None:
    if seen is not None:
        raise _HinderedError(seen)
