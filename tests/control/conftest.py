"""One fake for the folder, worlds on it, and both ways to steer it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockmews import ControlClient, MockMewsServer
from tests.webhooks.hotel import Hotel, hotel
from tests.webhooks.receiver import Receiver

HotelOf = Callable[..., Hotel]


@pytest.fixture(scope="module")
def fake() -> Iterator[MockMewsServer]:
    with MockMewsServer() as running:
        yield running


@pytest.fixture(scope="module")
def client(fake: MockMewsServer) -> Iterator[ControlClient]:
    with ControlClient(fake.url) as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def hotel_of(fake: MockMewsServer) -> Iterator[HotelOf]:
    """Makes worlds whose clocks stand still, unless asked otherwise."""
    with contextlib.ExitStack() as open_worlds:

        def make(**fields: Any) -> Hotel:
            return open_worlds.enter_context(hotel(fake, **fields))

        yield make
