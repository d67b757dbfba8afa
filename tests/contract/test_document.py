"""The document itself: valid OpenAPI 3.1, whole, in the order of the contract, true to its examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from mockmews.contract import OPERATIONS, document, document_yaml, schema
from mockmews.contract.formats import format_checker
from mockmews.contract.operations import BASE_FIELDS

# contract.md 3: the tables of the four operations, in their order.
FIELDS = {
    "messageThreads/getAll": ("EnterpriseIds", "MessageThreadIds", "CreatedUtc", "UpdatedUtc", "Limitation"),
    "messageThreads/add": ("OriginalSender", "Subject"),
    "messages/getAll": ("EnterpriseIds", "MessageThreadIds", "CreatedUtc", "Limitation"),
    "messages/add": ("Messages",),
}
STATUSES = {"200", "400", "401", "403", "404", "408", "413", "429", "500"}


def nodes(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(each)


def test_document_is_valid_openapi() -> None:
    assert document()["openapi"].startswith("3.1.")
    validate(document())


def test_document_forbids_no_additional_property() -> None:
    assert not any("additionalProperties" in node for node in nodes(document()))


def test_document_is_fresh_at_every_call() -> None:
    document()["paths"].clear()
    assert len(document()["paths"]) == 4


def test_document_names_the_server_that_serves_it() -> None:
    assert [each["url"] for each in document("http://127.0.0.1:8000")["servers"]] == ["http://127.0.0.1:8000"]
    assert document()["servers"][0]["url"] == "https://api.mews-demo.com"


def test_document_as_yaml_says_the_same() -> None:
    assert yaml.safe_load(document_yaml("http://127.0.0.1:8000")) == document("http://127.0.0.1:8000")


def test_operations_are_the_four_of_the_contract() -> None:
    assert {name: each.fields for name, each in OPERATIONS.items()} == FIELDS
    assert [each.paginated for each in OPERATIONS.values()] == [True, False, True, False]
    assert [each.collection for each in OPERATIONS.values()] == ["MessageThreads"] * 2 + ["Messages"] * 2
    assert [each.operation_id for each in OPERATIONS.values()] == [
        "messageThreads_getAll", "messageThreads_add", "messages_getAll", "messages_add",
    ]  # fmt: skip
    assert [each.path for each in OPERATIONS.values()] == [f"/api/connector/v1/{name}" for name in FIELDS]


@pytest.mark.parametrize("name", FIELDS)
def test_requests_begin_with_the_base_fields(name: str) -> None:
    assert tuple(schema(OPERATIONS[name].request)["properties"]) == BASE_FIELDS + FIELDS[name]


@pytest.mark.parametrize("name", FIELDS)
def test_operations_document_their_statuses(name: str) -> None:
    responses = document()["paths"][OPERATIONS[name].path]["post"]["responses"]
    assert set(responses) == STATUSES | ({"204"} if OPERATIONS[name].paginated else set())


def test_rate_limit_documents_when_to_come_back() -> None:
    assert "Retry-After" in document()["components"]["responses"]["TooManyRequests"]["headers"]


def test_schemas_are_resolved() -> None:
    for name in document()["components"]["schemas"]:
        assert not any("$ref" in node for node in nodes(schema(name)))


def test_schema_of_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(KeyError, match="MessageThread"):
        schema("Nothing")


def bodies() -> Iterator[tuple[str, dict[str, Any], object]]:
    """Every example of the document with the schema that it shows: a name, the schema, the example."""
    whole = document()
    for kind in ("paths", "webhooks"):
        for place, methods in whole[kind].items():
            described = methods["post"]
            contents = [described["requestBody"], *described["responses"].values()]
            for media in (each["content"]["application/json"] for each in contents if "content" in each):
                shown = [media["example"]] if "example" in media else []
                shown += [each["value"] for each in media.get("examples", {}).values()]
                for number, example in enumerate(shown):
                    references = media["schema"].get("anyOf", [media["schema"]])
                    names = [reference["$ref"].rpartition("/")[2] for reference in references]
                    yield f"{place} {number}", {"anyOf": [schema(name) for name in names]}, example
    refused = whole["components"]["responses"]["BadRequest"]["content"]["application/json"]
    yield "400", schema("ConnectorApiExceptionResult"), refused["example"]


@pytest.mark.parametrize(
    ("place", "described", "example"), [pytest.param(*each, id=each[0]) for each in bodies()]
)
def test_examples_fit_their_schemas(place: str, described: dict[str, Any], example: object) -> None:
    Draft202012Validator(described, format_checker=format_checker()).validate(example)
    assert example, place


def test_webhook_schemas_tell_the_payloads_apart() -> None:
    media = document()["webhooks"]["generalWebhook"]["post"]["requestBody"]["content"]["application/json"]
    entities = Draft202012Validator(schema("GeneralWebhookWithEntities"))
    ids_only = Draft202012Validator(schema("GeneralWebhook"))
    assert entities.is_valid(media["examples"]["entities"]["value"])
    assert not entities.is_valid(media["examples"]["ids_only"]["value"])
    assert ids_only.is_valid(media["examples"]["ids_only"]["value"])
