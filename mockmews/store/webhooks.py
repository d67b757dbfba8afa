"""Webhook deliveries, their events and their attempts."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from mockmews.model.webhooks import (
    AttemptCause,
    Channel,
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
    WebhookEvent,
)

_DELIVERY = "sequence, id, enterprise, integration, state, created, due, attempts, cause, channel, held_back"
# What was given with the delivery, else what its first attempt has sent.
_BODY = (
    "coalesce(body, (SELECT a.body FROM delivery_attempts a "
    "WHERE a.world = deliveries.world AND a.delivery = deliveries.sequence AND a.number = 1))"
)
_LAST = (1 << 63) - 1
_ATTEMPT = "number, cause, at, url, status, milliseconds, error, hops, response, response_headers"
_INSERT = f"INSERT INTO deliveries (world, {_DELIVERY}, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_ATTEMPT = (
    f"INSERT INTO delivery_attempts (world, delivery, {_ATTEMPT}, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = f"SELECT {_DELIVERY}, {_BODY} FROM deliveries WHERE world = ? AND sequence = ?"


class Webhooks:
    """The rows of deliveries of every world."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.execute

    def insert(self, world: int, delivery: WebhookDelivery) -> None:
        self._run(
            _INSERT,
            (
                world, delivery.sequence, delivery.id, delivery.enterprise_id, delivery.integration_id,
                str(delivery.state), delivery.created, delivery.due, delivery.attempts, delivery.cause,
                str(delivery.channel), delivery.held_back, delivery.body,
            ),
        )  # fmt: skip

    def add_event(self, world: int, delivery: int, position: int, event: WebhookEvent) -> None:
        self._run(
            "INSERT INTO delivery_events (world, delivery, position, discriminator, entity) "
            "VALUES (?, ?, ?, ?, ?)",
            (world, delivery, position, event.discriminator, event.entity_id),
        )

    def events(self, world: int, delivery: int) -> list[WebhookEvent]:
        """The events of a delivery, in the order in which they happened."""
        rows = self._run(
            "SELECT discriminator, entity FROM delivery_events WHERE world = ? AND delivery = ? "
            "ORDER BY position",
            (world, delivery),
        )
        return [WebhookEvent(*row) for row in rows]

    def replace_events(self, world: int, delivery: int, events: Sequence[WebhookEvent]) -> None:
        """Let a delivery carry these events in place of its own."""
        self._run("DELETE FROM delivery_events WHERE world = ? AND delivery = ?", (world, delivery))
        for position, event in enumerate(events):
            self.add_event(world, delivery, position, event)

    def update(self, world: int, delivery: WebhookDelivery) -> None:
        """Keep what may change of a delivery: state, due, attempts, and whether it is held back."""
        self._run(
            "UPDATE deliveries SET state = ?, due = ?, attempts = ?, held_back = ? "
            "WHERE world = ? AND sequence = ?",
            (
                str(delivery.state), delivery.due, delivery.attempts, delivery.held_back,
                world, delivery.sequence,
            ),
        )  # fmt: skip

    def delivery(self, world: int, sequence: int) -> WebhookDelivery | None:
        row = self._run(_SELECT, (world, sequence)).fetchone()
        return row and _delivery(row)

    def find(self, world: int, delivery_id: str) -> WebhookDelivery | None:
        row = self._run(
            f"SELECT {_DELIVERY}, {_BODY} FROM deliveries WHERE world = ? AND id = ?", (world, delivery_id)
        ).fetchone()
        return row and _delivery(row)

    def about(self, world: int, entity_id: str) -> list[WebhookDelivery]:
        """The deliveries that carry an event about this entity, oldest first."""
        rows = self._run(
            f"SELECT {_DELIVERY}, {_BODY} FROM deliveries WHERE world = ?1 AND sequence IN "
            "(SELECT delivery FROM delivery_events WHERE world = ?1 AND entity = ?2) ORDER BY sequence",
            (world, entity_id),
        )
        return [_delivery(row) for row in rows]

    def latest(self, world: int) -> WebhookDelivery | None:
        row = self._run(
            f"SELECT {_DELIVERY}, {_BODY} FROM deliveries WHERE world = ? ORDER BY sequence DESC LIMIT 1",
            (world,),
        ).fetchone()
        return row and _delivery(row)

    def deliveries(
        self, world: int, *, state: DeliveryState | None = None, before: int = _LAST, count: int = -1
    ) -> list[WebhookDelivery]:
        """Deliveries of a world, oldest first; only those in `state` where it is given.

        With `count` only the newest so many of those before the sequence `before`.
        """
        rows = self._run(
            f"SELECT {_DELIVERY}, {_BODY} FROM deliveries WHERE world = ?1 AND (?2 IS NULL OR state = ?2) "
            "AND sequence < ?3 ORDER BY sequence DESC LIMIT ?4",
            (world, state, before, count),
        )
        return [_delivery(row) for row in rows][::-1]

    def counts(self, world: int) -> dict[str, int]:
        """How many deliveries of a world are in each state; states without any are left out."""
        rows = self._run(
            "SELECT state, count(*) FROM deliveries WHERE world = ? GROUP BY state ORDER BY state", (world,)
        )
        return dict(rows.fetchall())

    def waiting(self) -> list[tuple[int, int, int]]:
        """(world, due, sequence) of every scheduled delivery of every world, in due order."""
        return list(
            self._run(
                "SELECT world, due, sequence FROM deliveries WHERE state = 'scheduled' ORDER BY due, sequence"
            )
        )

    def add_attempt(self, world: int, delivery: WebhookDelivery, attempt: DeliveryAttempt) -> None:
        """Keep an attempt; the first one with the body, which every later one sends again."""
        self._run(
            _INSERT_ATTEMPT,
            (
                world, delivery.sequence, attempt.number, str(attempt.cause), attempt.at, attempt.url,
                attempt.status, attempt.milliseconds, attempt.error, attempt.hops, attempt.response,
                attempt.response_headers, delivery.body if attempt.number == 1 else None,
            ),
        )  # fmt: skip

    def attempts(self, world: int, delivery: int) -> list[DeliveryAttempt]:
        """The attempts of a delivery, first to last."""
        rows = self._run(
            f"SELECT {_ATTEMPT} FROM delivery_attempts WHERE world = ? AND delivery = ? ORDER BY number",
            (world, delivery),
        )
        return [DeliveryAttempt(number, AttemptCause(cause), *rest) for number, cause, *rest in rows]

    def attempt_count(self, world: int, delivery: int) -> int:
        query = "SELECT count(*) FROM delivery_attempts WHERE world = ? AND delivery = ?"
        return int(self._run(query, (world, delivery)).fetchone()[0])

    def forget_causes(self) -> None:
        """No delivery knows any more which journal entry opened it."""
        self._run("UPDATE deliveries SET cause = NULL WHERE cause IS NOT NULL")

    def last_sequence(self, world: int) -> int:
        query = "SELECT coalesce(max(sequence), 0) FROM deliveries WHERE world = ?"
        return int(self._run(query, (world,)).fetchone()[0])

    def clear(self, world: int) -> int:
        """Delete every delivery of the world; their number."""
        for table in ("delivery_attempts", "delivery_events"):
            self._run(f"DELETE FROM {table} WHERE world = ?", (world,))
        return self._run("DELETE FROM deliveries WHERE world = ?", (world,)).rowcount


def _delivery(row: Sequence[Any]) -> WebhookDelivery:
    sequence, identifier, enterprise, integration, state, created, due, attempts, *rest = row
    cause, channel, held_back, body = rest
    return WebhookDelivery(
        sequence, identifier, enterprise, integration, DeliveryState(state), created, due, attempts, body,
        cause, Channel(channel), bool(held_back),
    )  # fmt: skip
