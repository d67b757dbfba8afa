"""The editor's schema accepts and refuses what the loader does, however an editor reads numbers."""

from __future__ import annotations

from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mockmews_testkit.errors import ScenarioError
from mockmews_testkit.scenario.document_forms import DOCUMENT, GUEST, HOTEL
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.scenario.schema import schema
from mockmews_testkit.scenario.step_forms import EXPECT_FIELDS, STEPS
from mockmews_testkit.scenario.world_forms import CLOCK, FAULT_FIELDS, REPLY_RULE, WHEN, WORLD
from mockmews_testkit.vocabulary import CHECKS, OPERATIONS
from tests.testkit.scenario.corpus import BAD, GOOD, Bad, Schema

_DOCUMENT_SCHEMA = schema()
_IN_PYTHON = jsonschema.Draft202012Validator(_DOCUMENT_SCHEMA)
_IN_RUST = jsonschema_rs.validator_for(_DOCUMENT_SCHEMA)


class _Editor(yaml.SafeLoader):
    """Reads numbers, booleans and nulls as editors do; instants stay texts, as JSON has none."""


_Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _accepts(tree: Any) -> bool:
    verdict = bool(_IN_PYTHON.is_valid(tree))
    assert _IN_RUST.is_valid(tree) == verdict
    return verdict


def _trees(text: str, loader: Any) -> list[Any]:
    return [tree for tree in yaml.load_all(text, Loader=loader) if tree not in (None, "")]


def _members(name: str) -> Any:
    one, *_ = _DOCUMENT_SCHEMA["properties"][name]["anyOf"][0]["additionalProperties"]["anyOf"]
    return one["properties"]


def _definition(name: str) -> Any:
    return _DOCUMENT_SCHEMA["$defs"][name]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(_DOCUMENT_SCHEMA)


@pytest.mark.parametrize("loader", [yaml.BaseLoader, _Editor])
@pytest.mark.parametrize("text", GOOD)
def test_a_good_document_is_accepted(text: str, loader: Any) -> None:
    assert load_text(text, "story.mews.yaml")
    for tree in _trees(text, loader):
        assert _accepts(tree), list(_IN_PYTHON.iter_errors(tree))


@pytest.mark.parametrize("loader", [yaml.BaseLoader, _Editor])
@pytest.mark.parametrize(
    "bad", [each for each in BAD if each.schema is Schema.REFUSES], ids=lambda bad: bad.text
)
def test_a_bad_document_is_refused(bad: Bad, loader: Any) -> None:
    assert not all(_accepts(tree) for tree in _trees(bad.text, loader))


@pytest.mark.parametrize(
    "bad", [each for each in BAD if each.schema is Schema.CANNOT_TELL], ids=lambda bad: bad.text
)
def test_what_the_schema_cannot_tell_is_a_known_list(bad: Bad) -> None:
    assert all(_accepts(tree) for tree in _trees(bad.text, yaml.BaseLoader))


@pytest.mark.parametrize(
    ("keys", "properties"),
    [
        (DOCUMENT, _DOCUMENT_SCHEMA["properties"]),
        (WORLD, _definition("mews")["properties"]),
        (FAULT_FIELDS, _definition("fault")["properties"]),
        (REPLY_RULE, _definition("reply_rule")["properties"]),
        (WHEN, _definition("reply_rule")["properties"]["when"]["properties"]),
        (CLOCK, _definition("mews")["properties"]["clock"]["properties"]),
        (EXPECT_FIELDS, _definition("step_expect")["properties"]["expect"]["properties"]),
        (GUEST, _members("guests")),
        (HOTEL, _members("hotels")),
        *[({word, *form.options}, _definition(f"step_{word}")["properties"]) for word, form in STEPS.items()],
    ],
)  # fmt: skip
def test_the_schema_knows_the_keys_of_the_loader(keys: Any, properties: Any) -> None:
    assert set(properties) == set(keys)


def test_the_schema_knows_the_words_of_mews() -> None:
    expect = _definition("step_expect")["properties"]["expect"]["properties"]
    assert expect["pass"]["anyOf"][0]["enum"] == list(CHECKS)
    assert list(expect["calls"]["properties"]) == list(OPERATIONS)


def test_every_key_of_the_schema_is_described() -> None:
    undescribed = [
        f"{name}.{key}"
        for name, each in _DOCUMENT_SCHEMA["$defs"].items()
        for key, value in each.get("properties", {}).items()
        if "description" not in value and not name.startswith("step_")
    ]
    assert undescribed == []


_WORDS = """
    a all true false no none 0 1 2 007 3..4 30s 1m..2m any held reset 429 0.5 messages/add
    MessageAdded RATE-01 resolve Penelope 5/30s silent
"""
_VALUES = st.sampled_from(["", *_WORDS.split()])
_OPTIONS = ("by", "to", "at", "as", "within", "order", "only", "forwarded", "contains", "matches")
_KEYS = st.sampled_from([*STEPS, *FAULT_FIELDS, *EXPECT_FIELDS, *REPLY_RULE, *CLOCK, *_OPTIONS, *OPERATIONS])
_TREES = st.recursive(
    _VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)
_FAULTS = st.dictionaries(st.sampled_from(list(FAULT_FIELDS)), _VALUES, max_size=3)
_STEPS = st.one_of(
    _TREES,
    *[
        st.fixed_dictionaries(
            {word: _TREES}, optional=dict.fromkeys([*form.options, "bye"], _VALUES)
        )
        for word, form in STEPS.items()
    ],
    st.fixed_dictionaries({"fault": _FAULTS}),
)  # fmt: skip
_WORLDS = st.dictionaries(st.sampled_from(list(WORLD)), _TREES, max_size=2)
_UNSEEN = ("runs backwards", "was defined", "is named", "was given", "ends before", "is empty")


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(_STEPS, min_size=1, max_size=1), _WORLDS)
def test_any_tree_is_judged_alike(steps: list[Any], world: dict[str, Any]) -> None:
    tree = {"scenario": "T", "mews": world, "guests": ["Penelope", "a"], "hotels": ["a"], "steps": steps}
    text = yaml.safe_dump(tree, default_style='"', allow_unicode=True)
    text = text.replace("!!null ", "").replace("!!str ", "")
    problems = _problems(text)
    if not problems:
        assert _accepts(tree), text
    elif not all(any(sign in problem for sign in _UNSEEN) for problem in problems):
        assert not _accepts(tree), problems


def _problems(text: str) -> list[str]:
    try:
        load_text(text, "story.mews.yaml")
    except ScenarioError as error:
        return [error.problem, *(each.problem for each in error.more)]
    return []
