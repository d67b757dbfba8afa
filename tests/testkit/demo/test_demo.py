"""`mockmews demo`, as a newcomer types it: a real process, which starts a real fake and a real app."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mockmews_testkit import sample_app

_COMMAND = [sys.executable, "-c", "from mockmews_testkit.cli import main; main()", "demo"]
_TITLES = (
    "1  The customer creates a message within your app",
    "2  Your app creates a new message thread in Mews",
    "3  Your app listens for MessageAdded webhook events",
    "4  Continue the conversation",
)


def _demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [*_COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False, env=environment
    )


def _processes_naming(text: str) -> list[str]:
    found = []
    for each in Path("/proc").glob("[0-9]*/environ"):
        try:
            content = each.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if text in content:
            found.append(each.parent.name)
    return found


def _flawed(folder: Path, patch: str) -> str:
    """The app file of the sample app with a patch of its code, run before it starts."""
    source = Path(sample_app.__file__).with_name("mews-app.yaml")
    tree = yaml.safe_load(source.read_text())
    program = f"{patch}\nfrom mockmews_testkit.sample_app.__main__ import main\nmain()"
    tree["start"] = [sys.executable, "-c", program]
    tree["within"] = "1s"
    del tree["cwd"]
    file = folder / "mews-app.yaml"
    file.write_text(yaml.safe_dump(tree))
    return str(file)


@pytest.fixture(scope="module")
def told() -> subprocess.CompletedProcess[str]:
    return _demo()


def test_demo_ends_with_0_and_a_verdict_under_both_payloads(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.count("ok  each line of a guest is in Mews exactly once") == 2
    assert told.stdout.count("ok  each reply was shown to its guest exactly once") == 2
    assert "payload entities" in told.stdout
    assert "payload ids_only" in told.stdout
    assert told.stderr == ""


def test_demo_tells_the_four_steps_of_the_guide_in_order(told: subprocess.CompletedProcess[str]) -> None:
    lines = told.stdout.splitlines()
    assert [line for line in lines if line in _TITLES] == [*_TITLES, *_TITLES]


def test_demo_tells_calls_and_webhooks_with_status_and_time(told: subprocess.CompletedProcess[str]) -> None:
    for part in (
        "messageThreads/add 200 (",
        "messages/add 200 (",
        "MessageAdded",
        "attempt 1: 200 (",
        " ms)",
    ):
        assert part in told.stdout


def test_demo_shows_an_echoing_app_where_it_broke_and_ends_with_1(tmp_path: Path) -> None:
    patch = (
        "from mockmews_testkit.sample_app import mews\n"
        "read = mews.Message.read.__func__\n"
        "def echo(cls, item):\n"
        "    own = item['Sender']['Discriminator'] == 'Application'\n"
        "    echoed = {'Id': 'echo-' + item['Id'], 'Sender': {'Discriminator': 'Enterprise', 'Value': None}}\n"
        "    return read(cls, {**item, **echoed} if own else item)\n"
        "mews.Message.read = classmethod(echo)"
    )
    told = _demo("--app", _flawed(tmp_path, patch))
    assert told.returncode == 1, told.stdout + told.stderr
    assert "penelope-arrives-late.mews.yaml:9:5" in told.stdout
    assert "LOOP-01" in told.stdout


def test_demo_shows_a_deaf_app_where_it_broke_and_ends_with_1(tmp_path: Path) -> None:
    patch = (
        "from mockmews_testkit.sample_app.incoming import Incoming\n"
        "Incoming.receive = Incoming.look = lambda *_: None"
    )
    told = _demo("--app", _flawed(tmp_path, patch))
    assert told.returncode == 1
    assert "Penelope did not see" in told.stdout
    assert "attempt 1: 200" in told.stdout
    assert "the app asked Mews nothing after it" in told.stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads the processes of Linux")
def test_demo_leaves_nothing_running(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0
    marker = "MOCKMEWS_DEMO_TEST_MARKER=1"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "MOCKMEWS_DEMO_TEST_MARKER": "1"}
    subprocess.run(_COMMAND, capture_output=True, timeout=60, check=True, env=environment)
    assert _processes_naming(marker) == []


def test_demo_refuses_a_missing_app_file_in_one_line() -> None:
    told = _demo("--app", "no-such-app.yaml")
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "no-such-app.yaml" in told.stderr
