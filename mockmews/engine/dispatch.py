"""Dispatch: webhooks that a person or a test asks for, beside those that arise by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from mockmews.engine.delivery import Deliveries
from mockmews.engine.ledger import Ledger
from mockmews.engine.outbox import Outbox
from mockmews.engine.transaction import Transaction
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.model.integrations import Enterprise
from mockmews.model.webhooks import Channel, DeliveryState, WebhookDelivery, WebhookEvent
from mockmews.store.rooms import Store
from mockmews.wire.webhooks import integration_body


class Dispatch:
    """Delivers messages by their ids, alone or several in one body, and sends any other webhook."""

    def __init__(self, store: Store, ledger: Ledger, outbox: Outbox, deliveries: Deliveries) -> None:
        self._store = store
        self._ledger = ledger
        self._outbox = outbox
        self._deliveries = deliveries

    async def deliver(
        self, world: LiveWorld, message_ids: Sequence[str], *, times: int = 1
    ) -> list[WebhookDelivery]:
        """Send the webhook of these messages, `times` times; several messages go in one body.

        What was never sent is delivered, what was is sent again. Raises ControlError 404 where a message
        raised no event, 409 where the messages belong to different enterprises.
        """
        found = [self._of_message(world, each) for each in message_ids]
        delivery = found[0] if len(found) == 1 else self._merge(world, found, message_ids)
        sent = []
        for _ in range(times):
            send = self._deliveries.deliver if self._waits(world, delivery) else self._deliveries.resend
            delivery = await send(world, delivery)
            sent.append(delivery)
        return sent

    def send_event(
        self, world: LiveWorld, discriminator: str, entity_id: str | None, enterprise_id: str | None
    ) -> WebhookDelivery:
        """File an event of any discriminator, as if something else had happened in the hotel."""
        self._need_url(world.webhook_url)
        if not world.noun.enabled:
            raise ControlError(
                409, "disabled", "The integration is disabled, so it gets no webhooks.",
                "Enable it first: enabled: true, or the action IntegrationEnabled.",
            )  # fmt: skip
        enterprise = self._enterprise(world, enterprise_id)
        now = world.clock.now()
        cause = world.journal.note("hotel", discriminator=discriminator)
        with Transaction(self._store, world):
            entity = entity_id or world.identifier("entity", world.next_sequence(), now)
            event = WebhookEvent(discriminator, entity)
            sequence = self._outbox.gather(world, enterprise.id, event, at=now, cause=cause)
        return self._known(world, sequence)

    def send_integration_webhook(self, world: LiveWorld, action: str) -> WebhookDelivery:
        """Send an Integration Webhook (contract.md 9): one action in one POST, at once."""
        now = world.clock.now()
        integration = world.noun.integrations[0]
        enterprise = world.noun.enterprises[0]
        cause = world.journal.note("hotel", action=action)
        body = integration_body(action, world.noun, integration, enterprise, now)
        with Transaction(self._store, world):
            sequence = self._outbox.post(world, enterprise.id, Channel.INTEGRATION, body, at=now, cause=cause)
        return self._known(world, sequence)

    def _waits(self, world: LiveWorld, delivery: WebhookDelivery) -> bool:
        """Whether it was never sent. One that is on its way to the app was."""
        waiting = delivery.state in (DeliveryState.HELD, DeliveryState.SCHEDULED)
        return waiting and not delivery.attempts and not self._deliveries.is_under_way(world, delivery)

    def _merge(
        self, world: LiveWorld, found: Sequence[WebhookDelivery], message_ids: Sequence[str]
    ) -> WebhookDelivery:
        enterprises = {each.enterprise_id for each in found}
        if len(enterprises) > 1:
            raise ControlError(
                409, "several_enterprises", "These messages belong to different enterprises.",
                "Mews sends one POST for each enterprise; deliver them one by one.",
            )  # fmt: skip
        first = found[0]
        events = [
            event
            for delivery, message_id in zip(found, message_ids, strict=True)
            for event in self._ledger.events(world, delivery.sequence)
            if event.entity_id == message_id.lower()
        ]
        now = world.clock.now()
        with Transaction(self._store, world):
            sequence = self._outbox.hold(world, first.enterprise_id, events, at=now, cause=first.cause)
            for each in found:
                if each.state is DeliveryState.HELD:
                    self._ledger.change(world, replace(each, state=DeliveryState.CANCELLED))
                    world.journal.note("merged", cause=each.cause, delivery=each.sequence, into=sequence)
        return self._known(world, sequence)

    def _of_message(self, world: LiveWorld, message_id: str) -> WebhookDelivery:
        found = self._ledger.about(world, message_id.lower())
        if not found:
            raise ControlError(
                404, "no_webhook", f"Message {message_id[:60]} raised no webhook event.",
                "It does where the integration is enabled, has a webhook_url and subscribes MessageAdded.",
            )  # fmt: skip
        # The message's own delivery, not one that a test merged it into.
        return min(found, key=lambda each: len(self._ledger.events(world, each.sequence)))

    def _enterprise(self, world: LiveWorld, enterprise_id: str | None) -> Enterprise:
        for each in world.noun.enterprises:
            if enterprise_id is None or each.id == enterprise_id.lower():
                return each
        raise ControlError(
            404, "unknown_enterprise", f"There is no enterprise {str(enterprise_id)[:60]} here."
        )

    def need_integration_webhook_url(self, world: LiveWorld) -> None:
        """Raises ControlError 409 where an Integration Webhook has nowhere to go."""
        self._need_url(world.noun.integration_webhook_url or world.webhook_url)

    def _need_url(self, url: str | None) -> None:
        if url is None:
            raise ControlError(
                409, "no_webhook_url", "This integration has no webhook URL.", "Set webhook_url first."
            )

    def _known(self, world: LiveWorld, sequence: int) -> WebhookDelivery:
        delivery = self._ledger.delivery(world, sequence)
        assert delivery is not None, "it was stored in the same breath"
        return delivery
