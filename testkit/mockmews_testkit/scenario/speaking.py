"""The step `guest`: a guest writes in the app, and Mews must receive it in a thread of the guest's own."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from mockmews_testkit.checks.story import Story
from mockmews_testkit.checks.troubles import notices, refused_for_good
from mockmews_testkit.errors import Failure, TestkitError
from mockmews_testkit.integration.contract import Said
from mockmews_testkit.scenario.document import GuestWrites
from mockmews_testkit.scenario.events import Event
from mockmews_testkit.scenario.evidence import way_of_a_guest_line
from mockmews_testkit.scenario.lines import Cast, Line, Spoken
from mockmews_testkit.scenario.recording import record_of
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.turn import Turn
from mockmews_testkit.scenario.waiting_room import news, until
from mockmews_testkit.scenario.watch import APPLICATION
from mockmews_testkit.waiting import Deadline, FairDeadline, sleep

Json = dict[str, Any]

_ON_ITS_WAY = 1.0  # seconds in which a line that is spoken at once has reached the app, or Mews by it
_LOOK_EVERY = 0.01
_HANGING = 10.0  # seconds after which nobody takes a missing answer for a wrong address
_DYING = 0.5  # seconds that a crash may take from the first broken connection to the end of the process


def guest_writes(stage: Stage, step: GuestWrites) -> Generator[Event, None, None]:
    """Write all texts, one as soon as the app answered the one before, then wait for each. Raises Failure."""
    cast = stage.cast(step.by)
    if any(each.cast is cast for each in stage.under_way):
        yield from await_arrivals(stage)  # nobody writes two lines at the same time
    yield from news(stage)
    stage.last_writer = cast.guest.key
    turn = Turn(cast, step, lambda text: _speak(stage, cast, step, text), since=stage.watch.last)
    if step.at_once:
        stage.under_way.append(turn)
        yield from _on_its_way(stage, turn)
    else:
        yield from _arrive_all(stage, turn)
        yield from await_arrivals(stage)


def await_arrivals(stage: Stage) -> Generator[Event, None, None]:
    """What was spoken at once must be in Mews now. Raises Failure."""
    while stage.under_way:
        yield from _arrive_all(stage, stage.under_way.pop(0))


def await_refusals(stage: Stage) -> Generator[Event, None, None]:
    """Until the app has taken what was spoken at once, and has heard from Mews: a refusal leaves it waiting.

    One that answers its guest only when Mews has the text, or sends it much later, is given up on in silence.
    """
    deadline = FairDeadline(stage.within(None))
    while not (deadline.over or all(_is_told(stage, each) for each in stage.under_way)):
        wait = min(deadline.left, _LOOK_EVERY)
        with deadline.asleep(wait):
            yield from news(stage, wait=wait)


def _is_told(stage: Stage, turn: Turn) -> bool:
    """Whether the app has answered its guest, and Mews the app: by a fault that struck, or by taking the text."""
    hits = stage.watch.of("fault", since=turn.since)
    struck = any("status" in stage.watch.entries.get(each.get("cause") or 0, {}) for each in hits)
    return turn.is_over and (struck or any(stage.watch.messages(APPLICATION, since=turn.since)))


def _on_its_way(stage: Stage, turn: Turn) -> Generator[Event, None, None]:
    """Until the app has taken the line, or calls Mews because of it, so that the next one comes after it."""
    deadline = Deadline(_ON_ITS_WAY)
    while not (turn.is_over or deadline.over or any(stage.watch.of("request", since=turn.since))):
        yield from news(stage, wait=min(deadline.left, _LOOK_EVERY))


def _arrive_all(stage: Stage, turn: Turn) -> Generator[Event, None, None]:
    cast, step = turn.cast, turn.step
    for each in turn.spoken():
        if step.forwarded:
            yield from _arrive(stage, cast, step, each)
        else:
            stage.kept_from_mews.append(Line(cast.guest.key, cast.guest.key, each.text, step.source))


def _speak(stage: Stage, cast: Cast, step: GuestWrites, text: str) -> Spoken:
    since, seconds = stage.watch.last, stage.watch.seconds
    cast.hotel = hotel = stage.hotel(cast, step.at)
    said = stage.bench.app.say(cast.person, text, hotel)
    taken = said.error is None and (said.status is None or said.status < 400)
    spoken = Spoken(
        guest=cast.guest.key,
        said=text,
        text=stage.bench.app_file.to_mews(text, cast.person),
        source=step.source,
        since=since,
        seconds=seconds,
        taken=taken,
        forwarded=step.forwarded,
        hotel=hotel.id if hotel else None,
    )
    stage.spoken.append(spoken)
    if said.status is None and said.error is not None and _is_out_of_reach(stage):
        raise TestkitError(f"the app gave no answer to its first guest: {said.error}")
    if not taken and not _may_be_refused(stage, since):
        if said.status is None:
            _check_whether_it_died(stage)
        seen = said.error or f"it answered {said.status}"
        raise failed(
            f"the app did not take {cast.guest.name}'s text: {seen}{_late(said)}{_early(stage)}",
            step.source,
            remedy="Check `say` in the app file: address, body and headers.",
        ) from said.cause
    return spoken


def _late(said: Said) -> str:
    """A word on an app that hangs: most wait for Mews before they answer their guest."""
    late = said.status is None and said.milliseconds >= _HANGING * 1000
    return "; answer a guest's text once it is stored, and call Mews after that" if late else ""


def _early(stage: Stage) -> str:
    """A word on an app of the kit's that was asked as soon as its port was open, and has taken nothing yet."""
    described = stage.bench.app_file
    if described.start is None or described.ready is not None or any(each.taken for each in stage.spoken):
        return ""
    return "; if it listens before it can serve, let `ready` in the app file wait for more than its open port"


