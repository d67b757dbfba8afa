"""The schemas of requests as the settings change them: a table of what each setting does to the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from operator import attrgetter
from typing import Any

from msgspec import Struct

from mockmews.contract.document import schema
from mockmews.contract.operations import OPERATIONS
from mockmews.settings import Settings

Schema = dict[str, Any]
Values = tuple[object, ...]


class Variant(Struct, frozen=True):
    """Where `setting` has one of `values` (any but None where empty), `change` is made at each `place`.

    A place is a pattern over the names that lead to a schema; the items of an array are called `#`.
    `change` is handed the schema and the value of the setting.
    """

    setting: str
    values: tuple[str, ...]
    place: str
    change: Callable[[Schema, Any], None]

    def applies(self, value: object) -> bool:
        """Whether this value of the setting asks for the change."""
        return value in self.values if self.values else value is not None


def _without(*keywords: str) -> Callable[[Schema, Any], None]:
    def change(at: Schema, _: Any) -> None:
        for keyword in keywords:
            at.pop(keyword, None)

    return change


def _optional(name: str) -> Callable[[Schema, Any], None]:
    """The property may be missing or null."""

    def change(at: Schema, _: Any) -> None:
        if name in at.get("properties", {}):
            at["required"].remove(name)
            at["properties"][name]["type"] = [at["properties"][name]["type"], "null"]

    return change


def _may_be_empty(at: Schema, _: Any) -> None:
    # A list that must be there is still refused when it is treated as absent (contract.md 12 row 25).
    if "null" in at["type"]:
        del at["minItems"]


def _limited(at: Schema, limit: int) -> None:
    if at.get("format") == "non-blank":
        at["maxLength"] = limit


def _accepting_blanks(at: Schema, _: Any) -> None:
    if at.get("format") == "non-blank":
        del at["format"]


def _any_zone(at: Schema, _: Any) -> None:
    at["format"] = "date-time-of-any-zone"


def _with_tokens(at: Schema, _: Any) -> None:
    names = at.pop("x-ignored-properties")
    at["properties"] = {name: {"type": "string", "minLength": 1} for name in names} | at["properties"]
    at["required"] = [*names, *at["required"]]


def _closed(at: Schema, _: Any) -> None:
    if "properties" in at:
        at["properties"] |= {name: {} for name in at.get("x-ignored-properties", ())}
        at["additionalProperties"] = False


def _any_case(at: Schema, _: Any) -> None:
    at["x-any-case"] = True


def _with_alias(at: Schema, _: Any) -> None:
    at["x-aliases"] = {"ThreadId": "MessageThreadId"}


# In this order: what `_closed` closes is what the rows above it made.
VARIANTS = (
    Variant("tokens_in_messages", ("required",), "Messages.#", _with_tokens),
    Variant("thread_id_alias", ("accept", "both"), "Messages.#", _with_alias),
    Variant("missing_limitation", ("newest_1000",), "", _optional("Limitation")),
    Variant("interval_bounds", ("optional",), "*Utc", _optional("StartUtc")),
    Variant("interval_bounds", ("optional",), "*Utc", _optional("EndUtc")),
    Variant("datetime_without_zone", ("utc",), "*Utc.*Utc", _any_zone),
    Variant("count_out_of_range", ("clamped",), "Limitation.Count", _without("minimum", "maximum", "format")),
    Variant("messages_over_limit", ("accepted",), "Messages", _without("maxItems")),
    Variant("empty_messages", ("accepted",), "Messages", _without("minItems")),
    Variant("empty_id_lists", ("absent",), "*Ids", _may_be_empty),
    Variant("text_limit", (), "*", _limited),
    Variant("blank_text", ("accepted",), "*", _accepting_blanks),
    Variant("property_case", ("insensitive",), "*", _any_case),
    Variant("unknown_fields", ("refused",), "*", _closed),
)
RELEVANT = tuple(dict.fromkeys(each.setting for each in VARIANTS))

relevant_values: Callable[[Settings], Values] = attrgetter(*RELEVANT)
"""The values of the settings that change a schema, in the order of RELEVANT."""


def request_schema(operation: str, values: Values) -> Schema:
    """The schema of an operation's request under these values; under the defaults that of the document."""
    whole = _without_unions(schema(OPERATIONS[operation].request))
    chosen = dict(zip(RELEVANT, values, strict=True))
    for variant in VARIANTS:
        value = chosen[variant.setting]
        if variant.applies(value):
            for place, at in list(_places(whole)):
                if fnmatchcase(place, variant.place):
                    variant.change(at, value)
    return whole


def _without_unions(at: Schema) -> Schema:
    """The same schema with `null` as a type instead of a branch, so that every field is one schema."""
    for name, each in at["properties"].items():
        if "anyOf" in each:
            branch = each["anyOf"][0]
            kept = {key: value for key, value in each.items() if key != "anyOf"}
            at["properties"][name] = {**branch, **kept, "type": [branch["type"], "null"]}
    return at


def _places(at: Schema, place: str = "") -> Iterator[tuple[str, Schema]]:
    yield place, at
    for name, each in at.get("properties", {}).items():
        yield from _places(each, f"{place}.{name}".lstrip("."))
    if "items" in at:
        yield from _places(at["items"], f"{place}.#")
