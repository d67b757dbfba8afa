"""`mockmews doctor`, as its user types it: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.testkit.doctor.test_advice import APP

_COMMAND = [sys.executable, "-c", "from mockmews_testkit.cli import main; main()", "doctor"]


def doctor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [*_COMMAND, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def write(folder: Path, **changes: object) -> None:
    """The good app file, found by its name."""
    (folder / "mews-app.yaml").write_text(yaml.safe_dump({**APP, "within": "5s", **changes}))


def test_doctor_ends_with_0_and_the_next_command_for_the_sample_app(tmp_path: Path) -> None:
    told = doctor(tmp_path, "--app", "sample")
    assert told.returncode == 0, told.stdout + told.stderr
    steps = [line.split()[1] for line in told.stdout.splitlines() if line.startswith("  ok")]
    assert steps == ["read", "fake", "start", "say", "mews", "webhook", "hear", "ids_only", "quiet"]
    assert told.stdout.splitlines()[-1].endswith("Next: mockmews run scenarios")
    assert told.stderr == ""


def test_doctor_ends_with_1_and_shows_the_line_to_change(tmp_path: Path) -> None:
    write(tmp_path, say={"post": "${app.url}/chats", "json": {"text": "${text}"}})
    told = doctor(tmp_path)
    assert told.returncode == 1
    assert "  --  say       say-404" in told.stdout
    for title in ("seen", "wanted", "change", "at", "output"):
        assert f"\n      {title}  " in told.stdout
    number = (tmp_path / "mews-app.yaml").read_text().splitlines().index("say:") + 1
    assert f"{tmp_path / 'mews-app.yaml'}:{number}:1: say:" in told.stdout
    assert "\x1b" not in told.stdout


def test_doctor_ends_with_2_where_the_app_does_not_start(tmp_path: Path) -> None:
    write(tmp_path, start=["no-such-program"])
    told = doctor(tmp_path)
    assert told.returncode == 2
    assert "command-not-found" in told.stdout
    assert told.stderr == ""


@pytest.mark.parametrize("arguments", [(), ("--app", "other.yaml")])
def test_doctor_says_how_to_come_by_an_app_file(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    told = doctor(tmp_path, *arguments)
    assert told.returncode == 2
    assert "app-file-missing" in told.stdout
    assert "mockmews init" in told.stdout


def test_doctor_shows_what_is_wrong_in_an_app_file_under_its_line(tmp_path: Path) -> None:
    (tmp_path / "mews-app.yaml").write_text('webhook: "${app.url}/hook"\nsays: {}\nhear: {python: a:b}\n')
    told = doctor(tmp_path)
    assert told.returncode == 2
    assert "app-file-unreadable" in told.stdout
    assert "mews-app.yaml:2:1: unknown key" in told.stdout
    assert "              ^\n" in told.stdout


def test_doctor_says_that_no_fake_is_where_the_app_looks_for_it(tmp_path: Path) -> None:
    write(tmp_path, mews={"url": "http://mews.invalid:8000"})
    told = doctor(tmp_path)
    assert told.returncode == 2
    assert "fake-unreachable" in told.stdout
    assert "mockmews serve" in told.stdout
    assert "mews-app.yaml:" in told.stdout


def test_doctor_gives_json_to_programs(tmp_path: Path) -> None:
    write(tmp_path, webhook="${app.url}/hook")
    told = doctor(tmp_path, "--json")
    assert told.returncode == 1
    content = json.loads(told.stdout)
    assert [each["step"] for each in content["passed"]] == ["read", "fake", "start", "say", "mews"]
    assert content["obstacle"]["id"] == "webhook-404"
    assert content["obstacle"]["source"].startswith(str(tmp_path / "mews-app.yaml"))


def test_doctor_keeps_quiet_where_all_is_well(tmp_path: Path) -> None:
    write(tmp_path)
    told = doctor(tmp_path, "--quiet")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
