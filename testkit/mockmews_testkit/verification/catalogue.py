"""All vectors, in the order in which they are played, and what some of them need."""

from __future__ import annotations

from mockmews_testkit.verification import adding, intervals, paging, requests, threads
from mockmews_testkit.verification.exchange import DISABLED, PORTFOLIO, SECOND, UNPERMITTED
from mockmews_testkit.verification.vectors import Vector

ENTERPRISE, LOAD = "enterprise", "load"

NEEDS = {
    SECOND: "a second application: add --with second=CLIENTTOKEN:ACCESSTOKEN",
    PORTFOLIO: "a portfolio token of the same application: add --with portfolio=CLIENTTOKEN:ACCESSTOKEN",
    DISABLED: "a disabled integration: add --with disabled=CLIENTTOKEN:ACCESSTOKEN",
    UNPERMITTED: "an application that may not add messages: add --with unpermitted=CLIENTTOKEN:ACCESSTOKEN",
    LOAD: "over 200 calls in 30 s and a body of 31 MB: add --load where that harms nobody",
    "staff": "somebody at the front desk, whom no caller can play",
    "time": "a clock that the caller can set",
    "faults": "faults on demand, which no caller can order",
}
"""What a vector may need beside the own tokens, and how to give it."""

GIVEN = (SECOND, PORTFOLIO, DISABLED, UNPERMITTED, ENTERPRISE)
"""What `--with` takes."""

_ALL = (*adding.VECTORS, *paging.VECTORS, *intervals.VECTORS, *threads.VECTORS, *requests.VECTORS)

VECTORS: tuple[Vector, ...] = tuple(sorted(_ALL, key=lambda each: each.needs == LOAD))
"""What loads the platform comes last, since calls have to wait after it."""
