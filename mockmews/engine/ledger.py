"""The ledger: webhook deliveries as the store has them, kept in memory as long as they are under way.

A delivery is opened with what caused it, attempted soon after, and seldom looked at again. So what is known
of it stays in memory until its first attempt has ended, and no row is read back to send it. Its body is
written with that attempt: a killed server makes the same one again from the same events.
"""

from __future__ import annotations

from collections.abc import Sequence

from mockmews.engine.worlds import KnownDelivery, LiveWorld
from mockmews.model.messages import Message
from mockmews.model.webhooks import (
    ENDED,
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
    WebhookEvent,
)
from mockmews.store.rooms import Store

_MOST_KNOWN = 256  # deliveries of one world that wait for their first attempt
_MOST_TEXT = 64 * 1024  # characters of one delivery's messages; longer ones are read from the store


class Ledger:
    """Every change of a delivery goes through it; changes belong into a transaction of the caller's."""

    def __init__(self, store: Store) -> None:
        self._rows = store.webhooks
        self._messages = store.messages

    # Opening

    def open(self, world: LiveWorld, delivery: WebhookDelivery) -> KnownDelivery:
        """File a new delivery, which carries nothing yet."""
        self._rows.insert(world.noun.key, delivery)
        known = KnownDelivery(delivery)
        if len(world.known_deliveries) < _MOST_KNOWN:
            world.known_deliveries[delivery.sequence] = known
        return known

    def add_event(
        self, world: LiveWorld, known: KnownDelivery, event: WebhookEvent, message: Message | None = None
    ) -> None:
        """One more event for a delivery; `message` is what it tells of, where that is at hand."""
        self._rows.add_event(world.noun.key, known.noun.sequence, len(known.events), event)
        known.events.append(event)
        if message is not None and known.text + len(message.text) <= _MOST_TEXT:
            known.text += len(message.text)
            known.messages[message.id] = message

    def replace_events(self, world: LiveWorld, sequence: int, events: Sequence[WebhookEvent]) -> None:
        """Let a delivery carry these events in place of its own."""
        self._rows.replace_events(world.noun.key, sequence, events)
        known = world.known_deliveries.get(sequence)
        if known is not None:
            known.events = list(events)

    # Reading

    def delivery(self, world: LiveWorld, sequence: int) -> WebhookDelivery | None:
        known = world.known_deliveries.get(sequence)
        return self._rows.delivery(world.noun.key, sequence) if known is None else known.noun

    def find(self, world: LiveWorld, delivery_id: str) -> WebhookDelivery | None:
        """The delivery of this id, or the `latest`."""
        rows, key = self._rows, world.noun.key
        found = rows.latest(key) if delivery_id == "latest" else rows.find(key, delivery_id.lower())
        return found and self._as_known(world, found)

    def deliveries(
        self,
        world: LiveWorld,
        *,
        state: DeliveryState | None = None,
        before: WebhookDelivery | None = None,
        count: int | None = None,
    ) -> list[WebhookDelivery]:
        """Deliveries of a world, oldest first; only those in `state` where it is given.

        With `count` only the newest so many of those that are older than `before`.
        """
        bounds = {} if before is None else {"before": before.sequence}
        if count is not None:
            bounds["count"] = count
        found = self._rows.deliveries(world.noun.key, state=state, **bounds)
        return [self._as_known(world, each) for each in found]

    def counts(self, world: LiveWorld) -> dict[str, int]:
        """How many deliveries of a world are in each state."""
        return self._rows.counts(world.noun.key)

    def about(self, world: LiveWorld, entity_id: str) -> list[WebhookDelivery]:
        """The deliveries that carry an event about this entity, oldest first."""
        return [self._as_known(world, each) for each in self._rows.about(world.noun.key, entity_id)]

    def events(self, world: LiveWorld, sequence: int) -> list[WebhookEvent]:
        """The events of a delivery, in the order in which they happened."""
        known = world.known_deliveries.get(sequence)
        return self._rows.events(world.noun.key, sequence) if known is None else list(known.events)

    def messages(self, world: LiveWorld, known: KnownDelivery) -> list[Message]:
        """The messages that the events of a delivery tell of; foreign events tell of none."""
        found = []
        for event in known.events:
            entity = event.entity_id
            message = known.messages.get(entity) or self._messages.message(world.noun.key, entity)
            if message is not None:
                found.append(message)
        return found

    def attempts(self, world: LiveWorld, sequence: int) -> list[DeliveryAttempt]:
        """The attempts of a delivery, first to last."""
        return self._rows.attempts(world.noun.key, sequence)

    # Attempting

    def take(self, world: LiveWorld, delivery: WebhookDelivery) -> KnownDelivery:
        """What is known of a delivery; it stays in memory until as many `leave` it as took it."""
        known = world.known_deliveries.get(delivery.sequence)
        if known is None:
            key, sequence = world.noun.key, delivery.sequence
            known = world.known_deliveries[sequence] = KnownDelivery(
                self._rows.delivery(key, sequence) or delivery,
                self._rows.events(key, sequence),
                posts=self._rows.attempt_count(key, sequence),
            )
        known.users += 1
        return known

    def leave(self, world: LiveWorld, known: KnownDelivery) -> None:
        """An attempt has ended, and what comes next comes later."""
        known.users -= 1
        if not known.users and world.known_deliveries.get(known.noun.sequence) is known:
            del world.known_deliveries[known.noun.sequence]

    def change(self, world: LiveWorld, delivery: WebhookDelivery) -> None:
        """Keep what has changed of a delivery."""
        self._rows.update(world.noun.key, delivery)
        known = world.known_deliveries.get(delivery.sequence)
        if known is not None:
            known.noun = delivery
            if not known.users and delivery.state in ENDED:
                del world.known_deliveries[delivery.sequence]

    def record(self, world: LiveWorld, known: KnownDelivery, attempt: DeliveryAttempt) -> None:
        """Keep an attempt, and its delivery as it is now."""
        self._rows.add_attempt(world.noun.key, known.noun, attempt)
        self._rows.update(world.noun.key, known.noun)

    def _as_known(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        """The row with what memory knows better: a body that is not written yet."""
        known = world.known_deliveries.get(delivery.sequence)
        return delivery if known is None else known.noun
