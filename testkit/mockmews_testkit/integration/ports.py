"""Ports for apps under test: each free, and promised to one app of this machine at a time."""

from __future__ import annotations

import secrets
import socket
import weakref

from mockmews_testkit.errors import TestkitError

_FIRST = 20_000
_COUNT = 12_000
_TRIES = 100
_PLEDGE = -8_000
"""From a port to the UDP port that is held as the sign that it is promised."""


class Port:
    """A TCP port of this machine where nothing listens, and which no other copy of an app is given.

    It is promised until `release`. An app takes seconds to listen, and none while it is restarted: without the
    promise a second copy, started meanwhile by this process or by another one, would get the same port, and
    be spoken to in place of the first. The sign is a UDP socket, which systems take back from who died.
    The number lies below those that systems give to outgoing connections: one of them may take such a port
    before the app does, and a look at whether the app listens may even connect to itself.
    Raises TestkitError where none is free.
    """

    def __init__(self) -> None:
        for _ in range(_TRIES):
            self.number = _FIRST + secrets.randbelow(_COUNT)
            pledge = _bound(socket.SOCK_DGRAM, self.number + _PLEDGE)
            if pledge is None:
                continue
            probe = _bound(socket.SOCK_STREAM, self.number)
            if probe is not None:
                probe.close()
                # Where nobody holds this object any more, the promise is over too.
                self._release = weakref.finalize(self, pledge.close)
                return
            pledge.close()
        raise TestkitError(f"No port is free among {_TRIES} from {_FIRST} on; end what listens there.")

    def release(self) -> None:
        """Others may have it."""
        self._release()


def _bound(kind: socket.SocketKind, number: int) -> socket.socket | None:
    made = socket.socket(socket.AF_INET, kind)
    try:
        made.bind(("127.0.0.1", number))
    except OSError:
        made.close()
        return None
    return made
