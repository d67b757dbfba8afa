"""Each named misconfiguration, made in a working app file or app: the doctor names it and says what to change."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from mockmews import MockMewsServer
from mockmews_testkit.bench import Fake
from mockmews_testkit.doctor.catalogue import CATALOGUE
from mockmews_testkit.doctor.examination import examine
from mockmews_testkit.doctor.findings import Obstacle
from mockmews_testkit.integration.app_file import AppFile

CHAT = Path(__file__).parent / "apps" / "chat.py"
APP = {
    "start": ["${python}", str(CHAT)],
    "env": {
        "PORT": "${app.port}",
        "MEWS_URL": "${mews.url}",
        "MEWS_CLIENT_TOKEN": "${mews.client_token}",
        "MEWS_ACCESS_TOKEN": "${mews.access_token}",
        "WEBHOOK_TOKEN": "${webhook_token}",
        "CHAT_CALLBACK": "${sink.url}",
    },
    "webhook": "${app.url}/hooks/mews?Token=${webhook_token}",
    "say": {"post": "${app.url}/chat/${guest.id}", "json": {"text": "${text}"}},
    "hear": {"sink": {"text": "$.text", "guest": "$.to", "id": "$.id"}},
    "within": "400ms",
}
POLL = {
    "poll": {
        "get": "${app.url}/chat/${guest.id}", "items": "$.messages[?@.author=='hotel']",
        "text": "$.text", "id": "$.id", "every": "20ms",
    }
}  # fmt: skip
LOG_IN = {"post": "${app.url}/login", "json": {}, "keep": {"bearer": "$.token"}}
IDLE = "import threading; threading.Event().wait()"
MUTE_GUEST = """
import json, sys
from http.client import HTTPConnection
for line in sys.stdin:
    connection = HTTPConnection(sys.argv[1].removeprefix("http://"))
    line = json.loads(line)
    connection.request("POST", "/chat/" + line["guest"]["id"], json.dumps({"text": line["say"]}))
"""


def polled(**changes: str) -> dict[str, object]:
    """The good poll, changed."""
    return {"hear": {"poll": {**POLL["poll"], **changes}}}


def posted(address: str) -> dict[str, object]:
    """A guest's text goes to this address."""
    return {"say": {"post": address, "text": "${text}"}}


@dataclass(frozen=True)
class Case:
    """An app file that differs from the good one by `changes`; FLAW is the app's own.

    `says` stands in the advice, `seen` in what was seen; `at` begins the line of the app file that is named.
    """

    id: str
    flaw: str = ""
    changes: dict[str, object] = field(default_factory=dict)
    says: str = ""
    seen: str = ""
    at: str = ""


def env(**changes: str | None) -> dict[str, object]:
    """The good environment with some variables changed, or left out for None."""
    given = {**APP["env"], **changes}  # type: ignore[dict-item]
    return {"env": {name: value for name, value in given.items() if value is not None}}


