"""Our document against the two official ones, fact by fact: each difference is listed with its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockmews.contract import document

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"
YEARS = ("2025", "2026")
_PLAIN_FACTS = (
    "format", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum",
    "x-max-interval-in-months", "x-required-without", "additionalProperties",
)  # fmt: skip
_METHODS = ("get", "put", "post", "delete", "patch")

Facts = dict[tuple[str, str], object]


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that we state otherwise than the documents of these years, and the row that says why."""

    place: str
    fact: str
    theirs: object
    ours: object
    row: str
    years: tuple[str, ...] = YEARS

    def explains(self, year: str, place: str, fact: str, theirs: object, ours: object) -> bool:
        return (
            year in self.years
            and fnmatchcase(place, self.place)
            and (fact, theirs, ours) == (self.fact, self.theirs, self.ours)
        )


DIFFERENCES = (
    # Fields that only the prose knows, and fields that it does not forbid.
    Difference("*Parameters.LanguageCode", "type", None, "string", "D6"),
    Difference("*Parameters.LanguageCode", "nullable", None, "yes", "D6"),
    Difference("*Parameters.CultureCode", "type", None, "string", "D6"),
    Difference("*Parameters.CultureCode", "nullable", None, "yes", "D6"),
    Difference("*", "additionalProperties", "no", None, "D6"),
    # Requests: what the prose demands, or the mock is loud about.
    Difference("TimeFilterInterval.*Utc", "required", None, "yes", "D9"),
    Difference("TimeFilterInterval.*Utc", "nullable", "yes", None, "D9"),
    Difference("Limitation.Count", "minimum", None, 1, "D11"),
    Difference("Limitation.Count", "maximum", None, 1000, "D11"),
    Difference("MultipleMessageAddParameters.Messages", "minItems", None, 1, "S8"),
    Difference("MessageAddParameters.Text", "format", None, "non-blank", "S9"),
    Difference("MessageThreadAddParameters.OriginalSender", "format", None, "non-blank", "S9"),
    Difference("MessageThreadAddParameters.Subject", "format", None, "non-blank", "S9"),
    Difference(
        "MessageThreadFilterParameters.MessageThreadIds",
        "x-required-without",
        None,
        ("CreatedUtc", "UpdatedUtc"),
        "S31",
    ),
    # Responses.
    Difference("MessageThread.IsResolved", "required", None, "yes", "D7"),
    Difference("*Result.Cursor", "required", None, "yes", "D12"),
    Difference("SenderCoproduct.Value", "type", "any", "object", "D3", ("2026",)),
    Difference("ConnectorApiExceptionResult.Message", "required", None, "yes", "D17"),
    Difference("ConnectorApiExceptionResult.Message", "nullable", "yes", None, "D17"),
    Difference("ConnectorApiExceptionResult.RequestId", "nullable", "yes", None, "D17"),
    Difference("ConnectorApiExceptionResult.Details", "type", "any", "string", "D17"),
    # Statuses.
    Difference("*/getAll", "204", "ConnectorApiExceptionResult", "no body", "D15"),
    Difference("*/add", "204", "ConnectorApiExceptionResult", None, "D15"),
    Difference("/api/*", "404", None, "ConnectorApiExceptionResult", "D27"),
    Difference("/api/*", "413", None, "ConnectorApiExceptionResult", "D27"),
    # What 2025 had and 2026 has no more.
    Difference("MessageAddParameters.*Token", "type", "string", None, "D5", ("2025",)),
    Difference("MessageAddParameters.*Token", "minLength", 1, None, "D5", ("2025",)),
    Difference("MessageAddParameters.*Token", "required", "yes", None, "D5", ("2025",)),
    Difference("MessageAddParameters.Client", "type", "string", None, "D5", ("2025",)),
    Difference("MessageAddParameters.Client", "minLength", 1, None, "D5", ("2025",)),
    Difference("MessageAddParameters.Client", "required", "yes", None, "D5", ("2025",)),
    Difference("AddedMessage.Message", "nullable", "yes", None, "D23", ("2025",)),
    Difference("AddedMessage.Message", "required", None, "yes", "D23", ("2025",)),
    Difference(
        "*/messageThreads/add", "200", "MessageThreadResult", "MessageThreadAddResult", "D14", ("2025",)
    ),
    Difference("MessageThreadAddResult", "type", None, "object", "D14", ("2025",)),
    Difference("MessageThreadAddResult.MessageThreads", "type", None, "array", "D14", ("2025",)),
    Difference("MessageThreadAddResult.MessageThreads", "required", None, "yes", "D14", ("2025",)),
    Difference("MessageThreadAddResult.MessageThreads[]", "type", None, "MessageThread", "D14", ("2025",)),
    Difference("Message.Sender", "type", "SenderDiscriminator", "SenderCoproduct", "D3", ("2025",)),
    Difference("SenderDiscriminator", "type", "string", None, "D3", ("2025",)),
    Difference("SenderDiscriminator", "enum", ("Application", "Enterprise"), None, "D3", ("2025",)),
    Difference("SenderDiscriminatorEnum", "type", None, "string", "D3", ("2025",)),
    Difference("SenderDiscriminatorEnum", "enum", None, ("Application", "Enterprise"), "D3", ("2025",)),
    Difference("SenderCoproduct", "type", None, "object", "D3", ("2025",)),
    Difference("SenderCoproduct.Discriminator", "type", None, "SenderDiscriminatorEnum", "D3", ("2025",)),
    Difference("SenderCoproduct.Discriminator", "required", None, "yes", "D3", ("2025",)),
    Difference("SenderCoproduct.Value", "type", None, "object", "D3", ("2025",)),
    Difference("SenderCoproduct.Value", "nullable", None, "yes", "D3", ("2025",)),
)


