"""`mews`: the fake Mews as one test sees it, with its hotel, its clock, its faults and what it saw."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import replace
from typing import Any, Self

from mockmews import ControlError, ControlMethods, MockMewsServer
from mockmews_testkit.bench import Fake
from mockmews_testkit.durations import render
from mockmews_testkit.errors import Evidence, Failure, ScenarioError, UsageError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.reading.findings import Source, suggestion
from mockmews_testkit.scenario.document import ClearFaults, Scenario, SetFault
from mockmews_testkit.scenario.events import Event
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.scenario.steps import play
from mockmews_testkit.testing import hotel as desk
from mockmews_testkit.testing.clock import HotelClock
from mockmews_testkit.testing.conversation import Conversation, Wanted
from mockmews_testkit.testing.fault import MewsFault
from mockmews_testkit.testing.guest import MewsGuest
from mockmews_testkit.testing.hotel import Hotel, Reply
from mockmews_testkit.testing.nouns import Call, Delivery, Thread, call_of, delivery_of, thread_of
from mockmews_testkit.testing.verdict import verdict
from mockmews_testkit.testing.waiters import Within, here, in_a_thread, refuse_in_coroutine, ticks
from mockmews_testkit.testing.world import Turn, World
from mockmews_testkit.vocabulary import OPERATIONS

Json = dict[str, Any]

_USUAL_WAIT = 5.0


class Mews:
    """One test's fake Mews: a fresh integration, which is made when the test first needs it.

    `aio` has the same waiters for coroutines: `await mews.aio.settle()`.
    """

    def __init__(self, fake: Callable[[], Fake], wanted: Wanted, *, shared: World | None = None) -> None:
        self._fake = fake
        self._wanted = wanted
        self._shared = shared
        self._turn: Turn | None = None
        self._conversation: Conversation | None = None
        self._is_over = False
        self.hotel = Hotel(self._talk)
        self.clock = HotelClock(self._talk)
        self.aio = AioMews(self)

    @classmethod
    def on(cls, server: MockMewsServer, *, payload: str = "entities", **fields: Any) -> Self:
        """A fresh integration on a server of yours, where no fixture makes it: `with Mews.on(server) as mews:`.

        `fields` are those with which the control API makes an integration.
        """
        return cls(lambda: Fake.of(server), Wanted(name="a test", payload=payload, fields=fields))

    def uses(self, app: Any) -> Self:
        """Let this app be spoken to and heard: an object with `say` and `shown`, or app_file(path)."""
        self.world.seat(app)
        return self

    def check(self, level: str = "critical") -> None:
        """Judge what has happened so far, as the plugin does when a test has held. Raises Failure."""
        __tracebackhide__ = True
        failure = verdict(self._talk(), level, passed=True).failure
        if failure is not None:
            raise failure.with_traceback(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    # Addresses and tokens, for the app under test

    @property
    def url(self) -> str:
        """The platform address, to be used in the place of https://api.mews-demo.com."""
        return self.world.url

    @property
    def control_url(self) -> str:
        """The control API's address."""
        return self.world.control_url

    @property
    def control(self) -> ControlMethods:
        """The control API as Python; its calls take `integration_id`."""
        return self.world.control

    @property
    def integration_id(self) -> str:
        """The id of the integration."""
        return self.world.integration_id

    @property
    def client_token(self) -> str:
        """Names the application."""
        return self.world.client_token

    @property
    def access_token(self) -> str:
        """Connects the application to the hotel."""
        return self.world.access_token

    @property
    def webhook_token(self) -> str:
        """The secret in the webhook's URL."""
        return self.world.webhook_token

    @property
    def enterprise_id(self) -> str:
        """The hotel; the first of several."""
        return self.world.enterprise_id

    @property
    def sink_url(self) -> str:
        """An address where the app may POST what it shows its guests."""
        return self.world.sink_url

    @property
    def env(self) -> dict[str, str]:
        """Address and tokens as environment variables, as `mockmews exec` sets them."""
        return self.world.env

    @property
    def payload(self) -> str:
        """What webhook bodies carry: `entities` or `ids_only`."""
        return self._wanted.payload

    @property
    def seed(self) -> int:
        """What identifiers, delays and dice come from."""
        return self._talk().seed

    def webhook_to(self, url: str) -> None:
        """Where webhooks go; `${webhook_token}` in it is filled."""
        self.world.webhook_to(url)

    # What happened

    def calls(self, operation: str | None = None) -> list[Call]:
        """The app's requests so far, such as those of `messages/add`, in order. Raises UsageError.

        Without an operation all of them, also those that the fake does not know.
        """
        conversation = self._talk()
        _known(operation, "mews.calls()")
        conversation.stage.watch.look()
        found = conversation.stage.watch.of("request")
        return [call_of(each) for each in found if operation in (None, each.get("operation"))]

    @property
    def threads(self) -> list[Thread]:
        """The threads that were opened in this test, newest first."""
        return [thread_of(each) for each in self._talk().bench.threads()]

    @property
    def deliveries(self) -> list[Delivery]:
        """The webhooks so far, with their attempts, oldest first."""
        bench = self._talk().bench
        return [delivery_of(each) for each in bench.control.deliveries(bench.id)]

    @property
    def transcript(self) -> str:
        """The conversation so far, line by line."""
        conversation = self._talk()
        conversation.catch_up()
        return "\n".join(conversation.transcript())

    # What is done

    def guest(self, name: str = "Penelope") -> MewsGuest:
        """A guest of the app under test; the fixture `mews_guest` is one."""
        return MewsGuest(self._talk, name)

    def fault(self, **fields: Any) -> MewsFault:
        """Something goes wrong from now on: `mews.fault(operation="messages/add", status=429, times=2)`.

        The fields are those of a fault in scenario files. Raises UsageError where they are none.
        """
        __tracebackhide__ = True
        conversation, step = self._talk(), _fault_step(fields, here())
        conversation.catch_up()
        bench = conversation.bench

        def setting() -> Generator[Event, None, Json]:
            yield from ()
            try:
                return bench.control.add_fault(bench.id, step.fault.as_json())
            except ControlError as error:
                raise UsageError(f"This is no fault: {error}") from None

        made = conversation.perform(step, setting())
        return MewsFault(bench.control, bench.id, made["id"])

    def fail_next(
        self, operation: str = "any", *, status: int = 503, times: int = 1, **fields: Any
    ) -> MewsFault:
        """The next call of this operation fails: `mews.fail_next("messages/add", status=429)`."""
        does = {} if _EFFECTS & set(fields) else {"status": status}
        return self.fault(operation=operation, times=times, **does, **fields)

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        conversation = self._talk()
        step = ClearFaults(source=here())
        conversation.perform(step, play(conversation.stage, step))

    def deliver(self, *replies: Reply | Sequence[Reply]) -> None:
        """Sends the webhooks of replies in this order; those of an inner list go in one body."""
        __tracebackhide__ = True
        refuse_in_coroutine("mews.deliver()", "mews.aio.deliver(...)")
        self._deliver(replies, here())

    def settle(self, within: Within = None) -> None:
        """Waits until nothing moves: no call in flight, no webhook due, nothing new for 150 ms.

        Raises Failure naming what still moves after 10 s, or `within`.
        """
        __tracebackhide__ = True
        refuse_in_coroutine("mews.settle()", "mews.aio.settle()")
        self._settle(within, here())

    def wait_for(
        self, operation: str | None = None, *, count: int = 1, within: Within = None, **match: Any
    ) -> list[Call]:
        """Waits until there were so many calls like this, and returns them; those so far count.

        `match` takes what the control API's wait does, such as `status=200`. Raises Failure.
        """
        __tracebackhide__ = True
        refuse_in_coroutine("mews.wait_for()", "mews.aio.wait_for(...)")
        return self._wait_for(operation, count, within, match, here())

    # How it is made, and ends

    @property
    def world(self) -> World:
        """The integration; made at the first use."""
        if self._is_over:
            raise UsageError(
                f"This mews belonged to {self._wanted.name or 'a test'}, which is over. Ask for the fixture mews in "
                "the test that uses it, and for mews_world where an app lives longer than one test."
            )
        if self._turn is None:
            self._begin(self._shared)
        assert self._turn is not None
        return self._turn.world

    def play(self, scenario: Scenario) -> Conversation:
        """Let this test be a scenario. Raises UsageError where something was said already."""
        world = self.world
        if self._conversation is not None and self._conversation.steps:
            raise UsageError("This test has begun already; a scenario is a test of its own.")
        self._conversation = Conversation(world.bench, self._wanted, scenario)
        return self._conversation

    def stand_on(self, world: World) -> None:
        """Use a world that stands longer than this test. Raises UsageError where it has one already."""
        if self._turn is not None and self._turn.world is not world:
            raise UsageError(
                "The app of mews-app.yaml is shared by all tests (world: shared), but this test used its mews "
                "before the app was there. Ask for mews_app first."
            )
        if self._turn is None:
            self._begin(world)

    def begin_with(self, app_file: AppFile) -> None:
        """A world of the test's own, with an app whose file names tokens that it has already."""
        world = World(self._fake(), payload=self.payload, fields=self._wanted.fields, app_file=app_file)
        self._turn = Turn(world, payload=self.payload, fields=self._wanted.fields, shared=False)

    @property
    def conversation(self) -> Conversation | None:
        """What was said and seen; None where the test never used its world."""
        return self._talk() if self._turn is not None and not self._is_over else None

    def end(self) -> str | None:
        """The test is over. Returns the integration that stays behind, refusing every call, if one does."""
        turn, self._turn = self._turn, None
        self._is_over = True
        if turn is None:
            return None
        turn.end()
        return turn.world.integration_id if turn.retires else None

    def __repr__(self) -> str:
        return f"<mews of {self._wanted.name or 'a test'}>"

    def _begin(self, shared: World | None) -> None:
        world = shared or World(self._fake(), payload=self.payload, fields=self._wanted.fields)
        self._turn = Turn(world, payload=self.payload, fields=self._wanted.fields, shared=shared is not None)

    def _talk(self) -> Conversation:
        world = self.world
        if self._conversation is None:
            self._conversation = Conversation(world.bench, self._wanted)
        return self._conversation

    def _settle(self, within: Within, source: Source) -> None:
        __tracebackhide__ = True
        conversation = self._talk()
        given = None if within is None else render(ticks(within))
        problem = None
        try:
            conversation.stage.settle(given)
        except ControlError as error:
            problem = error.message
        conversation.catch_up()
        if problem is not None:
            raise Failure(problem, source=str(source), evidence=list(conversation.evidence()))

    def _deliver(self, replies: Sequence[Reply | Sequence[Reply]], source: Source) -> None:
        __tracebackhide__ = True
        bodies = [[each] if isinstance(each, Reply) else list(each) for each in replies]
        desk.deliver(self._talk(), bodies, source)

    def _wait_for(
        self, operation: str | None, count: int, within: Within, match: Json, source: Source
    ) -> list[Call]:
        __tracebackhide__ = True
        conversation = self._talk()
        _known(operation, "mews.wait_for()")
        bench = conversation.bench
        wanted = {"kind": "request", **({"operation": operation} if operation else {}), **match}
        timeout = render(ticks(_USUAL_WAIT if within is None else within))
        try:
            found = bench.control.wait(
                bench.id, wanted, count=count, since=conversation.stage.watch.since, timeout=timeout
            )
        except ControlError as error:
            if error.status != _NOT_SEEN:
                raise UsageError(f"wait_for: {error}") from None
            conversation.catch_up()
            near = Evidence("Near misses", error.hint.removeprefix("Near misses: "))
            raise Failure(
                error.message, source=str(source), evidence=[near, *conversation.evidence()]
            ) from None
        return [call_of(each) for each in found]


