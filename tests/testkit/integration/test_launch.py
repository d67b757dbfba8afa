"""Apps are started, awaited, taken down, brought up again and ended, with all their children."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mockmews_testkit.errors import Failure, TestkitError
from mockmews_testkit.integration import process
from mockmews_testkit.integration.contract import Place
from mockmews_testkit.integration.running import OpenedApp
from mockmews_testkit.waiting import Stopwatch, until
from tests.testkit.integration.conftest import APPS, RECORDER, SAY, SINK, Open, address, requests, show

ROOT = Path(__file__).parents[3]
REST = 'webhook: "http://127.0.0.1:9/hooks"\n' + SAY.replace("${app.url}", "http://127.0.0.1:9") + SINK
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")


def alive(pid: int) -> bool:
    """Whether a process does anything still; one that is dead and not waited for does not."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def python(code: str) -> str:
    """`start` that runs a line of Python."""
    return f"""start: ["${{python}}", -c, '{code}']\n"""


def test_restart_keeps_address_and_run_dir(recorder: OpenedApp, place: Place) -> None:
    before = address(recorder)
    (place.run_dir / "kept").touch()
    person = recorder.person("Penelope", 1)
    recorder.say(person, "one")
    recorder.restart()
    assert address(recorder) == before
    assert requests(recorder) == []
    assert recorder.say(person, "two").status == 200
    assert (place.run_dir / "kept").exists()
    assert recorder.output_tail() == f"listening on {before}\nlistening on {before}"
    assert recorder.log_path.parent == place.run_dir


def test_an_app_that_was_stopped_is_not_taken_for_dead(recorder: OpenedApp) -> None:
    recorder.stop()
    recorder.check_alive()
    recorder.go()
    recorder.check_alive()
    show(recorder, "guest-1", "back again")
    assert [each.text for each in recorder.shown(recorder.person("Penelope", 1))] == ["back again"]


def test_close_ends_the_app_and_may_be_called_twice(recorder: OpenedApp) -> None:
    program = recorder._launch._program
    assert program is not None
    recorder.close()
    recorder.close()
    assert program.exit_code is not None
    with pytest.raises(TestkitError, match="is closed"):
        recorder.shown(recorder.person("Penelope", 1))


def test_an_app_that_dies_is_a_failure_with_its_last_output(open_app: Open) -> None:
    code = 'import sys; print("could not\\nreach the database"); sys.exit(3)'
    app = open_app(python(code.replace("\\n", "\\\\n")) + f"ready: {{log: could}}\n{REST}")
    with pytest.raises(Failure, match="ended by itself with exit code 3") as caught:
        until(lambda: app.check_alive(), 10)
    assert "could" in str(caught.value)


def test_an_app_that_ends_before_it_is_ready_shows_its_last_output(open_app: Open) -> None:
    code = 'print("no such table"); raise SystemExit(7)'
    with pytest.raises(TestkitError, match=r"(?s)ended with exit code 7 before it was ready.*no such table"):
        open_app(python(code) + f"ready: {{log: never}}\n{REST}")


@pytest.mark.parametrize(
    ("ready", "problem"),
    [
        ('get: "${app.url}/none"', "nothing answers there"),
        ("log: /listening on .*/", "/listening on .*/ is not in its output"),
    ],
)
def test_an_app_that_is_never_ready_says_what_was_awaited(open_app: Open, ready: str, problem: str) -> None:
    code = 'import threading; print("thinking"); threading.Event().wait()'
    text = python(code) + f"env: {{PORT: '${{app.port}}'}}\nready: {{{ready}, within: 1s}}\n{REST}"
    with pytest.raises(TestkitError, match=r"(?s)not ready within 1s: .*raise `within`.*thinking") as caught:
        open_app(text)
    assert problem in str(caught.value)


def test_ready_waits_for_a_good_answer(open_app: Open, tmp_path: Path) -> None:
    gated = RECORDER.replace("env: {", f"env: {{GATE: {tmp_path / 'gate'}, ")
    # Long enough that it listens by then on a busy machine too.
    hasty = gated.replace('health"}', 'health", within: 3s}')
    with pytest.raises(TestkitError, match="health answered 503"):
        open_app(hasty + SAY + SINK)
    (tmp_path / "gate").touch()
    open_app(gated + SAY + SINK)


