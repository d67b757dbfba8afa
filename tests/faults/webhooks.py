"""What tests of the faults of webhooks do with a hotel, and what they ask of it."""

from __future__ import annotations

from typing import Any

from tests.webhooks.hotel import Hotel, Json


def sets(hotel: Hotel, **fault: Any) -> Json:
    return hotel.control.add_fault(hotel.key, {"webhook": "MessageAdded", **fault})


def replies(hotel: Hotel, *texts: str) -> list[str]:
    """The staff reply, and each reply's webhook goes out, as far as faults let it; the messages' ids."""
    found = []
    for text in texts:
        found.append(hotel.replies(text))
        hotel.runs()
    return found


def burst(hotel: Hotel, count: int) -> list[str]:
    """Messages that one webhook tells of: the app's own, for it alone adds several at once."""
    thread = hotel.opens()
    return hotel.writes(thread, *map(str, range(count)))


def hits(hotel: Hotel) -> list[int]:
    return [each["hits"] for each in hotel.control.faults(hotel.key)]


def states(hotel: Hotel) -> list[str]:
    return [each["state"] for each in hotel.deliveries()]
