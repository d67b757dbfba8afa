"""`mockmews run`: what is played, what is told, and the exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mockmews import MockMewsServer
from mockmews_testkit import waiting
from mockmews_testkit.errors import UsageError
from mockmews_testkit.replay.plays import PAYLOADS
from mockmews_testkit.replay.selection import Wishes, select
from mockmews_testkit.scenario.loading import load_file
from tests.testkit.run.conftest import COMMAND, DEAF, SHORT, Mockmews, environment, write_app

_LONE = SHORT.replace("A short talk", "Another talk").replace("[short]", "[other]")


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


def test_run_plays_a_file_under_both_payloads_and_leaves_nothing_behind(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    told = mockmews_run(str(story), "--app", "sample")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "payload entities" in told.stdout
    assert "payload ids_only" in told.stdout
    assert re.search(r"2 passed in [0-9.]+ s$", told.stdout.strip())
    assert told.stderr == ""
    assert sorted(each.name for each in tmp_path.iterdir()) == [story.name]


def test_run_finds_the_app_file_beside_the_scenario(mockmews_run: Mockmews, tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "talk.mews.yaml").write_text(SHORT)
    write_app(tmp_path, app={"name": "Beside"})
    told = mockmews_run("stories", "--payload", "entities", "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["app"]["name"] == "Beside"


def test_run_takes_the_app_that_the_scenario_names(mockmews_run: Mockmews, tmp_path: Path) -> None:
    (tmp_path / "talk.mews.yaml").write_text(f"{SHORT}app: sample\n")
    told = mockmews_run("talk.mews.yaml", "--payload", "ids_only")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "payload entities" not in told.stdout


def test_run_without_an_app_file_names_init_and_exits_with_2(mockmews_run: Mockmews, story: Path) -> None:
    told = mockmews_run(str(story))
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "mockmews init" in told.stderr
    assert "--app sample" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nowhere.mews.yaml"], "nowhere.mews.yaml does not exist"),
        (["--app", "sample", "--report", "pdf=x"], "--report pdf=x"),
        (["--app", "sample", "--tag", "no-such-tag"], "no-such-tag"),
        (["--app", "sample", "--mews-url", "http://127.0.0.1:9"], "http://127.0.0.1:9"),
        (["--app", "sample", "--public-url", "https://example.com"], "--public-url"),
        (["--app", "sample", "--jobs", "0"], "--jobs"),
    ],
)
def test_run_refuses_what_it_cannot_use_in_one_line(
    mockmews_run: Mockmews, arguments: list[str], word: str
) -> None:
    told = mockmews_run(*arguments)
    assert told.returncode == 2, told.stdout
    assert told.stderr.count("\n") == 1, told.stderr
    assert word in told.stderr


def test_run_refuses_a_broken_scenario_at_its_line_and_starts_nothing(
    mockmews_run: Mockmews, story: Path
) -> None:
    story.write_text(SHORT.replace("- hotel:", "- hotle:"))
    told = mockmews_run(str(story), "--app", "sample")
    assert told.returncode == 2
    assert "talk.mews.yaml:6:5" in told.stderr
    assert told.stdout == ""


def test_run_shows_a_deaf_app_where_it_broke_and_what_it_left(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    write_app(tmp_path, patch=f"{DEAF}\nprint('last words of the app')")
    told = mockmews_run(str(story), "--seed", "7")
    assert told.returncode == 1, told.stdout + told.stderr
    for part in (
        "talk.mews.yaml:6:5", "-> 6 |   - hotel:", "last words of the app", "2 failed in",
        "--payload ids_only --seed 7",
    ):  # fmt: skip
        assert part in told.stdout
    assert told.stdout.strip().endswith(str(Path(".mockmews/last/report.html")))
    last = tmp_path / ".mockmews" / "last"
    assert json.loads((last / "run.json").read_bytes())["verdict"] == "failed"
    assert "last words of the app" in (last / "app.log").read_text()
    assert "<!doctype html>" in (last / "report.html").read_text()
    names = sorted(each.name for each in (tmp_path / ".mockmews" / "failures").iterdir())
    assert names == [f"a-short-talk-{payload}.mews.yaml" for payload in PAYLOADS]


def test_run_saves_stories_that_replay_by_themselves_until_they_are_fixed(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    write_app(tmp_path, patch=DEAF)
    mockmews_run(str(story), "--payload", "entities", "--seed", "11", "--quiet")
    (saved,) = (tmp_path / ".mockmews" / "failures").iterdir()
    (scenario,) = load_file(saved)
    assert scenario.mews == {"payload": "entities", "seed": 11}
    assert scenario.app == "../../mews-app.yaml"
    story.unlink()
    told = mockmews_run("--saved")
    assert told.returncode == 1, told.stderr
    assert "STILL FAILS" in told.stdout
    write_app(tmp_path)
    (saved.parent / "broken.mews.yaml").write_text("scenario: x\nsteps: 7\n")
    told = mockmews_run("--saved")
    assert told.returncode == 2
    assert f"FIXED  {Path('.mockmews/failures') / saved.name}" in told.stdout
    assert "ERROR  .mockmews/failures/broken.mews.yaml" in told.stdout.replace("\\", "/")
    (saved.parent / "broken.mews.yaml").unlink()
    assert mockmews_run("--saved").returncode == 0


def test_run_says_that_nothing_is_saved(mockmews_run: Mockmews) -> None:
    told = mockmews_run("--saved")
    assert told.returncode == 0
    assert "No failed story is saved in .mockmews/failures.\nnothing played" in told.stdout


@pytest.mark.soak
def test_run_plays_twenty_at_once_without_mixing_their_transcripts(
    mockmews_run: Mockmews, tmp_path: Path
) -> None:
    texts = [SHORT.replace("A short talk", f"Talk {n}").replace(" late ", f" at {n} ") for n in range(10)]
    (tmp_path / "many.mews.yaml").write_text("---".join(texts))
    told = mockmews_run("many.mews.yaml", "--app", "sample", "--jobs", "20")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "20 passed" in told.stdout
    for block in told.stdout.split("\n\n"):
        title = re.search(r"^Talk ([0-9]+)   \(payload", block.strip())
        if title is not None:
            assert set(re.findall(r"arriving at ([0-9]+) tonight", block)) == {title[1]}
            assert re.search(rf"^Talk {title[1]}: passed in", block, re.MULTILINE)


def test_run_chooses_by_tag_and_by_line(mockmews_run: Mockmews, tmp_path: Path) -> None:
    (tmp_path / "two.mews.yaml").write_text(f"{SHORT}---{_LONE}")
    for choice in (["two.mews.yaml", "--tag", "other"], ["two.mews.yaml:9"]):
        told = mockmews_run(*choice, "--app", "sample", "--payload", "entities")
        assert told.returncode == 0, told.stderr
        assert "Another talk: passed" in told.stdout
        assert "A short talk" not in told.stdout


def test_run_on_a_shared_world_starts_the_app_once_with_new_guests_for_each(
    mockmews_run: Mockmews, tmp_path: Path
) -> None:
    texts = [SHORT, SHORT.replace("A short talk", "The same again"), f"{_LONE}mews: {{lag: 20ms}}\n"]
    (tmp_path / "three.mews.yaml").write_text("---".join(texts))
    log = tmp_path / "starts"
    write_app(tmp_path, patch=f"open({str(log)!r}, 'a').write('start ')", world="shared")
    told = mockmews_run("three.mews.yaml")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "6 passed" in told.stdout
    assert log.read_text() == "start "


def test_run_quiet_tells_the_sum_alone(mockmews_run: Mockmews, story: Path) -> None:
    told = mockmews_run(str(story), "--app", "sample", "--quiet")
    assert re.fullmatch(r"2 passed in [0-9.]+ s\n", told.stdout)


def test_run_with_a_seed_repeats_its_identifiers(mockmews_run: Mockmews, story: Path) -> None:
    told = [
        mockmews_run(str(story), "--app", "sample", "--payload", "entities", "--seed", "5", "--json")
        for _ in range(2)
    ]
    assert [json.loads(each.stdout)["scenarios"][0]["seed"] for each in told] == [5, 5]


def test_run_uses_a_fake_that_runs_already(mockmews_run: Mockmews, story: Path) -> None:
    with MockMewsServer() as server:
        before = len(server.control.integrations())
        told = mockmews_run(str(story), "--app", "sample", "--mews-url", server.url, "--payload", "entities")
        assert told.returncode == 0, told.stdout + told.stderr
        assert len(server.control.integrations()) == before


def test_run_asks_a_foreign_fake_with_its_admin_token(mockmews_run: Mockmews, story: Path) -> None:
    with MockMewsServer(admin_token="secret") as server:
        arguments = [str(story), "--app", "sample", "--mews-url", server.url, "--payload", "entities"]
        refused = mockmews_run(*arguments)
        assert refused.returncode == 2
        assert "admin token" in refused.stderr
        told = mockmews_run(*arguments, "--admin-token", "secret")
        assert told.returncode == 0, told.stdout + told.stderr


def test_run_tells_the_app_the_public_address_of_the_fake(mockmews_run: Mockmews, story: Path) -> None:
    with MockMewsServer(allow_hosts=["localhost"]) as server:
        public = server.url.replace("127.0.0.1", "localhost")
        told = mockmews_run(
            str(story), "--app", "sample", "--mews-url", server.url, "--public-url", public,
            "--payload", "entities",
        )  # fmt: skip
        assert told.returncode == 0, told.stdout + told.stderr


def test_run_speaks_with_an_app_that_has_its_tokens_already(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    with MockMewsServer() as server:
        world = server.control.create_integration()
        tokens = {name: world[name] for name in ("client_token", "access_token")}
        write_app(tmp_path, mews={"url": server.url, **tokens})
        told = mockmews_run(str(story))
        assert told.returncode == 0, told.stdout + told.stderr
        assert len(server.control.threads(world["integration_id"])) == 2


def test_run_refuses_an_app_that_does_not_start_in_words(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    write_app(tmp_path, patch="raise SystemExit('no port for me')")
    told = mockmews_run(str(story))
    assert told.returncode == 2
    assert "ended with exit code 1 before it was ready" in told.stderr
    assert "Its last output:\n  no port for me" in told.stderr  # its log went with its folder
    assert "Traceback" not in told.stderr


def test_run_says_that_ready_may_be_missing(mockmews_run: Mockmews, story: Path, tmp_path: Path) -> None:
    file = write_app(tmp_path, say={"post": "${app.url}/not-yet", "json": {"text": "${text}"}})
    hint = "it answered 404; if it listens before it can serve, let `ready` in the app file wait"
    assert hint not in mockmews_run("--payload", "entities", str(story)).stdout
    file.write_text(file.read_text().replace("ready:\n  get: ${app.url}/health\n", ""))
    assert hint in mockmews_run("--payload", "entities", str(story)).stdout


def test_run_ends_with_failure_where_the_app_dies_in_the_middle(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    patch = (
        "import os\nfrom mockmews_testkit.sample_app.incoming import Incoming\n"
        "Incoming.receive = lambda *_: os._exit(3)"
    )
    write_app(tmp_path, patch=patch)
    told = mockmews_run(str(story), "--jobs", "2")
    assert told.returncode == 1, told.stdout + told.stderr
    assert "has ended by itself with exit code 3" in told.stdout


FRAIL = """
import os, socket, time
with socket.create_server(("127.0.0.1", int(os.environ["PORT"]))) as server:
    print("ready", flush=True)
    server.accept()[0].close()
    time.sleep(0.1)
    raise SystemExit("the text was too much for me")
