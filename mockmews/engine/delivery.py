"""Delivery: what a person or a test does with webhook deliveries (product.md 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from msgspec.structs import replace

from mockmews.engine.ledger import Ledger
from mockmews.engine.outbox import Outbox
from mockmews.engine.outgoing import Outgoing
from mockmews.engine.transaction import Transaction
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.model.webhooks import (
    AttemptCause,
    Channel,
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
    WebhookEvent,
)
from mockmews.store.rooms import Store


class Deliveries:
    """Shows deliveries, sends them at once or once more, and cancels them."""

    def __init__(self, store: Store, ledger: Ledger, outbox: Outbox, outgoing: Outgoing) -> None:
        self._store = store
        self._ledger = ledger
        self._outbox = outbox
        self._outgoing = outgoing

    def all(self, world: LiveWorld, *, state: DeliveryState | None = None) -> list[WebhookDelivery]:
        """Deliveries of a world, oldest first."""
        return self._ledger.deliveries(world, state=state)

    def page(
        self,
        world: LiveWorld,
        *,
        state: DeliveryState | None = None,
        before: WebhookDelivery | None = None,
        count: int,
    ) -> list[WebhookDelivery]:
        """The newest so many deliveries that are older than `before`; oldest first."""
        return self._ledger.deliveries(world, state=state, before=before, count=count)

    def counts(self, world: LiveWorld) -> dict[str, int]:
        """How many deliveries of a world are in each state."""
        return self._ledger.counts(world)

    def about(self, world: LiveWorld, entity_ids: Iterable[str]) -> list[WebhookDelivery]:
        """Every delivery that carries an event about one of these, oldest first."""
        found = (each for entity in entity_ids for each in self._ledger.about(world, entity))
        return [each for _, each in sorted({each.sequence: each for each in found}.items())]

    def find(self, world: LiveWorld, delivery_id: str) -> WebhookDelivery:
        """The delivery of an id, or the `latest`. Raises ControlError 404."""
        found = self._ledger.find(world, delivery_id)
        if found is None:
            raise ControlError(
                404, "unknown_delivery", f"There is no delivery {delivery_id[:60]!r} in this world.",
                "See GET deliveries; without a webhook_url nothing is ever delivered.",
            )  # fmt: skip
        return found

    def details(
        self, world: LiveWorld, delivery: WebhookDelivery
    ) -> tuple[list[WebhookEvent], list[DeliveryAttempt]]:
        """The events and the attempts of a delivery."""
        sequence = delivery.sequence
        return self._ledger.events(world, sequence), self._ledger.attempts(world, sequence)

    async def deliver(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        """Attempt a held or scheduled delivery now.

        Raises ControlError 409 where it has ended, is being attempted, or the world is reset meanwhile.
        """
        if delivery.state not in (DeliveryState.HELD, DeliveryState.SCHEDULED):
            raise ControlError(
                409, "ended", f"This delivery is {delivery.state}.", "Use resend to send it once more."
            )
        self._need_rest(world, delivery)
        return await self._answered(world, delivery, AttemptCause.DELIVER)

    async def resend(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        """Send it once more with the same body, whatever became of it.

        Raises ControlError 409 where the world is reset meanwhile.
        """
        return await self._answered(world, delivery, AttemptCause.RESEND)

    def hold(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        """Let a scheduled delivery wait until a person or a test delivers it.

        Raises ControlError 409 where it is not scheduled, or is being attempted.
        """
        if delivery.state is not DeliveryState.SCHEDULED:
            raise ControlError(
                409, "not_scheduled", f"This delivery is {delivery.state}; only scheduled ones can be held."
            )
        self._need_rest(world, delivery)
        self._outbox.close(world, delivery)
        held = replace(delivery, state=DeliveryState.HELD)
        with Transaction(self._store, world):
            self._ledger.change(world, held)
        world.journal.note("held", cause=delivery.cause, delivery=delivery.sequence, delivery_id=delivery.id)
        return held

    def is_under_way(self, world: LiveWorld, delivery: WebhookDelivery) -> bool:
        """Whether it is being attempted by the schedule or by `deliver`."""
        return self._outgoing.is_under_way(world, delivery)

    def _need_rest(self, world: LiveWorld, delivery: WebhookDelivery) -> None:
        if self.is_under_way(world, delivery):
            raise ControlError(
                409, "under_way", "This delivery is being attempted now.",
                "Wait for its attempt in the journal, or use resend.",
            )  # fmt: skip

    def cancel(
        self, world: LiveWorld, delivery: WebhookDelivery, *, why: str | None = None
    ) -> WebhookDelivery:
        """Never attempt it again. Raises ControlError 409 where it has ended."""
        if delivery.state not in (DeliveryState.HELD, DeliveryState.SCHEDULED):
            raise ControlError(409, "ended", f"This delivery is {delivery.state} already.")
        self._outbox.close(world, delivery)
        cancelled = replace(delivery, state=DeliveryState.CANCELLED)
        with Transaction(self._store, world):
            self._ledger.change(world, cancelled)
        world.journal.note(
            "cancelled", cause=delivery.cause, delivery=delivery.sequence, delivery_id=delivery.id, why=why
        )
        return cancelled

    def stop(self, world: LiveWorld, *, why: str) -> None:
        """Cancel the General Webhooks that are scheduled; those that a person holds stay."""
        scheduled = self.all(world, state=DeliveryState.SCHEDULED)
        for each in (each for each in scheduled if each.channel is Channel.GENERAL):
            self.cancel(world, each, why=why)

    async def _answered(
        self, world: LiveWorld, delivery: WebhookDelivery, cause: AttemptCause
    ) -> WebhookDelivery:
        """The delivery after an attempt that begins now. Raises ControlError 409 where that is aborted."""
        task = self._outgoing.send(world, delivery, cause)
        await asyncio.wait([task])
        if task.cancelled():
            raise ControlError(409, "aborted", "The world was reset or its server stopped meanwhile.")
        task.result()
        return self.find(world, delivery.id)
