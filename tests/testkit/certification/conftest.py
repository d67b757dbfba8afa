"""`mockmews certify` as its users type it: a real process in a folder of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

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