"""


def test_run_tells_of_an_app_that_a_text_kills_by_its_end(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    write_app(tmp_path, start=[sys.executable, "-c", FRAIL], ready={"log": "/ready/"})
    told = mockmews_run(str(story), "--payload", "entities")
    assert told.returncode == 1, told.stdout + told.stderr
    assert "has ended by itself with exit code 1" in told.stdout
    assert "the text was too much for me" in told.stdout
    assert "Check `say`" not in told.stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads the processes of Linux")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", ["1", "4"])
def test_run_leaves_nothing_running_after_a_signal(
    tmp_path: Path, story: Path, number: signal.Signals, jobs: str
) -> None:
    mark = f"MOCKMEWS_RUN_TEST={tmp_path.name}-{number}-{jobs}"
    story.write_text(f"{SHORT}  - wait: 60s\n")
    name, _, value = mark.partition("=")
    process = subprocess.Popen(
        [*COMMAND, str(story), "--app", "sample", "--jobs", jobs],
        cwd=tmp_path, env=environment({name: value}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wanted = 2 + (jobs == "4")
        assert waiting.until(lambda: len(_processes_naming(mark)) >= wanted, 60)
        process.send_signal(number)
        told, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == (130 if number == signal.SIGINT else 143)
    assert "Traceback" not in errors
    assert ("Interrupted at 0 of 2: nothing played" in told) == (number == signal.SIGINT)
    assert _processes_naming(mark) == []


HANGING = """
import os, signal, socket
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with socket.create_server(("127.0.0.1", int(os.environ["PORT"]))) as server:
    print("ready", flush=True)
    taken = []
    while True:
        taken.append(server.accept())
        open(f"said-{os.getpid()}", "w").close()
