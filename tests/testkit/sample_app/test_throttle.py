"""The throttle: Retry-After in both forms, and the sliding count."""

from __future__ import annotations

import asyncio

import pytest

from mockmews_testkit.sample_app.throttle import Throttle, retry_after

DATE = "Tue, 10 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "Tue, 10 Mar 2026 12:00:07 GMT", "date": DATE}, 7.0),
        ({"retry-after": "Tue, 10 Mar 2026 11:00:00 GMT", "date": DATE}, 0.0),
        ({"retry-after": DATE}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-1"}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_throttle_counts_calls_in_a_sliding_window() -> None:
    async def leave(throttle: Throttle, calls: int) -> int:
        left = 0
        for _ in range(calls):
            async with asyncio.timeout(0.05), throttle.turn():
                left += 1
        return left

    async def scenario() -> None:
        throttle = Throttle(calls_per_window=3, backoff_base=0.5)
        assert await leave(throttle, 3) == 3
        with pytest.raises(TimeoutError):
            await leave(throttle, 1)

    asyncio.run(scenario())


def test_throttle_lets_one_call_feel_the_way_after_a_429() -> None:
    async def scenario() -> None:
        throttle = Throttle(calls_per_window=100, backoff_base=0.01)
        inside: list[int] = []
        most = 0

        async def call(number: int) -> None:
            nonlocal most
            async with throttle.turn():
                inside.append(number)
                most = max(most, len(inside))
                await asyncio.wait([asyncio.ensure_future(asyncio.to_thread(int))])
                inside.remove(number)

        throttle.refused("messages/add", None)
        await asyncio.gather(*[call(number) for number in range(5)])
        assert most == 1
        await asyncio.wait([asyncio.ensure_future(asyncio.to_thread(int))])
        throttle.accepted("messages/add")
        await asyncio.gather(*[call(number) for number in range(5)])
        assert most == 5

    asyncio.run(scenario())
