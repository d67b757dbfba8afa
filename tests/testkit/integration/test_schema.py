"""The editor's schema takes every good app file, and refuses the bad ones as far as a schema can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.schema import schema
from tests.testkit.integration.corpus import BAD, REST, Bad
from tests.testkit.integration.test_app_file import FULL, LEAST

VALIDATOR: Any = jsonschema.Draft202012Validator(schema())


def test_schema_takes_good_files() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for text in (FULL, LEAST, REST, AppFile.sample().path.read_text("utf-8")):
        VALIDATOR.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "bad", [each for each in BAD if each.schema], ids=lambda bad: f"{bad.line}:{bad.column} {bad.problem}"
)
def test_schema_refuses_what_it_can_tell(bad: Bad) -> None:
    assert not VALIDATOR.is_valid(yaml.safe_load(bad.text))


def test_schema_knows_every_key_of_the_loader(tmp_path: Path) -> None:
    from mockmews_testkit.integration.app_file import _fields

    assert set(schema()["properties"]) == set(_fields(tmp_path))
    assert set(schema()["required"]) == {name for name, field in _fields(tmp_path).items() if field.required}
