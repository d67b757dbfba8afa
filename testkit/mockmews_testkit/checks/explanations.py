"""What a check's page tells beside its row of the registry: symptom, cause, and an example of wrong and right."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Explanation:
    """`symptom` is what guests and staff notice, `cause` what is usually behind it, `wrong` and `right` are code."""

    symptom: str
    cause: str
    wrong: str
    right: str
    language: str = "python"


def explanation(check_id: str) -> Explanation:
    """That of a check. KeyError where there is none."""
    return explanations()[check_id]


@cache
def explanations() -> dict[str, Explanation]:
    """All, by the id of their check."""
    text = files("mockmews_testkit.checks").joinpath("explanations.toml").read_text(encoding="utf-8")
    return {
        check_id: Explanation(**{name: value.strip() for name, value in row.items()})
        for check_id, row in tomllib.loads(text).items()
    }