def _check_whether_it_died(stage: Stage) -> None:
    """A connection breaks a moment before the process has ended. Raises Failure where it did."""
    deadline = Deadline(_DYING)
    while not deadline.over:
        stage.check_app()
        sleep(_LOOK_EVERY)


def _is_out_of_reach(stage: Stage) -> bool:
    """Whether the app never answered anybody in this story, though it lives: that says nothing of its checks."""
    if not stage.probing or any(each.taken for each in stage.spoken):
        return False
    stage.watch.look()
    stage.check_app()
    return not _struck(stage, 0)


def _may_be_refused(stage: Stage, since: int) -> bool:
    """Whether a probe let something go wrong meanwhile, so that the app may say no to its guest."""
    if not stage.probing:
        return False
    stage.watch.look()
    return _struck(stage, since) or stage.restarted_at >= since


def _struck(stage: Stage, since: int) -> bool:
    return any(stage.watch.of("fault", since=since))


def _arrive(stage: Stage, cast: Cast, step: GuestWrites, spoken: Spoken) -> Generator[Event, None, None]:
    def arrived() -> Json | None:
        known = {line.message_id for line in stage.lines}
        fresh = stage.in_mews(spoken.text, since=spoken.since)
        found = [each for each in fresh if each["message_id"] not in known]
        own = [
            each for each in found if cast.guest.name in each["guest"] or each["thread_id"] in cast.threads
        ]
        return next(iter(own if _has_rival(stage, spoken) else own or found), None)

    def decided() -> tuple[Json | None] | None:
        message = arrived()
        return (message,) if message is not None or _is_excused(stage, spoken) else None

    def explain() -> Failure:
        return failed(
            f'Mews did not receive {cast.guest.name}\'s "{spoken.text}" within {stage.within(step.within):g} s',
            step.source,
            evidence=[way_of_a_guest_line(stage, spoken.text, spoken.since)],
            check="SEND-01",
            remedy="Open a thread by messageThreads/add, then send the text by messages/add.",
        )

    (message,) = yield from until(stage, decided, stage.within(step.within), explain)
    if message is not None:
        _own_thread(stage, cast, message, step)
        line = Line(cast.guest.key, cast.guest.key, spoken.text, step.source, message["message_id"])
        stage.lines.append(line)
        if step.named is not None:
            stage.named[step.named] = line


def _has_rival(stage: Stage, spoken: Spoken) -> bool:
    """Whether another guest of another name wrote the same text, and it has not been seen in Mews yet."""
    names = {each.guest.key: each.guest.name for each in stage.present}
    claimed = [(each.speaker, each.text) for each in stage.lines]
    told = [(each.guest, each.text) for each in stage.spoken if each.forwarded and each.taken]
    return any(
        told.count(each) > claimed.count(each)
        for each in set(told)
        if each[1] == spoken.text and names.get(each[0]) != names.get(spoken.guest)
    )


def _is_excused(stage: Stage, spoken: Spoken) -> bool:
    """Whether a fault of a probe keeps this text from Mews rightly: the guest was told, or Mews refused it."""
    if not stage.probing:
        return False
    if not spoken.taken:
        return True  # else speaking it had failed
    if not _struck(stage, spoken.since):
        return False
    story = Story(record_of(stage))
    text = story.texts[stage.spoken.index(spoken)]
    guest = story.guest(spoken.guest)
    troubled = next((each for each in story.troubled if each.number > spoken.since), None)
    if guest is not None and troubled is not None and notices(story, guest, troubled):
        return True
    return refused_for_good(story, text)


def _own_thread(stage: Stage, cast: Cast, message: Json, step: GuestWrites) -> None:
    thread = message["thread_id"]
    owner = stage.owner_of(thread)
    if owner is not None and owner is not cast:
        raise failed(
            f"{cast.guest.name}'s text went into the thread of {owner.guest.name}",
            step.source,
            check="THREAD-02",
            remedy="Keep one thread for each guest, found by the guest's own id.",
        )
    served = stage.served_by(thread)
    if cast.hotel is not None and served is not None and served != cast.hotel.id:
        raise failed(
            f"{cast.guest.name}'s text to {cast.hotel.name} went into a thread of another hotel",
            step.source,
            check="THREAD-05",
            remedy="Call Mews with the access token of the hotel that the guest writes to.",
        )
    cast.wrote_in(thread)
