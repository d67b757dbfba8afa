"""One conversation, played line by line as it is thought up, and judged at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockmews import ControlError
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.checks.happenings import attempts_in, hits_in
from mockmews_testkit.checks.results import Result
from mockmews_testkit.checks.story import Story
from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.generation.invariants import broken, invariant_of
from mockmews_testkit.generation.patience import Patience
from mockmews_testkit.integration.own_app import OwnApp
from mockmews_testkit.reading.findings import NOWHERE
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.document import Guest, Scenario, Step
from mockmews_testkit.scenario.faults import Fault
from mockmews_testkit.scenario.recording import record_of
from mockmews_testkit.scenario.speaking import await_arrivals
from mockmews_testkit.scenario.stage import Line, Stage, failed
from mockmews_testkit.scenario.steps import play
from mockmews_testkit.scenario.waiting_room import until
from mockmews_testkit.waiting import Stopwatch

Json = dict[str, Any]

_DROP = Fault(webhook="MessageAdded", drop=True, times=1)
_MOST_PROOFS = 5


class BrokenError(Failure):
    """An invariant does not hold. `steps` are the conversation, `unseen` the replies that were not shown."""

    def __init__(self, failure: Failure, *, steps: tuple[Step, ...], unseen: tuple[Line, ...]) -> None:
        super().__init__(
            failure.summary, evidence=failure.evidence, check=failure.check, remedy=failure.remedy
        )
        self.steps = steps
        self.unseen = unseen


@dataclass(frozen=True, slots=True)
class GuestLine:
    """What a guest writes; its own webhook is delivered by the name."""

    name: str
    guest: str
    text: str

    def step(self, *, at_once: bool = False) -> doc.GuestWrites:
        """The line as a step."""
        return doc.GuestWrites(text=self.text, by=self.guest, named=self.name, at_once=at_once)


class Conversation:
    """An app of its own in a world of its own. `world` are fields of POST /integrations."""

    def __init__(
        self, fake: Fake, app: OwnApp, *, guests: tuple[Guest, ...], world: Json, patience: Patience
    ) -> None:
        self.world = world
        self.guests = guests
        self.steps: list[Step] = []
        self._bench = Bench(fake, app, payload=world["payload"], world=world)
        scenario = Scenario(name=app.name, steps=(), mews=world, guests=guests)
        self._stage = _PatientStage(scenario, self._bench, patience)
        self._patience = patience
        self._faulty = False

    def close(self) -> None:
        """End the app and its world."""
        self._bench.close()

    # The lines

    def write(self, line: GuestLine) -> None:
        """A guest writes."""
        self._say(line.step())

    def write_meanwhile(self, lines: Sequence[GuestLine], *, slow: Fault) -> None:
        """Guests write at the same time, the later ones while Mews is `slow`."""
        self.fail(slow)
        for each in lines[:-1]:
            self._do(each.step(at_once=True))
        self._say(lines[-1].step())

    def has_thread(self, guest: str) -> bool:
        """Whether Mews knows of this guest."""
        return self._stage.cast(guest).thread is not None

    def reply(self, guest: str, text: str, *, name: str) -> None:
        """The front desk replies; the webhook waits."""
        self._do(doc.HotelReplies(text=text, to=guest, named=name))

    def page_size(self) -> int | None:
        """The Count of the app's last messages/getAll."""
        calls = [each for each in self._stage.watch.of("request") if each["operation"] == "messages/getAll"]
        body = ((calls[-1].get("request") or {}).get("json") or {}) if calls else {}
        count = (body.get("Limitation") or {}).get("Count")
        return count if isinstance(count, int) else None

    def knows(self, name: str) -> bool:
        """Whether there is such a line in Mews."""
        return name in self._stage.named

    def deliver(self, *names: str) -> None:
        """The webhook of these lines goes out, in one body; what the app is told of must be shown."""
        self._do(doc.Deliver(bodies=(names,)))
        self._await_showing()

    def drop(self, name: str) -> None:
        """The webhook of a line gets lost."""
        self._do(doc.SetFault(fault=_DROP))
        self._do(doc.Deliver(bodies=((name,),)))

    def fail(self, fault: Fault) -> None:
        """From here on something goes wrong."""
        self._do(doc.SetFault(fault=fault))
        self._faulty = True

    def advance(self, ticks: int) -> None:
        """The hotel's clock goes on."""
        self.steps.append(doc.Advance(duration=ticks))
        self._bench.control.advance(self._bench.id, f"{ticks / 10_000_000:g}s", settle=False)

    def restart(self) -> None:
        """The app goes down and comes up again."""
        self._do(doc.RestartApp())

    def finish(self, *, quiet_for: str) -> None:
        """Nothing goes wrong any more, and all that is due must come; then the whole is judged."""
        if self._faulty:
            self._do(doc.ClearFaults())
            self._until("a text", lambda: not Story(record_of(self._stage)).missing)
            self._await_showing()
        moving = ""
        try:
            self._bench.control.settle(self._bench.id, quiet_for=quiet_for)
        except ControlError as error:
            moving = error.message
        self._stage.watch.look()
        rest = failed(f"the app does not come to rest: {moving}", NOWHERE, check="LOOP-02")
        self._judge(otherwise=rest if moving else None)

    # How they are played

    def _do(self, step: Step) -> None:
        self.steps.append(step)
        self._stage.kind = "a text"
        exhaust(play(self._stage, step))

    def _say(self, step: doc.GuestWrites) -> None:
        """A text that did not come is excused for now where a call was in trouble since."""
        since, watch = self._stage.watch.last, Stopwatch()
        failure = self._failure_of(lambda: self._do(step))
        if failure is None:
            self._patience.came(watch)
            return
        if watch.seconds >= self._stage.within(None):
            self._patience.in_vain(self._stage.kind)
        while self._stage.under_way:  # those that wrote at the same time are excused alike
            self._failure_of(lambda: exhaust(await_arrivals(self._stage)))
        self._stage.watch.look()
        if not any(call.number > since for call in Story(record_of(self._stage)).troubled):
            self._judge(otherwise=failure)

    def _failure_of(self, work: Callable[[], None]) -> Failure | None:
        try:
            work()
        except Failure as failure:
            return failure
        return None

    def _await_showing(self) -> None:
        self._until("a reply", lambda: not self._unshown())

    def _until(self, kind: str, condition: Callable[[], bool]) -> None:
        """Wait, and judge at once where it was in vain."""
        self._stage.kind = kind
        watch = Stopwatch()
        came = until(self._stage, lambda: condition() or None, self._stage.within(None), _in_vain)
        if self._failure_of(lambda: exhaust(came)) is None:
            self._patience.came(watch)
        else:
            self._patience.in_vain(kind)
            self._judge()

    def _unshown(self) -> list[Line]:
        """Replies of which the app was told, as often as they are missing on a screen."""
        stage = self._stage
        entries = [stage.watch.entries[number] for number in sorted(stage.watch.entries)]
        attempts = attempts_in(entries, hits_in(entries))
        told = {each for attempt in attempts if attempt.taken for each in attempt.messages}
        screens = {cast.guest.key: Counter(each.text for each in stage.shown(cast)) for cast in stage.present}
        missing = []
        for line in stage.lines:
            if line.speaker == "hotel" and (line.message_id or "").lower() in told:
                if screens[line.guest][line.text]:
                    screens[line.guest][line.text] -= 1
                else:
                    missing.append(line)
        return missing

    def _judge(self, *, otherwise: Failure | None = None) -> None:
        """Raise BrokenError where a check does not hold, or where there is a failure that none explains.

        It is raised here alone, and never while another is handled: so it is one failure for Hypothesis,
        which it makes as simple as it can.
        """
        result = broken(record_of(self._stage))
        failure = otherwise if result is None else _as_failure(result)
        if failure is not None:
            raise BrokenError(failure, steps=tuple(self.steps), unseen=tuple(self._unshown()))


class _PatientStage(Stage):
    """A stage whose waits are as long as the patience for their kind."""

    def __init__(self, scenario: Scenario, bench: Bench, patience: Patience) -> None:
        super().__init__(scenario, bench)
        self.kind = ""
        self._patience = patience

    def within(self, ticks: int | None) -> float:
        return self._patience.seconds(self.kind) if ticks is None else super().within(ticks)


def _in_vain() -> Failure:
    return failed("it did not come", NOWHERE)


def _as_failure(result: Result) -> Failure:
    seen = [str(replace(proof, source="")) for proof in result.proofs[:_MOST_PROOFS]]
    return Failure(
        f"{invariant_of(result.id)}: {result.reason}",
        evidence=[Evidence("What was seen", "\n".join(seen))],
        check=result.id,
        remedy=result.check.remedy,
    )


def exhaust(playing: Iterable[object]) -> None:
    """Play to the end; nobody watches."""
    for _ in playing:
        pass


def texts_of(steps: tuple[Step, ...]) -> Iterator[str]:
    """What was written in a conversation."""
    return (each.text for each in steps if isinstance(each, doc.GuestWrites | doc.HotelReplies))
