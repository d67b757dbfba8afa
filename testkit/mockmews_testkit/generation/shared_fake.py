"""The fake of all machines of this process: started when the first one needs it, stopped at the end."""

from __future__ import annotations

import atexit
from functools import cache

from mockmews import MockMewsServer
from mockmews_testkit.bench import Fake


@cache
def shared_fake() -> Fake:
    """One server for all; each conversation has a world of its own on it."""
    server = MockMewsServer().start()
    atexit.register(server.stop)
    return Fake.of(server)
