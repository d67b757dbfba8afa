"""The versions that pyproject.toml allows are the ones that were tried."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

Version = tuple[int, ...]


def name_of(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def version_of(text: str) -> Version:
    """Its numbers without closing zeros, so that 0.27 equals 0.27.0."""
    numbers = [int(each) for each in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def pins(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {name_of(name): version for name, version in pairs}


def bounds() -> dict[str, str]:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"], *extras["hypothesis"], *extras["tls"]]
    found = [re.match(r"([\w.-]+)>=([\d.]+)(;.*)?$", text) for text in texts]
    assert all(found), texts
    return {name_of(each[1]): each[2] for each in found if each}


def test_bounds_are_the_versions_of_the_lowest_run() -> None:
    tried = pins("constraints-lowest.txt")
    assert {name: version_of(low) for name, low in bounds().items()} == {
        name: version_of(tried[name]) for name in bounds()
    }


def test_bounds_have_no_upper_end() -> None:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"], *extras["hypothesis"], *extras["tls"]]
    assert [text for text in texts if re.search(r"<|==|~=|!=", text.partition(";")[0])] == []


def test_constraints_pin_everything_that_is_asked_for() -> None:
    groups = PROJECT["dependency-groups"]
    asked = [*groups["test"], *(each for each in groups["dev"] if isinstance(each, str))]
    names = {name_of(re.split(r"[^\w.-]", each)[0]) for each in asked} | set(bounds())
    assert names - set(pins("constraints.txt")) == set()


def test_constraints_name_no_place_to_fetch_from() -> None:
    for file in ("constraints.txt", "constraints-lowest.txt"):
        lines = [line for line in (ROOT / file).read_text(encoding="utf-8").splitlines() if line]
        assert [line for line in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line)] == []
        assert not any("://" in line for line in lines)
