"""Webhook events, deliveries and attempts (contract.md 9)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from mockmews.instants import Instant

MESSAGE_ADDED = "MessageAdded"

DISCRIMINATORS = (
    "ServiceOrderUpdated",
    "ResourceUpdated",
    MESSAGE_ADDED,
    "ResourceBlockUpdated",
    "CustomerAdded",
    "CustomerUpdated",
    "PaymentUpdated",
)
"""Every event of the General Webhooks; only MessageAdded ever arises from the four operations."""


class DeliveryState(StrEnum):
    """Where a delivery stands. HELD waits for a person or a test; SCHEDULED for its due moment."""

    HELD = "held"
    SCHEDULED = "scheduled"
    DELIVERED = "delivered"
    DISCARDED = "discarded"
    CANCELLED = "cancelled"


ENDED = (DeliveryState.DELIVERED, DeliveryState.DISCARDED, DeliveryState.CANCELLED)
"""The states in which only a person still sends it."""


class Channel(StrEnum):
    """Which of the partner's two endpoints a webhook goes to (contract.md 9); they may be the same."""

    GENERAL = "general"
    INTEGRATION = "integration"


INTEGRATION_ACTIONS = {
    "IntegrationCreated": None,
    "IntegrationEnabled": True,
    "IntegrationDisabled": False,
    "IntegrationCanceled": False,
    "IntegrationReinstated": True,
    "IntegrationDeleted": False,
    "IntegrationApiKeyCreated": None,
}
"""The actions of Integration Webhooks, and whether the integration is enabled after each (None: as before)."""


class AttemptCause(StrEnum):
    """Why an attempt was made."""

    FIRST = "first"
    RETRY = "retry"
    STALE = "stale connection"
    DELIVER = "deliver"
    RESEND = "resend"
    DUPLICATE = "duplicate"


class WebhookEvent(Struct, frozen=True):
    """One event: what happened to which entity."""

    discriminator: str
    entity_id: str


class WebhookDelivery(Struct, frozen=True):
    """One POST to one integration about one enterprise, with all events that it gathered.

    `body` is what every attempt sends, fixed when the first one begins. `due` is the next attempt's
    instant. `attempts` counts those of the retry schedule. `cause` is the journal entry that opened it.
    `held_back` says that a fault made it wait for others once, which no fault does twice.
    """

    sequence: int
    id: str
    enterprise_id: str
    integration_id: str
    state: DeliveryState
    created: Instant
    due: Instant
    attempts: int = 0
    body: bytes | None = None
    cause: int | None = None
    channel: Channel = Channel.GENERAL
    held_back: bool = False


class DeliveryAttempt(Struct, frozen=True):
    """One POST on the wire and what came of it: a status, or an error in words.

    `url` has its token masked. `milliseconds` is real time. Redirects followed are in `hops`. `response`
    and `response_headers` (lines `Name: value`) are the beginning of what the receiver answered.
    """

    number: int
    cause: AttemptCause
    at: Instant
    url: str
    status: int | None
    milliseconds: float
    error: str | None = None
    hops: int = 0
    response: str = ""
    response_headers: str = ""

    @property
    def succeeded(self) -> bool:
        """Any 2xx (contract.md 9 names 200, 202 and 204)."""
        return self.status is not None and 200 <= self.status < 300
