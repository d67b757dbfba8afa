"""Webhook bodies: what a General Webhook POST carries (contract.md 9, 12 rows 1 and 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockmews.model.messages import Message
from mockmews.model.webhooks import WebhookDelivery, WebhookEvent
from mockmews.settings import Settings
from mockmews.wire.responses import Shape, encode


def general_body(
    delivery: WebhookDelivery, events: Sequence[WebhookEvent], messages: Sequence[Message], settings: Settings
) -> bytes:
    """The body of a delivery. `messages` stand in `Entities` under the payload `entities`.

    The guide says that an event carries the thread id, the schema has `Value.Id` alone; the `Entities`
    block beside the schema's body satisfies both.
    """
    body: dict[str, Any] = {
        "EnterpriseId": delivery.enterprise_id,
        "IntegrationId": delivery.integration_id,
        "Events": [
            {"Discriminator": event.discriminator, "Value": {"Id": event.entity_id}} for event in events
        ],
    }
    if settings.payload == "entities":
        shape = Shape.of(settings)
        body["Entities"] = {"Messages": [shape.message(message) for message in messages]}
    return encode(body)
