"""The server itself: health, readiness, settings, and the journal of what belongs to no world."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.control.journal import QUERY, entries_of
from mockmews.wire.settings_table import settings_table


def health(_: Call) -> Json:
    return {"status": "ok"}


def ready(call: Call) -> Json:
    return {"status": "ready", "integrations": len(call.mock.worlds)}


def settings(call: Call) -> Json:
    """Every setting with its value here, and every doubt that has none."""
    return settings_table(call.mock.settings.as_texts())


def journal(call: Call) -> Json:
    return entries_of(call, call.mock.journal)


ENDPOINTS = (
    Endpoint("GET", "/health", health, "Whether the server lives."),
    Endpoint("GET", "/ready", ready, "Whether it serves requests."),
    Endpoint("GET", "/settings", settings, "Every setting, and every doubt of the documents."),
    Endpoint("GET", "/journal", journal, "Requests that belong to no integration.", QUERY),
)
