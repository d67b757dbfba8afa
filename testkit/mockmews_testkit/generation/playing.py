"""One conversation, played line by line as it is thought up, and judged at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from mockmews import ControlError
from mockmews_testkit import durations
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.checks.happenings import attempts_in, hits_in
from mockmews_testkit.checks.results import Result
from mockmews_testkit.checks.story import Story
from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.generation.invariants import broken, invariant_of
from mockmews_testkit.generation.patience import IN_TROUBLE, Patience
from mockmews_testkit.integration.own_app import OwnApp
from mockmews_testkit.reading.findings import NOWHERE
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.document import Guest, Scenario, Step
from mockmews_testkit.scenario.lines import Line
from mockmews_testkit.scenario.recording import record_of
from mockmews_testkit.scenario.speaking import await_arrivals
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.steps import play
from mockmews_testkit.scenario.waiting_room import until
from mockmews_testkit.waiting import Stopwatch

Json = dict[str, Any]

_MOST_PROOFS = 5


class BrokenError(Failure):
    """An invariant does not hold. `steps` are the conversation, `unseen` the replies that were not shown."""

    def __init__(self, failure: Failure, *, steps: tuple[Step, ...], unseen: tuple[Line, ...]) -> None:
        super().__init__(
            failure.summary, evidence=failure.evidence, check=failure.check, remedy=failure.remedy
        )
        self.steps = steps
        self.unseen = unseen

    def tell(self, other: BrokenError) -> None:
        """Say what the other one says: the same, in a simpler story."""
        self.args = (other.summary,)
        self.summary, self.evidence = other.summary, other.evidence
        self.steps, self.unseen = other.steps, other.unseen


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

    # What it is asked

    def has_thread(self, guest: str) -> bool:
        """Whether Mews knows of this guest."""
        return self._stage.cast(guest).thread is not None

    def page_size(self) -> int | None:
        """The Count of the app's last messages/getAll."""
        calls = [each for each in self._stage.watch.of("request") if each["operation"] == "messages/getAll"]
        body = ((calls[-1].get("request") or {}).get("json") or {}) if calls else {}
        count = (body.get("Limitation") or {}).get("Count")
        return count if isinstance(count, int) else None

    def knows(self, name: str) -> bool:
        """Whether there is such a line in Mews."""
        return name in self._stage.named

    # What it does

    def play(self, step: Step) -> None:
        """Do what the step says, and await what must follow. Raises BrokenError.

        A step that makes no sense here, as a reply to a guest who never wrote, raises Failure.
        """
        self.steps.append(step)
        match step:
            case doc.GuestWrites(at_once=False):
                self._say(step)
            case doc.Deliver():
                self._do(step)
                self._await_showing()
            case doc.Advance():
                written = durations.render(step.duration)
                self._bench.control.advance(self._bench.id, written, settle=False)
            case doc.SetFault(fault=fault):
                self._do(step)
                self._faulty = self._faulty or not fault.drop
            case _:
                self._do(step)

    def finish(self, *, quiet_for: str) -> None:
        """Nothing goes wrong any more, and all that is due must come; then the whole is judged."""
        if self._faulty:
            self.play(doc.ClearFaults())
            self._faulty = False
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

    # How it waits and judges

    def _do(self, step: Step) -> None:
        self._stage.kind = self._kind("a text")
        exhaust(play(self._stage, step))

    def _kind(self, what: str) -> str:
        """While something goes wrong nothing is waited for long: it is, once all is well again."""
        return IN_TROUBLE if self._faulty else what

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
        story = Story(record_of(self._stage))
        if not any(call.number > since for call in story.troubled):
            in_trouble, self._faulty = self._faulty, False
            if story.missing:
                self._until("a text", lambda: not Story(record_of(self._stage)).missing)
            self._faulty = in_trouble
            self._judge(
                otherwise=failure if Story(record_of(self._stage)).missing or not in_trouble else None
            )

    def _failure_of(self, work: Callable[[], None]) -> Failure | None:
        try:
            work()
        except Failure as failure:
            return failure
        return None

    def _await_showing(self) -> None:
        self._until("a reply", lambda: not self._unshown())

    def _until(self, kind: str, condition: Callable[[], bool]) -> None:
        """Wait, and judge at once where it was in vain, though nothing goes wrong."""
        kind = self._stage.kind = self._kind(kind)
        watch = Stopwatch()
        came = until(self._stage, lambda: condition() or None, self._stage.within(None), _in_vain)
        if self._failure_of(lambda: exhaust(came)) is None:
            self._patience.came(watch)
        else:
            self._patience.in_vain(kind)
            if kind != IN_TROUBLE:
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
