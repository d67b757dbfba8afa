"""The command without a server: its group, its documents, its settings, and how it refuses."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from mockmews import contract
from mockmews.assumptions import ASSUMPTIONS
from mockmews.cli import Document, build
from mockmews.errors import ServerError
from mockmews.settings import SETTINGS, Settings
from tests.cli.process import mockmews, python

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_options_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("MOCKMEWS_")]:
        monkeypatch.delenv(name)


def run(
    *arguments: str, commands: tuple[click.Command, ...] = (), schemas: Mapping[str, Document] | None = None
) -> int:
    """The command in this process: its exit code."""
    with pytest.raises(SystemExit) as ended:
        build(commands, schemas=schemas).main(list(arguments), prog_name="mockmews")
    assert isinstance(ended.value.code, int)
    return ended.value.code


# The group


def test_build_makes_a_group_of_its_own_each_time() -> None:
    more = click.Command("more", callback=lambda: None)
    assert set(build([more]).commands) - set(build().commands) == {"more"}
    assert {"serve", "settings", "schema"} < set(build().commands)


def test_group_without_a_command_shows_its_help(capsys: Capture) -> None:
    assert run() == 0
    assert "serve" in capsys.readouterr().out


def test_version_is_printed(capsys: Capture) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("mockmews ")


@pytest.mark.parametrize("ending", ["returned", "exited"])
def test_exit_code_is_the_one_that_a_command_gives(ending: str) -> None:
    def end() -> int:
        if ending == "exited":
            click.get_current_context().exit(1)
        return 1

    assert run("more", commands=(click.Command("more", callback=end),)) == 1


def test_error_of_a_command_that_was_handed_in_is_one_line(capsys: Capture) -> None:
    def fail() -> None:
        raise ServerError("The door\nis \x1b[31mshut.")

    assert run("more", commands=(click.Command("more", callback=fail),)) == 2
    assert capsys.readouterr().err == "mockmews: The door is [31mshut.\n"


def test_interrupted_command_ends_as_shells_count_it() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    assert run("more", commands=(click.Command("more", callback=interrupt),)) == 130


def test_group_can_be_called_without_ending_python(capsys: Capture) -> None:
    with pytest.raises(click.UsageError):
        build().main(["nonsense"], standalone_mode=False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "arguments", [("sreve",), ("serve", "--prot", "1"), ("serve", "extra"), ("--verison",)]
)
def test_wrong_usage_is_one_line(capsys: Capture, arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "--help" in captured.err
    assert arguments[-1] in captured.err or arguments[-2] in captured.err


def test_importing_the_command_loads_nothing_heavy() -> None:
    loaded = python("-c", "import sys, mockmews.cli; print(*sys.modules)").stdout.split()
    heavy = {"asyncio", "httpx", "jsonschema_rs", "msgspec", "re2", "sqlite3", "starlette", "uvicorn", "yaml"}
    assert heavy.isdisjoint(loaded)
    assert {each for each in loaded if each.startswith("mockmews")} == {
        "mockmews", "mockmews.cli", "mockmews.errors", "mockmews.version",
    }  # fmt: skip


# Documents


def test_schema_openapi_is_the_contract(capsys: Capture) -> None:
    assert run("schema", "openapi") == 0
    assert json.loads(capsys.readouterr().out) == contract.document()


def test_schema_control_as_yaml_and_json_are_the_same(capsys: Capture) -> None:
    assert run("schema", "control", "--yaml") == 0
    document = yaml.safe_load(capsys.readouterr().out)
    assert "/_mockmews/v1/integrations" in document["paths"]
    assert run("schema", "control", "--json") == 0
    assert json.loads(capsys.readouterr().out) == document


def test_schema_knows_documents_that_were_handed_in(capsys: Capture) -> None:
    assert run("schema", "scenario", schemas={"scenario": lambda: {"title": "Späte Ankunft"}}) == 0
    assert json.loads(capsys.readouterr().out) == {"title": "Späte Ankunft"}


def test_schema_without_a_known_name_says_which_there_are(capsys: Capture) -> None:
    assert run("schema", "scenario") == 2
    error = capsys.readouterr().err
    assert "openapi" in error
    assert "control" in error


def test_schema_is_utf_8_whatever_the_terminal_speaks() -> None:
    done = mockmews("schema", "openapi", PYTHONIOENCODING="ascii")
    assert done.returncode == 0


# Settings


def test_settings_as_text_list_every_setting_and_every_doubt(capsys: Capture) -> None:
    assert run("settings") == 0
    text = capsys.readouterr().out
    assert text.isascii()
    for each in SETTINGS:
        assert f"\n{each.name} " in text
        for part in (each.default, each.takes, each.why, each.line, *each.rows):
            assert part in text
    for doubt in ASSUMPTIONS:
        assert f"\n{doubt.row} " in text
        assert doubt.question in text
        assert doubt.answer in text


def test_settings_as_json_are_whole(capsys: Capture) -> None:
    assert run("settings", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in listed["settings"]] == [each.name for each in SETTINGS]
    fields = {"name", "value", "default", "takes", "rows", "why", "source", "line"}
    assert all(set(each) == fields for each in listed["settings"])
    assert [each["row"] for each in listed["assumed"]] == [each.row for each in ASSUMPTIONS]
    for each in listed["settings"]:
        name, _, value = each["line"].removeprefix("--set ").partition("=")
        assert Settings().changed({name: value}) != Settings()


def values(capsys: Capture, *options: str) -> dict[str, Any]:
    assert run("settings", "--json", *options) == 0
    return {each["name"]: each["value"] for each in json.loads(capsys.readouterr().out)["settings"]}


def test_settings_show_what_serve_would_use(capsys: Capture) -> None:
    usual = values(capsys)
    assert (usual["lag"], usual["payload"], usual["retry_delay"]) == ("1s", "entities", "2s")
    slow = values(capsys, "--profile", "mews", "--payload", "ids_only", "--no-rate-limit")
    assert (slow["lag"], slow["payload"], slow["retry_delay"]) == ("2m..5m", "ids_only", "3m")
    assert slow["rate_limit"] == "off"
    assert values(capsys, "--profile", "mews", "--lag", "3s")["lag"] == "3s"


def test_flags_win_over_the_environment(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKMEWS_LAG", "7s")
    monkeypatch.setenv("MOCKMEWS_PAYLOAD", "ids_only")
    monkeypatch.setenv("MOCKMEWS_SET", "null_cursor=omitted batch_limit=5")
    seen = values(capsys, "--lag", "2s", "--set", "batch_limit=6", "--set", "payload=entities")
    assert seen["lag"] == "2s"
    assert seen["payload"] == "entities"
    assert seen["null_cursor"] == "omitted"
    assert seen["batch_limit"] == "6"
    assert values(capsys)["lag"] == "7s"


def test_set_wins_over_the_other_options(capsys: Capture) -> None:
    assert values(capsys, "--set", "lag=9s", "--lag", "2s")["lag"] == "9s"


# What serve cannot do, told in one line


BAD_OPTIONS = {
    "--port 99999": "99999",
    "--lag soon": "--lag soon",
    "--set nul_cursor=omitted": "Did you mean 'null_cursor'?",
    "--paylod ids_only": "? See mockmews serve --help.",  # what was meant is quoted by newer versions of click
    "--set payload": "NAME=VALUE",
    "--set =x": "NAME=VALUE",
    "--set payload=everything": "entities | ids_only",
    "--payload everything": "ids_only",
    "--profile fast": "mews",
    "--clock fast": "x60",
    "--clock xnan": "x60",
    "--clock x-1": "x60",
    "--seed -1": "--seed -1",
    "--seed a": "--seed",
    "--webhook-url localhost:3000": "http://",
    "--webhook-url ftp://app.test": "ftp",
    "--webhook-url http://app.test:99999/": "65535",
    "--public-url mews.test": "http://mews.test:8000",
    "--public-url http://mews.test:99999": "http://mews.test:8000",
    "--public-url http://mews.test/below": "http://mews.test:8000",
    "--public-url http://[::1": "http://mews.test:8000",
    "--allow-host http://mews.test": "mews.test",
    "--allow-host a:b": "host name",
    "--admin-token=": "--admin-token",
    "--admin-token=a\u00e9": "ASCII",
    "--replies missing.yaml": "missing.yaml: cannot be read",
    "--tls-key key.pem": "--tls-cert",
    "--tls-cert missing.pem": "missing.pem",
    "--tls --tls-cert=cert.pem": "leave it out",
    "--db=": "--db",
    "--db missing/hotel.db": "missing/hotel.db",
    "--host=": "--host",
    "--host 256.1.1.1": "256.1.1.1",
    "--ready-file missing/ready.json": "missing/ready.json",
    "--ready-file .": "folder",
}


@pytest.mark.parametrize("options", BAD_OPTIONS)
def test_serve_refuses_in_one_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("serve", "--port", "0", *options.split(maxsplit=1)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("mockmews: ")
    assert captured.err.count("\n") == 1
    assert BAD_OPTIONS[options] in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("MOCKMEWS_PORT", "many", "many"),
        ("MOCKMEWS_LAG", "soon", "MOCKMEWS_LAG=soon"),
        ("MOCKMEWS_SET", "lga=2s", "MOCKMEWS_SET lga=2s"),
        ("MOCKMEWS_WEBHOOK_URL", "app.test", "http://"),
        ("MOCKMEWS_CLOCK", "slow", "slow"),
    ],
)
def test_serve_refuses_what_the_environment_says(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, shown: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert run("serve") == 2
    error = capsys.readouterr().err
    assert shown in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("reply_rules:\n  - when: {txt: late}\n    say: Hello\n", "replies.yaml:2: there is no 'txt'"),
        ("reply_rules:\n  - say: 'a\n", "replies.yaml:"),
        ("- say: '{{ nobody }}'\n", "replies.yaml:1"),
        ("version: 2\nreply_rules: []\n", "replies.yaml:1: version takes 1"),
    ],
)
def test_bad_replies_file_is_refused_with_its_line(
    capsys: Capture, tmp_path: Path, content: str, shown: str
) -> None:
    file = tmp_path / "replies.yaml"
    file.write_text(content)
    assert run("serve", "--port", "0", "--replies", str(file)) == 2
    error = capsys.readouterr().err
    assert shown in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("content", ["no database at all, but a text of some length", "\0" * 5000])
def test_file_that_is_no_database_is_refused_and_kept(capsys: Capture, tmp_path: Path, content: str) -> None:
    file = tmp_path / "hotel.db"
    file.write_text(content)
    assert run("serve", "--port", "0", "--db", str(file)) == 2
    assert str(file) in capsys.readouterr().err
    assert file.read_text() == content


def test_certificate_that_is_none_is_refused(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "cert.pem"
    file.write_text("no certificate")
    assert run("serve", "--port", "0", "--tls-cert", str(file)) == 2
    assert "PEM" in capsys.readouterr().err
