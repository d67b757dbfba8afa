"""`mockmews certify` as its users type it, a real process in a folder of its own; and a fake for single probes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockmews import MockMewsServer
from mockmews_testkit.bench import Fake
from tests.testkit.checks.test_runs import ROOT
from tests.testkit.run.conftest import environment

COMMAND = [sys.executable, "-c", "from mockmews_testkit.cli import main; main()", "certify"]

Told = subprocess.CompletedProcess[str]
Certify = Callable[..., Told]


@pytest.fixture
def certify(tmp_path: Path) -> Certify:
    """Runs the command in the test's own folder."""

    def run(*arguments: str, env: dict[str, str] | None = None) -> Told:
        return subprocess.run(
            [*COMMAND, *arguments], capture_output=True, text=True, timeout=110, check=False,
            env=environment(env), cwd=tmp_path,
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    """For the probes of one module."""
    with MockMewsServer() as server:
        yield Fake.of(server)


@pytest.fixture
def small_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets app files name the small apps of the tests."""
    monkeypatch.syspath_prepend(str(ROOT))
