"""`mockmews init`, as a newcomer types it: what it writes, and what it leaves alone."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockmews.wire.config import Checks, read_config
from mockmews.wire.yaml_files import read_yaml
from mockmews_testkit.init.likenesses import LIKENESSES, written_for
from mockmews_testkit.integration.app_file import AppFile

_COMMAND = [sys.executable, "-c", "from mockmews_testkit.cli import main; main()", "init"]
_EVERYWHERE = {
    "mews-app.yaml", "mockmews.yaml", "scenarios/penelope-arrives-late.mews.yaml", "tests/test_guest_messaging.py",
}  # fmt: skip


def init(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [*_COMMAND, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def _nothing(_: object) -> Any:
    """The template names no address and no responder that would have to be checked."""


def files_in(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}


def test_init_writes_four_files_and_names_the_next_command(tmp_path: Path) -> None:
    told = init(tmp_path)
    assert told.returncode == 0, told.stderr
    assert files_in(tmp_path) == _EVERYWHERE
    assert [line.split()[1] for line in told.stdout.splitlines() if line.startswith("wrote")] == [
        "mews-app.yaml", "mockmews.yaml", "scenarios/penelope-arrives-late.mews.yaml", "tests/test_guest_messaging.py",
    ]  # fmt: skip
    last = told.stdout.splitlines()[-1]
    assert last.endswith("Then: mockmews doctor")
    number = int(last.partition("line ")[2].partition(".")[0])
    assert (tmp_path / "mews-app.yaml").read_text().splitlines()[number - 1].startswith("start:")


def test_init_writes_the_guest_of_a_websocket_too(tmp_path: Path) -> None:
    assert init(tmp_path, "--like", "websocket").returncode == 0
    assert files_in(tmp_path) == {*_EVERYWHERE, "mews-guest.js"}


def test_init_never_overwrites_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "mews-app.yaml").write_text("mine")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_guest_messaging.py").write_text("mine too")
    told = init(tmp_path)
    assert told.returncode == 0
    assert (tmp_path / "mews-app.yaml").read_text() == "mine"
    assert (tmp_path / "tests" / "test_guest_messaging.py").read_text() == "mine too"
    left = [line.split()[2] for line in told.stdout.splitlines() if line.startswith("left alone")]
    assert left == ["mews-app.yaml:", "tests/test_guest_messaging.py:"]
    assert files_in(tmp_path) == _EVERYWHERE
    assert told.stdout.splitlines()[-1] == "Next: mockmews doctor"


def test_init_refuses_in_one_line_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "scenarios").write_text("a file")
    told = init(tmp_path)
    assert told.returncode == 2
    assert told.stderr == (
        "mockmews: scenarios is no folder; scenarios/penelope-arrives-late.mews.yaml cannot be written into it.\n"
    )


def test_doctor_after_init_asks_for_the_start_line(tmp_path: Path) -> None:
    init(tmp_path)
    command = [*_COMMAND[:-1], "doctor"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 2
    assert "command-not-found" in told.stdout
    assert 'start: "command-that-starts-your-app"' in told.stdout


@pytest.mark.parametrize("likeness", LIKENESSES)
def test_templates_can_be_read_by_whom_they_are_for(likeness: str, tmp_path: Path) -> None:
    for name, text in written_for(likeness):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert AppFile.load(tmp_path).start is not None
    text = (tmp_path / "mockmews.yaml").read_text("utf-8")
    config = read_config(read_yaml(tmp_path / "mockmews.yaml"), Checks(_nothing, _nothing))
    assert config.reply_rules is not None
    assert len(config.reply_rules) == len(yaml.safe_load(text)["reply_rules"])
    ast.parse((tmp_path / "tests" / "test_guest_messaging.py").read_text("utf-8"))


def test_init_writes_a_test_that_the_plugin_runs(tmp_path: Path) -> None:
    assert init(tmp_path).returncode == 0
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-W",
        "error",
        "-p",
        "no:cacheprovider",
        "--mews-app",
        "sample",
        "tests",
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout
