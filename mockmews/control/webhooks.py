"""Webhook deliveries of a world, with every attempt."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.model.webhooks import DeliveryState, WebhookDelivery
from mockmews.wire import control_views as views


def deliveries(call: Call) -> Json:
    """Deliveries, oldest first; `?state=` for those in one state."""
    state = call.query.get("state")
    if state is not None and state not in set(DeliveryState):
        raise ControlError(422, "bad_state", f"state={state[:40]} is none of {', '.join(DeliveryState)}.")
    world = call.world
    found = call.mock.deliveries.all(world, state=None if state is None else DeliveryState(state))
    return {"deliveries": [_show(call, world, each) for each in found]}


def delivery(call: Call) -> Json:
    world = call.world
    return _show(call, world, call.mock.deliveries.find(world, call.path["delivery"]))


async def deliver(call: Call) -> Json:
    """Attempt a held or scheduled delivery now, and return it once it was answered."""
    world = call.world
    found = call.mock.deliveries.find(world, call.path["delivery"])
    return _show(call, world, await call.mock.deliveries.deliver(world, found))


async def resend(call: Call) -> Json:
    """Send a delivery once more, whatever became of it, and return it once it was answered."""
    world = call.world
    found = call.mock.deliveries.find(world, call.path["delivery"])
    return _show(call, world, await call.mock.deliveries.resend(world, found))


def cancel(call: Call) -> Json:
    world = call.world
    found = call.mock.deliveries.find(world, call.path["delivery"])
    return _show(call, world, call.mock.deliveries.cancel(world, found))


def _show(call: Call, world: LiveWorld, noun: WebhookDelivery) -> Json:
    events, attempts = call.mock.deliveries.details(world, noun)
    return views.delivery(noun, events, attempts)


_PLACE = "/integrations/{id}/deliveries"
_ONE = f"{_PLACE}/{{delivery}}"

ENDPOINTS = (
    Endpoint("GET", _PLACE, deliveries, "Webhook deliveries, oldest first."),
    Endpoint("GET", _ONE, delivery, "One delivery, by id or `latest`."),
    Endpoint("POST", f"{_ONE}/deliver", deliver, "Attempt it now."),
    Endpoint("POST", f"{_ONE}/resend", resend, "Send it once more."),
    Endpoint("POST", f"{_ONE}/cancel", cancel, "Never send it (again)."),
)
