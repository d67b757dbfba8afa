"""Live worlds: what the server holds in memory of each world, and where to find it by its tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from mockmews.clock import Clock, ClockState, TimeSource
from mockmews.engine.journal import Journal
from mockmews.engine.rate_limits import RateWindow
from mockmews.engine.reactions import Reactions
from mockmews.errors import ControlError
from mockmews.instants import Instant, truncate
from mockmews.model import identifiers
from mockmews.model.faults import Fault, Leaving, SetFault
from mockmews.model.integrations import ClockStart, Enterprise, Integration, World
from mockmews.model.messages import Message, MessageThread
from mockmews.model.opening_hours import OpeningHours
from mockmews.model.replies import OwnResponder, ReplyRule
from mockmews.model.sinks import SinkAnswer
from mockmews.model.webhooks import WebhookDelivery, WebhookEvent
from mockmews.setting_kinds import RateLimit
from mockmews.settings import Settings
from mockmews.wire.journal import mask_tokens
from mockmews.wire.opening_hours import read_opening_hours
from mockmews.wire.reply_rules import read_rules
from mockmews.wire.responses import Shape

_MOST_KNOWN_THREADS = 1000


class Due(Struct, frozen=True, order=True):
    """Something that happens at an instant: work of a `kind` on the row of this sequence."""

    at: Instant
    sequence: int
    kind: str


class Defaults(Struct, frozen=True):
    """What the server gives every world that has no wish of its own.

    What begins with `demo_` is for the demo worlds; a world that is made has a silent front desk. `asked`
    names the settings that the user gave, even where they equal the default.
    """

    settings: Settings
    webhook_url: str | None = None
    demo_rules: tuple[dict[str, Any], ...] = ()
    demo_seed: int | None = None
    demo_clock: ClockStart = field(default_factory=ClockStart)
    demo_responder: OwnResponder | None = None
    demo_faults: tuple[Fault, ...] | None = None
    asked: frozenset[str] = frozenset()


class Hours(Struct, frozen=True):
    """When the staff of an enterprise answer: its shifts (None: always) in its IANA time zone."""

    shifts: OpeningHours | None
    time_zone: str


class KnownDelivery(Struct, eq=False):
    """A delivery in memory: as it is now, and what it carries.

    `messages` are those of its events that are at hand, by id, and `text` the length of them all. `posts`
    counts its attempts, whatever caused them; `users` are those under way.
    """

    noun: WebhookDelivery
    events: list[WebhookEvent] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    text: int = 0
    posts: int = 0
    users: int = 0


Group = tuple[int, str]
"""Webhooks that one fault holds back together: its number, and their enterprise where it merges them."""


class LiveWorld:
    """One world at work: its noun, its clock and journal, and what is under way.

    `sequence` counts everything that is stored, and is the counter of its identifiers; None until it is
    read from the store. `known_deliveries` are those under way, by sequence; `open_deliveries` still gather
    events, by enterprise; `first_attempts` wait for their turn, in order, each with what fell due for it
    meanwhile. `known_threads` are those of late as the store has them, by id: nearly every call names one.
    `heap` holds what falls due.
    `held_back` are the webhooks that faults hold back, by sequence, and how each leaves; `waiting_answers`
    are resolved to end requests whose answers faults delay. `reactions` are those of the app, from when
    somebody first waited for the world to settle. `responder` is the user's own function that
    answers in place of the rules; it belongs to this run of the server and is never stored.
    """

    __slots__ = (
        "_rules",
        "advancing",
        "clock",
        "faults",
        "first_attempts",
        "heap",
        "held_back",
        "hours",
        "in_flight",
        "journal",
        "known_deliveries",
        "known_threads",
        "last_fault",
        "noun",
        "open_deliveries",
        "rate_limit",
        "reactions",
        "responder",
        "seed",
        "sequence",
        "settings",
        "shape",
        "sink_answer",
        "tasks",
        "timer",
        "waiting_answers",
        "webhook_url",
        "windows",
    )  # fmt: skip

    def __init__(self, noun: World, defaults: Defaults, source: TimeSource) -> None:
        # The machine's clock may have been put back since: then no time has passed.
        since = min(noun.clock_real, source.real())
        self.clock = Clock(source, ClockState(noun.clock_rate, noun.clock_shown, since))
        self.seed = identifiers.seed_bytes(noun.seed)
        self.sequence: int | None = None
        self.windows: dict[str, RateWindow] = {}
        self.open_deliveries: dict[str, KnownDelivery] = {}
        self.known_deliveries: dict[int, KnownDelivery] = {}
        self.known_threads: dict[str, MessageThread] = {}
        self.heap: list[Due] = []
        self.timer: asyncio.Handle | None = None
        self.first_attempts: dict[int, Due | None] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.in_flight = 0
        self.advancing = False
        self.faults: tuple[SetFault, ...] = ()
        self.last_fault = 0
        self.held_back: dict[Group, dict[int, Leaving]] = {}
        self.waiting_answers: set[asyncio.Future[None]] = set()
        self.sink_answer = SinkAnswer()
        self.reactions: Reactions | None = None
        self.noun = noun
        self.settings = defaults.settings
        self.shape = Shape.of(defaults.settings)
        self.webhook_url: str | None = None
        self.rate_limit: RateLimit | None = None
        self._rules: tuple[ReplyRule, ...] | None = None
        self.responder: OwnResponder | None = None
        self.hours: dict[str, Hours] = {}
        self.adopt(noun, defaults)
        self.journal = Journal(self.clock, limit=self.settings.journal_limit, generation=noun.generation)

    def adopt(self, noun: World, defaults: Defaults) -> None:
        """Take over a changed noun."""
        self.noun = noun
        self.seed = identifiers.seed_bytes(noun.seed)
        self.settings = settings = defaults.settings.changed(noun.settings)
        self.shape = Shape.of(settings)
        self.webhook_url = noun.webhook_url or defaults.webhook_url
        self._rules = None
        self.hours = {each.id: _hours(noun, each) for each in noun.enterprises}
        # product.md 3: on a frozen or scaled clock the limit is off unless asked for.
        asked = "rate_limit" in (*noun.settings, *defaults.asked) or self.clock.rate == 1
        self.rate_limit = settings.rate_limit if asked else None

    @property
    def rules(self) -> tuple[ReplyRule, ...]:
        """The reply rules of the noun, read when a guest's message first needs them: patterns take long to compile."""
        if self._rules is None:
            self._rules = read_rules(self.noun.reply_rules, where="reply_rules")
        return self._rules

    def next_sequence(self) -> int:
        """The next place in this world's order; only inside a transaction."""
        assert self.sequence is not None, "sequences are handed out inside a transaction"
        self.sequence += 1
        return self.sequence

    def forget(self) -> None:
        """Drop what memory believes of the store, after a change was taken back."""
        self.sequence = None
        self.open_deliveries.clear()
        self.known_deliveries.clear()
        self.known_threads.clear()

    def know(self, thread: MessageThread) -> MessageThread:
        """Remember a thread as it was just read from the store or written to it; the oldest goes for it."""
        known = self.known_threads
        if len(known) >= _MOST_KNOWN_THREADS and thread.id not in known:
            del known[next(iter(known))]
        known[thread.id] = thread
        return thread

    def window(self, access_token: str) -> RateWindow:
        """The rate window of one AccessToken."""
        window = self.windows.get(access_token)
        if window is None:
            window = self.windows[access_token] = RateWindow()
        return window

    def chance(self, kind: str, number: int) -> float:
        """A number from 0 to below 1, drawn from the seed for the thing of this kind and number."""
        return identifiers.chance(self.seed, kind, number)

    def identifier(self, kind: str, number: int, at: Instant) -> str:
        """The id of the thing of this kind that has this number."""
        return identifiers.comb(self.seed, kind, number, at)

    def stamp(self, instant: Instant) -> Instant:
        """The instant as this world stores it (contract.md 13 row 35)."""
        return instant if self.settings.stored_precision == "ticks" else truncate(instant)

    def resting_clock(self) -> dict[str, Any]:
        """The noun's clock fields as they are now."""
        state = self.clock.state
        return {"clock_rate": state.rate, "clock_shown": state.shown, "clock_real": state.real}


