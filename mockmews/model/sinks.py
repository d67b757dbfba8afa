"""What a sink answers the app that posts to it, in place of the channel that would take its messages."""

from __future__ import annotations

from msgspec import Struct

UUID_MARK = "${uuid}"
"""In a body, filled afresh in each answer: apps remember the ids that a channel gave their messages."""


class SinkAnswer(Struct, frozen=True):
    """One answer. `body` is complete but for its `${uuid}` marks."""

    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = '{"ok":true}'
