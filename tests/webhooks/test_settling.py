"""Settling, against an app that answers its webhook and works later, over real sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.webhooks.hotel import HotelOf
from tests.webhooks.receiver import OK, Received, Receiver

LATE = 0.4  # seconds, more than the 150 ms for which a settled world was still
AT_ONCE = 0.15  # seconds: less than the quiet that a world in which something moved is given


@contextmanager
def works_later(receiver: Receiver, work: Callable[[], object]) -> Iterator[list[str]]:
    """The app takes each webhook at once, and does its work when some time has passed."""
    timers: list[threading.Timer] = []
    done: list[str] = []

    def take(_: Received) -> bytes:
        def late() -> None:
            work()
            done.append("worked")

        timers.append(threading.Timer(LATE, late))
        timers[-1].start()
        return OK

    receiver.otherwise = take
    try:
        yield done
    finally:
        for timer in timers:
            timer.cancel()
            timer.join()


def test_an_idle_world_is_settled_at_once(hotel_of: HotelOf) -> None:
    world = hotel_of()
    assert world.control.settle(world.key)["settled_after"] < AT_ONCE


@pytest.mark.parametrize("payload", ["entities", "ids_only"])
def test_an_app_that_works_after_its_answer_is_waited_for(
    hotel_of: HotelOf, receiver: Receiver, payload: str
) -> None:
    world = hotel_of(payload=payload)
    thread = world.opens()
    with works_later(receiver, lambda: world.reads(thread)) as done:
        world.replies("Hello!")
        world.control.settle(world.key)
        assert done == ["worked"]


def test_an_app_that_was_late_once_is_waited_for_when_nothing_is_new_to_it(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(webhooks="held")
    thread = world.opens()
    with works_later(receiver, lambda: world.reads(thread)) as done:
        hello = world.replies("Hello!")
        for times in (1, 2):
            world.control.deliver_messages(world.key, [hello])
            world.control.settle(world.key)
            assert done == ["worked"] * times
