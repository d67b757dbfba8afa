"""Integrations: worlds are made, shown, changed, reset and deleted."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.transport import validate_url
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.model.integrations import WorldRequest
from mockmews.wire import control as wire
from mockmews.wire import control_views as views
from mockmews.wire.faults import show_fault
from mockmews.wire.masked_urls import mask_url

_TAKES = {
    "name": "text",
    "enterprises": "list of names, or of maps of id and name; only when made",
    "portfolio": "true adds a portfolio token over all enterprises; only when made",
    "webhook_url": "where webhooks go; `${webhook_token}` in it is filled",
    "integration_webhook_url": "where Integration Webhooks go; absent: to webhook_url",
    "webhook_token": "the secret of the URL",
    "events": "discriminators that the integration subscribes to",
    "enabled": "false: calls get 401, no webhooks",
    "permissions": "operations that the application may use",
    "reply_rules": "list of rules of the front desk",
    "opening_hours": "when the staff answer: 07:00-23:00, or a map of weekdays",
    "time_zone": "an IANA time zone such as Europe/Prague",
    "faults": "a list of faults, as POST faults takes them; replaces those that stand",
    "retry": "map of attempts and delay",
    "clock": "map of rate, at and behind",
    "seed": "whole number",
    "settings": "map of setting names to values",
    **dict.fromkeys(wire.SHORTHANDS, "the setting of this name"),
}


def show(world: LiveWorld) -> Json:
    url = world.webhook_url
    shown = views.world(world.noun, world.settings, None if url is None else mask_url(url))
    return {**shown, "faults": [show_fault(each) for each in world.faults]}


def create(call: Call) -> Json:
    return show(call.mock.integrations.create(_request(call)))


def list_all(call: Call) -> Json:
    return {"integrations": [show(world) for world in call.mock.worlds]}


def get(call: Call) -> Json:
    return show(call.world)


def change(call: Call) -> Json:
    world = call.world
    call.mock.integrations.change(world, _request(call))
    return show(world)


def delete(call: Call) -> Json:
    call.mock.integrations.delete(call.world)
    return {"deleted": True}


def reset(call: Call) -> Json:
    world = call.world
    cancelled = call.mock.integrations.reset(world, keep=wire.read_reset(call.given))
    return {"generation": world.noun.generation, "cancelled": cancelled}


def get_rules(call: Call) -> Json:
    return {"reply_rules": call.world.noun.reply_rules}


def put_rules(call: Call) -> Json:
    """Replace the rules; those that served once may serve again."""
    call.mock.integrations.change(call.world, wire.read_reply_rules(call.given))
    return get_rules(call)


def _request(call: Call) -> WorldRequest:
    request = wire.read_world(call.given)
    for name in ("webhook_url", "integration_webhook_url"):
        url = request.fields.get(name)
        if url is not None:
            try:
                validate_url(url.replace("${webhook_token}", "token"))
            except ValueError as error:
                raise ControlError(422, "bad_webhook_url", f"{name} cannot be used: {error}") from None
    return request


ENDPOINTS = (
    Endpoint("POST", "/integrations", create, "Make a fresh isolated world.", _TAKES, status=201),
    Endpoint("GET", "/integrations", list_all, "Every world."),
    Endpoint("GET", "/integrations/{id}", get, "One world, by integration id or AccessToken."),
    Endpoint("PATCH", "/integrations/{id}", change, "Change a world in place.", _TAKES),
    Endpoint("DELETE", "/integrations/{id}", delete, "Remove a world with everything in it."),
    Endpoint("GET", "/integrations/{id}/reply_rules", get_rules, "The front desk's rules."),
    Endpoint(
        "PUT", "/integrations/{id}/reply_rules", put_rules, "Replace the front desk's rules.",
        {"reply_rules": "list of rules"},
    ),
    Endpoint(
        "POST", "/integrations/{id}/reset", reset,
        "Back to the start: threads, messages, deliveries, faults and journal are gone.",
        {"keep": f"list of what stays: {', '.join(wire.RESET_KEEPS)} (with their messages and the clock)"},
    ),
)  # fmt: skip
