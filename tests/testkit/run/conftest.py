"""`mockmews run` as its users type it: a real process in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockmews_testkit import sample_app

COMMAND = [sys.executable, "-c", "from mockmews_testkit.cli import main; main()", "run"]
CI_VARIABLES = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "TF_BUILD", "NO_COLOR")

GREETING = "Hi! I just wanted to let you know I will be arriving late tonight"
SHORT = f"""
scenario: A short talk
tags: [short]
steps:
  - guest: "{GREETING}"
  - hotel: "Hello Ms Penelope!"
"""
DEAF = (
    "from mockmews_testkit.sample_app.incoming import Incoming\n"
    "Incoming.receive = Incoming.look = lambda *_: None"
)

Told = subprocess.CompletedProcess[str]
Mockmews = Callable[..., Told]


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """Ours, without what tells of a CI."""
    plain = {name: value for name, value in os.environ.items() if name not in CI_VARIABLES}
    return {**plain, "PYTHONPATH": os.pathsep.join(sys.path), **(more or {})}


def write_app(folder: Path, *, patch: str = "", **changes: Any) -> Path:
    """The app file of the sample app with a patch of its code, run before it starts."""
    source = Path(sample_app.__file__).with_name("mews-app.yaml")
    tree = yaml.safe_load(source.read_text())
    program = f"{patch}\nfrom mockmews_testkit.sample_app.__main__ import main\nmain()"
    tree["start"] = [sys.executable, "-c", program]
    tree["within"] = "1s"
    del tree["cwd"]
    file = folder / "mews-app.yaml"
    file.write_text(yaml.safe_dump({**tree, **changes}))
    return file


@pytest.fixture
def mockmews_run(tmp_path: Path) -> Mockmews:
    """Runs the command in the test's own folder."""

    def run(*arguments: str, env: dict[str, str] | None = None, stdout: Any = subprocess.PIPE) -> Told:
        return subprocess.run(
            [*COMMAND, *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=90, check=False,
            env=environment(env), cwd=tmp_path,
        )  # fmt: skip

    return run


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A scenario file in the test's own folder."""
    file = tmp_path / "talk.mews.yaml"
    file.write_text(SHORT)
    return file
