"""A world that a receiver of its webhooks listens to."""

from __future__ import annotations

import pytest

from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Receiver


@pytest.fixture
def listening(hotel_of: HotelOf, receiver: Receiver) -> Hotel:
    """A world with one thread, whose staff's messages alone raise webhooks, which go to the receiver."""
    made = hotel_of(webhook_url=f"{receiver.url}?Token=${{webhook_token}}", own_messages=False)
    made.opens()
    return made
