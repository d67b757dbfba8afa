"""What faults do to webhooks that are about to leave.

Every POST of a webhook is looked at, the first one, retries and those sent by hand: `drop`, `delay`,
`duplicate` and `wrong_token` act on each of them, `noise`, `split`, `merge` and `reorder` only before the
body is fixed. `merge` and `reorder` hold a webhook back until others come, never longer than a bound on the
world's clock.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from mockmews import durations
from mockmews.engine.faults import Faults
from mockmews.engine.ledger import Ledger
from mockmews.engine.outbox import DELIVERY, Outbox
from mockmews.engine.transaction import Transaction
from mockmews.engine.worlds import Due, Group, LiveWorld, Schedule
from mockmews.instants import TICKS_PER_SECOND
from mockmews.model.faults import ANY, AS_USUAL, Fault, Leaving, SetFault
from mockmews.model.webhooks import Channel, DeliveryState, WebhookDelivery, WebhookEvent
from mockmews.store.rooms import Store
from mockmews.wire.webhook_tokens import has_token

_HELD_BACK = 5 * TICKS_PER_SECOND
_WAITING = (DeliveryState.HELD, DeliveryState.SCHEDULED)


class Sending(Struct, frozen=True):
    """One delivery that leaves now, and how."""

    delivery: WebhookDelivery
    leaving: Leaving = AS_USUAL


class WebhookFaults:
    """Asks a world's faults about each webhook."""

    def __init__(
        self, store: Store, ledger: Ledger, outbox: Outbox, faults: Faults, schedule: Schedule
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._outbox = outbox
        self._faults = faults
        self._schedule = schedule

    def leave(self, world: LiveWorld, delivery: WebhookDelivery) -> tuple[Sending, ...]:
        """What leaves now in the place of a delivery that is about to, in order; it may be nothing."""
        group = next((key for key, held in world.held_back.items() if delivery.sequence in held), None)
        if group is not None:
            return self._gathered(world, group, delivery)
        self._outbox.close(world, delivery)
        events = self._ledger.events(world, delivery.sequence)
        fresh = delivery.body is None and not delivery.held_back
        able = [
            each for each in world.faults if self._can_act(world, each.fault, delivery, events, fresh=fresh)
        ]
        joined = next((each for each in able if fresh and _group(each, delivery) in world.held_back), None)
        struck = self._struck(world, delivery, able, joined)
        if any(each.fault.drop for each in struck):
            return self._drop(world, delivery)
        leaving = AS_USUAL
        for each in struck:
            leaving = leaving.struck_by(each.fault)
        events = self._with_noise(world, delivery, events, struck)
        gatherer = joined or next((each for each in struck if _gathers(each.fault)), None)
        if gatherer is not None:
            return self._join(world, gatherer, delivery, leaving)
        size = next((each.fault.split for each in struck if each.fault.split), None)
        return self._split(world, delivery, events, size or len(events), leaving)

    def _can_act(
        self,
        world: LiveWorld,
        fault: Fault,
        delivery: WebhookDelivery,
        events: Sequence[WebhookEvent],
        *,
        fresh: bool,
    ) -> bool:
        """Whether the fault is about this webhook, and could do anything to it."""
        if fault.webhook is None or fault.early is not None or (fault.shapes and not fresh):
            return False
        if fault.webhook != ANY and all(event.discriminator != fault.webhook for event in events):
            return False
        return bool(
            fault.drop
            or fault.delay
            or fault.duplicate
            or fault.noise
            or fault.reorder
            or (fault.merge and len(events) < fault.merge)
            or (fault.split and len(events) > fault.split)
            or (fault.wrong_token and has_token(webhook_url(world, delivery), world.noun.webhook_token))
        )

    def _struck(
        self,
        world: LiveWorld,
        delivery: WebhookDelivery,
        able: Sequence[SetFault],
        joined: SetFault | None,
    ) -> list[SetFault]:
        """Those that strike this webhook; one of them at most gathers, and none while another does."""
        struck: list[SetFault] = []
        gathering = joined is not None
        for each, strikes in self._faults.count(world, able):
            fault = each.fault
            if not strikes or (_gathers(fault) and gathering):
                continue
            gathering = gathering or _gathers(fault)
            struck.append(
                self._faults.hit(
                    world, each, did=_told(fault), cause=delivery.cause, delivery=delivery.sequence
                )
            )
            if fault.drop:
                break
        return struck

    def _drop(self, world: LiveWorld, delivery: WebhookDelivery) -> tuple[Sending, ...]:
        """It never leaves; a person may still resend it."""
        if delivery.state in _WAITING:
            with Transaction(self._store, world):
                self._ledger.change(world, replace(delivery, state=DeliveryState.DISCARDED))
        return ()

    def _with_noise(
        self,
        world: LiveWorld,
        delivery: WebhookDelivery,
        events: list[WebhookEvent],
        struck: Sequence[SetFault],
    ) -> list[WebhookEvent]:
        """The events with foreign ones before them, in the same body, as Mews batches what is subscribed."""
        noise = [
            WebhookEvent(name, world.identifier(f"{each.id}.{each.hits}", number, world.clock.now()))
            for each in struck
            for number, name in enumerate(each.fault.noise)
        ]
        if noise:
            events = noise + events
            with Transaction(self._store, world):
                self._ledger.replace_events(world, delivery.sequence, events)
        return events

    def _join(
        self, world: LiveWorld, gatherer: SetFault, delivery: WebhookDelivery, leaving: Leaving
    ) -> tuple[Sending, ...]:
        """Hold the webhook back with its group, or let the group go where it is complete."""
        fault, group = gatherer.fault, _group(gatherer, delivery)
        held = world.held_back.setdefault(group, {})
        held[delivery.sequence] = leaving
        if fault.merge:
            complete = sum(len(self._ledger.events(world, each)) for each in held) >= fault.merge
        else:
            complete = len(held) >= (fault.reorder or 0)
        if complete:
            return self._gathered(world, group, delivery)
        # Others may be as late as the lag allows; what waits longer waits in vain.
        due = world.clock.now() + _HELD_BACK + world.settings.lag.high
        waits = replace(delivery, state=DeliveryState.SCHEDULED, due=due, held_back=True)
        with Transaction(self._store, world):
            self._ledger.change(world, waits)
        self._schedule(world, Due(due, delivery.sequence, DELIVERY))
        return ()

    def _gathered(self, world: LiveWorld, group: Group, delivery: WebhookDelivery) -> tuple[Sending, ...]:
        """A group is complete, or its time is over: its webhooks in reverse order, or all as this one."""
        held = world.held_back.pop(group)
        found = [self._ledger.delivery(world, sequence) for sequence in sorted(held)]
        members = [
            each for each in found if each is not None and each.state in _WAITING and each.body is None
        ]
        if not group[1]:
            return tuple(Sending(each, held[each.sequence]) for each in reversed(members))
        return self._merge(world, members, delivery, held)

    def _merge(
        self,
        world: LiveWorld,
        members: Sequence[WebhookDelivery],
        into: WebhookDelivery,
        held: dict[int, Leaving],
    ) -> tuple[Sending, ...]:
        leaving = AS_USUAL
        events: list[WebhookEvent] = []
        with Transaction(self._store, world):
            for each in members:
                events += self._ledger.events(world, each.sequence)
                leaving = leaving.and_also(held[each.sequence])
                if each.sequence != into.sequence:
                    self._ledger.change(world, replace(each, state=DeliveryState.CANCELLED))
                    world.journal.note("merged", cause=each.cause, delivery=each.sequence, into=into.sequence)
            self._ledger.replace_events(world, into.sequence, events)
        return (Sending(into, leaving),)

    def _split(
        self,
        world: LiveWorld,
        delivery: WebhookDelivery,
        events: Sequence[WebhookEvent],
        size: int,
        leaving: Leaving,
    ) -> tuple[Sending, ...]:
        """The webhook with its first events, then one more for each further `size` of them."""
        if len(events) <= size:
            return (Sending(delivery, leaving),)
        now = world.clock.now()
        parts = [delivery]
        with Transaction(self._store, world):
            self._ledger.replace_events(world, delivery.sequence, events[:size])
            for begin in range(size, len(events), size):
                sequence = world.next_sequence()
                identifier = world.identifier(DELIVERY, sequence, now)
                part = replace(delivery, sequence=sequence, id=identifier, created=now, held_back=True)
                self._ledger.open(world, part)
                self._ledger.replace_events(world, sequence, events[begin : begin + size])
                parts.append(part)
        return tuple(Sending(each, leaving) for each in parts)


def _gathers(fault: Fault) -> bool:
    return fault.merge is not None or fault.reorder is not None


def _group(fault: SetFault, delivery: WebhookDelivery) -> Group:
    """A body belongs to one enterprise; the order of webhooks to the whole world."""
    return fault.number, delivery.enterprise_id if fault.fault.merge else ""


def webhook_url(world: LiveWorld, delivery: WebhookDelivery) -> str:
    """Where the delivery goes, as it was given: `${webhook_token}` is not filled."""
    own = world.noun.integration_webhook_url if delivery.channel is Channel.INTEGRATION else None
    return own or world.webhook_url or ""


def _told(fault: Fault) -> str:
    """What a fault does to a webhook, in words."""
    told = {
        "drop": "the webhook is dropped",
        "delay": f"it leaves {durations.render(fault.delay or 0)} later",
        "duplicate": f"it is sent {fault.duplicate} times",
        "wrong_token": f"the token in its URL is {fault.wrong_token}",
        "noise": f"{', '.join(fault.noise)} stand before its events",
        "split": f"{fault.split} events a body",
        "merge": f"held back until {fault.merge} events go in one body",
        "reorder": f"held back, {fault.reorder} webhooks leave in reverse order",
    }
    return ", ".join(words for name, words in told.items() if getattr(fault, name))
