"""One fake for the folder, and for each test a receiver and worlds that send to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockmews import MockMewsServer
from tests.webhooks.hotel import Hotel, hotel
from tests.webhooks.receiver import Receiver

HotelOf = Callable[..., Hotel]


@pytest.fixture(scope="module")
def fake() -> Iterator[MockMewsServer]:
    with MockMewsServer() as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def hotel_of(fake: MockMewsServer, receiver: Receiver) -> Iterator[HotelOf]:
    """Makes worlds, whose webhooks go to the receiver unless asked otherwise."""
    with contextlib.ExitStack() as open_worlds:

        def make(**fields: Any) -> Hotel:
            return open_worlds.enter_context(hotel(fake, **{"webhook_url": receiver.url, **fields}))

        yield make