"""


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C of another process is Unix's")
def test_run_ends_soon_after_a_signal_though_its_apps_hang_and_will_not_end(tmp_path: Path) -> None:
    story = tmp_path / "story.mews.yaml"
    story.write_text(SHORT)
    write_app(tmp_path, start=[sys.executable, "-c", HANGING], ready={"log": "/ready/"}, within="600s")
    mark = f"MOCKMEWS_RUN_TEST={tmp_path.name}"
    process = subprocess.Popen(
        [*COMMAND, str(story), "--jobs", "2"], cwd=tmp_path, env=environment({"MOCKMEWS_RUN_TEST": tmp_path.name}),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert waiting.until(lambda: len(list(tmp_path.glob("said-*"))) == 2, 20)
        process.send_signal(signal.SIGINT)
        clock = waiting.Stopwatch()
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert clock.seconds < 12  # five of grace, and both apps at the same time
    assert _processes_naming(mark) == []


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C of another process is Unix's")
def test_run_keeps_app_and_fake_up_at_the_failing_line(tmp_path: Path, story: Path) -> None:
    write_app(tmp_path, patch=DEAF)
    process = subprocess.Popen(
        [*COMMAND, str(story), "--keep"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not any("app's output" in line for line in lines):
            lines.append(process.stdout.readline())
            assert lines[-1], "".join(lines)
        text = "".join(lines)
        from mockmews import ControlClient

        address = re.search(r"control API +(\S+)/_mockmews/v1/integrations/(\S+)", text)
        assert address is not None
        with ControlClient(address[1]) as control:
            assert len(control.threads(address[2])) == 1
        assert "1 failed" in text
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 1


def test_select_without_paths_takes_the_bundled_scenarios() -> None:
    names = {play.scenario.name for play in select(Wishes(app="sample"))}
    assert "Penelope arrives late" in names


def test_select_plays_a_scenario_with_a_payload_of_its_own_once(tmp_path: Path) -> None:
    file = tmp_path / "one.mews.yaml"
    file.write_text(f"{SHORT}mews: {{payload: ids_only}}\n")
    assert [each.payload for each in select(Wishes(paths=[str(file)], app="sample"))] == ["ids_only"]
    both = select(Wishes(paths=[str(file)], app="sample", payloads=PAYLOADS))
    assert [each.payload for each in both] == list(PAYLOADS)
    assert [each.scenario.mews["payload"] for each in both] == list(PAYLOADS)


def test_select_names_the_tags_that_there_are(story: Path) -> None:
    with pytest.raises(UsageError, match="Tags here are: short"):
        select(Wishes(paths=[str(story)], app="sample", tags=["long"]))
