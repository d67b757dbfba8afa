"""App files are found, read in both forms, and say of an app all that product.md 6 lets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews_testkit.errors import AppFileError, UsageError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.contract import Person
from mockmews_testkit.integration.description import (
    FixedMews,
    HearCommand,
    HearPoll,
    HearPython,
    HearSink,
    Limits,
)

LEAST = """webhook: "http://127.0.0.1:9/hooks?Token=${webhook_token}"
say: {post: "http://127.0.0.1:9/chat", json: {text: "${text}"}}
hear: {sink: {text: "$.text", guest: "$.to"}}
"""
FULL = """version: 1
app: {name: "Concierge", version: "${env.BUILD}"}
start: "node server.js"
cwd: "."
ready: {get: "${app.url}/health", within: 20s}
env: {PORT: "${app.port}", MEWS_URL: "${mews.url}", MEWS_CLIENT_TOKEN: "${mews.client_token}",
      MEWS_ACCESS_TOKEN: "${mews.access_token}", CHAT_CALLBACK: "${sink.url}"}
webhook: "${app.url}/hooks/mews?Token=${webhook_token}"
guest: {id: "49170000${guest.number}"}
join:
  - {post: "${app.url}/conversations", json: {name: "${guest.name}"}, keep: {conversation: "$.id", bearer: "$.token"}}
say:
  post: "${app.url}/chat/${guest.id}"
  headers: {Authorization: "Bearer ${guest.bearer}"}
  json: {id: "${message.id}", from: "${guest.name}", text: "${text}"}
  sign: {scheme: meta, secret: s3cret}
hear:
  sink: {text: "$.message.text", guest: "$.to", id: "$.id", answer: {status: 200, json: {ok: true}}}
  html: true
world: shared
mews: {url: "http://127.0.0.1:8000", client_token: "C", access_token: "${env.TOKEN}"}
connect: {integration_webhook: "${app.url}/hooks/integration"}
restart: "docker compose restart app"
to_mews: "[WhatsApp] ${text}"
to_guest: "${guest.name}: ${text}"
ignore: ["/^Hi .*I am Roomie/", "Typing..."]
limits: {text: 4096, longer: split}
tls: {ca: dev-ca.pem}
within: 7s
waive: {ORDER-01: "the client sorts"}
"""


def load(folder: Path, text: str, **environment: str) -> AppFile:
    file = folder / "mews-app.yaml"
    file.write_text(text, "utf-8")
    return AppFile.load(file, environment=environment)


def test_app_file_says_all_that_the_product_lets_it(tmp_path: Path) -> None:
    (tmp_path / "dev-ca.pem").touch()
    app = load(tmp_path, FULL, BUILD="7", TOKEN="A")
    assert (app.name, app.version, app.world, app.within) == ("Concierge", "7", "shared", 7)
    assert app.mews == FixedMews(url="http://127.0.0.1:8000", client_token="C", access_token="A")
    assert app.parallel
    assert app.orders_freely
    assert app.waive == {"ORDER-01": "the client sorts"}
    assert app.limits == Limits(text=4096, longer="split")
    assert app.ca == tmp_path / "dev-ca.pem"
    assert isinstance(app.hear, HearSink)
    assert [list(join.keep) for join in app.join] == [["conversation", "bearer"]]


@pytest.mark.parametrize(
    ("told", "apart"),
    [
        ('json: {text: "${text}", from: "${guest.id}"}', True),
        ('json: {text: "${text}", from: "${guest.name}"}', False),
        ('json: {text: "${text}"}, headers: {X-Guest: "${guest.number}"}', True),
    ],
)
def test_app_file_knows_whether_namesakes_are_told_apart(tmp_path: Path, told: str, apart: bool) -> None:
    text = LEAST.replace('json: {text: "${text}"}', told)
    assert load(tmp_path, text).tells_namesakes_apart is apart
    named = load(tmp_path, text + 'guest: {id: "${guest.name}"}\n')
    assert named.tells_namesakes_apart is ("guest.number" in told)
    drawn = load(tmp_path, text + 'guest: {id: "${uuid}"}\n')
    assert drawn.tells_namesakes_apart is apart


def test_app_file_dresses_and_ignores_texts(tmp_path: Path) -> None:
    (tmp_path / "dev-ca.pem").touch()
    app = load(tmp_path, FULL, TOKEN="A")
    person = Person("Ann", 1, "1")
    assert app.to_mews("Hi ${text}") == "[WhatsApp] Hi ${text}"
    assert app.to_guest("Hello!", person) == "Ann: Hello!"
    assert app.ignores("Hi there, I am Roomie 2")
    assert app.ignores("Typing...")
    assert not app.ignores("Typing... still")
    assert app.same("&lt;b&gt; &amp; co", "<b> & co")
    assert not app.same("&lt;b", "<i")


def test_app_file_needs_little(tmp_path: Path) -> None:
    app = load(tmp_path, LEAST)
    assert (app.name, app.version, app.world, app.within) == (tmp_path.name, "", "shared", 5)
    assert not app.parallel
    assert not app.orders_freely
    assert app.to_mews("Hi") == app.to_guest("Hi") == "Hi"
    assert not app.ignores("Hi")
    assert not app.same("&amp;", "&")


@pytest.mark.parametrize(
    ("hear", "kind"),
    [
        ("poll: {get: 'http://a/${guest.id}', items: '$[*]', text: $, id: position}", HearPoll),
        ("python: tests.my_app:adapter.inner", HearPython),
        ("command: node guest.js", HearCommand),
        ("command: [node, guest.js, '${mews.url}']", HearCommand),
    ],
)
def test_app_file_hears_in_four_ways(tmp_path: Path, hear: str, kind: type) -> None:
    say = LEAST.splitlines()[1] if kind is HearPoll else ""
    app = load(tmp_path, f"{LEAST.splitlines()[0]}\n{say}\nhear: {{{hear}}}\n")
    assert isinstance(app.hear, kind)


def test_app_that_is_started_has_a_world_for_each_scenario(tmp_path: Path) -> None:
    app = load(tmp_path, f"start: [server]\n{LEAST}")
    assert app.world == "each"
    assert not app.parallel


def test_app_that_is_told_of_each_world_serves_several_at_a_time(tmp_path: Path) -> None:
    connect = 'connect: {integration_webhook: "http://127.0.0.1:1/integrations"}'
    assert load(tmp_path, f"{LEAST}world: each\n{connect}\n").parallel
    assert not load(tmp_path, f"{LEAST}{connect}\n").parallel
    assert not load(tmp_path, f"{LEAST}world: each\n").parallel


TOML = """
[project]
name = "concierge"

