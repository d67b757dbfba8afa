"""The fakes of a run: one of our own, or those that run already, each reached once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockmews import ControlError, MockMewsError, MockMewsServer
from mockmews_testkit.bench import Fake
from mockmews_testkit.errors import UsageError
from mockmews_testkit.integration.app_file import AppFile

_LOCAL = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - only where the user names an address that others reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the user says that fakes are. `mews_url` is one that runs, `public_url` its address for the app.

    Port 0 in `public_url` is any free one, that of each fake which we start.
    """

    mews_url: str | None = None
    public_url: str | None = None
    admin_token: str | None = None


class Fakes:
    """Fakes by address, each started or reached when it is first asked for; ended by `close`."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._lock = threading.Lock()
        self._known: dict[str | None, Fake] = {}
        self._servers: list[MockMewsServer] = []

    def of(self, app_file: AppFile | None) -> Fake:
        """The fake for an app: the named one, the one of its app file (if it has one), else one of our own.

        Where the app file names an address of this machine at which nothing runs, our own listens there, as
        the app looks for it there. Raises MockMewsError or UsageError where there is none.
        """
        given = self._addresses
        fixed = app_file.mews.url if app_file is not None and app_file.mews is not None else None
        with self._lock:
            key = given.mews_url or fixed
            if key not in self._known:
                if given.mews_url is not None:
                    self._known[key] = self._reached(given.mews_url)
                else:
                    self._known[key] = self._own(fixed)
            return self._known[key]

    def close(self) -> None:
        """Stop our own, and let go of the others; calls in flight end at once."""
        with self._lock:
            for server in self._servers:
                server.stop()
            self._servers.clear()
            for fake in self._known.values():
                fake.control.close()

    def _reached(self, url: str) -> Fake:
        given = self._addresses
        fake = Fake.at(url, admin_token=given.admin_token, public_url=given.public_url)
        fake.control.integrations()  # also whether the admin token is the right one
        return fake

    def _own(self, url: str | None) -> Fake:
        public = self._addresses.public_url
        if url is None:
            return self._started(*_listening_at(public)) if public else self._started("127.0.0.1", 0)
        try:
            return self._reached(url)
        except ControlError:
            raise  # a fake runs there, and refuses us
        except MockMewsError:
            parts = _parts(url, "The url of mews: in the app file")
            if parts.hostname not in _LOCAL or parts.scheme != "http":
                raise
            return self._started(parts.hostname, parts.port or 80)

    def _started(self, host: str, port: int) -> Fake:
        public = self._addresses.public_url
        names = [name] if public and (name := urlsplit(public).hostname) else []
        server = MockMewsServer(
            host=host, port=port, allow_hosts=names, admin_token=self._addresses.admin_token
        )
        try:
            self._servers.append(server.start())
        except MockMewsError as error:
            if public is None:
                raise
            raise UsageError(
                f"{error} Port 0 in the public URL takes any free one, as each worker of pytest-xdist needs."
            ) from None
        return Fake.of(server, public_url=public and _with_port(public, server.url))


def _listening_at(public_url: str) -> tuple[str, int]:
    parts = _parts(public_url, "--public-url")
    if parts.port is None or parts.scheme != "http":
        raise UsageError(
            f"--public-url {public_url} does not say on which port to listen. Write http://NAME:PORT (0: any "
            "free one), or run `mockmews serve` behind your tunnel and name it with --mews-url."
        )
    return ("127.0.0.1" if parts.hostname in _LOCAL else _EVERYWHERE), parts.port


def _with_port(public_url: str, url: str) -> str:
    """The public URL, with the port of our own address where it has port 0."""
    parts = urlsplit(public_url)
    if parts.port != 0:
        return public_url
    return f"{parts.scheme}://{parts.netloc.rpartition(':')[0]}:{urlsplit(url).port}"


class _Parts:
    def __init__(self, scheme: str, hostname: str, port: int | None) -> None:
        self.scheme = scheme
        self.hostname = hostname
        self.port = port


def _parts(url: str, what: str) -> _Parts:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return _Parts(parts.scheme, parts.hostname, parts.port)
    except ValueError:
        pass  # a port that is none
    raise UsageError(f"{what}: {url!r} is no address. Write http://NAME:PORT.")
