"""Telling a multi-tenant app of a fresh integration, by the Integration Webhook that Mews sends for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.contract import Hotel, Place
from mockmews_testkit.integration.notes import one_line
from mockmews_testkit.integration.requests import Http, Ready
from mockmews_testkit.integration.url import without_query
from mockmews_testkit.waiting import unix_time

_WITHIN = 5.0


def announce(http: Http, url: str, place: Place) -> None:
    """Send `IntegrationCreated` for each hotel. Raises TestkitError where the app does not take it."""
    for hotel in place.hotels:
        body = json.dumps(_created(place, hotel)).encode()
        answer = http.send(Ready("POST", url, {"Content-Type": "application/json"}, body), within=_WITHIN)
        if answer.status is None or not 200 <= answer.status < 300:
            seen = answer.error or f"it answered {answer.status} {one_line(answer.text)}"
            raise TestkitError(
                f"connect: the app did not take IntegrationCreated at {without_query(url)}: {seen}."
            )


def _created(place: Place, hotel: Hotel) -> dict[str, Any]:
    """The body (contract.md 9); Requestor and Service are null, as Mews has them too."""
    now = datetime.fromtimestamp(int(unix_time()), UTC).isoformat().replace("+00:00", "Z")
    return {
        "Action": "IntegrationCreated",
        "Data": {
            "Enterprise": {"Id": hotel.id, "Name": hotel.name},
            "Service": None,
            "Requestor": None,
            "AccessToken": hotel.access_token,
            "CreatedUtc": now,
            "IsEnabled": True,
            "Integration": {"Id": hotel.integration_id, "Name": place.integration.get("name") or "mockmews"},
        },
    }
