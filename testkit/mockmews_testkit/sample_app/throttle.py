"""When the next call to Mews may leave: the limit is the access token's, so all calls share one throttle."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

WINDOW = 30.0
LONGEST_WAIT = 60.0
MARGIN = 0.05
"""Seconds added to every told wait: timers may fire a little early, and early is a breach (RATE-01)."""


class Throttle:
    """Keeps below the limit by a sliding count, and keeps still after a 429."""

    def __init__(self, *, calls_per_window: int, backoff_base: float) -> None:
        self._calls_per_window = calls_per_window
        self._backoff_base = backoff_base
        self._left_at: deque[float] = deque()
        self._closed_until = 0.0
        self._strikes: Counter[str] = Counter()
        self._door = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for leave to make one call; the call is made inside the `async with`."""
        async with self._door:
            while True:
                wait = self._wait(monotonic())
                if wait <= 0:
                    break
                await asyncio.sleep(wait)
            self._left_at.append(monotonic())
            if self._strikes:
                # After a 429 a single call feels the way and the others queue behind it: were they all
                # let go at once, they would all be refused again (RATE-04).
                yield
                return
        yield

    def _wait(self, now: float) -> float:
        while self._left_at and self._left_at[0] <= now - WINDOW:
            self._left_at.popleft()
        wait = self._closed_until - now
        if len(self._left_at) >= self._calls_per_window:
            wait = max(wait, self._left_at[0] + WINDOW - now)
        return wait

    def refused(self, operation: str, told: float | None) -> None:
        """Mews said 429: close the door to all for as long as it told, else twice as long as the last time.

        Strikes are counted by operation, for that another one went through says little about this one.
        """
        now = monotonic()
        if now >= self._closed_until or not self._strikes[operation]:
            # else it answers a call that was under way when the door closed, and tells nothing new
            self._strikes[operation] += 1
        pause = min(self._backoff_base * 2 ** (self._strikes[operation] - 1), LONGEST_WAIT)
        self._closed_until = max(self._closed_until, now + (told + MARGIN if told else pause))

    def accepted(self, operation: str) -> None:
        """Mews said something else than 429."""
        if monotonic() >= self._closed_until:
            self._strikes.pop(operation, None)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds told by Retry-After, which holds seconds or an HTTP date; None where there is nothing to go by.

    A date is compared with the answer's own Date, for Mews's clock need not be ours.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    until = _http_date(text)
    if until is None:
        return None
    sent = _http_date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - sent).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