SERVE = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print("at", sys.argv[1] % server.server_port)
server.serve_forever()
"""


@pytest.mark.parametrize("shown", ["http://127.0.0.1:%d/", "%d"])
def test_ready_log_tells_the_address(open_app: Open, tmp_path: Path, shown: str) -> None:
    (tmp_path / "serve.py").write_text(SERVE)
    app = open_app(
        f'start: ["${{python}}", serve.py, "{shown}"]\nready: {{log: "/^at (\\\\S+)/m"}}\n'
        'webhook: "${app.url}/hooks"\n' + SAY + SINK
    )
    assert app.say(app.person("Penelope", 1), "Hi").status == 204


def test_without_ready_an_open_port_is_enough(open_app: Open) -> None:
    bare = "\n".join(line for line in RECORDER.splitlines() if not line.startswith("ready"))
    app = open_app(f"{bare}\n{SAY}{SINK}")
    assert app.say(app.person("Penelope", 1), "Hi").status == 200


def test_start_as_a_text_goes_through_the_shell(open_app: Open) -> None:
    line = f'start: "\\"${{python}}\\" \\"{(APPS / "recorder.py").as_posix()}\\" && echo never"\n'
    rest = "\n".join(each for each in RECORDER.splitlines() if not each.startswith("start"))
    app = open_app(line + rest + "\n" + SAY + SINK)
    assert app.say(app.person("Penelope", 1), "Hi").status == 200
    person = app.person("Penelope", 1)
    app.stop()
    assert app.say(person, "Hi").status is None


def test_a_program_that_does_not_exist_is_one_clear_line(open_app: Open) -> None:
    with pytest.raises(TestkitError, match="'no-such-program --now' cannot be started: "):
        open_app(f"start: [no-such-program, --now]\nready: {{log: x}}\n{REST}")


def test_a_folder_that_does_not_exist_is_one_clear_line(open_app: Open) -> None:
    with pytest.raises(TestkitError, match=r"The folder .*nowhere does not exist; check `cwd`"):
        open_app(f"start: [x]\ncwd: '${{run.dir}}/nowhere'\nready: {{log: x}}\n{REST}")


@posix
@pytest.mark.parametrize("way", ["list", "shell"])
def test_close_ends_children_that_ignore_sigterm(
    open_app: Open, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.2)
    start = {
        "list": f'["${{python}}", {APPS / "stubborn.py"}]',
        "shell": f"\"'${{python}}' {APPS / 'stubborn.py'}; true\"",
    }
    pids = tmp_path / "pids"
    app = open_app(f"start: {start[way]}\nenv: {{PIDS: {pids}}}\nready: {{log: ready}}\n{REST}")
    both = [int(each) for each in pids.read_text().split()]
    assert all(alive(each) for each in both)
    app.close()
    assert not any(alive(each) for each in both)


@posix
@pytest.mark.parametrize("end", ["raise RuntimeError", "os.kill(os.getpid(), signal.SIGINT)", "sys.exit(0)"])
def test_apps_end_with_a_kit_that_does_not_close_them(tmp_path: Path, end: str) -> None:
    code = f"""
        import os, signal, sys
        from pathlib import Path
        from mockmews_testkit.integration import process
        process.GRACE = 0.2
        kept = process.Program(
            [sys.executable, {str(APPS / "stubborn.py")!r}], folder=Path("."),
            environment={{**os.environ, "PIDS": {str(tmp_path / "pids")!r}}}, log=Path({str(tmp_path / "log")!r}),
        )
        from mockmews_testkit.waiting import until
        assert until(Path({str(tmp_path / "pids")!r}).exists, 10)
        {end}
    """
    paths = os.pathsep.join([str(ROOT), str(ROOT / "testkit")])
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": paths},
        stderr=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )
    pids = [int(each) for each in (tmp_path / "pids").read_text().split()]
    assert not any(alive(each) for each in pids)


@posix
def test_an_app_that_ends_in_order_is_not_waited_for(recorder: OpenedApp) -> None:
    watch = Stopwatch()
    recorder.close()
    assert watch.seconds < process.GRACE / 2


ENDS_SLOWLY = """
import ctypes, os, signal, socket, sys, threading
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
def last_thread():
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    signal.sigwait([signal.SIGTERM])
    threading.Event().wait(0.3)
    os._exit(0)
