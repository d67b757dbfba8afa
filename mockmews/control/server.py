"""The server itself: health, readiness, settings, and the journal of what belongs to no world."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.control.journal import QUERY, entries_of, entry_of
from mockmews.wire import control_views as views
from mockmews.wire.settings_table import settings_table

_NOTHING = (0, 0, 0)


def health(_: Call) -> Json:
    return {"status": "ok"}


def ready(call: Call) -> Json:
    return {"status": "ready", "integrations": len(call.mock.worlds)}


def settings(call: Call) -> Json:
    """Every setting with its value here, and every doubt that has none."""
    return settings_table(call.mock.settings.as_texts())


def journal(call: Call) -> Json:
    return entries_of(call, call.mock.journal)


def entry(call: Call) -> Json:
    return entry_of(call, call.mock.journal)


def activity(call: Call) -> Json:
    """Every world in brief, the one whose last line came latest first; then those where nobody wrote."""
    seen = call.mock.staff.activity()
    worlds = sorted(call.mock.worlds, key=lambda each: seen.get(each.noun.key, _NOTHING)[2], reverse=True)
    return {
        "integrations": [views.activity(each.noun, *seen.get(each.noun.key, _NOTHING)) for each in worlds]
    }


ENDPOINTS = (
    Endpoint("GET", "/health", health, "Whether the server lives."),
    Endpoint("GET", "/ready", ready, "Whether it serves requests."),
    Endpoint("GET", "/settings", settings, "Every setting, and every doubt of the documents."),
    Endpoint("GET", "/activity", activity, "Every integration in brief, the liveliest first."),
    Endpoint("GET", "/journal", journal, "Requests that belong to no integration.", QUERY),
    Endpoint("GET", "/journal/{entry}", entry, "One of them, with headers and bodies."),
)
