"""YAML files: plain data as it was written, and errors that name the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews.errors import ConfigurationError
from mockmews.wire.yaml_files import parse_yaml, read_yaml


def data(text: str) -> object:
    return parse_yaml(text, name="f.yaml").data


def refusal(content: str | bytes) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_yaml(content, name="f.yaml")
    return str(caught.value)


def test_yaml_scalars_stay_what_was_written() -> None:
    assert data("[No, off, yes, 11:30, 2026-03-10, 0x1F, 1_000, 07:00-23:00, '5']") == [
        "No", "off", "yes", "11:30", "2026-03-10", "0x1F", "1_000", "07:00-23:00", "5",
    ]  # fmt: skip


def test_yaml_knows_true_false_null_and_numbers() -> None:
    assert data("[true, False, null, ~, 5, -3, 1.5, .5, 1e3]") == [
        True, False, None, None, 5, -3, 1.5, 0.5, "1e3",
    ]  # fmt: skip
    assert data("a:\n") == {"a": None}


def test_yaml_of_an_empty_file_is_nothing() -> None:
    assert data("# only a comment\n") is None


def test_yaml_places_are_lines_of_values_and_of_keys_of_collections() -> None:
    file = parse_yaml("a:\n  b:\n    - x\n    - >\n      folded\nc: {d: 1,\n  e: 2}\n", name="f.yaml")
    assert file.place(()) == "f.yaml:1"
    assert file.place(("a",)) == "f.yaml:1"
    assert file.place(("a", "b")) == "f.yaml:2"
    assert file.place(("a", "b", 1)) == "f.yaml:4"
    assert file.place(("c", "e")) == "f.yaml:7"
    assert file.place(("c", "missing", "deeper")) == "f.yaml:6"


def test_yaml_aliases_are_the_values_they_stand_for() -> None:
    assert data("a: &x [1, 2]\nb: *x") == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: 1\nb: 2\na: 3", "f.yaml:3: 'a' stands here twice (first on line 1); keep one"),
        (
            "a: 1\nb: !!python/name:os.system ''",
            "f.yaml:2: the tag !!python/name:os.system is not understood",
        ),
        ("- !thing {a: 1}", "f.yaml:1: the tag !thing is not understood"),
        (
            'say: "x"\ntext: "/\\d/"',
            "f.yaml:2: is not YAML: found unknown escape character 'd'; put patterns in single",
        ),
        (
            "say: Note: late",
            "f.yaml:1: is not YAML: mapping values are not allowed here; put texts that hold a colon",
        ),
        ("a: [1\nb: 2", "f.yaml:2: is not YAML: expected ',' or"),
        ("- a: 1\n b: 2", "f.yaml:2: is not YAML: expected <block end>, but found"),
        ("a:\n\tb: 1", "f.yaml:2: is not YAML: found character '\\t' that cannot start any token; check the"),
        ("a: 1\n---\nb: 2", "f.yaml:2: is not YAML: but found another document"),
        ("{{ sender }}: x", "f.yaml:1: a key must be a word"),
        ("a: *nothing", "f.yaml:1: is not YAML: found undefined alias 'nothing'"),
        ("a: 1\nb: \x07", "f.yaml:2: holds a character that YAML does not allow"),
        (b"a: 1\nb: \xff", "f.yaml:2: is not UTF-8"),
        ("&a [*a]", "f.yaml:1: is nested too deeply, or its aliases never end"),
        ("[" * 1000, "f.yaml:1: is n"),
        ("!!int x", "f.yaml:1: 'x' is not a number"),
        ("!!set {a, b}", "f.yaml:1: the tag !!set is not understood"),
        ("!!binary x", "f.yaml:1: the tag !!binary is not understood"),
    ],
)
def test_yaml_that_cannot_be_used_is_refused_with_its_line(content: str | bytes, expected: str) -> None:
    assert refusal(content).startswith(expected)


def test_yaml_aliases_that_multiply_without_end_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "its aliases never end" in refusal("\n".join(lines))


def test_a_file_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"desk\.yaml: cannot be read"):
        read_yaml(tmp_path / "desk.yaml")


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    assert parse_yaml(b"\xef\xbb\xbfa: 1", name="f.yaml").data == {"a": 1}
