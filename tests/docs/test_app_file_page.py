"""docs/app-file.md: its examples are read, and no key or variable is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mockmews_testkit.integration import variables
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.schema import schema
from tests.docs.guide import ROOT, Block, blocks

PAGE = "docs/app-file.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
BLOCKS = blocks(PAGE)
WHOLE = next(each for each in BLOCKS if each.kind == "yaml app")
VARIABLES = [*variables.PLACE, *variables.GUEST, *variables.HOTEL, *variables.MESSAGE]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda each: f"line {each.line}")
def test_app_file_examples_are_taken(block: Block, tmp_path: Path) -> None:
    tree = yaml.safe_load(block.text)
    if "of app" in block.kind:
        tree = {**yaml.safe_load(WHOLE.text), **tree}
    if "command" in block.kind:
        del tree["say"]
    (tmp_path / "dev-ca.pem").touch()
    (tmp_path / "mews-app.yaml").write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
    assert AppFile.load(tmp_path / "mews-app.yaml").name


@pytest.mark.parametrize("key", schema()["properties"])
def test_app_file_page_names_every_key(key: str) -> None:
    assert f"{key}:" in TEXT or f"`{key}`" in TEXT


@pytest.mark.parametrize("name", VARIABLES)
def test_app_file_page_names_every_variable(name: str) -> None:
    assert f"`${{{name}}}`" in TEXT