threading.Thread(target=last_thread).start()
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a process whose first thread has ended looks dead there")
def test_an_app_is_down_once_its_last_thread_has_ended(open_app: Open, tmp_path: Path) -> None:
    (tmp_path / "ends_slowly.py").write_text(ENDS_SLOWLY)
    start = 'start: "${python} ends_slowly.py ${app.port}; true"\n'
    app = open_app(start + REST.replace(":9/hooks", ":${app.port}/hooks"))
    _, port = address(app).removeprefix("http://").split(":")
    app.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port))).close()


def test_output_never_blocks_the_app(open_app: Open) -> None:
    code = 'import threading; print("x" * 99 * 99999); print("ready"); threading.Event().wait()'
    app = open_app(python(code) + f"ready: {{log: /ready/}}\n{REST}")
    assert app.output_tail(1) == "ready"


COMMANDS = """
webhook: "{url}/hooks"
say: {{post: "{url}/chat", text: "${{text}}"}}
{commands}
"""


def test_commands_restart_an_app_that_runs_already(
    recorder: OpenedApp, open_app: Open, tmp_path: Path
) -> None:
    touch = """["${{python}}", -c, "open('{}', 'a').write('{} ')"]"""
    log = (tmp_path / "log").as_posix()
    commands = "".join(f"{key}: {touch.format(log, key)}\n" for key in ("restart", "stop", "go"))
    app = open_app(COMMANDS.format(url=address(recorder), commands=commands) + SINK)
    app.restart()
    app.stop()
    app.go()
    assert (tmp_path / "log").read_text() == "restart stop go "
    assert app.say(app.person("Penelope", 1), "Hi").status == 200


@posix
def test_what_a_restart_command_starts_lives_on(recorder: OpenedApp, open_app: Open, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    command = f"restart: \"sleep 60 & echo $! > '{pid}'\""
    app = open_app(COMMANDS.format(url=address(recorder), commands=command) + SINK)
    app.restart()
    app.close()
    started = int(pid.read_text())
    assert alive(started)
    os.kill(started, signal.SIGKILL)


def test_a_failing_restart_command_shows_its_output(recorder: OpenedApp, open_app: Open) -> None:
    command = """restart: ["${python}", -c, "import sys; print('no such container'); sys.exit(4)"]"""
    app = open_app(COMMANDS.format(url=address(recorder), commands=command) + SINK)
    with pytest.raises(TestkitError, match=r"(?s)restart: ended with exit code 4.*no such container"):
        app.restart()


def test_an_app_of_others_cannot_be_restarted_without_a_command(recorder: OpenedApp, open_app: Open) -> None:
    app = open_app(COMMANDS.format(url=address(recorder), commands="") + SINK)
    with pytest.raises(TestkitError, match="was not started by the kit, so it cannot stop it; add start:"):
        app.restart()


def test_an_app_that_does_not_run_is_one_clear_line(open_app: Open) -> None:
    text = COMMANDS.format(
        url="http://127.0.0.1:1", commands="ready: {get: 'http://127.0.0.1:1/', within: 0}"
    )
    with pytest.raises(
        TestkitError, match=r"not ready within 0s: GET http://127\.0\.0\.1:1/: nothing answers there"
    ):
        open_app(text + SINK)


def test_connect_tells_of_the_integration(open_app: Open, place: Place) -> None:
    app = open_app(RECORDER + 'connect: {integration_webhook: "${app.url}/integration"}\n' + SAY + SINK)
    (request,) = requests(app)
    assert request["path"] == "/integration"

    body = json.loads(request["body"])
    assert body["Action"] == "IntegrationCreated"
    assert body["Data"]["AccessToken"] == place.access_token
    assert body["Data"]["Enterprise"]["Id"] == place.integration["enterprise_ids"][0]
    assert body["Data"]["IsEnabled"] is True


def test_connect_that_is_refused_says_so(open_app: Open) -> None:
    with pytest.raises(
        TestkitError, match=r"connect: the app did not take IntegrationCreated at .*: nothing"
    ):
        open_app(RECORDER + 'connect: {integration_webhook: "http://127.0.0.1:1/x?t=1"}\n' + SAY + SINK)


def test_an_app_is_not_started_where_another_one_listens(open_app: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        text = f'start: sleep 30\napp: {{url: "{url}"}}\nwebhook: "${{app.url}}/hooks"\n{SAY}{SINK}'
        with pytest.raises(TestkitError, match=rf"something listens at {url} already.*\$\{{app\.port\}}"):
            open_app(text)
