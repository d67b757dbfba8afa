"""The editors' schema of the hotel's file accepts and refuses what the reader does."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from mockmews.control.integrations import _TAKES
from mockmews.errors import ConfigurationError
from mockmews.serving.config_schema import schema
from mockmews.settings import SETTINGS
from mockmews.wire.config import _TOKENS, _TOP
from mockmews.wire.control import WORLD_FIELDS
from mockmews.wire.faults import FAULT_KEYS
from mockmews.wire.yaml_files import parse_yaml
from tests.cli.process import mockmews
from tests.config.corpus import BAD, GOOD, Bad

_SCHEMA = schema()
_IN_PYTHON = jsonschema.Draft202012Validator(_SCHEMA)
_IN_RUST = jsonschema_rs.validator_for(_SCHEMA)


def accepts(text: str) -> bool:
    try:
        data = parse_yaml(text, name="hotel.yaml").data
    except ConfigurationError:
        return True  # YAML's own mistakes are not a schema's affair
    verdict = bool(_IN_PYTHON.is_valid(data))
    assert _IN_RUST.is_valid(data) == verdict
    return verdict


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_the_schema_accepts_what_the_reader_takes(text: str) -> None:
    assert accepts(text)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.words[:40])
def test_the_schema_refuses_what_the_reader_refuses_or_it_is_a_known_exception(bad: Bad) -> None:
    assert accepts(bad.text) != bad.known


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_schema_takes_each_settings_values(setting: Any) -> None:
    for value in (setting.default, setting.other):
        assert accepts(f"version: 1\nsettings: {{{setting.name}: {json.dumps(value)}}}\n"), value
    assert not accepts(f"version: 1\nsettings: {{{setting.name}: [1]}}\n")


@pytest.mark.parametrize(
    ("place", "known"),
    [
        ("", _TOP),
        ("integration", {"client", "enterprise", "responder", *_TOKENS, *WORLD_FIELDS}),
        ("settings", {each.name for each in SETTINGS}),
        ("fault", FAULT_KEYS),
    ],
)
def test_the_schema_knows_the_keys_of_the_reader(place: str, known: Any) -> None:
    node = _SCHEMA["$defs"][place] if place else _SCHEMA
    assert set(node["properties"]) == set(known)


def test_every_key_is_described() -> None:
    for node in (_SCHEMA, *(each for each in _SCHEMA["$defs"].values() if "properties" in each)):
        assert all("description" in each for each in node["properties"].values())
    assert set(_TAKES) <= set(_SCHEMA["$defs"]["integration"]["properties"])


def test_the_command_prints_it() -> None:
    printed = mockmews("schema", "config")
    assert json.loads(printed.stdout) == _SCHEMA
