"""One fake for the folder, worlds whose clocks stand still, and a receiver of their webhooks."""

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
def hotel_of(fake: MockMewsServer) -> Iterator[HotelOf]:
    """Makes worlds; those that are to send webhooks name a URL."""
    with contextlib.ExitStack() as open_worlds:

        def make(**fields: Any) -> Hotel:
            return open_worlds.enter_context(hotel(fake, **fields))

        yield make


@pytest.fixture
def listening(hotel_of: HotelOf, receiver: Receiver) -> Hotel:
    """A world with one thread, whose staff's messages alone raise webhooks, which go to the receiver."""
    made = hotel_of(webhook_url=f"{receiver.url}?Token=${{webhook_token}}", own_messages=False)
    made.opens()
    return made
