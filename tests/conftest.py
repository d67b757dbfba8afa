"""One fake Mews for the whole run, or for a module, and on it worlds of their own whose clocks stand still.

`make_app` makes applications, which call over HTTP; `hotel_of` makes hotels, where the staff speak too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mockmews import MockMewsServer
from tests.connector.caller import NOON, App
from tests.connector.portfolio import Portfolio
from tests.webhooks.hotel import Hotel, HotelOf, hotel
from tests.webhooks.receiver import Receiver

MakeApp = Callable[..., App]

# A busy machine is slow: no test fails because Hypothesis had to wait. Each run tries the same examples.
settings.register_profile(
    "patient", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; all others keep their order."""
    items.sort(key=_seconds, reverse=True)


def _seconds(item: pytest.Item) -> float:
    """About how long a test takes, where a mark of it says so."""
    marks = (mark for mark in item.iter_markers() if mark.name in ("soak", "matrix"))
    return max((mark.kwargs.get("seconds", 1.0) for mark in marks), default=0.0)


@pytest.fixture(scope="session")
def server() -> Iterator[MockMewsServer]:
    with MockMewsServer() as running:
        yield running


@pytest.fixture
def make_app(server: MockMewsServer) -> Iterator[MakeApp]:
    """Makes an application in a world of its own; takes the fields of POST /integrations."""
    made: list[App] = []

    def make(**fields: Any) -> App:
        clock = {"rate": 0, "at": NOON}
        world = server.control.create_integration(**{"clock": clock, "webhooks": "held", **fields})
        made.append(App(server.url, world, server.control))
        return made[-1]

    yield make
    for app in made:
        app.close()
        server.control.delete_integration(app.access_token)


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """The application A of contract.md 14."""
    return make_app()


@pytest.fixture
def stranger(make_app: MakeApp) -> App:
    """The application B of contract.md 14."""
    return make_app()


@pytest.fixture
def portfolio(make_app: MakeApp, server: MockMewsServer) -> Iterator[Portfolio]:
    """A portfolio of two hotels."""
    world = make_app(enterprises=["North", "South"], portfolio=True).world
    made = Portfolio.of(server.url, world, server.control)
    yield made
    made.close()


@pytest.fixture(scope="module")
def fake() -> Iterator[MockMewsServer]:
    """A server of the module's own, for tests that look at all of its worlds."""
    with MockMewsServer() as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where webhooks may go."""
    with Receiver() as running:
        yield running


@pytest.fixture
def hotel_of(fake: MockMewsServer) -> Iterator[HotelOf]:
    """Makes hotels in worlds of their own; takes the fields of POST /integrations."""
    with contextlib.ExitStack() as open_worlds:

        def make(**fields: Any) -> Hotel:
            return open_worlds.enter_context(hotel(fake, **fields))

        yield make
