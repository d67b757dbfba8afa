"""The pytest plugin: its hooks and fixtures. It is loaded in every run, and loads the kit when that is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockmews_testkit.pytest_plugin.options import (
    MARKER,
    PAYLOADS,
    add_options,
    asked,
    check_options,
    share_folder,
)

if TYPE_CHECKING:
    from pathlib import Path

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
    check_options(config)
    share_folder(config)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Gathering(config), "mockmews-gathering")
    if config.getini("mews_scenarios"):
        from mockmews_testkit.pytest_plugin.collection import visit

        visit(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Scenario files that mews_scenarios or the command line names."""
    if not file_path.name.endswith(".mews.yaml"):
        return None
    if not parent.config.getini("mews_scenarios") and not parent.session.isinitpath(file_path):
        return None
    from mockmews_testkit.pytest_plugin.collection import collected

    return collected(file_path, parent)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With --mews-payload=both each test is played under both; the stories of `scenarios(...)` as they say."""
    stories = getattr(metafunc.function, "mews_stories", None)
    if stories is not None:
        from mockmews_testkit.pytest_plugin.collection import spread

        spread(metafunc, stories)
    elif "mews_payload" in metafunc.fixturenames and asked(metafunc.config, "payload") == "both":
        named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
        if not any("mews_payload" in (each.split(",") if isinstance(each, str) else each) for each in named):
            metafunc.parametrize("mews_payload", PAYLOADS)


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
    from mockmews_testkit.pytest_plugin.running import seated_guest

    return seated_guest(mews, mews_app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that held fails all the same where a check broke that must not."""
    __tracebackhide__ = True
    result = yield
    if "mews" in getattr(item, "fixturenames", ()):
        from mockmews_testkit.pytest_plugin.judging import judge_passed

        judge_passed(item)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The report of a test's call phase tells its conversation; a mistake is shown at the user's own line."""
    if call.excinfo is not None and "mockmews" in sys.modules:
        from mockmews_testkit.pytest_plugin.judging import show_the_users_lines

        show_the_users_lines(item.config, call.excinfo)
    report = yield
    if call.when == "call" and "mews" in getattr(item, "fixturenames", ()):
        from mockmews_testkit.pytest_plugin.reports import tell

        tell(item, call, report)
    return report


class Gathering:
    """Gathers what the reports of a run tell: in its controller, where there are workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One more report, perhaps from a worker."""
        told = getattr(report, "mews", None)
        if told is not None:
            from mockmews_testkit.pytest_plugin.reports import sum_of

            sum_of(self._config).add(report.nodeid, told)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended: what it knows of late calls."""
        told = (getattr(node, "workeroutput", None) or {}).get("mews_late")
        if told:
            from mockmews_testkit.pytest_plugin.reports import late_calls

            late_calls(self._config, told)

    def pytest_sessionfinish(self) -> None:
        """The report that was asked for is written, also where nobody looks at a terminal."""
        if self._config.getoption("mews_report", None) or os.environ.get("MOCKMEWS_REPORT"):
            from mockmews_testkit.pytest_plugin.reports import write_report

            write_report(self._config)

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """The score card of all tests, and calls that came too late."""
        if "mockmews" not in sys.modules:
            return
        from mockmews_testkit.pytest_plugin.reports import show_summary

        show_summary(terminalreporter, config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What only the process of the tests knows, for the summary of its controller."""
    if "mockmews" not in sys.modules:
        return
    from mockmews_testkit.pytest_plugin.reports import hand_over

    hand_over(session.config)
