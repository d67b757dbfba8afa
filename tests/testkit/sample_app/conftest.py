"""The stub of Mews, and the app that talks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.testkit.sample_app.guest_app import GuestApp
from tests.testkit.sample_app.stub_mews import StubMews


@pytest.fixture
def mews() -> Iterator[StubMews]:
    stub = StubMews()
    yield stub
    stub.close()


@pytest.fixture
def start_app(mews: StubMews, tmp_path: Path) -> Iterator[Callable[..., GuestApp]]:
    """Starts the app, with further environment if need be."""
    started: list[GuestApp] = []

    def start(**environment: str) -> GuestApp:
        started.append(GuestApp(mews.url, tmp_path, **environment))
        return started[-1]

    yield start
    for app in started:
        app.close()


@pytest.fixture
def app(start_app: Callable[..., GuestApp]) -> GuestApp:
    return start_app()