class AioMews:
    """What takes time, for coroutines."""

    def __init__(self, mews: Mews) -> None:
        self._mews = mews
        self.hotel = mews.hotel.aio
        self.clock = mews.clock.aio

    def settle(self, within: Within = None) -> Coroutine[Any, Any, None]:
        """See Mews.settle."""
        return in_a_thread(self._mews._settle, within, here())  # noqa: SLF001 - its other half

    def deliver(self, *replies: Reply | Sequence[Reply]) -> Coroutine[Any, Any, None]:
        """See Mews.deliver."""
        return in_a_thread(self._mews._deliver, replies, here())  # noqa: SLF001 - its other half

    def wait_for(
        self, operation: str | None = None, *, count: int = 1, within: Within = None, **match: Any
    ) -> Coroutine[Any, Any, list[Call]]:
        """See Mews.wait_for."""
        return in_a_thread(self._mews._wait_for, operation, count, within, match, here())  # noqa: SLF001 - its other half


_NOT_SEEN = 408
_EFFECTS = frozenset({"delay", "reset", "truncate", "not_json", "unknown_field", "lose_response"})


def _known(operation: str | None, asked_by: str) -> None:
    """A misspelled operation would never be found, and a test that wants none of it would hold. Raises UsageError."""
    if operation is not None and operation not in OPERATIONS:
        raise UsageError(
            f"{asked_by}: there is no operation {operation!r}. {suggestion(str(operation), OPERATIONS)}"
        )


def _fault_step(fields: Json, source: Source) -> SetFault:
    """A fault as a scenario's step, read as one. Raises UsageError, with what is wrong and the nearest name."""
    text = f'scenario: "a fault"\nsteps:\n  - guest: "Hi!"\n  - fault: {json.dumps(fields, default=str)}\n'
    try:
        step = load_text(text, "mews.fault")[0].steps[1]
    except ScenarioError as error:
        raise UsageError(f"mews.fault(): {error.problem}. {error.advice}") from None
    assert isinstance(step, SetFault)
    return replace(step, source=source)
