"""What the control API reads: a world's fields, replies, clock changes, all refused by name where wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from mockmews import durations, instants
from mockmews.durations import Duration
from mockmews.errors import SettingError
from mockmews.instants import Instant
from mockmews.model import identifiers
from mockmews.model.integrations import PERMISSIONS, ClockStart, Enterprise, WorldRequest
from mockmews.model.webhooks import DISCRIMINATORS, INTEGRATION_ACTIONS
from mockmews.settings import SETTINGS, text_of
from mockmews.wire.faults import faults_of
from mockmews.wire.given import Given
from mockmews.wire.opening_hours import opening_hours_of, time_zone_of
from mockmews.wire.reply_rules import rules_of

_ROOT = "body"
_LAST_INSTANT = instants.parse("9998-12-31T23:59:59Z")
_MOST_ENTERPRISES = 1000
_MOST_TIMES = 100

SHORTHANDS = (
    "payload", "own_messages", "webhooks", "batch_limit", "webhook_timeout", "read_lag", "journal_limit",
    "lag", "rate_limit",
)  # fmt: skip
"""Settings that stand among a world's fields, beside those in `settings`."""


class ReplyRequest(Struct, frozen=True):
    """What the front desk is to say: where, what, and how much later."""

    thread_id: str | None
    text: str
    after: Duration


class ClockRequest(Struct, frozen=True):
    """A change of the clock; None leaves a part as it is."""

    rate: float | None = None
    at: Instant | None = None


class AdvanceRequest(Struct, frozen=True):
    """How far to go, and whether to wait at each due moment for what the app does."""

    to: Instant
    settle: bool


class DeliveryRequest(Struct, frozen=True):
    """Whose webhook to send, and how often."""

    messages: tuple[str, ...]
    times: int


class EventRequest(Struct, frozen=True):
    """An event to send; None: something of its own."""

    discriminator: str
    entity_id: str | None
    enterprise_id: str | None


class SettleRequest(Struct, frozen=True):
    """How long nothing may move, and how long to wait for that; None: as usual. `shown` are message ids."""

    quiet_for: Duration | None = None
    within: Duration | None = None
    shown: tuple[str, ...] = ()


def read_world(data: object) -> WorldRequest:
    """A world's fields, for POST and PATCH. Raises ConfigurationError, naming the field."""
    return world_of(Given.of(data, _ROOT).fields(WORLD_FIELDS))


def world_of(given: Mapping[str, Given]) -> WorldRequest:
    """A world's fields from wherever they were read: the control API, or the hotel's file."""
    settings: dict[str, str] = {}
    if "settings" in given:
        each = given["settings"]
        for name, value in each.fields([setting.name for setting in SETTINGS]).items():
            settings[name] = setting_text(name, value)
    for name in SHORTHANDS:
        if name in given:
            settings[name] = setting_text(name, given[name])
    if "retry" in given:
        settings |= _retry(given["retry"])
    return WorldRequest(
        fields={name: read(given[name]) for name, read in _FIELDS.items() if name in given},
        settings=settings,
        enterprises=_enterprises(given["enterprises"]) if "enterprises" in given else None,
        portfolio="portfolio" in given and given["portfolio"].flag(),
        faults=faults_of(given["faults"]) if "faults" in given else None,
    )


def read_reply_rules(data: object) -> WorldRequest:
    """`{reply_rules: [...]}`, or the list alone. Raises ConfigurationError."""
    root = Given.of({"reply_rules": data} if isinstance(data, list) else data, _ROOT)
    given = root.fields(("reply_rules",))
    if "reply_rules" not in given:
        raise root.refused("reply_rules is missing; give a list, an empty one for a silent front desk")
    return WorldRequest(fields={"reply_rules": _rules(given["reply_rules"])}, settings={})


