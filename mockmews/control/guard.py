"""Who may use the mock's own face: no foreign Host, no foreign Origin, and a token where one is set."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from msgspec import Struct

from mockmews.errors import ControlError

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Guard(Struct, frozen=True):
    """`hosts` are names beside the loopback ones under which the server may be addressed.

    A web page of another site can make a browser call us: by its own name pointed at our address (DNS
    rebinding), or across sites. So both Host and Origin must be names we know.
    """

    hosts: frozenset[str] = frozenset()
    admin_token: str | None = None

    def admit(self, *, host: str, origin: str | None, authorization: str) -> None:
        """Raises ControlError 403 for a foreign name, 401 where the token is missing or wrong."""
        self.recognise(host=host, origin=origin)
        if self.admin_token is None:
            return
        offered = authorization.removeprefix("Bearer ").strip()
        if not hmac.compare_digest(offered.encode(), self.admin_token.encode()):
            raise ControlError(
                401, "admin_token", "This server wants its admin token.",
                "Send the header `Authorization: Bearer ADMIN_TOKEN`; commands take it as --admin-token, pytest as "
                "--mews-admin-token, and both from MOCKMEWS_ADMIN_TOKEN.",
            )  # fmt: skip

    def recognise(self, *, host: str, origin: str | None) -> None:
        """Raises ControlError 403 for a foreign name."""
        self._know("Host", _name(host))
        if origin is not None:
            self._know("Origin", _origin(origin))

    def _know(self, header: str, name: str) -> None:
        if name not in _LOCAL and name not in self.hosts:
            raise ControlError(
                403, "foreign_host", f"{header} {name[:80]!r} is not a name of this server.",
                "Start it with --allow-host NAME or --public-url URL if it should be.",
            )  # fmt: skip


def _origin(origin: str) -> str:
    """The host name of an origin; the text itself where it names none, as `null` does."""
    try:
        return _name(urlsplit(origin).netloc) or origin
    except ValueError:
        return origin


def _name(netloc: str) -> str:
    """The host name without its port, in lower case."""
    name, colon, port = netloc.rpartition(":")
    return (name if colon and port.isdigit() else netloc).lower()
