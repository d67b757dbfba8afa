"""Worlds whose webhooks go to the test's receiver."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Receiver


@pytest.fixture
def hotel_of(hotel_of: HotelOf, receiver: Receiver) -> HotelOf:
    """Makes worlds, whose webhooks go to the receiver unless asked otherwise."""

    def make(**fields: Any) -> Hotel:
        return hotel_of(**{"webhook_url": receiver.url, **fields})

    return make
