"""Authentication: which world, and which of its integrations, a pair of tokens opens (contract.md 2)."""

from __future__ import annotations

from mockmews.engine.worlds import LiveWorld, Worlds
from mockmews.errors import ConnectorError
from mockmews.model.integrations import Integration

_NO_PERMISSION = "No permission to use this operation."  # contract.md 7, observed
_ADDS = ("messageThreads/add", "messages/add")


def authenticate(
    worlds: Worlds, client_token: str | None, access_token: str | None
) -> tuple[LiveWorld, Integration]:
    """The world and integration of a pair of tokens. Raises ConnectorError 401.

    Missing tokens are 401 (contract.md 13 row 24), so are tokens of different applications (row 25). The
    texts are extrapolated: no source shows them (contract.md 7).
    """
    found = worlds.by_access_token(access_token)
    if found is None:
        if worlds.by_client_token(client_token) is None:
            raise _refusal("ClientToken", client_token)
        raise _refusal("AccessToken", access_token)
    world, integration = found
    if client_token != world.noun.client_token:
        if worlds.by_client_token(client_token) is None:
            raise _refusal("ClientToken", client_token)
        raise ConnectorError(
            401, "Invalid AccessToken",
            hint="ClientToken and AccessToken belong to different applications; use one pair. "
            "See guidelines/authentication.",
        )  # fmt: skip
    if not world.noun.enabled:
        raise ConnectorError(
            401, "Invalid AccessToken",
            hint="The integration is disabled (enabled: false); enable it, or use another.",
        )  # fmt: skip
    return world, integration


def permit(world: LiveWorld, integration: Integration, operation: str) -> None:
    """Refuse an operation that the application may not use, or that a portfolio token does not support.

    Raises ConnectorError 401 (contract.md 7; a portfolio token on an add: contract.md 13 row 29).
    """
    if operation not in world.noun.permissions:
        raise ConnectorError(
            401, _NO_PERMISSION,
            hint=f"The application is not permitted to use {operation}; see `permissions` of the integration.",
        )  # fmt: skip
    if integration.portfolio and operation in _ADDS and world.settings.portfolio_add == "refused":
        raise ConnectorError(
            401, _NO_PERMISSION,
            hint=f"{operation} does not support portfolio tokens; use the enterprise's own AccessToken. "
            "See concepts/multi-property.",
        )  # fmt: skip


def _refusal(field: str, value: str | None) -> ConnectorError:
    seen = "is missing, or no text" if value is None else "is unknown here"
    return ConnectorError(
        401,
        f"Invalid {field}",
        hint=f"{field} {seen}; use a pair that `serve` prints or POST /_mockmews/v1/integrations returns. "
        "See guidelines/authentication.",
    )
