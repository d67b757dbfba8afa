"""Webhook bodies, of General Webhooks (contract.md 9, 12 rows 1 and 2) as of Integration Webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockmews import instants
from mockmews.instants import Instant
from mockmews.model.integrations import Enterprise, Integration, World
from mockmews.model.messages import Message
from mockmews.model.webhooks import WebhookDelivery, WebhookEvent
from mockmews.wire.responses import Shape, encode

USER_AGENT = "mockmews"


def headers(user_agent: str = USER_AGENT) -> dict[str, str]:
    """What every attempt sends beside Host and Content-Length.

    contract.md 9, 13 row 44: Content-Type is application/json, and no other header is special.
    """
    return {"Content-Type": "application/json", "User-Agent": user_agent}


def general_body(
    delivery: WebhookDelivery,
    events: Sequence[WebhookEvent],
    messages: Sequence[Message] | None,
    shape: Shape,
) -> bytes:
    """The body of a delivery. `messages` stand in `Entities`, which there is not without them (None).

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
    if messages is not None:
        body["Entities"] = {"Messages": shape.messages(messages)}
    return encode(body)


def integration_body(
    action: str, world: World, integration: Integration, enterprise: Enterprise, at: Instant
) -> bytes:
    """The body of an Integration Webhook: one action, and what belongs to it (contract.md 9).

    Service and Requestor are null, as observed.
    """
    named = {"Id": integration.id, "Name": world.name}
    data: dict[str, Any] = {"Integration": named}
    if action == "IntegrationCreated":
        data = {
            "Enterprise": {"Id": enterprise.id, "Name": enterprise.name},
            "Service": None,
            "Requestor": None,
            "AccessToken": integration.access_token,
            "CreatedUtc": instants.render(at),
            "IsEnabled": world.enabled,
            "Integration": named,
        }
    elif action == "IntegrationDeleted":
        data = {"DeletedUtc": instants.render(at), "Integration": named}
    elif action == "IntegrationApiKeyCreated":
        data = {"Integration": named, "ApiKey": integration.access_token}
    return encode({"Action": action, "Data": data})
