"""One connection to a webhook receiver: opening it, one POST at a time on it, and what can go wrong."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Literal, cast

import httptools
from msgspec import Struct

# Bounds of an answer in bytes: its head, what is kept of its body, and what is then read and thrown away.
_HEAD_LIMIT = 64 * 1024
_BODY_KEPT = 64 * 1024
_DISCARDED = 1024 * 1024
_TLS_RECORDS = (b"\x15\x03", b"\x16\x03")

Kind = Literal["refused", "timeout", "reset", "dns", "tls", "protocol", "url", "stale"]


class TransportError(Exception):
    """A post brought no answer: `kind` for programs, `explanation` for people. Neither holds a token."""

    def __init__(self, kind: Kind, explanation: str) -> None:
        super().__init__(explanation)
        self.kind: Kind = kind
        self.explanation = explanation


class Answer(Struct, frozen=True):
    """What the receiver answered. `body` is its first 64 KiB, `headers` are as they came."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def location(self) -> str | None:
        """The Location header as text."""
        value = next((value for name, value in self.headers if name.lower() == b"location"), None)
        return _location_text(value)


class Place(Struct, frozen=True):
    """Where a receiver listens. `host` is ASCII, an IPv6 address without its brackets."""

    tls: bool
    host: str
    port: int

    @property
    def authority(self) -> str:
        """`host:port` as the Host header has it: the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.authority}"


_Outcome = Answer | TransportError | TimeoutError


class Connection(asyncio.Protocol):
    """One connection; `exchange` sends a request and returns its answer, once after the other.

    `live` holds the connection as long as it has a socket; `ended` is told once it can carry no more.
    """

    def __init__(self, place: Place, live: set[Connection], ended: Callable[[Connection], None]) -> None:
        self.place = place
        self.kept = False
        self.open = False
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._live = live
        self._tell_ended = ended
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[_Outcome] | None = None
        self._failure: TransportError | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._seen = 0
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._headers_complete = False
        self._body: list[bytes] = []
        self._body_size = 0
        self._answer: Answer | None = None
        self._reusable = False

    @property
    def progress(self) -> str:
        """How far the answer has come, for the explanation of a time-out."""
        if self._headers_complete:
            return f"the answer began with status {self._status}, but its body did not end"
        return "the answer began, but its headers did not end" if self._seen else "no answer came"

    async def exchange(self, request: bytes, *, time_limit: float) -> Answer:
        """Write the request and wait for its answer, so many seconds of real time.

        Raises TransportError, and TimeoutError where no answer came in time; then, or when it is cancelled,
        the caller closes.
        """
        if self._transport is None or not self.open:
            raise self._failure or _ended_early(self.place, kept=self.kept)
        self._forget_answer()
        self._waiter = self._loop.create_future()
        # A bare timer: asyncio.timeout costs as much as all the rest of an exchange.
        timer = self._loop.call_later(time_limit, self._settle, TimeoutError())
        self._transport.write(request)
        try:
            outcome = await self._waiter
        finally:
            timer.cancel()
            self._waiter = None
        if not isinstance(outcome, Answer):
            raise outcome
        # An answer that overtook its own request leaves the rest of that request in the way of the next one.
        if self._transport.get_write_buffer_size():
            self.close()
        self.kept = True
        return outcome

    def close(self) -> None:
        """End the connection at once; a post that still waits on it fails."""
        if self.open:
            self.open = False
            self._tell_ended(self)
        if self._transport is not None:
            self._transport.abort()
        self._settle(TransportError("reset", "mockmews was stopped before the answer came."))

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's by their methods, not by their class.
        self._transport = cast("asyncio.Transport", transport)
        self.open = True
        self._live.add(self)

    def data_received(self, data: bytes) -> None:
        if self._waiter is None or self._answer is not None:
            self._fail(TransportError("protocol", f"{self.place} sent bytes before any request."))
            return
        self._seen += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            # After a complete answer, what cannot be read is more bytes than were asked for.
            self._reusable = False
            if self._answer is None:
                self._fail(_unreadable(self.place, data, error))
                return
        if self._answer is not None:
            self._settle(self._answer)
            if not self._reusable:
                self.close()
        elif not self._headers_complete:
            if self._seen > _HEAD_LIMIT:
                self._fail(_too_long(self.place))
        elif self._seen > _HEAD_LIMIT + _BODY_KEPT + _DISCARDED:
            # contract.md 9 asks for a status: a body that never ends does not take it back.
            self._settle(self._take_answer())
            self.close()

    def eof_received(self) -> None:
        self._peer_ended(None)
        self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._peer_ended(exc)
        self.close()
        self._live.discard(self)
        if not self.lost.done():
            self.lost.set_result(None)

    # What the parser tells

    def on_message_begin(self) -> None:
        if self._answer is not None:
            self._reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._headers_complete:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()
        self._headers_complete = self._status >= 200

    def on_body(self, body: bytes) -> None:
        if self._body_size < _BODY_KEPT and self._answer is None:
            self._body.append(body[: _BODY_KEPT - self._body_size])
            self._body_size += len(self._body[-1])

    def on_message_complete(self) -> None:
        if not self._headers_complete:
            self._headers.clear()  # an interim answer (1xx): the real one follows
        elif self._answer is None:
            self._reusable = self._parser.should_keep_alive()
            self._answer = self._take_answer()

    # What follows

    def _forget_answer(self) -> None:
        self._seen = 0
        self._status = 0
        self._headers = []
        self._headers_complete = False
        self._body = []
        self._body_size = 0
        self._answer = None
        self._reusable = False

    def _take_answer(self) -> Answer:
        return Answer(self._status, self._headers, b"".join(self._body))

    def _peer_ended(self, error: Exception | None) -> None:
        if self._waiter is None or self._waiter.done():
            return
        if error is None and self._headers_complete and not self._is_framed():
            self._settle(self._take_answer())  # a body without a length ends with its connection
        elif self._seen:
            self._settle(_cut(self.place, self.progress))
        else:
            self._settle(_ended_early(self.place, kept=self.kept))

    def _is_framed(self) -> bool:
        """Whether the head says by itself where the body ends."""
        return any(
            name.lower() == b"content-length"
            or (name.lower() == b"transfer-encoding" and b"chunked" in value.lower())
            for name, value in self._headers
        )

    def _fail(self, failure: TransportError) -> None:
        self._failure = failure
        self._settle(failure)
        self.close()

    def _settle(self, outcome: _Outcome) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(outcome)


def refused(place: Place, error: OSError) -> TransportError:
    """No connection could be made: nothing listens there, or there is no way to it."""
    if isinstance(error, ConnectionRefusedError):
        words = f"{place} refused the connection: nothing listens on port {place.port} of {place.host}."
    else:
        reason = error.strerror or str(error) or type(error).__name__
        words = f"No connection to {place} could be made: {reason}."
    if place.host in ("0.0.0.0", "::"):  # noqa: S104 - named to explain it, not to listen on it
        words += f" {place.host} is an address to listen on; use 127.0.0.1 in the webhook URL."
    else:
        words += " Start the app, or correct the address or port in the webhook URL."
    if place.host in ("localhost", "::1") or place.host.startswith("127."):
        words += (
            f" In a container {place.host} is the container itself: where mockmews or the app runs in one,"
            " use host.docker.internal or the name of the app's service, and let the app listen on 0.0.0.0."
        )
    return TransportError("refused", words)


def unknown_host(place: Place, reason: str) -> TransportError:
    """The host name leads nowhere."""
    return TransportError(
        "dns",
        f"The host name {place.host!r} of {place} is not known ({reason}). Check its spelling in the webhook"
        " URL; the name of a container is known only in that container's network.",
    )


def no_tls(place: Place, error: Exception) -> TransportError:
    """TLS was not agreed on: the certificate is not trusted, or the other side speaks something else."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TransportError(
            "tls",
            f"The certificate of {place} was not accepted: {error.verify_message.rstrip('.')}. Trust the"
            " certificate authority that signed it (tls.ca in the app file, or SSL_CERT_FILE), or start with"
            " --insecure-webhooks, which accepts every certificate.",
        )
    reason = getattr(error, "reason", None) or str(error) or "the connection was closed"
    return TransportError(
        "tls",
        f"TLS could not be agreed on with {place}: {reason}. If the app speaks plain HTTP on this port, write"
        " http:// in the webhook URL.",
    )


def _unreadable(place: Place, data: bytes, error: Exception) -> TransportError:
    if data.startswith(_TLS_RECORDS):
        seen = "speaks TLS on this port: write https:// in the webhook URL."
    elif isinstance(error, httptools.HttpParserUpgrade):
        seen = "answered 101 and switched protocols; a webhook wants a plain answer such as 200."
    else:
        seen = f"sent what is no answer of HTTP/1.1 ({error}). Is this the app's port for webhooks?"
    return TransportError("protocol", f"{place} {seen}")


def _too_long(place: Place) -> TransportError:
    return TransportError("protocol", f"The headers of the answer of {place} are longer than 64 KiB.")


def _cut(place: Place, progress: str) -> TransportError:
    return TransportError("protocol", f"{place} closed the connection too early: {progress}.")


def _ended_early(place: Place, *, kept: bool) -> TransportError:
    if kept:
        return TransportError(
            "stale",
            f"The connection to {place} that was kept from an earlier answer ended before an answer began;"
            " whether the app handled the request is not known.",
        )
    words = f"{place} closed the connection without an answer. Did the app crash?"
    if not place.tls:
        words += " If it speaks TLS on this port, write https:// in the webhook URL."
    return TransportError("reset", words)


def _location_text(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
