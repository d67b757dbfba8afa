"""Webhook deliveries of a world, with every attempt."""

from __future__ import annotations

from collections.abc import Sequence

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.model.messages import Message, MessageThread
from mockmews.model.webhooks import (
    INTEGRATION_ACTIONS,
    MESSAGE_ADDED,
    DeliveryState,
    WebhookDelivery,
    WebhookEvent,
)
from mockmews.wire import control as wire
from mockmews.wire import control_views as views

_MOST_ABOUT = 200


def deliveries(call: Call) -> Json:
    """Deliveries, oldest first; `?state=` for those in one state, `?limit=` for the newest so many."""
    world, state = call.world, _state(call)
    count, before, about = call.number("limit", 0) or -1, call.query.get("before"), call.query.get("about")
    rooms = call.mock.deliveries
    if about is not None:
        found = rooms.about(world, about.lower().split(",")[:_MOST_ABOUT])
        found = [each for each in found if state in (None, each.state)]
    else:
        older_than = None if before is None else rooms.find(world, before)
        found = rooms.page(world, state=state, before=older_than, count=count)
    brief = call.flag("brief")
    return {
        "deliveries": [_show(call, world, each, brief=brief) for each in found],
        "counts": rooms.counts(world),
    }


def _state(call: Call) -> DeliveryState | None:
    state = call.query.get("state")
    if state is not None and state not in set(DeliveryState):
        raise ControlError(422, "bad_state", f"state={state[:40]} is none of {', '.join(DeliveryState)}.")
    return None if state is None else DeliveryState(state)


def delivery(call: Call) -> Json:
    world = call.world
    return _show(call, world, call.mock.deliveries.find(world, call.path["delivery"]))


async def deliver_messages(call: Call) -> Json:
    """Send the webhook of these messages, several in one body; held ones first of all."""
    world, wanted = call.world, wire.read_delivery(call.given)
    sent = await call.mock.dispatch.deliver(world, wanted.messages, times=wanted.times)
    return {"deliveries": [_show(call, world, each) for each in sent]}


def send_event(call: Call) -> Json:
    """Send an event of any discriminator."""
    world, wanted = call.world, wire.read_event(call.given)
    sent = call.mock.dispatch.send_event(world, wanted.discriminator, wanted.entity_id, wanted.enterprise_id)
    return _show(call, world, sent)


def send_integration_webhook(call: Call) -> Json:
    """Let something happen to the integration, and tell of it."""
    world, action = call.world, wire.read_action(call.given)
    call.mock.dispatch.need_integration_webhook_url(world)  # before anything happens
    call.mock.integrations.act(world, action)
    return _show(call, world, call.mock.dispatch.send_integration_webhook(world, action))


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


def hold(call: Call) -> Json:
    world = call.world
    found = call.mock.deliveries.find(world, call.path["delivery"])
    return _show(call, world, call.mock.deliveries.hold(world, found))


def cancel(call: Call) -> Json:
    world = call.world
    found = call.mock.deliveries.find(world, call.path["delivery"])
    return _show(call, world, call.mock.deliveries.cancel(world, found))


def _show(call: Call, world: LiveWorld, noun: WebhookDelivery, *, brief: bool = False) -> Json:
    events, attempts = call.mock.deliveries.details(world, noun)
    shown = views.delivery(noun, events, attempts)
    return views.brief(shown, *_told(call, world, events)) if brief else shown


def _told(
    call: Call, world: LiveWorld, events: Sequence[WebhookEvent]
) -> tuple[Message | None, MessageThread | None]:
    """The first message that these events tell of, and its thread."""
    for event in events:
        if event.discriminator == MESSAGE_ADDED:
            message = call.mock.staff.known_message(world, event.entity_id)
            if message is not None:
                return message, call.mock.messaging.thread(world, message.thread_id)
    return None, None


_PLACE = "/integrations/{id}/deliveries"
_ONE = f"{_PLACE}/{{delivery}}"

ENDPOINTS = (
    Endpoint(
        "GET",
        _PLACE,
        deliveries,
        "Webhook deliveries, oldest first.",
        {
            "state": f"only those that are {', '.join(DeliveryState)}",
            "limit": "only the newest so many",
            "before": "only those older than the delivery of this id",
            "about": f"only those with an event about one of these ids, comma-separated, up to {_MOST_ABOUT}",
            "brief": "true: without bodies, and with the first message they tell of",
        },
    ),
    Endpoint(
        "POST",
        f"{_PLACE}/deliver",
        deliver_messages,
        "Send the webhook of messages now.",
        {"messages": "list of message ids; several go in one body", "times": "how often; 1"},
    ),
    Endpoint(
        "POST",
        "/integrations/{id}/events",
        send_event,
        "Send an event of any discriminator.",
        {
            "discriminator": "such as ServiceOrderUpdated",
            "id": "of what; absent: a new one",
            "enterprise_id": "of which enterprise; absent: the first",
        },
        status=201,
    ),
    Endpoint(
        "POST",
        "/integrations/{id}/integration_webhooks",
        send_integration_webhook,
        "Let something happen to the integration, and tell of it.",
        {"action": ", ".join(INTEGRATION_ACTIONS)},
        status=201,
    ),
    Endpoint("GET", _ONE, delivery, "One delivery, by id or `latest`."),
    Endpoint("POST", f"{_ONE}/deliver", deliver, "Attempt it now."),
    Endpoint("POST", f"{_ONE}/resend", resend, "Send it once more."),
    Endpoint("POST", f"{_ONE}/hold", hold, "Let it wait until it is delivered by hand."),
    Endpoint("POST", f"{_ONE}/cancel", cancel, "Never send it (again)."),
)
