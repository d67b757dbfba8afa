"""The public import path of the strategies and of ConversationMachine; loads Hypothesis when one is used."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mockmews_testkit.errors import MissingExtraError

if TYPE_CHECKING:
    from mockmews_testkit.generation.bodies import webhook_bodies
    from mockmews_testkit.generation.conversations import Turn, conversations
    from mockmews_testkit.generation.plans import delivery_plans, fault_plans
    from mockmews_testkit.generation.state_machine import ConversationMachine
    from mockmews_testkit.generation.texts import guest_names, message_texts

_ROOM = "mockmews_testkit.generation"
_HOMES = {
    "ConversationMachine": "state_machine",
    "Turn": "conversations",
    "conversations": "conversations",
    "delivery_plans": "plans",
    "fault_plans": "plans",
    "guest_names": "texts",
    "message_texts": "texts",
    "webhook_bodies": "bodies",
}

__all__ = [
    "ConversationMachine",
    "Turn",
    "conversations",
    "delivery_plans",
    "fault_plans",
    "guest_names",
    "message_texts",
    "webhook_bodies",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'mockmews_testkit.strategies' has no attribute {name!r}")
    if find_spec("hypothesis") is None:
        raise MissingExtraError(f"mockmews_testkit.strategies.{name}", "Hypothesis", "hypothesis")
    return getattr(import_module(f"{_ROOM}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