CASES = (
    Case("command-not-found", changes={"start": ["no-such-program"]}, says="on the PATH", at="start"),
    Case("command-not-found", changes={"start": "no-such-program --port ${app.port}"}, at="start"),
    Case("port-taken", "taken", says="${app.port}", at="env"),
    Case("died-at-start", "dies", says="a module is not installed", seen="exit code 1", at="start"),
    Case("not-opened", changes={"cwd": "${run.dir}/nowhere"}, seen="cwd"),
    Case("app-not-running", changes={"start": None, "env": None, "app": {"url": "http://127.0.0.1:9"}}, at="url"),
    Case("other-port", "own port", {"ready": {"get": "${app.url}/chat/1", "within": "2s"}}, at="env"),
    Case("never-ready", changes={"start": ["${python}", "-c", IDLE], "ready": {"get": "${app.url}", "within": "300ms"}},
        says="127.0.0.1 or 0.0.0.0", at="ready"),
    Case("ready-refused", changes={"ready": {"get": "${app.url}/healthy", "within": "1s"}}, seen="404", at="get"),
    Case("ready-line-missing", changes={"ready": {"log": "/ready on/", "within": "300ms"}}, says="below", at="log"),
    Case("join-failed", changes={"join": {**LOG_IN, "keep": {"bearer": "$.jwt"}}}, seen="$.jwt", at="join"),
    Case("say-unreachable", changes=posted("http://127.0.0.1:9/chat"), seen="nothing answers", at="say"),
    Case("say-404", changes=posted("${app.url}/chats"), seen="no such route", says="routes", at="say"),
    Case("say-405", changes=posted("${app.url}/page"), says="put, patch", at="say"),
    Case("say-401", changes=env(API_KEY="k"), seen="log in first", says="Bearer ${guest.token}", at="say"),
    Case("say-refused", changes={"say": {"post": "${app.url}/chat/${guest.id}", "json": {"body": "${text}"}}},
        seen="text is missing", says="names of the fields", at="say"),
    Case("say-redirected", changes=posted("${app.url}/moved"), seen="302", at="say"),
    Case("say-broke", "say breaks", says="its last output", at="say"),
    Case("app-died", "crash", seen="exit code 3", at="start"),
    Case("mews-url-not-given", "silent", env(MEWS_URL="https://api.mews-demo.com"), says="${mews.url}", at="env"),
    Case("mews-never-called", "silent", says="api.mews.com", seen="called Mews not once", at="env"),
    Case("other-tokens", "demo tokens", seen="of another integration", says="public demo tokens", at="env"),
    Case("mews-401", "wrong token", seen="AccessToken is unknown", says="${mews.access_token}", at="env"),
    Case("mews-404", "wrong path", seen="/connector/v1/messages/add", says="without a slash", at="env"),
    Case("mews-400", "media type", seen="Content-Type is text/plain", says="the hint"),
    Case("mews-400", "no sender", seen="answered 400"),
    Case("thread-without-message", "no message", seen="messageThreads/add 200", says="MessageThreadId"),
    Case("text-not-forwarded", "bot", seen="messageThreads/getAll 200", says="a bot that answers"),
    Case("text-changed", "dressed", seen="[Chat] Hi", says='to_mews: "[Chat] ${text}"'),
    Case("webhook-unreachable", changes={"webhook": "http://127.0.0.1:9/hooks"},
        seen="refused the connection", at="webhook"),
    Case("webhook-crashed", "hook hangs up", seen="closed the connection", says="its last output", at="webhook"),
    Case("webhook-too-slow", "slow hook", seen="within 5 s", says="Answer at once", at="webhook"),
    Case("webhook-404", changes={"webhook": "${app.url}/hook"}, says="routes", at="webhook"),
    Case("webhook-405", changes={"webhook": "${app.url}/page"}, says="by POST", at="webhook"),
    Case("webhook-401", changes={"webhook": "${app.url}/hooks/mews?Token=mine"}, says="${webhook_token}", at="webhook"),
    Case("webhook-refused", "strict hook", seen="400", says="Discriminator", at="webhook"),
    Case("webhook-redirected", changes={"webhook": "${app.url}/moved"}, seen="302", at="webhook"),
    Case("webhook-broke", "hook breaks", seen="500", says="its last output", at="webhook"),
    Case("webhook-ignored", "ignores", seen="asked Mews nothing", says="Enterprise"),
    Case("sink-url-not-given", changes=env(CHAT_CALLBACK=None), says="${sink.url}", at="env"),
    Case("sink-never-posted", "deaf", seen="posted nothing to http", says="its channel's address", at="env"),
    Case("sink-no-text", changes={"hear": {"sink": {"text": "$.body", "guest": "$.to"}}},
        seen='"text": "Hello Ada', says="Write the path", at="text"),
    Case("sink-no-guest", changes={"hear": {"sink": {"text": "$.text", "guest": "$.phone"}}},
        seen='"to": "guest-', says="Write the path", at="guest"),
    Case("sink-other-guest", "other guest", seen="finds someone-else", says="guest: {id: ...}", at="guest"),
    Case("sink-guest-not-in-path", changes={"hear": {"sink": {"text": "$.text"}}}, says="sink: guest", at="sink"),
    Case("reply-changed", "signed", seen="- the hotel", says='to_guest: "${text} - the hotel"'),
    Case("reply-escaped", "escaped", seen="it&#x27;s ready", says="html: true", at="hear"),
    Case("poll-odd", changes=polled(get="${app.url}/messages"), seen="answered 404", at="poll"),
    Case("poll-odd", changes=polled(text="$.body"), seen="$.body finds no text", at="poll"),
    Case("poll-odd", changes=polled(items="$.messages"), seen="its items stand at $.messages[*]", at="poll"),
    Case("poll-empty", changes=polled(items="$.items[*]"), seen='"messages"', at="items"),
    Case("nothing-shown", says="this very guest", at="hear",
        changes={
            "hear": {"command": ["${python}", "-c", MUTE_GUEST, "${app.url}"]}, "say": None, "within": "2s",
        }),
    Case("ids-only-unheard", "entities only", says="Value.Id", seen="without it not"),
    Case("echo", "echo", seen="is my room ready", says="Sender is Enterprise"),
    Case("shown-twice", "twice", seen="2 times", says="Remember the ids", at="hear"),
    Case("shown-besides", "greets", seen="'Welcome!'", says="ignore:"),
)  # fmt: skip