def read_reply(data: object) -> ReplyRequest:
    """`{thread_id, text, after?}`. Raises ConfigurationError."""
    given = Given.of(data, _ROOT).fields(("thread_id", "text", "after"))
    if "text" not in given:
        raise Given.of(data, _ROOT).refused("text is missing; say what the front desk replies")
    text = given["text"]
    if not isinstance(text.value, str) or not text.value:
        raise text.refused(f"text takes a text, not {text.seen}")
    thread = given.get("thread_id")
    return ReplyRequest(
        None if thread is None or thread.value is None else thread.text(),
        text.value,
        _duration(given["after"]) if "after" in given else 0,
    )


def read_clock(data: object) -> ClockRequest:
    """`{rate?, at?}`. Raises ConfigurationError."""
    given = Given.of(data, _ROOT).fields(("rate", "at"))
    return ClockRequest(
        _rate(given["rate"]) if "rate" in given else None,
        _instant(given["at"]) if "at" in given else None,
    )


def read_advance(data: object, now: Instant) -> AdvanceRequest:
    """`{by: duration}` or `{to: instant}`, and `settle?`. Raises ConfigurationError."""
    root = Given.of(data, _ROOT)
    given = root.fields(("by", "to", "settle"))
    if ("by" in given) == ("to" in given):
        raise root.refused("give either by (a duration) or to (an instant)")
    to = now + _duration(given["by"]) if "by" in given else _instant(given["to"])
    if to > _LAST_INSTANT:
        raise given["by"].refused("by leads beyond the year 9998; advance by less")
    return AdvanceRequest(to, "settle" not in given or given["settle"].flag())


def read_delivery(data: object) -> DeliveryRequest:
    """`{messages, times?}`. Raises ConfigurationError."""
    root = Given.of(data, _ROOT)
    given = root.fields(("messages", "times"))
    messages = tuple(_uuid(each) for each in given["messages"].items()) if "messages" in given else ()
    if not messages:
        raise root.refused("messages is missing or empty; name the message ids whose webhook is to go")
    times = given["times"].count() if "times" in given else 1
    if times > _MOST_TIMES:
        raise given["times"].refused(f"times is at most {_MOST_TIMES}")
    return DeliveryRequest(messages, times)


def read_event(data: object) -> EventRequest:
    """`{discriminator, id?, enterprise_id?}`. Raises ConfigurationError."""
    root = Given.of(data, _ROOT)
    given = root.fields(("discriminator", "id", "enterprise_id"))
    if "discriminator" not in given:
        raise root.refused(f"discriminator is missing; for example {DISCRIMINATORS[0]}")
    return EventRequest(
        given["discriminator"].text(),
        _uuid(given["id"]) if "id" in given else None,
        _uuid(given["enterprise_id"]) if "enterprise_id" in given else None,
    )


def read_action(data: object) -> str:
    """`{action}`. Raises ConfigurationError."""
    root = Given.of(data, _ROOT)
    given = root.fields(("action",))
    if "action" not in given:
        raise root.refused(f"action is missing; take one of {', '.join(INTEGRATION_ACTIONS)}")
    return _one_of(given["action"], tuple(INTEGRATION_ACTIONS))


def read_settle(data: object) -> SettleRequest:
    """`{quiet_for?, within?, shown?}`. Raises ConfigurationError."""
    given = Given.of(data, _ROOT).fields(("quiet_for", "within", "shown"))
    return SettleRequest(
        **{name: _duration(value) for name, value in given.items() if name != "shown"},
        shown=tuple(_uuid(each) for each in given["shown"].items()) if "shown" in given else (),
    )


RESET_KEEPS = ("clock", "faults", "journal", "threads")


def read_reset(data: object) -> frozenset[str]:
    """What `{keep: [...]}` names. Raises ConfigurationError."""
    given = Given.of(data, _ROOT).fields(("keep",))
    if "keep" not in given:
        return frozenset()
    return frozenset(_one_of(each, RESET_KEEPS) for each in given["keep"].items())


def _uuid(given: Given) -> str:
    if not identifiers.is_uuid(given.value):
        raise given.refused(f"{given.name} takes a uuid, not {given.seen}")
    return str(given.value).lower()


def setting_text(name: str, given: Given) -> str:
    """The value of a setting as text."""
    try:
        return text_of(name, given.value)
    except SettingError as error:
        raise given.refused(str(error).rstrip(".")) from None


