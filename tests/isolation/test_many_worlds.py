"""Ten thousand worlds on one server: making and using one costs the same, however many there are."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest

from mockmews import MockMewsServer
from tests.webhooks.hotel import Hotel

SAMPLE = 100
FACTOR = 3  # far more than the noise of a busy machine, far less than what grows with the number of worlds


def cost(work: Callable[[], object]) -> float:
    """Processor seconds of this process, the server's thread included."""
    before = time.process_time()
    work()
    return time.process_time() - before


def median(work: Callable[[], object]) -> float:
    return statistics.median(cost(work) for _ in range(SAMPLE))


@pytest.mark.parametrize("count", [1_500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_worlds_cost_the_same_however_many_there_are(count: int) -> None:
    with MockMewsServer() as server:
        control = server.control
        hotel = Hotel(server.url, control, control.create_integration(rate_limit=None))
        thread = hotel.opens()

        def make() -> None:
            control.create_integration(seed=7)

        def talk() -> None:
            hotel.writes(thread, "Hi")

        def come_and_go() -> None:
            control.delete_integration(control.create_integration()["integration_id"])

        works = (make, talk, come_and_go)
        few = [median(work) for work in works]
        for _ in range(count):
            make()
        many = [median(work) for work in works]
        assert len(control.integrations()) >= count
        for work, first, last in zip(works, few, many, strict=True):
            assert last < first * FACTOR, f"{work.__name__}: {first * 1e6:.0f} us, then {last * 1e6:.0f} us"
