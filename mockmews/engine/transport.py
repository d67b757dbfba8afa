"""The one door by which webhooks leave: POSTs over kept connections, and the URLs that they go to."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from urllib.parse import quote, urljoin

from msgspec import Struct

from mockmews.engine.connections import (
    Answer,
    Connection,
    Place,
    TransportError,
    no_tls,
    refused,
    unknown_host,
)
from mockmews.errors import ConfigurationError
from mockmews.wire.masked_urls import mask_url
from mockmews.wire.webhooks import USER_AGENT, headers

__all__ = ["Answer", "Transport", "TransportError", "resolve_location", "validate_url"]

_MOST_IDLE = 128
_MOST_TARGETS = 1024

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)")
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*)(?::(?P<port>.*))?")
_HOST = re.compile(r"[A-Za-z0-9._-]+")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class _Target(Struct, frozen=True):
    """A URL made ready: where to connect to, and the request up to the number of its Content-Length."""

    place: Place
    head: bytes


class Transport:
    """Posts webhooks. Lives on one event loop, belongs to the server, and is closed with it.

    `insecure` accepts every certificate; `ca_file` (PEM) is trusted beside the system's authorities.
    Raises ConfigurationError where that file cannot be used.
    """

    def __init__(
        self, *, insecure: bool = False, ca_file: str | None = None, user_agent: str = USER_AGENT
    ) -> None:
        if not (user_agent.isascii() and user_agent.isprintable()):
            raise ValueError(f"The User-Agent {user_agent!r} holds more than printable ASCII.")
        self._insecure = insecure
        self._ca_file = ca_file
        self._user_agent = user_agent
        # The system's certificates take long to load: only the first https receiver pays for them.
        self._tls = self._make_tls() if ca_file is not None else None
        self._targets: dict[str, _Target] = {}
        self._live: set[Connection] = set()
        self._idle: dict[Place, list[Connection]] = {}
        self._oldest_idle: dict[Connection, None] = {}
        self._closed = False

    async def post(self, url: str, body: bytes, *, time_limit: float, fresh: bool = False) -> Answer:
        """Send one POST, at most once on the wire, and return its answer, whatever its status.

        `time_limit` (seconds of real time) covers connecting, sending and the whole answer. Redirects are
        the caller's affair. Raises TransportError; its kind `stale` says that a kept connection ended before
        the first byte of an answer: the caller calls again with `fresh`, which never takes a kept one. An
        answer whose body is cut short is no answer (kind `protocol`, assumed: as .NET's HttpClient judges).
        """
        if self._closed:
            raise _stopping()
        target = self._target(url)
        connection = None if fresh else self._take_idle(target.place)
        answer, left = None, time_limit
        try:
            if connection is None:
                until = asyncio.get_running_loop().time() + time_limit
                async with asyncio.timeout_at(until):
                    connection = await self._connect(target.place)
                left = until - asyncio.get_running_loop().time()
            request = b"%b%d\r\n\r\n%b" % (target.head, len(body), body)
            answer = await connection.exchange(request, time_limit=left)
        except TimeoutError:
            raise _late(target.place, connection, time_limit) from None
        finally:
            if connection is not None:
                if answer is None:
                    connection.close()
                elif connection.open:
                    self._keep(connection)
        return answer

    async def close(self) -> None:
        """End every connection, and with them the posts that still wait; return once all sockets are shut."""
        self._closed = True
        live = tuple(self._live)
        for connection in live:
            connection.close()
        for connection in live:
            await connection.lost

    # Kept connections

    def _take_idle(self, place: Place) -> Connection | None:
        idle = self._idle.get(place)
        if not idle:
            return None
        connection = idle.pop()
        if not idle:
            del self._idle[place]
        del self._oldest_idle[connection]
        return connection

    def _keep(self, connection: Connection) -> None:
        idle = self._idle.get(connection.place)
        if idle is None:
            idle = self._idle[connection.place] = []
        idle.append(connection)
        self._oldest_idle[connection] = None
        if len(self._oldest_idle) > _MOST_IDLE:
            next(iter(self._oldest_idle)).close()

    def _forget(self, connection: Connection) -> None:
        if connection in self._oldest_idle:
            del self._oldest_idle[connection]
            idle = self._idle[connection.place]
            idle.remove(connection)
            if not idle:
                del self._idle[connection.place]

    # New connections

    async def _connect(self, place: Place) -> Connection:
        loop = asyncio.get_running_loop()
        if place.tls and self._tls is None:
            self._tls = self._make_tls()
        failure = unknown_host(place, "it has no address")
        for address in await _addresses(place):
            try:
                _, connection = await loop.create_connection(
                    lambda: Connection(place, self._live, self._forget),
                    address,
                    place.port,
                    ssl=self._tls if place.tls else None,
                    server_hostname=place.host if place.tls else None,
                )
            except (ssl.SSLError, ConnectionResetError, ConnectionAbortedError) as error:
                raise (no_tls(place, error) if place.tls else refused(place, error)) from error
            except OSError as error:
                failure = refused(place, error)
                continue
            if self._closed:
                connection.close()
                raise _stopping()
            return connection
        raise failure

    def _make_tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        if self._ca_file is not None:
            try:
                context.load_verify_locations(self._ca_file)
            except OSError as error:
                raise ConfigurationError(
                    f"The certificate authority file {self._ca_file!r} cannot be used: {error}."
                    " Name a PEM file that holds certificates."
                ) from None
        if self._insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _target(self, url: str) -> _Target:
        target = self._targets.get(url)
        if target is None:
            try:
                place, path = _read_url(url)
            except ValueError as error:
                raise TransportError("url", str(error)) from None
            lines = [f"{name}: {value}\r\n" for name, value in headers(self._user_agent).items()]
            head = f"POST {path} HTTP/1.1\r\nHost: {place.authority}\r\n{''.join(lines)}Content-Length: "
            target = _Target(place, head.encode("ascii"))
            if len(self._targets) >= _MOST_TARGETS:
                self._targets.clear()
            self._targets[url] = target
        return target


def validate_url(url: str) -> None:
    """Raise ValueError, in words for a configuration's author, where no webhook could be posted to `url`."""
    _read_url(url)


def resolve_location(url: str, location: str) -> str:
    """The absolute URL that a Location header of an answer from `url` names; `post` judges it."""
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _read_url(url: str) -> tuple[Place, str]:
    """The place and the path with query as sent. ValueError says what was seen and wanted."""
    shown = f"The webhook URL {mask_url(url)!r}"
    if not url:
        raise ValueError("The webhook URL is empty; write one such as http://localhost:3000/webhooks.")
    if bad := _UNPRINTABLE.search(url):
        what = {" ": "a space", "\n": "a line break", "\r": "a line break", "\t": "a tab"}.get(bad[0])
        raise ValueError(
            f"{shown} holds {what or 'a control character'} at position {bad.start() + 1};"
            " remove it, or write %20 for a space."
        )
    parts = _URL.match(url)
    if parts is None:
        raise ValueError(f"{shown} has no scheme; write http:// or https:// before the host.")
    scheme = parts["scheme"].lower()
    if scheme not in ("http", "https"):
        raise ValueError(f"{shown} has the scheme {scheme!r}; webhooks go to http:// or https://.")
    if "@" in parts["authority"]:
        raise ValueError(
            f"{shown} holds a user name or password, which no webhook sends; put the secret into the query,"
            " such as ?Token=..."
        )
    place = _read_place(parts["authority"], shown, tls=scheme == "https")
    rest = parts["rest"]
    try:
        path = quote(rest if rest.startswith("/") else f"/{rest}", safe=_PRINTABLE)
    except UnicodeEncodeError:
        raise ValueError(f"{shown} holds characters that are no text; percent-encode them.") from None
    return place, path


def _read_place(authority: str, shown: str, *, tls: bool) -> Place:
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None or (parts["port"] is not None and ":" in parts["port"]):
        raise ValueError(
            f"{shown} has a host with colons; write an IPv6 address in brackets: http://[::1]:3000."
        )
    name, digits = parts["host"], parts["port"]
    if not name:
        raise ValueError(f"{shown} names no host; write one after the slashes: http://localhost:3000.")
    port = 443 if tls else 80
    if digits:
        port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
        if not 1 <= port <= 65535:
            raise ValueError(f"{shown} has the port {digits!r}; a port is a number from 1 to 65535.")
    if name.startswith("["):
        try:
            address = ipaddress.IPv6Address(name[1:-1])
            if address.scope_id is None:
                return Place(tls, address.compressed, port)
        except ValueError:
            pass
        raise ValueError(f"{shown} has {name} where an IPv6 address should stand.")
    try:
        host = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise ValueError(f"{shown} has the host {name!r}, which is no host name or address.")
    return Place(tls, host, port)


async def _addresses(place: Place) -> list[str]:
    try:
        return [str(ipaddress.ip_address(place.host))]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise unknown_host(place, error.strerror or str(error)) from error
    return [str(address[0]) for *_, address in found]


def _stopping() -> TransportError:
    return TransportError("reset", "mockmews is stopping; no webhook leaves any more.")


def _late(place: Place, connection: Connection | None, time_limit: float) -> TransportError:
    limit = f"within {time_limit:g} s"
    if connection is None:
        words = f"No connection to {place} could be made {limit}; is it reachable from here?"
        if place.tls:
            words += " If the app speaks plain HTTP on this port, write http:// in the webhook URL."
        return TransportError("timeout", words)
    return TransportError(
        "timeout",
        f"{place} took the request, but {limit} {connection.progress}. Answer at once, and work after that.",
    )
