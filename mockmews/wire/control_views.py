"""What the control API shows: worlds, threads, messages and deliveries, in snake_case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockmews import durations, instants
from mockmews.instants import Instant
from mockmews.model.conversations import Conversation
from mockmews.model.integrations import Integration, World
from mockmews.model.messages import Message, MessageThread, PlannedReply
from mockmews.model.webhooks import DeliveryAttempt, WebhookDelivery, WebhookEvent
from mockmews.settings import Settings
from mockmews.wire.journal import mask, mask_headers, mask_members
from mockmews.wire.webhooks import headers

Json = dict[str, Any]

_LONGEST_LINE = 200  # characters of a text that is only to be recognised


def world(noun: World, settings: Settings, webhook_url: str | None) -> Json:
    """A world with its tokens: whoever may ask for it may use it. `webhook_url` comes masked.

    The URL may hold a secret of the user's own, which the mock need not know to be one.
    """
    first = noun.integrations[0]
    return {
        "integration_id": first.id,
        "name": noun.name,
        "client_token": noun.client_token,
        "access_token": first.access_token,
        "enterprise_ids": [enterprise.id for enterprise in noun.enterprises],
        "access_tokens": [_connection(each) for each in noun.integrations],
        "enterprises": [
            {
                "id": each.id,
                "name": each.name,
                "opening_hours": noun.opening_hours if each.opening_hours is None else each.opening_hours,
                "time_zone": each.time_zone or noun.time_zone,
            }
            for each in noun.enterprises
        ],
        "webhook_url": webhook_url,
        "webhook_token": noun.webhook_token,
        "events": list(noun.events),
        "enabled": noun.enabled,
        "permissions": list(noun.permissions),
        "reply_rules": noun.reply_rules,
        "seed": noun.seed,
        "generation": noun.generation,
        "settings": settings.as_texts(),
    }


def activity(noun: World, threads: int, opened: int, last: Instant) -> Json:
    """A world in brief: how many threads, how many of them open, and when the last line came."""
    return {
        "integration_id": noun.integrations[0].id,
        "name": noun.name,
        "threads": threads,
        "open_threads": opened,
        "last_activity": instants.render_exactly(last) if threads else None,
    }


def _connection(integration: Integration) -> Json:
    return {
        "access_token": integration.access_token,
        "integration_id": integration.id,
        "enterprise_ids": list(integration.enterprise_ids),
        "portfolio": integration.portfolio,
    }


def clock(now: Instant, rate: float, due: Sequence[tuple[Instant, str]]) -> Json:
    """A clock, and what falls due on it next."""
    return {
        "now": instants.render_exactly(now),
        "rate": rate,
        "due": [
            {"at": instants.render_exactly(at), "in": durations.render(max(0, at - now)), "kind": kind}
            for at, kind in due
        ],
    }


def thread(noun: MessageThread) -> Json:
    return {
        "id": noun.id,
        "enterprise_id": noun.enterprise_id,
        "original_sender": noun.original_sender,
        "subject": noun.subject,
        "created_utc": instants.render(noun.created),
        "updated_utc": instants.render(noun.updated),
        "is_resolved": noun.is_resolved,
    }


def conversation(noun: Conversation) -> Json:
    """A thread as the front desk sees it; `waiting_since` is null where no guest waits for an answer."""
    last = noun.last
    return {
        **thread(noun.thread),
        "messages": noun.from_guest + noun.from_hotel,
        "guest_messages": noun.from_guest,
        "last_message": None if last is None else message(last, noun.thread.enterprise_id),
        "waiting_since": None if noun.waiting_since is None else instants.render_exactly(noun.waiting_since),
        "activity": noun.activity,
    }


def message(noun: Message, enterprise_id: str) -> Json:
    return {
        "id": noun.id,
        "message_thread_id": noun.thread_id,
        "enterprise_id": enterprise_id,
        "text": noun.text,
        "sender": noun.sender,
        "created_utc": instants.render(noun.created),
    }


def planned_reply(noun: PlannedReply) -> Json:
    return {
        "thread_id": noun.thread_id,
        "texts": list(noun.texts),
        "due": instants.render_exactly(noun.due),
        "then": noun.then,
    }


def delivery(
    noun: WebhookDelivery, events: Sequence[WebhookEvent], attempts: Sequence[DeliveryAttempt]
) -> Json:
    """A delivery with all its attempts. `next_attempt` is null where none is planned."""
    return {
        "id": noun.id,
        "enterprise_id": noun.enterprise_id,
        "integration_id": noun.integration_id,
        "state": noun.state,
        "created": instants.render_exactly(noun.created),
        "next_attempt": instants.render_exactly(noun.due) if noun.state == "scheduled" else None,
        "events": [{"discriminator": each.discriminator, "id": each.entity_id} for each in events],
        "body": None if noun.body is None else mask_members(noun.body.decode()),
        "cause": noun.cause,
        "attempts": [_attempt(each) for each in attempts],
    }


def brief(shown: Json, message: Message | None, thread: MessageThread | None) -> Json:
    """A delivery without bodies: neither what is sent nor what was answered, but the message it tells of."""
    attempts = [
        {name: value for name, value in each.items() if name not in ("response", "response_headers")}
        for each in shown["attempts"]
    ]
    told = None
    if message is not None and thread is not None:
        told = {
            "sender": message.sender,
            "text": message.text[:_LONGEST_LINE],
            "guest": thread.original_sender[:_LONGEST_LINE],
            "thread_id": thread.id,
        }
    kept = {name: value for name, value in shown.items() if name != "body"}
    return {**kept, "attempts": attempts, "message": told}


def _attempt(noun: DeliveryAttempt) -> Json:
    return {
        "number": noun.number,
        "cause": noun.cause,
        "at": instants.render_exactly(noun.at),
        "url": noun.url,
        "headers": headers(),
        "status": noun.status,
        "milliseconds": round(noun.milliseconds, 3),
        "error": noun.error,
        "hops": noun.hops,
        "response_headers": mask_headers(noun.response_headers),
        "response": mask(noun.response),
    }