@cache
def official(year: str) -> dict[str, Any]:
    path = REFERENCE / f"oas-{year}.yaml"
    if not path.exists():
        pytest.skip(f"{path.name} is not at hand")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def facts(described: dict[str, Any]) -> Facts:
    """What a document states of operations and of the schemas that they lead to."""
    schemas: dict[str, Any] = described["components"]["schemas"]
    found: Facts = {}
    reached: set[str] = set()
    for path, methods in described["paths"].items():
        found[path, "methods"] = tuple(method for method in methods if method in _METHODS)
        found[path, "operationId"] = methods["post"]["operationId"]
        found[path, "request"] = _body(described, methods["post"]["requestBody"])
        for status, response in methods["post"]["responses"].items():
            found[path, status] = _body(described, response)
    waiting = [str(value) for value in found.values() if value in schemas]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            stated = dict(_facts_of(name, schemas[name]))
            found |= stated
            waiting += [
                str(value) for (_, fact), value in stated.items() if fact == "type" and value in schemas
            ]
    return found


def _body(described: dict[str, Any], message: dict[str, Any]) -> str:
    if "$ref" in message:
        message = described["components"]["responses"][_name(message)]
    content = message.get("content")
    return _name(content["application/json"]["schema"]) if content else "no body"


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _facts_of(place: str, node: dict[str, Any]) -> Iterator[tuple[tuple[str, str], object]]:
    kind, nullable = _kind(node)
    yield (place, "type"), kind
    if nullable:
        yield (place, "nullable"), "yes"
    if "enum" in node:
        yield (place, "enum"), tuple(sorted(node["enum"]))
    for fact in _PLAIN_FACTS:
        # Every instant has a length; to demand one says nothing.
        if fact in node and not (fact == "minLength" and node.get("format") == "date-time"):
            yield (place, fact), _stated(node[fact])
    for name, each in node.get("properties", {}).items():
        yield from _facts_of(f"{place}.{name}", each)
        if name in node.get("required", ()):
            yield (f"{place}.{name}", "required"), "yes"
    if "items" in node:
        yield from _facts_of(f"{place}[]", node["items"])


def _stated(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return tuple(value) if isinstance(value, list) else value


def _kind(node: dict[str, Any]) -> tuple[str, bool]:
    """The type, or the name of the schema referred to, and whether null is taken; of OpenAPI 3.0 and 3.1."""
    branches = [node, *node.get("allOf", ()), *node.get("anyOf", ())]
    nullable = any(each.get("nullable") or each.get("type") == "null" for each in branches)
    for branch in branches:
        if "$ref" in branch:
            return _name(branch), nullable
    types = node.get("type", "any")
    if isinstance(types, list):
        return next(each for each in types if each != "null"), "null" in types
    return types, nullable


def differences(year: str) -> list[tuple[str, str, object, object]]:
    theirs, ours = facts(official(year)), facts(document())
    return [
        (place, fact, theirs.get((place, fact)), ours.get((place, fact)))
        for place, fact in sorted({*theirs, *ours})
        if theirs.get((place, fact)) != ours.get((place, fact))
    ]


@pytest.mark.parametrize("year", YEARS)
def test_document_differs_from_the_official_one_only_as_listed(year: str) -> None:
    unlisted = [
        each for each in differences(year) if not any(listed.explains(year, *each) for listed in DIFFERENCES)
    ]
    assert unlisted == []


@pytest.mark.parametrize("year", YEARS)
def test_listed_differences_still_exist(year: str) -> None:
    found = differences(year)
    stale = [
        listed
        for listed in DIFFERENCES
        if year in listed.years and not any(listed.explains(year, *each) for each in found)
    ]
    assert stale == []


def test_listed_differences_are_explained_by_rows() -> None:
    rows = {f"D{number}" for number in range(1, 29)} | {f"S{number}" for number in range(1, 51)}
    assert {each.row for each in DIFFERENCES} <= rows
