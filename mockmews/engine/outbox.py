"""The outbox: gathers events into webhook deliveries, in the transaction of what caused them.

contract.md 9: all events of one enterprise integration at the same time go into one POST, up to a bound
of the order of hundreds; further events go into a further POST. contract.md 12 row 21: one POST per
enterprise and integration. product.md 3: while webhooks are held every event is a delivery of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from mockmews.engine.ledger import Ledger
from mockmews.engine.worlds import Due, KnownDelivery, LiveWorld, Schedule
from mockmews.instants import Instant
from mockmews.model.messages import Message
from mockmews.model.webhooks import Channel, DeliveryState, WebhookDelivery, WebhookEvent

DELIVERY = "delivery"


class Outbox:
    """Opens deliveries and closes them."""

    def __init__(self, ledger: Ledger, schedule: Schedule) -> None:
        self._ledger = ledger
        self._schedule = schedule

    def gather(
        self,
        world: LiveWorld,
        enterprise_id: str,
        event: WebhookEvent,
        *,
        at: Instant,
        cause: int | None,
        message: Message | None = None,
        early: bool = False,
    ) -> int:
        """File an event with the open delivery of its enterprise, or open one; the delivery's sequence.

        `message` is what it tells of, if anything. An `early` one goes alone, and at once.
        """
        if early or world.settings.webhooks == "held":
            held = world.settings.webhooks == "held"
            state = DeliveryState.HELD if held else DeliveryState.SCHEDULED
            opened = self._open(world, enterprise_id, state, at, cause, at_once=early)
        else:
            found = world.open_deliveries.get(enterprise_id)
            if found is None or len(found.events) >= world.settings.batch_limit:
                found = self._open(world, enterprise_id, DeliveryState.SCHEDULED, at, cause)
                world.open_deliveries[enterprise_id] = found
            opened = found
        self._ledger.add_event(world, opened, event, message)
        sequence = opened.noun.sequence
        world.journal.note(
            "event",
            cause=cause,
            discriminator=event.discriminator,
            entity_id=event.entity_id,
            delivery=sequence,
        )
        return sequence

    def hold(
        self,
        world: LiveWorld,
        enterprise_id: str,
        events: Sequence[WebhookEvent],
        *,
        at: Instant,
        cause: int | None,
    ) -> int:
        """A held delivery of its own with all these events; its sequence."""
        opened = self._open(world, enterprise_id, DeliveryState.HELD, at, cause)
        for event in events:
            self._ledger.add_event(world, opened, event)
        return opened.noun.sequence

    def post(
        self,
        world: LiveWorld,
        enterprise_id: str,
        channel: Channel,
        body: bytes,
        *,
        at: Instant,
        cause: int | None,
    ) -> int:
        """A delivery with a body of its own, due at once; its sequence."""
        opened = self._open(
            world, enterprise_id, DeliveryState.SCHEDULED, at, cause, channel=channel, body=body
        )
        return opened.noun.sequence

    def close(self, world: LiveWorld, delivery: WebhookDelivery) -> None:
        """The delivery gathers nothing more: its first attempt begins."""
        found = world.open_deliveries.get(delivery.enterprise_id)
        if found is not None and found.noun.sequence == delivery.sequence:
            del world.open_deliveries[delivery.enterprise_id]

    def _open(
        self,
        world: LiveWorld,
        enterprise_id: str,
        state: DeliveryState,
        at: Instant,
        cause: int | None,
        *,
        channel: Channel = Channel.GENERAL,
        body: bytes | None = None,
        at_once: bool = False,
    ) -> KnownDelivery:
        sequence = world.next_sequence()
        lag = world.settings.lag.pick(world.chance("lag", sequence))
        due = at if at_once or channel is Channel.INTEGRATION else at + lag
        delivery = WebhookDelivery(
            sequence,
            world.identifier(DELIVERY, sequence, at),
            enterprise_id,
            world.noun.integration_of(enterprise_id).id,
            state,
            created=at,
            due=due,
            body=body,
            cause=cause,
            channel=channel,
        )
        if state is DeliveryState.SCHEDULED:
            self._schedule(world, Due(due, sequence, DELIVERY))
        return self._ledger.open(world, delivery)