Schedule = Callable[[LiveWorld, Due], None]
"""Files what falls due with the agenda."""


class Worlds:
    """Every live world, by key, by integration id and by token."""

    def __init__(self) -> None:
        self._by_key: dict[int, LiveWorld] = {}
        self._by_access_token: dict[str, tuple[LiveWorld, Integration]] = {}
        self._by_integration: dict[str, LiveWorld] = {}
        self._by_client_token: dict[str, LiveWorld] = {}
        self._watchers: list[Callable[[LiveWorld], None]] = []
        self.largest_body = 0

    def watch(self, watcher: Callable[[LiveWorld], None]) -> Callable[[], None]:
        """Hand every world to `watcher`, those that are made later too, each once; call the result to stop."""
        self._watchers.append(watcher)
        for world in self:
            watcher(world)
        return lambda: self._watchers.remove(watcher)

    def add(self, world: LiveWorld) -> None:
        noun = world.noun
        if noun.key not in self._by_key:
            for watcher in self._watchers:
                watcher(world)
        self._by_key[noun.key] = world
        self.largest_body = max(self.largest_body, world.settings.body_limit)
        self._by_client_token.setdefault(noun.client_token, world)
        for integration in noun.integrations:
            self._by_access_token[integration.access_token] = (world, integration)
            self._by_integration[integration.id] = world

    def remove(self, world: LiveWorld) -> None:
        noun = world.noun
        del self._by_key[noun.key]
        if self._by_client_token.get(noun.client_token) is world:
            del self._by_client_token[noun.client_token]
        for integration in noun.integrations:
            del self._by_access_token[integration.access_token]
            del self._by_integration[integration.id]

    def __iter__(self) -> Iterator[LiveWorld]:
        return iter(tuple(self._by_key.values()))

    def __len__(self) -> int:
        return len(self._by_key)

    def keyed(self, key: int) -> LiveWorld | None:
        return self._by_key.get(key)

    def by_access_token(self, token: str | None) -> tuple[LiveWorld, Integration] | None:
        return None if token is None else self._by_access_token.get(token)

    def by_integration(self, integration_id: str) -> LiveWorld | None:
        return self._by_integration.get(integration_id)

    def by_client_token(self, token: str | None) -> LiveWorld | None:
        """A world of the client application; the first one where it has several."""
        return None if token is None else self._by_client_token.get(token)

    def called(self, name: str) -> LiveWorld | None:
        """The oldest world of this name."""
        return next((world for world in self if world.noun.name == name), None)

    def known(self, identifier: str) -> LiveWorld | None:
        """The world of an integration id or an AccessToken."""
        found = self._by_integration.get(identifier.lower())
        if found is None:
            pair = self._by_access_token.get(identifier)
            found = pair and pair[0]
        return found

    def named(self, identifier: str) -> LiveWorld:
        """The world of an integration id or an AccessToken. Raises ControlError 404."""
        found = self.known(identifier)
        if found is None:
            raise ControlError(
                404, "unknown_integration", f"There is no integration {mask_tokens(identifier[:80])!r}.",
                "Use an integration_id or access_token from GET /_mockmews/v1/integrations.",
            )  # fmt: skip
        return found


def _hours(noun: World, enterprise: Enterprise) -> Hours:
    data = noun.opening_hours if enterprise.opening_hours is None else enterprise.opening_hours
    return Hours(read_opening_hours(data, where="opening_hours"), enterprise.time_zone or noun.time_zone)


def at_start(noun: World, real: Instant) -> World:
    """The world's noun with its clock at its start."""
    start = noun.clock
    shown = (real if start.at is None else start.at) - start.behind
    return replace(noun, clock_rate=start.rate, clock_shown=shown, clock_real=real)
