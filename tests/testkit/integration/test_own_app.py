"""An app that a test makes itself, on a bench of its own."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews import MockMewsServer
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.errors import TestkitError
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
        (lambda mews: type("Silent", (), {"shown": lambda self, guest: []})(), r"mews.webhook_to\(url\)"),
    ],
)
def test_own_app_that_is_none_is_refused_with_advice(make: Any, problem: str) -> None:
    with MockMewsServer() as server:
        before = len(server.control.integrations())
        with pytest.raises(TestkitError, match=problem):
            Bench(Fake.of(server), _app(make), payload="entities", world={})
        assert len(server.control.integrations()) == before
