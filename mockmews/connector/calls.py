"""The four operations as data: address, what serves them, and which list makes a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from mockmews.contract import OPERATIONS
from mockmews.engine.messaging import Messaging
from mockmews.engine.worlds import LiveWorld
from mockmews.model.integrations import Integration

Json = dict[str, Any]
Serve = Callable[[Messaging, LiveWorld, Integration, Any, int], Json]
"""What was asked for, as `mockmews.wire.requests` read it for this operation, and the journal entry of it."""


class Call(Struct, frozen=True):
    """One operation. `collection` names the list of its page; None for those that add."""

    name: str
    serve: Serve
    collection: str | None = None


def _add_thread(mews: Messaging, world: LiveWorld, integration: Integration, wanted: Any, entry: int) -> Json:
    return world.shape.thread_added(mews.add_thread(world, integration, wanted, cause=entry))


def _get_threads(mews: Messaging, world: LiveWorld, integration: Integration, wanted: Any, _: int) -> Json:
    return world.shape.thread_page(mews.threads(world, integration, wanted))


def _add_messages(
    mews: Messaging, world: LiveWorld, integration: Integration, wanted: Any, entry: int
) -> Json:
    return world.shape.messages_added(mews.add_messages(world, integration, wanted, cause=entry))


def _get_messages(mews: Messaging, world: LiveWorld, integration: Integration, wanted: Any, _: int) -> Json:
    return world.shape.message_page(mews.messages(world, integration, wanted))


_SERVED = (
    Call("messageThreads/getAll", _get_threads, "MessageThreads"),
    Call("messageThreads/add", _add_thread),
    Call("messages/getAll", _get_messages, "Messages"),
    Call("messages/add", _add_messages),
)

PREFIX = "/api/connector/v1/"

CALLS: Mapping[str, Call] = {OPERATIONS[call.name].path: call for call in _SERVED}
"""Every operation by its exact path."""
