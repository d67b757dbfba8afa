"""The control API's own OpenAPI document, made from its table of endpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mockmews.control.call import Endpoint, Json

_ERRORS = ("400", "401", "403", "404", "408", "409", "413", "422")


def describe(endpoints: Sequence[Endpoint], prefix: str) -> Json:
    """An OpenAPI 3.1 document of all endpoints below `prefix`."""
    paths: Json = {}
    for endpoint in endpoints:
        paths.setdefault(prefix + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    paths[f"{prefix}/integrations/{{id}}/journal/stream"] = {"get": _STREAM}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mockmews control API",
            "version": "1",
            "description": "Steers the fake: worlds, front desk, webhooks, clock and journal.",
        },
        "paths": paths,
        "components": {"responses": {"Error": _ERROR}},
    }


def _operation(endpoint: Endpoint) -> Json:
    operation: Json = {
        "operationId": f"{endpoint.method.lower()}{re.sub(r'[^a-z]+', '_', endpoint.path).rstrip('_')}",
        "summary": endpoint.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", endpoint.path)
        ],
        "responses": {
            **({"default": _ANYTHING} if endpoint.takes_anything else {str(endpoint.status): _DONE}),
            **{status: {"$ref": "#/components/responses/Error"} for status in _ERRORS},
        },
    }
    if endpoint.method == "GET":
        operation["parameters"] += [
            {"name": name, "in": "query", "description": what, "schema": {"type": "string"}}
            for name, what in endpoint.takes.items()
        ]
    elif endpoint.takes_anything:
        operation["requestBody"] = {"content": {"*/*": {}}}
    elif endpoint.takes:
        properties = {name: {"description": what} for name, what in endpoint.takes.items()}
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return operation


_DONE: Json = {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}}

_STREAM: Json = {
    "operationId": "get_integrations_id_journal_stream",
    "summary": "The journal as server-sent events, each with the number of its entry as id.",
    "parameters": [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}},
        *(
            {"name": name, "in": "query", "description": what, "schema": {"type": "string"}}
            for name, what in {
                "since": "a number: only later entries",
                "brief": "true: without headers and bodies",
                "elsewhere": "true: tell also that something came in another world",
            }.items()
        ),
    ],
    "responses": {
        "200": {"description": "Until the reader leaves.", "content": {"text/event-stream": {}}},
        **{status: {"$ref": "#/components/responses/Error"} for status in _ERRORS},
    },
}

# sink_answer decides what an app is answered, in which form and with which status.
_ANYTHING: Json = {"description": "What PUT sink_answer asked for.", "content": {"*/*": {}}}

_ERROR: Json = {
    "description": "What was seen, what was wanted, and what to do.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["error"],
                "properties": {
                    "error": {
                        "type": "object",
                        "required": ["code", "message", "hint"],
                        "properties": {
                            "code": {"type": "string"},
                            "message": {"type": "string"},
                            "hint": {"type": "string"},
                        },
                    }
                },
            }
        }
    },
}
