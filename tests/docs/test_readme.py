"""What the README and docs show is what happens: each example is run, against one server, over real sockets."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockmews.cli import LazyCommand, build
from mockmews_testkit.cli import COMMANDS
from tests.docs.guide import ROOT, Block, blocks

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "docs/fake.md", "docs/control-api.md")
TEXTS = {each: (ROOT / each).read_text(encoding="utf-8") for each in DOCUMENTS}
RUN = {"sh setup", "sh server", "sh session", "python"}
FILES = {
    "yaml replies.yaml",
    "yaml mockmews.yaml",
    "yaml story.mews.yaml",
    "python test_penelope.py",
    "python desk.py",
}
SHOWN = {"json answer", "text answer", "text demo", "json", "json integration webhooks"}
PROGRAMS = Path(sys.executable).parent
MOCKMEWS = shutil.which("mockmews", path=str(PROGRAMS))
VARIED = (
    (re.compile(r"seed \d+"), "SEED"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "INSTANT"),
)

pytestmark = pytest.mark.skipif(
    MOCKMEWS is None, reason="needs the command: make, or pip install --editable ."
)


def of(kind: str, *documents: str) -> list[Block]:
    """The blocks of a kind in some documents, or in all."""
    return [each for name in documents or DOCUMENTS for each in blocks(name) if each.kind == kind]


def alike(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, word in VARIED:
        text = pattern.sub(word, text)
    return text.replace("\r", "").strip()


@dataclass(frozen=True, slots=True)
class Fake:
    """The server that the README tells its reader to start."""

    port: int

    def here(self, text: str) -> str:
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    ready = tmp_path_factory.mktemp("readme") / "ready.json"
    (block,) = of("sh server", "README.md")
    name, *options = block.text.replace("--port 8000", "--port 0").split()
    command = [str(PROGRAMS / name), *options, "--until-stdin-closes", "--ready-file", str(ready)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        server.stdout.readline()  # the banner comes once requests are served
        yield Fake(int(json.loads(ready.read_text(encoding="ascii"))["url"].rpartition(":")[2]))
    finally:
        server.communicate(timeout=30)


def test_readme_blocks_are_all_known() -> None:
    found = {name: blocks(name) for name in DOCUMENTS}
    assert {each.kind for name in DOCUMENTS for each in found[name]} == RUN | SHOWN | FILES
    for name, text in TEXTS.items():
        assert text.count("```") == 2 * len(found[name]), name


def test_readme_opens_with_the_two_commands() -> None:
    first = blocks("README.md")[0]
    assert first.line < 5
    assert [line.partition("#")[0].split() for line in first.text.splitlines()] == [
        ["make", "demo"],
        ["make", "test"],
    ]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_readme_make_targets_exist() -> None:
    for target in re.findall(
        r"`?make (\w+)", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    ):
        planned = subprocess.run(
            ["make", "--dry-run", target], cwd=ROOT, capture_output=True, check=False, timeout=240
        )
        assert planned.returncode == 0, f"make {target}: {planned.stderr.decode()}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_readme_session_works_line_by_line(document: str, fake: Fake, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None or shutil.which("curl") is None:
        pytest.skip("needs bash and curl")
    script, mark = [f"PATH={PROGRAMS}:$PATH", fake.here("export MOCKMEWS_URL=http://127.0.0.1:8000")], "====="
    for kind in ("yaml story.mews.yaml", "python test_penelope.py"):
        (tmp_path / kind.split()[1]).write_text(of(kind)[0].text, encoding="utf-8")
    for block in of("sh session", document):
        script.append(fake.here(block.text) + f"\necho; echo {mark}")
    command, lines = [bash, "-eu", "-o", "pipefail"], "\n".join(script)
    ran = subprocess.run(
        command, input=lines, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240
    )
    assert ran.returncode == 0, ran.stderr
    told = [part.strip() for part in ran.stdout.split(mark)]
    assert '"error"' not in ran.stdout, ran.stdout
    assert [each for each in _answers(document) if each[1] not in alike(told[each[0]])] == [], ran.stdout


def _answers(document: str) -> list[tuple[int, str]]:
    """For each block that shows an answer: the number of the session's block before it, and the answer."""
    found, session = [], -1
    for each in blocks(document):
        session += each.kind == "sh session"
        if each.kind in ("json answer", "text answer"):
            found.append((session, alike(each.text)))
    return found


