"""`mockmews exec`: a command of any language beside a fake of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.process import PATIENCE, environment, mockmews

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")

CALL = """
import json, os, urllib.request
body = {"ClientToken": os.environ["MEWS_CLIENT_TOKEN"], "AccessToken": os.environ["MEWS_ACCESS_TOKEN"],
        "Client": "Exec 1.0", "OriginalSender": "Ann", "Subject": "Stay"}
request = urllib.request.Request(os.environ["MEWS_URL"] + "/api/connector/v1/messageThreads/add",
                                 json.dumps(body).encode(), {"Content-Type": "application/json"})
threads = json.load(urllib.request.urlopen(request))["MessageThreads"]
health = json.load(urllib.request.urlopen(os.environ["MEWS_CONTROL_URL"] + "/health"))
print(json.dumps([threads[0]["OriginalSender"], health, len(os.environ["MEWS_WEBHOOK_TOKEN"]) > 8]))
"""

NODE = """
const tokens = {ClientToken: process.env.MEWS_CLIENT_TOKEN, AccessToken: process.env.MEWS_ACCESS_TOKEN};
const body = {...tokens, Client: "Node 1.0", OriginalSender: "Ann", Subject: "Stay"};
fetch(process.env.MEWS_URL + "/api/connector/v1/messageThreads/add", {
  method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
}).then((answer) => answer.json()).then((answer) => {
  console.log(answer.MessageThreads[0].Subject);
  process.exit(5);
});
"""


def python(code: str) -> list[str]:
    return ["--", sys.executable, "-c", code]


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """An exec that is under way, in a process group of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "mockmews", "exec", *arguments],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_command_finds_its_fake_in_the_environment() -> None:
    ended = mockmews("exec", *python(CALL))
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == ["Ann", {"status": "ok"}, True]
    assert ended.stderr == ""


@pytest.mark.parametrize("code", [0, 1, 3, 255])
def test_the_exit_code_is_the_commands(code: int) -> None:
    assert mockmews("exec", *python(f"raise SystemExit({code})")).returncode == code


@posix
def test_a_command_that_a_signal_ended_counts_as_in_shells() -> None:
    assert mockmews("exec", *python("import os; os.kill(os.getpid(), 9)")).returncode == 137


def test_options_of_serve_stand_before_the_command() -> None:
    code = (
        "import os, urllib.request as u\n"
        "print(u.urlopen(os.environ['MEWS_CONTROL_URL'] + '/settings').read().decode())"
    )
    ended = mockmews("exec", "--lag", "7s", "--payload=ids_only", *python(code))
    values = {each["name"]: each["value"] for each in json.loads(ended.stdout)["settings"]}
    assert (values["lag"], values["payload"]) == ("7s", "ids_only")


def test_options_of_the_command_are_its_own() -> None:
    ended = mockmews("exec", *python("import sys; print(sys.argv[1:])"), "--port", "--", "-x")
    assert ended.stdout.strip() == "['--port', '--', '-x']"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Name a command behind --, for example: mockmews exec -- npm test"),
        (
            ("--", "a-command-that-nobody-has"),
            "Cannot run a-command-that-nobody-has: No such file or directory.",
        ),
        (("--lag", "soon", "--", "true"), "The fake did not start; the line above says why."),
    ],
)
def test_what_cannot_be_run_is_one_line_and_exit_2(arguments: tuple[str, ...], words: str) -> None:
    ended = mockmews("exec", *arguments)
    assert ended.returncode == 2
    assert words in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for the end of another's child")
def test_a_fake_that_is_killed_makes_a_success_a_failure() -> None:
    kill = (
        "import os, select, signal, subprocess\n"
        "found = subprocess.run(['pgrep', '-P', str(os.getppid())], capture_output=True, text=True).stdout\n"
        "(fake,) = {int(each) for each in found.split()} - {os.getpid()}\n"
        "end = os.pidfd_open(fake)\n"
        "os.kill(fake, signal.SIGKILL)\n"
        "select.select([end], [], [])\n"
    )
    ended = mockmews("exec", *python(kill))
    assert ended.returncode == 2
    assert "The fake ended before the command did" in ended.stderr


@posix
def test_the_fake_ends_with_the_command() -> None:
    code = "import os; print(os.environ['MEWS_URL'])"
    url = mockmews("exec", *python(code)).stdout.strip()
    ended = subprocess.run(
        [sys.executable, "-c", f"import urllib.request as u; u.urlopen('{url}/_mockmews/v1/health')"],
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert "refused" in ended.stderr


WAITING = """
import os, signal, sys, time
def end(number, frame):
    print("cleaned up", flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
print(os.getpid(), flush=True)
while True:
    time.sleep(10)
"""


@posix
def test_sigterm_ends_the_command_too_and_waits_for_it() -> None:
    with started(*python(WAITING)) as process:
        command = int(first_line(process))
        process.send_signal(signal.SIGTERM)
        assert first_line(process) == "cleaned up"
        assert process.wait(PATIENCE) == 7
        assert not is_alive(command)


@posix
def test_ctrl_c_lets_the_command_clean_up_while_its_fake_still_serves() -> None:
    asking = WAITING.replace(
        'print("cleaned up", flush=True)',
        "import urllib.request as u\n"
        "    print(u.urlopen(os.environ['MEWS_CONTROL_URL'] + '/health').status, flush=True)",
    )
    with started(*python(asking)) as process:
        first_line(process)
        os.killpg(process.pid, signal.SIGINT)
        assert first_line(process) == "200"
        assert process.wait(PATIENCE) == 7


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_a_command_in_node_talks_to_it(tmp_path: Path) -> None:
    script = tmp_path / "talk.js"
    script.write_text(NODE)
    ended = mockmews("exec", "--", "node", str(script))
    assert ended.stdout.strip() == "Stay"
    assert ended.returncode == 5
