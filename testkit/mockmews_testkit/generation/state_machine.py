"""ConversationMachine: Hypothesis plays guests, front desk, webhooks and accidents against an app."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.control import current_build_context
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    precondition,
    rule,
)

from mockmews import ControlError
from mockmews_testkit import durations
from mockmews_testkit.bench import Fake
from mockmews_testkit.durations import TICKS_PER_SECOND
from mockmews_testkit.errors import Failure
from mockmews_testkit.generation.patience import Patience
from mockmews_testkit.generation.playing import BrokenError, Conversation
from mockmews_testkit.generation.shared_fake import shared_fake
from mockmews_testkit.generation.simplest import Plot
from mockmews_testkit.generation.telling import tell
from mockmews_testkit.generation.texts import GUEST_LINES, HOTEL_LINES, message_texts
from mockmews_testkit.integration.connection import Connection
from mockmews_testkit.integration.own_app import OwnApp
from mockmews_testkit.replay.plays import PAYLOADS
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.document import Guest
from mockmews_testkit.scenario.faults import Fault

FAILURES = Path(".mockmews/failures")
FAILURES_VARIABLE = "MOCKMEWS_SAVE_FAILURES"

_DROP = Fault(webhook="MessageAdded", drop=True, times=1)
_ADVANCES = (1, 5, 60)
_MOST_ADVANCED = 120
_BEHIND = 5
_SLOW = 30 * TICKS_PER_SECOND // 1000
_LONGEST_BURST = 120
_STEPS = 15
_OPENINGS = ("one writes", "one writes", "two write", "nobody writes")
_ENDINGS = ("nothing", "deliver", "deliver again")

_GUESTS = st.sampled_from([0, 0, 0, 1, 1, 2])  # a bug needs one guest more often than three
_TEXTS = st.none() | message_texts()


class ConversationMachine(RuleBasedStateMachine):
    """Subclass it and give `make_app(mews)`; `TestMine = Mine.TestCase` is then a test.

    `make_app` returns an app with empty memory, as an object with `say(guest, text)` and `shown(guest)`, and
    optionally `restart()` and `close()`; it has called `mews.webhook_to(url)`. The class attributes may be
    set: `guests` are the names of those who write, `payloads` what webhooks carry, `faults` what may go wrong
    (faults as the control API takes them, without `times`), `within` the seconds that the app may take,
    `quiet_for` how long nothing may happen before the end is judged, `meanwhile` whether `say` may be
    called from other threads, `failures` where stories are saved, `fake` one of your own.
    """

    guests: ClassVar[Sequence[str]] = ("Penelope", "Max", "Ada")
    payloads: ClassVar[Sequence[str]] = PAYLOADS
    faults: ClassVar[Sequence[Mapping[str, Any]]] = (
        {"operation": "messages/add", "status": 429},
        {"operation": "messages/add", "lose_response": "reset"},
        {"operation": "messages/getAll", "status": 429},
        {"operation": "messageThreads/add", "status": 429},
        {"operation": "messages/add", "status": 500},
        {"operation": "messages/add", "reset": True},
        {"operation": "messageThreads/add", "lose_response": "reset"},
        {"operation": "messages/getAll", "status": 500},
    )
    within: ClassVar[float] = 5.0
    quiet_for: ClassVar[str] = "50ms"
    meanwhile: ClassVar[bool] = True
    failures: ClassVar[str | Path | None] = None
    fake: ClassVar[Fake | None] = None

    held = Bundle("held")
    told = Bundle("told")
    own = Bundle("own")

    _patience: ClassVar[Patience]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._patience = Patience(cls.within)
        # The story is made simple line by line (generation.simplest), which takes a tenth of the plays.
        phases = [each for each in profile().phases if each not in (Phase.shrink, Phase.explain)]
        cls.TestCase.settings = profile(
            deadline=None,
            stateful_step_count=_STEPS,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=[*HealthCheck],
        )

    def __init__(self) -> None:
        super().__init__()
        self._talk: Conversation | None = None
        self._writers: list[Guest] = []
        self._waiting: list[str] = []
        self._sent: list[str] = []
        self._ending = ""
        self._lines = 0
        self._replies = 0
        self._last_replies: dict[str, str] = {}
        self._advanced = 0
        self._can_restart = False

    def make_app(self, mews: Connection) -> Any:
        """Your app, new and connected."""
        raise NotImplementedError(f"{type(self).__name__} needs make_app(mews) that returns your app.")

    @initialize(
        target=held,
        payload=st.integers(0, 1),
        opening=st.sampled_from(_OPENINGS),
        replies=st.lists(st.booleans(), max_size=3),
        ending=st.sampled_from(_ENDINGS),
    )
    def begin(self, payload: int, opening: str, replies: list[bool], ending: str) -> MultipleResults[str]:
        """A fresh world and a fresh app, and how most conversations open: somebody writes, and is answered.

        Each of the `replies` says whether it says the last thing again. The `ending` is what becomes of the
        webhooks that wait in the end: nothing, or they go out in order, or in reverse order and then again.
        """
        self._ending = ending
        if self._is_final:
            self._patience.forget()
        self._talk = self._conversation(self.payloads[payload % len(self.payloads)])
        first, *others = self._cast
        if opening == "two write" and others and self.meanwhile:
            self._write_meanwhile(first, others[0], "messageThreads/add")
        elif opening != "nobody writes":
            self._write(first, None)
        answered = replies if self._writers else []
        return multiple(*(self._reply(first, None, again=again) for again in answered))

    def _conversation(self, payload: str) -> Conversation:
        def make(mews: Connection) -> Any:
            made = self.make_app(mews)
            self._can_restart = callable(getattr(made, "restart", None))
            return made

        name = type(self).__name__
        return Conversation(
            type(self).fake or shared_fake(),
            OwnApp.made_by(make, name=name, within=round(self.within * TICKS_PER_SECOND)),
            guests=self._cast,
            world={
                "webhooks": "held",
                "payload": payload,
                "seed": 0,
                "clock": {"rate": 0, "behind": f"{_BEHIND + _MOST_ADVANCED}s"},
            },
            patience=self._patience,
        )

    # Rules

    @rule(target=own, guest=_GUESTS, text=_TEXTS)
    def write(self, guest: int, text: str | None) -> str:
        """A guest writes."""
        return self._write(self._cast[guest % len(self._cast)], text)

    @precondition(lambda self: self.meanwhile and len(self.guests) > 1)
    @rule(
        target=own, first=_GUESTS, other=_GUESTS, slow=st.sampled_from(["messageThreads/add", "messages/add"])
    )
    def write_meanwhile(self, first: int, other: int, slow: str) -> MultipleResults[str]:
        """Two guests write at the same time, while Mews takes a moment for the first."""
        cast = self._cast
        one = cast[first % len(cast)]
        two = cast[(first + 1 + other % (len(cast) - 1)) % len(cast)]
        return multiple(*self._write_meanwhile(one, two, slow))

    @precondition(lambda self: self._writers)
    @rule(target=held, guest=_GUESTS, text=_TEXTS, again=st.booleans())
    def reply(self, guest: int, text: str | None, again: bool) -> str:  # noqa: FBT001 - Hypothesis gives it
        """The front desk replies to a guest who wrote, or says the last thing `again`. The webhook waits."""
        who = self._writers[guest % len(self._writers)]
        return self._reply(who, text, again=again)

    @precondition(lambda self: self._writers)
    @rule(target=held, guest=_GUESTS)
    def reply_at_length(self, guest: int) -> str:
        """The front desk writes more than the app reads at a time; the app is told of the first alone."""
        who = self._writers[guest % len(self._writers)]
        first, *rest = [self._reply(who, None, again=False) for _ in range(self._burst)]
        self._waiting = [each for each in self._waiting if each not in rest]
        return first

    @rule(target=told, reply=consumes(held))
    def deliver(self, reply: str) -> str:
        """The webhook of a reply goes out."""
        self._send(reply)
        return reply

    @rule(target=told, first=consumes(held), second=consumes(held))
    def deliver_together(self, first: str, second: str) -> MultipleResults[str]:
        """The webhooks of two replies go out in one body."""
        self._send(first, second)
        return multiple(first, second)

    @rule(target=told, line=consumes(own))
    def deliver_own(self, line: str) -> str:
        """Mews tells the app of what the app added itself."""
        self._send(line)
        return line

    @rule(line=told)
    def deliver_again(self, line: str) -> None:
        """A webhook comes once more."""
        self._send(line)

    @rule(reply=consumes(held))
    def drop(self, reply: str) -> None:
        """A webhook gets lost."""
        self._waiting = [each for each in self._waiting if each != reply]
        if self._playing.knows(reply):
            self._playing.play(doc.SetFault(fault=_DROP))
            self._playing.play(doc.Deliver(bodies=((reply,),)))

    @precondition(lambda self: self.faults)
    @rule(fault=st.integers(0, 15), times=st.integers(1, 2))
    def fail(self, fault: int, times: int) -> None:
        """Mews fails for the next calls of an operation."""
        given = dict(self.faults[fault % len(self.faults)])
        for name in ("delay", "retry_after", "after", "until", "early"):
            if isinstance(given.get(name), str):
                given[name] = durations.parse(given[name])
        self._playing.play(doc.SetFault(fault=Fault(**{"times": times, **given})))

    @precondition(lambda self: self._advanced < _MOST_ADVANCED)
    @rule(seconds=st.sampled_from(_ADVANCES))
    def advance(self, seconds: int) -> None:
        """The hotel's clock goes on."""
        seconds = min(seconds, _MOST_ADVANCED - self._advanced)
        self._advanced += seconds
        self._playing.play(doc.Advance(duration=seconds * TICKS_PER_SECOND))

    @precondition(lambda self: self._can_restart)
    @rule()
    def restart(self) -> None:
        """The app goes down and comes up again."""
        self._playing.play(doc.RestartApp())

    def teardown(self) -> None:
        """What is still held may be delivered, and the whole conversation is judged."""
        talk = self._talk
        if talk is None:
            return
        found = sys.exception()
        try:
            if found is None:
                self._deliver_the_rest(talk)
                talk.finish(quiet_for=self.quiet_for)
        except BrokenError as error:
            found = error
            raise
        finally:
            talk.close()
            if isinstance(found, BrokenError) and self._is_final:
                tell(
                    found,
                    machine=type(self),
                    folder=Path(self.failures or os.environ.get(FAILURES_VARIABLE) or FAILURES),
                    guests=self._cast,
                    world=talk.world,
                    played=self._played,
                    forget=self._patience.forget,
                )

    def _deliver_the_rest(self, talk: Conversation) -> None:
        if self._ending == "nothing":
            return
        again = self._ending == "deliver again"
        for reply in self._waiting[:: -1 if again else 1]:
            self._send(reply)
        for reply in self._sent if again else ():
            talk.play(doc.Deliver(bodies=((reply,),)))

    # What they share

    @property
    def _cast(self) -> tuple[Guest, ...]:
        keys = [
            name if name not in self.guests[:n] else f"{name} {n + 1}" for n, name in enumerate(self.guests)
        ]
        return tuple(Guest(key, name) for key, name in zip(keys, self.guests, strict=True))

    @property
    def _playing(self) -> Conversation:
        assert self._talk is not None, "begin has run"
        return self._talk

    @property
    def _is_final(self) -> bool:
        return bool(getattr(current_build_context(), "is_final", False))

    @property
    def _burst(self) -> int:
        """One more than the app reads at a time; 1 where nobody knows, or where it is very much."""
        size = self._playing.page_size() or 0
        return size + 1 if size < _LONGEST_BURST else 1

    def _next_line(self, who: Guest, text: str | None) -> doc.GuestWrites:
        """A guest's next line: with a given text, or with one that nobody said yet."""
        place, self._lines = self._lines, self._lines + 1
        if who not in self._writers:
            self._writers.append(who)
        stock = GUEST_LINES[place] if place < len(GUEST_LINES) else f"Question {place + 1}"
        return doc.GuestWrites(text=stock if text is None else text, by=who.key, named=f"line {place + 1}")

    def _write(self, who: Guest, text: str | None) -> str:
        line = self._next_line(who, text)
        self._playing.play(line)
        return str(line.named)

    def _write_meanwhile(self, one: Guest, two: Guest, slow: str) -> tuple[str, str]:
        before, line = self._next_line(one, None), self._next_line(two, None)
        self._playing.play(doc.SetFault(fault=Fault(operation=slow, delay=_SLOW, times=1)))
        self._playing.play(replace(before, at_once=True))
        self._playing.play(line)
        return str(before.named), str(line.named)

    def _reply(self, who: Guest, text: str | None, *, again: bool) -> str:
        text = self._last_replies.get(who.key, text) if again else text
        place, self._replies = self._replies, self._replies + 1
        stock = HOTEL_LINES[place] if place < len(HOTEL_LINES) else f"Answer {place + 1}"
        said = self._last_replies[who.key] = stock if text is None else text
        name = f"reply {place + 1}"
        self._waiting.append(name)
        if self._playing.has_thread(who.key):
            self._playing.play(doc.HotelReplies(text=said, to=who.key, named=name))
        return name

    def _send(self, *names: str) -> None:
        """Deliver what there is. What is drawn must not depend on what the app does, which may be a race."""
        self._waiting = [each for each in self._waiting if each not in names]
        known = [each for each in names if self._playing.knows(each)]
        if known:
            self._playing.play(doc.Deliver(bodies=(tuple(known),)))
            self._sent += [each for each in known if each not in self._sent]

    def _played(self, plot: Plot) -> BrokenError | None:
        """What comes of a plot; None where it holds, or makes no sense."""
        with closing(self._conversation(plot.payload)) as talk:
            try:
                for step in plot.steps:
                    if not isinstance(step, doc.ClearFaults):  # the end clears them anyway
                        talk.play(step)
                talk.finish(quiet_for=self.quiet_for)
            except BrokenError as error:
                return error
            except (Failure, ControlError):
                return None
        return None
