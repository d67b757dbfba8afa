"""The pytest plugin: its hooks and fixtures. It is loaded in every run, and loads the kit when that is used."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockmews_testkit.pytest_plugin.options import MARKER, add_options

if TYPE_CHECKING:
    from mockmews_testkit.bench import Fake
    from mockmews_testkit.testing.guest import MewsGuest
    from mockmews_testkit.testing.mews import Mews
    from mockmews_testkit.testing.world import World


def pytest_addoption(parser: pytest.Parser) -> None:
    """--mews-app and the others, and mews_scenarios."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known, also where markers are strict."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def mews_options() -> dict[str, Any]:
    """Override it to say what holds for every test: what the marker takes, and `app`, the path of an app file."""
    return {}


@pytest.fixture(scope="session")
def mews_server(pytestconfig: pytest.Config, mews_options: dict[str, Any]) -> Iterator[Fake]:
    """The fake Mews of this run, or of this worker: `.url`, `.control_url` and `.control`."""
    from mockmews_testkit.pytest_plugin.running import served

    with served(pytestconfig, mews_options) as fake:
        yield fake


@pytest.fixture(scope="session")
def mews_world(
    pytestconfig: pytest.Config, mews_server: Fake, mews_options: dict[str, Any]
) -> Iterator[World]:
    """One integration for an app that is started once, for many tests."""
    from mockmews_testkit.pytest_plugin.running import standing_world

    with standing_world(pytestconfig, mews_server, mews_options) as world:
        yield world


@pytest.fixture
def mews_payload() -> str | None:
    """What webhooks carry in this test, where `--mews-payload` or a parameter says so."""
    return None


@pytest.fixture
def mews(
    request: pytest.FixtureRequest, mews_payload: str | None, mews_options: dict[str, Any]
) -> Iterator[Mews]:
    """The fake Mews of this test: a fresh integration."""
    from mockmews_testkit.pytest_plugin.running import mews_of

    with mews_of(request, mews_payload, mews_options) as made:
        yield made


@pytest.fixture
def mews_app(request: pytest.FixtureRequest, mews: Mews, mews_options: dict[str, Any]) -> object:
    """Your app, by its app file. Override it to bring an object with `say(guest, text)` and `shown(guest)`."""
    from mockmews_testkit.pytest_plugin.running import app_of

    return app_of(request, mews, mews_options)


@pytest.fixture
def mews_guest(mews: Mews, mews_app: object) -> MewsGuest:
    """A guest of the app under test, Penelope."""
    mews.world.seat(mews_app)
    return mews.guest()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that held fails all the same where a check broke that must not."""
    __tracebackhide__ = True
    result = yield
    if "mews" in getattr(item, "fixturenames", ()):
        from mockmews_testkit.pytest_plugin.judging import judge_passed

        judge_passed(item)
    return result