[tool.mockmews.app]
webhook = "${app.url}/hooks?Token=${webhook_token}"
start = ["${python}", "-m", "concierge"]
within = "3s"

[tool.mockmews.app.env]
PORT = "${app.port}"

[tool.mockmews.app.say]
post = "${app.url}/chat"
json = { text = "${text}", kind = 1, urgent = false, "quoted" = "2" }

[tool.mockmews.app.hear.sink]
text = "$.text"
guest = "$.to"
"""


def test_app_file_may_stand_in_pyproject(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(TOML)
    app = AppFile.load(file, environment={})
    assert (app.within, app.world, app.parallel) == (3, "each", True)
    assert app.say is not None
    assert (app.say.json["kind"], app.say.json["urgent"]) == (1, False)
    assert app.say.json["quoted"].parts == ("2",)


def test_find_looks_upwards_to_the_root_of_the_repository(tmp_path: Path) -> None:
    deep = tmp_path / "repo" / "tests" / "stories"
    deep.mkdir(parents=True)
    scenario = deep / "a.mews.yaml"
    scenario.touch()
    (tmp_path / "mews-app.yaml").write_text(LEAST)
    (tmp_path / "repo" / ".git").mkdir()
    assert AppFile.find(scenario) is None
    (tmp_path / "repo" / "pyproject.toml").write_text(TOML)
    for start in (scenario, deep, tmp_path / "repo"):
        found = AppFile.find(start)
        assert found is not None
        assert found.path == (tmp_path / "repo" / "pyproject.toml").resolve()
    (tmp_path / "repo" / "tests" / "pyproject.toml").write_text("[tool.other]\n")
    (tmp_path / "repo" / "mews-app.yaml").write_text(LEAST)
    found = AppFile.find(scenario)
    assert found is not None
    assert found.path.name == "mews-app.yaml"
    assert found.folder == (tmp_path / "repo").resolve()


def test_find_complains_of_a_broken_file_only_where_it_is_ours(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    assert AppFile.find(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text("[tool.mockmews.app\n")
    with pytest.raises(AppFileError, match=r"pyproject\.toml:1:19: TOML cannot be read"):
        AppFile.find(tmp_path)


def test_load_takes_a_folder_and_the_sample(tmp_path: Path) -> None:
    (tmp_path / "mews-app.yaml").write_text(LEAST)
    assert AppFile.load(tmp_path).path == tmp_path / "mews-app.yaml"
    sample = AppFile.load("sample")
    assert sample.name == "Sample guest app"
    assert sample.parallel
    assert sample == AppFile.sample()


@pytest.mark.parametrize("name", ["none.yaml", "empty"])
def test_load_says_what_is_missing(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"mews-app\.yaml"):
        AppFile.load(tmp_path / name)