@pytest.mark.parametrize("block", [pytest.param(each, id=f"line {each.line}") for each in of("python")])
def test_readme_python_runs(block: Block, fake: Fake) -> None:
    exec(compile(fake.here(block.text), f"line {block.line}", "exec"), {"__name__": "readme"})


def test_readme_rules_are_taken(fake: Fake, tmp_path: Path) -> None:
    (block,) = of("yaml replies.yaml")
    (tmp_path / "replies.yaml").write_text(block.text, encoding="utf-8")
    options = ["serve", "--port", "0", "--replies", "replies.yaml", "--until-stdin-closes"]
    command = [str(PROGRAMS / "mockmews"), *options]
    ran = subprocess.run(
        command, cwd=tmp_path, input="", capture_output=True, text=True, check=False, timeout=240
    )
    assert ran.returncode == 0, ran.stderr
    assert "answers by 3 rules of replies.yaml" in ran.stdout


def test_readme_responder_is_asked(tmp_path: Path) -> None:
    (block,) = of("python desk.py")
    (tmp_path / "desk.py").write_text(block.text, encoding="utf-8")
    (tmp_path / "replies.yaml").write_text('responder: "desk:answer"\n', encoding="utf-8")
    (tmp_path / "mockmews.yaml").write_text(
        "version: 1\nsettings: {lag: 0s}\nreply_rules: [{say: No}]\n", encoding="utf-8"
    )
    talk = """
import os
from mockmews import ControlClient
import httpx
with ControlClient(os.environ["MEWS_URL"]) as hotel:
    tokens = {"ClientToken": os.environ["MEWS_CLIENT_TOKEN"], "AccessToken": os.environ["MEWS_ACCESS_TOKEN"]}
    def mews(operation, **fields):
        url = f"{os.environ['MEWS_URL']}/api/connector/v1/{operation}"
        return httpx.post(url, json={**tokens, "Client": "T 1.0", **fields}).json()
    thread = mews("messageThreads/add", OriginalSender="Ann", Subject="Bath")["MessageThreads"][0]["Id"]
    mews("messages/add", Messages=[{"MessageThreadId": thread, "Text": "A towel, please"}])
    (planned,) = hotel.planned_replies(tokens["AccessToken"])
    print(planned["texts"], planned["then"])
"""
    command = [
        str(PROGRAMS / "mockmews"),
        "exec",
        "--replies",
        "replies.yaml",
        "--",
        sys.executable,
        "-c",
        talk,
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "['At once!', 'Anything else?'] resolve\n"


def test_readme_hotel_file_is_taken(tmp_path: Path) -> None:
    (block,) = of("yaml mockmews.yaml")
    (tmp_path / "mockmews.yaml").write_text(block.text, encoding="utf-8")
    asked = "import os, httpx; print(httpx.get(os.environ['MEWS_CONTROL_URL'] + '/integrations/my-own-access-token'))"
    command = [str(MOCKMEWS), "exec", "--", sys.executable, "-c", asked]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "200 OK" in ran.stdout


def test_readme_commands_and_options_exist() -> None:
    whole = "\n".join(TEXTS.values())
    told = {name: told_by(name) for name in re.findall(r"^  (\w+)  ", told_by(), re.MULTILINE)}
    assert set(re.findall(r"(?:`|^|&& )mockmews ([a-z]+)", whole, re.MULTILINE)) <= set(told)
    elsewhere = {"--from", "--mews-app"}  # uvx's, and pytest's
    named = set(re.findall(r"(?<!\S)`?(--[a-z][a-z-]*)", whole)) - elsewhere
    assert [each for each in sorted(named) if not any(each in text for text in told.values())] == []


def told_by(*command: str) -> str:
    """What --help says."""
    root = build([LazyCommand(*each) for each in COMMANDS])
    told = CliRunner().invoke(root, [*command, "--help"], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return told.stdout


def test_readme_demo_says_what_is_shown() -> None:
    (block,) = of("text demo")
    ran = subprocess.run([str(MOCKMEWS), "demo"], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # Calls, webhooks and what is shown cross each other, as in reality; what is said keeps its order.
    written, told = (
        [line for line in alike(each).splitlines() if "(" not in line] for each in (block.text, ran.stdout)
    )
    for is_shown in (True, False):
        wanted, came = (
            [line for line in each if ("shown to" in line) is is_shown] for each in (written, told)
        )
        assert wanted == came[: len(wanted)]
    assert {line.split()[1] for line in block.text.splitlines() if " -> " in line} == {
        "messageThreads/add", "messages/add", "messages/getAll",
    }  # fmt: skip
