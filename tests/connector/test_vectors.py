"""The vectors of contract.md 14 that this stage owes are all here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

OWED = {*range(1, 91), 92}
CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "spec" / "contract.md"
HERE = Path(__file__).parent
NUMBER = re.compile(r"vector_(\d+)_")


def names() -> Iterator[str]:
    """Names of tests, and ids of their parameters, in the modules of vectors."""
    for file in sorted(HERE.glob("test_vectors_*.py")):
        module = import_module(f"tests.connector.{file.stem}")
        for name, test in vars(module).items():
            if name.startswith("test_"):
                yield name
                for mark in getattr(test, "pytestmark", ()):
                    yield from (str(getattr(case, "id", "")) for case in mark.args[1])


def numbers() -> list[int]:
    return [int(found[1]) for name in names() if (found := NUMBER.search(name))]


def test_vectors_are_all_tested() -> None:
    assert set(numbers()) == OWED


def test_vectors_are_each_tested_once() -> None:
    assert [number for number, count in Counter(numbers()).items() if count > 1] == []


@pytest.mark.skipif(not CONTRACT.is_file(), reason="the contract's facts lie beside the repository")
def test_vectors_are_numbered_as_in_the_contract() -> None:
    section = CONTRACT.read_text(encoding="utf-8").partition("## 14. Test vectors")[2]
    described = {
        int(number) for number in re.findall(r"(?:^|  |\. )(\d+)\. (?=[a-zO])", section, re.MULTILINE)
    }
    assert described >= OWED
