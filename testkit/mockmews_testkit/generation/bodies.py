"""Strategies of webhook bodies, as Mews sends them to an app."""

from __future__ import annotations

from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mockmews_testkit.generation.texts import message_texts
from mockmews_testkit.vocabulary import EVENTS

Json = dict[str, Any]
Payload = Literal["entities", "ids_only"]

_MESSAGE_ADDED = "MessageAdded"
_FOREIGN = (*(each for each in EVENTS if each != _MESSAGE_ADDED), "SomethingNew")
_IDS = st.uuids().map(str)


def webhook_bodies(*, payload: Payload | None = None, valid: bool = True) -> SearchStrategy[Json]:
    """Bodies of General Webhooks: one or more events, of messages and of other things (webhooks/wh-general).

    `payload` decides whether whole messages stand beside the events; None: both happen. They shrink to one
    MessageAdded with its id. With `valid` false: bodies that Mews never sends, with one part missing or of
    another kind; an app should bear them.
    """
    if payload not in (None, "entities", "ids_only"):
        raise ValueError(f"payload is {payload!r}; it takes 'entities', 'ids_only' or None for both")
    sound = st.one_of(
        *(_bodies(each) for each in ("ids_only", "entities") if payload in (None, each)),
    )
    return sound if valid else st.builds(_spoiled, sound, st.sampled_from(_SPOILERS))


@st.composite
def _bodies(draw: DrawFn, payload: str) -> Json:
    kinds = st.one_of(st.just(_MESSAGE_ADDED), st.sampled_from(_FOREIGN))
    events = draw(st.lists(st.tuples(kinds, _IDS), min_size=1, max_size=5, unique_by=lambda each: each[1]))
    body: Json = {
        "EnterpriseId": draw(_IDS),
        "IntegrationId": draw(_IDS),
        "Events": [{"Discriminator": kind, "Value": {"Id": each}} for kind, each in events],
    }
    if payload == "entities":
        thread = draw(_IDS)
        messages = [draw(_messages(each, thread)) for kind, each in events if kind == _MESSAGE_ADDED]
        body["Entities"] = {"Messages": messages}
    return body


@st.composite
def _messages(draw: DrawFn, message_id: str, thread_id: str) -> Json:
    return {
        "Id": message_id,
        "MessageThreadId": thread_id,
        "Text": draw(message_texts()),
        "Sender": {"Discriminator": draw(st.sampled_from(["Enterprise", "Application"])), "Value": None},
        "CreatedUtc": f"2026-05-01T12:00:{draw(st.integers(0, 59)):02}Z",
    }


def _spoiled(body: Json, spoiler: tuple[str, Any]) -> Json:
    """The body with one field gone (None) or of another kind."""
    place, value = spoiler
    *path, field = place.split(".")
    spoiled = dict(body)
    if path:  # within the first event
        first = dict(body["Events"][0])
        spoiled["Events"] = [first, *body["Events"][1:]]
        inner = first
        for name in path[1:]:
            inner[name] = dict(inner[name])
            inner = inner[name]
        _set(inner, field, value)
    else:
        _set(spoiled, field, value)
    return spoiled


def _set(where: Json, field: str, value: Any) -> None:
    if value is None:
        del where[field]
    else:
        where[field] = value


_SPOILERS: tuple[tuple[str, Any], ...] = (
    ("Events", None),
    ("Events", {}),
    ("Events", "none"),
    ("EnterpriseId", None),
    ("EnterpriseId", "no-guid"),
    ("IntegrationId", 7),
    ("Event.Discriminator", None),
    ("Event.Discriminator", 7),
    ("Event.Value", None),
    ("Event.Value", []),
    ("Event.Value.Id", None),
    ("Event.Value.Id", "no-guid"),
)
"""Where, within the body or its first event, and what stands there instead; None: nothing."""
