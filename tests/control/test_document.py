"""The control API's own OpenAPI document: valid, complete, and true to what the API does."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from mockmews import ControlClient, ControlError
from mockmews.wire.control import SHORTHANDS


def test_the_document_is_valid_openapi(client: ControlClient) -> None:
    document = client.openapi()
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_the_document_declares_every_parameter_of_its_paths(client: ControlClient) -> None:
    for path, item in client.openapi()["paths"].items():
        for operation in item.values():
            declared = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path))


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(client: ControlClient) -> None:
    operations = [each for item in client.openapi()["paths"].values() for each in item.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))
    assert all(each["summary"].endswith(".") for each in operations)


def test_the_fields_of_a_world_are_those_that_the_document_names(client: ControlClient) -> None:
    paths = client.openapi()["paths"]
    for path, method in (("/integrations", "post"), ("/integrations/{id}", "patch")):
        content = paths[f"/_mockmews/v1{path}"][method]["requestBody"]["content"]
        properties = content["application/json"]["schema"]["properties"]
        assert set(SHORTHANDS) < set(properties)
        with pytest.raises(ControlError) as error:
            client.create_integration(nothing_like_it=1)
        known = error.value.message.partition("Known are ")[2].rstrip(".").split(", ")
        assert set(known) == set(properties)