def app_file(folder: Path, case: Case) -> AppFile:
    """The app file of a case, written out."""
    tree = {**APP, **case.changes}
    if case.flaw and isinstance(tree["env"], dict):
        tree["env"] = {**tree["env"], "FLAW": case.flaw}
    file = folder / "mews-app.yaml"
    file.write_text(yaml.safe_dump({key: value for key, value in tree.items() if value is not None}))
    return AppFile.load(file)


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    """One of our own: what other tests do in the demo hotels must not be taken for an app's."""
    with MockMewsServer() as server:
        yield Fake.of(server)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.id}:{case.flaw}" if case.flaw else case.id)
def test_doctor_names_what_is_wrong_and_says_what_to_change(case: Case, fake: Fake, tmp_path: Path) -> None:
    *_, found = examine(app_file(tmp_path, case), fake)
    assert isinstance(found, Obstacle), found
    assert found.id == case.id, found
    assert case.seen in found.seen
    assert case.says in found.change
    assert found.wanted
    if case.at:
        assert found.line.startswith(f"{case.at}:")
        assert found.source is not None
        assert found.source.file == str(tmp_path / "mews-app.yaml")


@pytest.mark.parametrize("hear", [APP["hear"], POLL], ids=["sink", "poll"])
def test_doctor_finds_nothing_wrong_with_a_good_app(hear: object, fake: Fake, tmp_path: Path) -> None:
    good = Case("", changes={"hear": hear, "join": LOG_IN, "within": "5s"})
    found = list(examine(app_file(tmp_path, good), fake))
    assert [each.step for each in found] == [
        "start", "join", "say", "mews", "webhook", "hear", "ids_only", "quiet",
    ]  # fmt: skip
    assert not any(isinstance(each, Obstacle) for each in found)


def test_doctor_shows_the_last_output_of_an_app_that_broke(fake: Fake, tmp_path: Path) -> None:
    for flaw, words in (
        ("dies", "No module named 'concierge'"),
        ("crash", "the last words"),
        ("say breaks", "KeyError"),
    ):
        *_, found = examine(app_file(tmp_path, Case("", flaw)), fake)
        assert isinstance(found, Obstacle)
        assert words in found.output


def test_doctor_says_where_an_app_that_runs_already_looks_for_mews(fake: Fake, tmp_path: Path) -> None:
    environment = {**os.environ, "PORT": "0", "FLAW": "own port, silent"}
    with subprocess.Popen([sys.executable, CHAT], env=environment, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        url = app.stdout.readline().split()[-1]
        case = Case("", changes={"start": None, "env": None, "app": {"url": url}})
        *_, found = examine(app_file(tmp_path, case), fake)
        app.terminate()
    assert isinstance(found, Obstacle)
    assert found.id == "mews-address-not-fixed"
    assert 'mews: {url: "http://127.0.0.1:8000"}' in found.change


def test_doctor_sees_that_an_integration_is_not_told_of_messages(fake: Fake, tmp_path: Path) -> None:
    world = fake.control.create_integration(events=["CustomerAdded"])
    tokens = {name: world[name] for name in ("client_token", "access_token")}
    case = Case("", changes={"mews": tokens, "within": "100ms"})
    *_, found = examine(app_file(tmp_path, case), fake)
    assert isinstance(found, Obstacle)
    assert found.id == "webhook-not-sent"
    assert "Add MessageAdded to the events" in found.change
    assert found.line.startswith("mews:")


def test_doctor_leaves_an_integration_as_it_was(fake: Fake, tmp_path: Path) -> None:
    world = fake.control.create_integration(payload="ids_only", webhook_url="http://127.0.0.1:9/mine")
    tokens = {name: world[name] for name in ("client_token", "access_token")}
    before = fake.control.integration(world["integration_id"])
    *_, found = examine(app_file(tmp_path, Case("", changes={"mews": tokens, "within": "5s"})), fake)
    assert not isinstance(found, Obstacle)
    assert fake.control.integration(world["integration_id"]) == before


def test_catalogue_has_a_test_of_each_advice() -> None:
    elsewhere = {"mews-address-not-fixed", "webhook-not-sent"}  # above
    elsewhere |= {"app-file-missing", "app-file-unreadable", "fake-unreachable"}  # test_command.py
    named = [each.id for each in CATALOGUE]
    assert len(set(named)) == len(named)
    assert {case.id for case in CASES} | elsewhere == set(named)
