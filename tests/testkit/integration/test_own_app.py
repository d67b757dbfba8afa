"""An app that a test makes itself, on a bench of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockmews import MockMewsServer
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.errors import TestkitError, UsageError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.connection import Connection
from mockmews_testkit.integration.own_app import OwnApp


class Echo:
    """Shows what it was told, and where it stands."""

    def __init__(self, mews: Connection) -> None:
        self.mews = mews
        self.heard: dict[str, list[str]] = {}
        self.closed = 0
        mews.webhook_to("http://127.0.0.1:9/hooks?Token=${webhook_token}")

    async def say(self, guest: Any, text: str) -> None:
        self.heard.setdefault(guest.id, []).append(text)

    def shown(self, guest: Any) -> list[str]:
        return self.heard.get(guest.id, [])

    def restart(self) -> None:
        self.mews.webhook_to("http://127.0.0.1:9/moved")

    def close(self) -> None:
        self.closed += 1


class Mute(Echo):
    shown = None  # type: ignore[assignment]


def _app(make: Any) -> OwnApp:
    return OwnApp.made_by(make, name="make_app", within=10_000_000)


def test_own_app_is_told_of_its_integration_and_tells_where_its_webhooks_go() -> None:
    made: list[Echo] = []

    def make(mews: Connection) -> Echo:
        made.append(Echo(mews))
        return made[-1]

    with MockMewsServer() as server:
        with Bench(Fake.of(server), _app(make), payload="entities", world={}) as bench:
            (app,) = made
            assert app.mews.env["MEWS_URL"] == server.url
            assert app.mews.env["MEWS_ACCESS_TOKEN"] == bench.integration["access_token"]
            assert server.control.integration(bench.id)["webhook_url"].endswith("/hooks?Token=***")
            guest = bench.app.person("Penelope", 1)
            assert bench.app.say(guest, "Hi!").error is None
            assert [each.text for each in bench.app.shown(guest)] == ["Hi!"]
            bench.app.restart()
            assert server.control.integration(bench.id)["webhook_url"].endswith("/moved")
        assert app.closed == 1
        assert bench.id not in {each["integration_id"] for each in server.control.integrations()}


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda mews: object(), r"make_app has no shown\(guest\)"),
        (Mute, r"make_app has no shown\(guest\)"),
        (lambda mews: type("Dumb", (), {"shown": list})(), r"make_app has no say\(guest, text\)"),
        (lambda mews: type("Silent", (), {"shown": list, "say": print})(), r"mews.webhook_to\(url\)"),
    ],
)
def test_own_app_that_is_none_is_refused_with_advice(make: Any, problem: str) -> None:
    with MockMewsServer() as server:
        before = len(server.control.integrations())
        with pytest.raises(TestkitError, match=problem):
            Bench(Fake.of(server), _app(make), payload="entities", world={})
        assert len(server.control.integrations()) == before


@pytest.mark.parametrize(
    ("source", "name", "problem"),
    [
        ("", "nothing", "no such function or class in that file"),
        ("class App: pass", "App", r"has no make_app\(mews\) that returns your app"),
        ("1 / 0", "make", "cannot be loaded: ZeroDivisionError"),
        ("make = 7", "make", "no such function or class in that file"),
    ],
)
def test_own_app_of_a_file_is_refused_with_advice(
    tmp_path: Path, source: str, name: str, problem: str
) -> None:
    file = tmp_path / "my_app.py"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(TestkitError, match=problem):
        AppFile.load(f"{file}:{name}")


def test_own_app_of_a_file_is_a_function_or_a_class_with_a_method(tmp_path: Path) -> None:
    file = tmp_path / "my_app.py"
    file.write_text(
        f"from {__name__} import Echo\n"
        "def make(mews):\n    return Echo(mews)\n"
        "class Inner:\n    within = 2\n    make_app = staticmethod(make)\n",
        encoding="utf-8",
    )
    with MockMewsServer() as server:
        for name, within in (("make", 5), ("Inner", 2)):
            app = AppFile.load(f"{file}:{name}")
            assert app.within == within
            with Bench(Fake.of(server), app, payload="entities", world={}) as bench:
                assert bench.app.say(bench.app.person("Penelope", 1), "Hi!").error is None
    with pytest.raises(UsageError, match="does not exist"):
        AppFile.load(f"{tmp_path / 'other.py'}:make")
