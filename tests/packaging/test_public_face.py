"""The names that users may rely on, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import mockmews
import mockmews_testkit

HEAVY = (
    "aiohttp", "asyncio", "click", "httptools", "httpx", "hypothesis", "jsonschema", "jsonschema_rs",
    "msgspec", "pytest", "re2", "sqlite3", "starlette", "uvicorn", "yaml",
)  # fmt: skip
PROMISED = {
    "ControlClient", "ControlError", "ControlMethods", "MockMewsError", "MockMewsServer", "Settings",
}  # fmt: skip


def loaded_by(statement: str, folder: Path) -> set[str]:
    """The heavy modules that a fresh interpreter holds after a statement, with the wheel alone to import."""
    code = f"import sys; {statement}; print(*({set(HEAVY)!r} & set(sys.modules)))"
    environment_path = [str(folder), *(each for each in sys.path if "site-packages" in each)]
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {environment_path!r}; {code}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(run.stdout.split())


def test_public_names_are_sorted_and_there() -> None:
    assert list(mockmews.__all__) == sorted(mockmews.__all__)
    assert dir(mockmews) == list(mockmews.__all__)
    for name in mockmews.__all__:
        assert getattr(mockmews, name).__name__ == name


def test_public_names_that_were_promised_are_kept() -> None:
    # One may be added; one that is taken away breaks somebody's tests.
    assert PROMISED - set(mockmews.__all__) == set()


def test_public_names_of_the_kit_are_sorted_and_there() -> None:
    names = list(getattr(mockmews_testkit, "__all__", ()))
    assert names == sorted(names)
    assert [name for name in names if not hasattr(mockmews_testkit, name)] == []


def test_an_unknown_name_is_refused_as_modules_do() -> None:
    with pytest.raises(AttributeError, match="module 'mockmews' has no attribute 'Mews'"):
        _ = mockmews.Mews


@pytest.mark.parametrize("package", ["mockmews", "mockmews_testkit"])
def test_importing_a_package_loads_nothing_heavy(package: str, unpacked_wheel: Path) -> None:
    assert loaded_by(f"import {package}", unpacked_wheel) == set()


def test_the_client_loads_no_server(unpacked_wheel: Path) -> None:
    loaded = loaded_by("from mockmews import ControlClient, Settings", unpacked_wheel)
    assert loaded & {"starlette", "uvicorn", "sqlite3", "jsonschema", "jsonschema_rs"} == set()


def test_the_server_loads_the_web_framework(unpacked_wheel: Path) -> None:
    assert {"starlette", "uvicorn"} <= loaded_by("from mockmews import MockMewsServer", unpacked_wheel)
