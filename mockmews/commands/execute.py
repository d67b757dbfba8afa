"""`mockmews exec`: a fake for the length of one command, in any language."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from mockmews.clock import pause_thread
from mockmews.errors import ServerError
from mockmews.instants import TICKS_PER_SECOND

_START_WITHIN = 30 * TICKS_PER_SECOND
_LOOK_EVERY = TICKS_PER_SECOND // 200

VARIABLES = {
    "MEWS_URL": "url",
    "MEWS_CONTROL_URL": "control_url",
    "MEWS_CLIENT_TOKEN": "client_token",
    "MEWS_ACCESS_TOKEN": "access_token",
    "MEWS_WEBHOOK_TOKEN": "webhook_token",
    "MEWS_CA_FILE": "ca_file",
}
"""What the command finds in its environment, and which part of the ready file each comes from."""


@click.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[SERVE OPTIONS] -- CMD...")
@click.pass_context
def execute(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Run a command beside a fake of its own, and return its exit code.

    The fake takes any free port unless --port is given, and ends with the command. The command finds it in
    MEWS_URL, MEWS_CONTROL_URL, MEWS_CLIENT_TOKEN, MEWS_ACCESS_TOKEN and MEWS_WEBHOOK_TOKEN, and with --tls the
    certificate authority to trust in MEWS_CA_FILE.
    """
    options, command = _parted(arguments)
    if not command:
        raise click.UsageError("Name a command behind --, for example: mockmews exec -- npm test", context)
    context.exit(run(options, command))


def run(options: Sequence[str], command: Sequence[str]) -> int:
    """The exit code of `command`, run beside a fake that serves with `options`.

    Raises ServerError where the fake does not start or ends before the command does, or where the command
    cannot be found.
    """
    with tempfile.TemporaryDirectory(prefix="mockmews-") as folder:
        ready = Path(folder) / "ready.json"
        port = () if any(each.split("=")[0] == "--port" for each in options) else ("--port", "0")
        serve = [sys.executable, "-m", "mockmews", "serve", "--quiet", "--until-stdin-closes"]
        # In a session of its own, Ctrl-C does not reach it: the command may clean up before it ends.
        with subprocess.Popen(
            [*serve, *port, *options, "--ready-file", str(ready)],
            stdin=subprocess.PIPE,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        ) as fake:
            try:
                facts = _ready(fake, ready)
                environment = {name: str(facts[key]) for name, key in VARIABLES.items() if key in facts}
                code = _code(command, {**os.environ, **environment})
                if fake.poll() is not None and code == 0:
                    raise ServerError("The fake ended before the command did, so its success means little.")
                return code
            finally:
                if fake.stdin is not None:
                    fake.stdin.close()


def _parted(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Options of serve, and the command: what stands before and behind the first `--`."""
    typed = sys.argv[sys.argv.index("exec") + 1 :] if "exec" in sys.argv else list(arguments)
    if "--" in typed:
        place = typed.index("--")
        return tuple(typed[:place]), tuple(typed[place + 1 :])
    return (), arguments


def _ready(fake: subprocess.Popen[bytes], file: Path) -> dict[str, Any]:
    waited = 0
    while not file.exists():
        if fake.poll() is not None:
            raise ServerError("The fake did not start; the line above says why.")
        if waited > _START_WITHIN:
            raise ServerError("The fake was not ready within 30 s.")
        pause_thread(_LOOK_EVERY)
        waited += _LOOK_EVERY
    facts: dict[str, Any] = json.loads(file.read_text())
    return facts


def _code(command: Sequence[str], environment: dict[str, str]) -> int:
    program, *rest = command
    try:
        # The path of a program that Windows knows by another ending, as npm by npm.cmd.
        started = subprocess.Popen([shutil.which(program) or program, *rest], env=environment)
    except OSError as error:
        raise ServerError(f"Cannot run {program}: {error.strerror or error}.") from None
    with started, _signals_go_to(started):
        code = started.wait()
    return code if code >= 0 else 128 - code  # ended by a signal, as shells count it


@contextlib.contextmanager
def _signals_go_to(command: subprocess.Popen[bytes]) -> Iterator[None]:
    """What ends us ends the command, whose end we wait for. The terminal sends Ctrl-C to both of us."""
    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: command.terminate()),
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
