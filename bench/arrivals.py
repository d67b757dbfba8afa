"""Arrivals: waiting until the receiver of webhooks has seen every event."""

from __future__ import annotations

import asyncio

from bench.processes import Subject

_PATIENCE = 60.0  # seconds
_INTERVAL = 0.005


class Arrivals:
    """Counts from the events that were there when it was made, and on from wait to wait."""

    def __init__(self, receiver: Subject) -> None:
        self._receiver = receiver
        self._expected = receiver.read().counted

    async def of(self, count: int) -> None:
        """Return once so many more have arrived. Raises TimeoutError."""
        self._expected += count
        async with asyncio.timeout(_PATIENCE):
            while self._receiver.read().counted < self._expected:  # noqa: ASYNC110 - another process counts
                await asyncio.sleep(_INTERVAL)
