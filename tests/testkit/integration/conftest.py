"""A place for apps in tests: a world of the fake, a fresh folder, and app files written into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockmews import MockMewsServer
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.contract import Hotel, Place
from mockmews_testkit.integration.running import OpenedApp

APPS = Path(__file__).parent / "apps"
RECORDER = f"""
start: ["${{python}}", {APPS / "recorder.py"}]
env: {{PORT: "${{app.port}}", CHAT_CALLBACK: "${{sink.url}}"}}
ready: {{get: "${{app.url}}/health"}}
webhook: "${{app.url}}/hooks?Token=${{webhook_token}}"
"""
SAY = 'say: {post: "${app.url}/chat/${guest.id}", json: {text: "${text}"}}\n'
SINK = 'hear: {sink: {text: "$.message.text", guest: "$.to", id: "$.message.id"}}\n'

Open = Callable[..., OpenedApp]


@pytest.fixture
def place(server: MockMewsServer, tmp_path: Path) -> Iterator[Place]:
    """A world of the fake."""
    world = server.control.create_integration()
    key, (hotel,) = world["integration_id"], world["enterprises"]
    read = 0

    def read_sinks() -> list[dict[str, Any]]:
        nonlocal read
        answer = server.control.journal(key, since=read, kinds=("sink",))
        read = answer["last"]
        return list(answer["entries"])

    run_dir = tmp_path / "run"
    run_dir.mkdir()
    yield Place(
        mews_url=server.url,
        control_url=server.control_url,
        client_token=world["client_token"],
        access_token=world["access_token"],
        webhook_token=world["webhook_token"],
        sink_url=f"{server.control_url}/integrations/{key}/sinks",
        run_dir=run_dir,
        read_sinks=read_sinks,
        integration=world,
        answer_sinks=partial(server.control.answer_sinks, key),
        hotels=(Hotel(hotel["id"], hotel["name"], 1, world["access_token"], key),),
    )
    server.control.delete_integration(key)


@pytest.fixture
def open_app(place: Place, tmp_path: Path) -> Iterator[Open]:
    """Writes an app file and opens it; everything is ended with the test."""
    opened: list[OpenedApp] = []

    def open_it(text: str, *, environment: Mapping[str, str] | None = None) -> OpenedApp:
        file = tmp_path / "mews-app.yaml"
        file.write_text(text, "utf-8")
        app = AppFile.load(file, environment=environment).open(place)
        assert isinstance(app, OpenedApp)
        opened.append(app)
        return app

    yield open_it
    for app in opened:
        app.close()


@pytest.fixture
def recorder(open_app: Open) -> OpenedApp:
    """The recorder, heard by sink."""
    return open_app(RECORDER + SAY + SINK)


def address(app: OpenedApp) -> str:
    """Where an app answers."""
    return app.webhook_url.partition("/hooks")[0]


def requests(app: OpenedApp) -> list[dict[str, Any]]:
    """What the recorder was sent."""
    found: list[dict[str, Any]] = httpx.get(f"{address(app)}/requests", trust_env=False).json()
    return found


def show(app: OpenedApp, guest: str, text: str, **more: Any) -> None:
    """Let the recorder show a guest something."""
    message = {"to": guest, "text": text, "id": "m1", "author": "hotel", **more}
    httpx.post(f"{address(app)}/show", json=message, trust_env=False).raise_for_status()
