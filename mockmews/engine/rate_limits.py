"""Rate limits: how many calls an AccessToken may make in a window (contract.md 8)."""

from __future__ import annotations

from collections import deque

from mockmews.errors import ConnectorError
from mockmews.instants import TICKS_PER_SECOND, Instant
from mockmews.setting_kinds import RateLimit
from mockmews.settings import Settings

_TEXT = "Too many requests."  # assumed: no source shows the text of a 429


class RateWindow:
    """The calls of one AccessToken that still count."""

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        self._calls: deque[Instant] = deque()

    def spend(self, now: Instant, limit: RateLimit, settings: Settings, *, rate: float) -> None:
        """Count a call. Raises ConnectorError 429 where the limit is reached.

        Sliding: a call counts for `window` from its own instant. Anchored: all count until `window` after
        the first of the burst (contract.md 12 row 19). Retry-After is in real seconds at clock `rate`.
        """
        calls = self._calls
        if settings.rate_window == "anchored":
            if calls and now - calls[0] >= limit.window:
                calls.clear()
        else:
            while calls and now - calls[0] >= limit.window:
                calls.popleft()
        if len(calls) < limit.calls:
            calls.append(now)
            return
        free = calls[-limit.calls] if settings.rate_window == "sliding" else calls[0]
        wait = free + limit.window - now
        if settings.rate_counts_refused:
            calls.append(now)
        raise _refusal(limit, wait, settings, rate)

    def refund(self) -> None:
        """The last call failed, and failed calls do not count (contract.md 13 row 27, a setting)."""
        if self._calls:
            self._calls.pop()


def _refusal(limit: RateLimit, wait: int, settings: Settings, rate: float) -> ConnectorError:
    seconds = max(1, -int(-wait // (TICKS_PER_SECOND * (rate or 1))))
    headers = ((b"retry-after", b"%d" % seconds),) if settings.retry_after == "sent" else ()
    return ConnectorError(
        429,
        _TEXT,
        hint=f"More than {limit.calls} calls in {limit.window / TICKS_PER_SECOND:g} s with this AccessToken; "
        f"wait {seconds} s and keep below the limit yourself. See guidelines/requests.",
        headers=headers,
    )
