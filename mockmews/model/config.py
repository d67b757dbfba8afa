"""What the hotel's file, `mockmews.yaml`, asks of a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mockmews.model.faults import Fault
from mockmews.model.integrations import WorldRequest
from mockmews.model.replies import OwnResponder, ReplyRule


class OtherOperation(Struct, frozen=True):
    """Canned JSON for an operation of the Connector API that the fake does not imitate."""

    name: str
    status: int
    json: Any


class Config(Struct, frozen=True):
    """What the file says; None and empty where it is silent.

    `settings` are texts by name; `reply_rules`, `responder` and `faults` are those of the demo hotels.
    """

    settings: Mapping[str, str]
    worlds: tuple[WorldRequest, ...] = ()
    reply_rules: tuple[ReplyRule, ...] | None = None
    responder: OwnResponder | None = None
    faults: tuple[Fault, ...] | None = None
    other_operations: tuple[OtherOperation, ...] = ()
