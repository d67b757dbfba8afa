"""An object in Python speaks and hears: plain or asynchronous, ready or made with the app's environment."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from mockmews_testkit.errors import TestkitError
from tests.testkit.integration.conftest import Open

ADAPTER = """
    import asyncio

    class Echo:
        url = "http://127.0.0.1:9/app"

        def __init__(self, env):
            self.env, self.heard, self.closed = env, {}, False

        def say(self, guest, text):
            if text == "fail":
                raise ConnectionError("refused")
            self.heard.setdefault(guest.id, []).append(f"{guest.name}: {text} {self.env['MARK']}")

        def shown(self, guest):
            return self.heard.get(guest.id, [])

        def restart(self):
            self.heard.clear()

        def close(self):
            print("closed")

    class Slow(Echo):
        async def say(self, guest, text):
            await asyncio.sleep(0)
            super().say(guest, text)

        async def shown(self, guest):
            return super().shown(guest)

        async def restart(self):
            super().restart()

        async def close(self):
            super().close()

    async def made(env):
        return Slow(env)

    class nested:
        ready = Echo({"MARK": "ready"})

    class Deaf:
        def __init__(self, env):
            pass

    class Odd(Echo):
        def shown(self, guest):
            return "one text"

    def broken(env):
        raise ValueError("no database")
"""

Write = Callable[[str], str]


@pytest.fixture
def hear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the adapters into a module of its own, and gives the app file that names one."""
    module = f"adapter_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{module}.py").write_text(textwrap.dedent(ADAPTER))
    monkeypatch.setattr(sys, "path", list(sys.path))

    def text(name: str) -> str:
        return (
            'env: {MARK: "${mews.access_token}"}\n'
            f'webhook: "${{app.url}}/hooks"\nhear: {{python: "{module}:{name}"}}\n'
        )

    return text


@pytest.mark.parametrize("name", ["Echo", "Slow", "made", "nested.ready"])
def test_adapter_speaks_and_hears(
    open_app: Open, hear: Write, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_app(hear(name))
    ann, bob = app.person("Ann", 1), app.person("Bob", 2)
    assert app.say(ann, 'Hi "there" ${text}').error is None
    (shown,) = app.shown(ann)
    assert shown.text.startswith('Ann: Hi "there" ${text} ')
    assert shown.text.endswith(" ready") == (name == "nested.ready")
    assert app.shown(bob) == []
    assert app.exact
    assert app.webhook_url == "http://127.0.0.1:9/app/hooks"
    app.restart()
    assert app.shown(ann) == []
    app.close()
    assert capsys.readouterr().out == "closed\n"


def test_adapter_that_raises_is_an_error_of_saying(open_app: Open, hear: Write) -> None:
    app = open_app(hear("Echo"))
    said = app.say(app.person("Ann", 1), "fail")
    assert said.error is not None
    assert said.error.endswith(":Echo.say raised ConnectionError: refused")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Deaf", "has no shown"),
        ("Missing", "cannot be loaded from .*AttributeError"),
        ("broken", "ValueError: no database"),
    ],
)
def test_adapter_that_cannot_be_used_is_refused(open_app: Open, hear: Write, name: str, problem: str) -> None:
    with pytest.raises(TestkitError, match=f"hear: python: adapter_.*:{name} .*{problem}"):
        open_app(hear(name))


def test_adapter_must_show_a_list_of_texts(open_app: Open, hear: Write) -> None:
    app = open_app(hear("Odd"))
    with pytest.raises(TestkitError, match="shown returned 'one text'; return a list of texts"):
        app.shown(app.person("Ann", 1))
