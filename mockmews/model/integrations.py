"""Worlds: a client application, its enterprises, and the access tokens that connect them (contract.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from mockmews.durations import Duration
from mockmews.instants import Instant
from mockmews.model.faults import Fault
from mockmews.model.replies import OwnResponder

PERMISSIONS = ("messageThreads/getAll", "messageThreads/add", "messages/getAll", "messages/add")
"""The operations, each of which a client application may or may not be permitted to use."""


class Enterprise(Struct, frozen=True):
    """A hotel. Its staff answer within `opening_hours`, kept as they were given (None: as the world's)."""

    id: str
    name: str
    opening_hours: Any = None
    time_zone: str | None = None


class Integration(Struct, frozen=True):
    """One connection of the client application: an AccessToken and the enterprises in its scope.

    A portfolio token covers several enterprises and has a dummy one of its own (contract.md 2).
    """

    id: str
    access_token: str
    enterprise_ids: tuple[str, ...]
    portfolio: bool = False
    dummy_enterprise_id: str | None = None


class ClockStart(Struct, frozen=True):
    """How a world's clock starts, and starts again at a reset: `behind` real time, or behind the instant `at`."""

    rate: float = 1
    at: Instant | None = None
    behind: Duration = 0


class World(Struct, frozen=True):
    """One isolated hotel, or portfolio of hotels, as one client application sees it.

    `settings` holds what differs from the server's settings, as texts. The clock showed `clock_shown` at
    the real instant `clock_real` and runs at `clock_rate`. `reply_rules` are kept as they were given;
    `spent_rules` are those that served once.
    """

    key: int
    name: str
    client_token: str
    enterprises: tuple[Enterprise, ...]
    integrations: tuple[Integration, ...]
    webhook_token: str
    seed: int
    clock: ClockStart
    clock_rate: float
    clock_shown: Instant
    clock_real: Instant
    webhook_url: str | None = None
    integration_webhook_url: str | None = None
    events: tuple[str, ...] = ("MessageAdded",)
    enabled: bool = True
    permissions: tuple[str, ...] = PERMISSIONS
    settings: dict[str, str] = field(default_factory=dict)
    reply_rules: list[dict[str, Any]] = field(default_factory=list)
    opening_hours: Any = None
    time_zone: str = "UTC"
    spent_rules: tuple[int, ...] = ()
    generation: int = 0

    def integration_of(self, enterprise_id: str) -> Integration:
        """The connection of one enterprise; the portfolio's own where the enterprise is its dummy."""
        for integration in self.integrations:
            if not integration.portfolio and enterprise_id in integration.enterprise_ids:
                return integration
        return next(each for each in self.integrations if each.dummy_enterprise_id == enterprise_id)


class WorldRequest(Struct, frozen=True):
    """What a user asked of a world. `fields` are fields of the noun by name, `settings` are texts.

    `enterprises`, `portfolio` and the tokens count when a world is made, and cannot be changed later; the
    file of the hotel alone names tokens and a `responder`.
    """

    fields: Mapping[str, Any]
    settings: Mapping[str, str]
    enterprises: tuple[Enterprise, ...] | None = None
    portfolio: bool = False
    client_token: str | None = None
    access_token: str | None = None
    integration_id: str | None = None
    faults: tuple[Fault, ...] | None = None
    responder: OwnResponder | None = None
