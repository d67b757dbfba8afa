"""The server itself: health, readiness, settings, and the journal of what belongs to no world."""

from __future__ import annotations

from mockmews.assumptions import ASSUMPTIONS
from mockmews.control.call import Call, Endpoint, Json
from mockmews.control.journal import QUERY, entries_of
from mockmews.settings import SETTINGS


def health(_: Call) -> Json:
    return {"status": "ok"}


def ready(call: Call) -> Json:
    return {"status": "ready", "integrations": len(call.mock.worlds)}


def settings(call: Call) -> Json:
    """Every setting with its value here, and every doubt that has none."""
    values = call.mock.settings.as_texts()
    return {
        "settings": [
            {
                "name": each.name,
                "value": values[each.name],
                "default": each.default,
                "takes": each.takes,
                "rows": list(each.rows),
                "why": each.why,
                "source": each.source,
            }
            for each in SETTINGS
        ],
        "assumed": [
            {"row": each.row, "question": each.question, "answer": each.answer, "why": each.why}
            for each in ASSUMPTIONS
        ],
    }


def journal(call: Call) -> Json:
    return entries_of(call, call.mock.journal)


ENDPOINTS = (
    Endpoint("GET", "/health", health, "Whether the server lives."),
    Endpoint("GET", "/ready", ready, "Whether it serves requests."),
    Endpoint("GET", "/settings", settings, "Every setting, and every doubt of the documents."),
    Endpoint("GET", "/journal", journal, "Requests that belong to no integration.", QUERY),
)