def _retry(given: Given) -> dict[str, str]:
    fields = given.fields(("attempts", "delay"))
    return {f"retry_{name}": setting_text(f"retry_{name}", value) for name, value in fields.items()}


def _enterprises(given: Given) -> tuple[Enterprise, ...]:
    """Names, or maps of name and id."""
    items = given.items()
    if not 1 <= len(items) <= _MOST_ENTERPRISES:
        raise given.refused(f"enterprises takes 1 to {_MOST_ENTERPRISES}, not {len(items)}")
    found = tuple(enterprise_of(each) for each in items)
    if len({each.id for each in found}) < len(found):
        raise given.refused("two enterprises have the same id; give each its own, or leave the ids out")
    return found


def enterprise_of(given: Given) -> Enterprise:
    """An enterprise from its name, or from a map of id, name, opening_hours and time_zone."""
    if isinstance(given.value, str):
        return Enterprise(identifiers.fresh_uuid(), given.text())
    fields = given.fields(("id", "name", "opening_hours", "time_zone"))
    return Enterprise(
        _uuid(fields["id"]) if "id" in fields else identifiers.fresh_uuid(),
        fields["name"].text() if "name" in fields else "Mock hotel",
        _opening_hours(fields["opening_hours"]) if "opening_hours" in fields else None,
        time_zone_of(fields["time_zone"]) if "time_zone" in fields else None,
    )


def _webhook_url(given: Given) -> str | None:
    return None if given.value is None else given.text()


def _events(given: Given) -> tuple[str, ...]:
    return tuple(_one_of(each, DISCRIMINATORS) for each in given.items())


def _permissions(given: Given) -> tuple[str, ...]:
    return tuple(_one_of(each, PERMISSIONS) for each in given.items())


def _one_of(given: Given, known: tuple[str, ...]) -> str:
    if given.value not in known:
        raise given.refused(f"{given.name} takes {', '.join(known)}; not {given.seen}")
    return str(given.value)


def _seed(given: Given) -> int:
    if not isinstance(given.value, int) or isinstance(given.value, bool):
        raise given.refused(f"seed takes a whole number, not {given.seen}")
    return given.value


def _rules(given: Given) -> list[dict[str, Any]]:
    rules_of(given)
    return list(given.value)  # type: ignore[call-overload, no-any-return]


def _opening_hours(given: Given) -> Any:
    opening_hours_of(given)
    return given.value


def _clock(given: Given) -> ClockStart:
    fields = given.fields(("rate", "at", "behind"))
    return ClockStart(
        _rate(fields["rate"]) if "rate" in fields else 1,
        _instant(fields["at"]) if "at" in fields else None,
        _duration(fields["behind"]) if "behind" in fields else 0,
    )


def _rate(given: Given) -> float:
    value = given.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100_000:
        raise given.refused(f"rate takes a number from 0 (frozen) to 100000, not {given.seen}")
    return value if math.isfinite(value) else 0


def _instant(given: Given) -> Instant:
    try:
        return instants.parse(given.text())
    except ValueError as error:
        raise given.refused(f"{given.name} {given.seen} {error}") from None


def _duration(given: Given) -> Duration:
    try:
        return durations.parse(given.value if isinstance(given.value, str) else str(given.value))
    except ValueError as error:
        raise given.refused(f"{given.name}: {error}") from None


_FIELDS: Mapping[str, Callable[[Given], Any]] = {
    "name": Given.text,
    "webhook_url": _webhook_url,
    "integration_webhook_url": _webhook_url,
    "webhook_token": Given.text,
    "events": _events,
    "enabled": Given.flag,
    "permissions": _permissions,
    "reply_rules": _rules,
    "opening_hours": _opening_hours,
    "time_zone": time_zone_of,
    "seed": _seed,
    "clock": _clock,
}
"""The fields that are the world's own, and how each is read."""

_SPECIAL = ("enterprises", "portfolio", "settings", "retry", "faults", *SHORTHANDS)

WORLD_FIELDS = (*_FIELDS, *_SPECIAL)
"""Every field of a world that POST and PATCH take."""
