"""The one path that every call of the Connector API takes, from its bytes to its answer.

The order of checks is contract.md 13a: path and method 404; body over the limit 413; Content-Type 400;
JSON 400; tokens 401; injected fault; rate 429; permission 401; fields. A world may have settings of its
own, so the world that a body names decides how strictly it is read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from mockmews.connector.calls import CALLS, PREFIX, Call
from mockmews.connector.faults import Disturbance, spoiled
from mockmews.connector.headers import Headers, RequestHeaders, read_headers
from mockmews.engine.authentication import authenticate, permit
from mockmews.engine.faults import Met, refusal
from mockmews.engine.journal import Journal, bounded
from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ConnectorError
from mockmews.instants import TICKS_PER_MILLISECOND, Instant
from mockmews.model import identifiers
from mockmews.model.config import OtherOperation
from mockmews.model.integrations import Integration
from mockmews.settings import Settings
from mockmews.wire.json_bodies import decode
from mockmews.wire.requests import read_request, read_tokens
from mockmews.wire.responses import Shape, encode

_log = logging.getLogger(__name__)

_NOT_FOUND = "Requested resource does not exist."  # contract.md 7, observed
_TOO_LARGE = "Request body is too large."  # assumed: no source shows the text of a 413
_BROKEN = "Something went wrong on our end."  # contract.md 7, observed
_LONGEST_HINT = 500

Body = dict[str, Any]
Tokens = tuple[str | None, str | None]


class Request(Struct):
    """What came in. `body` is None where it was larger than any world allows, and so not read."""

    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes | None
    begun: Instant


class Answer(Struct):
    """What goes out."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    disturbance: Disturbance | None = None


class Operation:
    """Performs calls on one fake Mews."""

    def __init__(self, mock: MockMews, others: Sequence[OtherOperation] = ()) -> None:
        self._mock = mock
        self._canned = {f"{PREFIX}{each.name}": (each.status, encode(each.json)) for each in others}

    def perform(self, request: Request) -> Answer:
        """The answer to a request; whatever goes wrong inside becomes Mews's documented error body."""
        call = CALLS.get(request.path)
        headers = read_headers(request.headers)
        body, unreadable = _read(request.body)
        tokens = read_tokens(body, property_case="exact")
        world = self._owner(tokens) or self._owner_in_any_case(body)
        settings = self._mock.settings if world is None else world.settings
        if settings.messages_over_limit == "accepted":
            body, unreadable = _read(request.body, whole=True)
        journal = self._mock.journal if world is None else world.journal
        entry = self._open_entry(journal, call, request)
        met: Met | None = None
        try:
            if request.path in self._canned and request.method == "POST":
                return self._answer(world, journal, entry, request, *self._canned[request.path], None, None)
            _admit(call, request, headers, settings)
            if unreadable is not None:
                raise unreadable
            assert call is not None
            if settings.property_case != "exact":
                tokens = read_tokens(body, property_case=settings.property_case)
            world, integration = authenticate(self._mock.worlds, *tokens)
            if world.faults:
                met = self._mock.faults.meet(world, call.name, cause=entry)
            status, content = self._serve(call, world, integration, body, headers, entry, met)
            error = None
        except ConnectorError as refused:
            status, content, error = refused.status, None, refused
        except Exception:
            _log.exception("A call of %s failed inside the mock", request.path)
            error = ConnectorError(500, _BROKEN, hint="A fault of mockmews itself; its log has the details.")
            status, content = 500, None
        return self._answer(world, journal, entry, request, status, content, error, met)

    def _owner(self, tokens: Tokens) -> LiveWorld | None:
        """Where a request is filed: its AccessToken's world, else its ClientToken's, else no world."""
        client_token, access_token = tokens
        found = self._mock.worlds.by_access_token(access_token)
        return found[0] if found is not None else self._mock.worlds.by_client_token(client_token)

    def _owner_in_any_case(self, body: Body) -> LiveWorld | None:
        """The same where names may have any case (contract.md 13 row 20), which only its tokens tell."""
        found = self._owner(read_tokens(body, property_case="insensitive")) if body else None
        return None if found is None or found.settings.property_case == "exact" else found

    def _serve(
        self,
        call: Call,
        world: LiveWorld,
        integration: Integration,
        body: Body,
        headers: RequestHeaders,
        entry: int,
        met: Met | None,
    ) -> tuple[int | None, bytes | None]:
        if met is not None:
            if met.answer == "status":
                raise refusal(met, rate=world.clock.rate)
            if met.answer == "reset":
                return None, None
        if world.rate_limit is not None:
            window = world.window(integration.access_token)
            window.spend(world.clock.now(), world.rate_limit, world.settings, rate=world.clock.rate)
        try:
            permit(world, integration, call.name)
            wanted = read_request(call.name, body, world.settings)
            content = call.serve(self._mock.messaging, world, integration, wanted, entry)
        except ConnectorError:
            if world.rate_limit is not None and not world.settings.rate_counts_failed:
                world.window(integration.access_token).refund()
            raise
        # A fault that changes a body needs one.
        minimal = headers.prefers_minimal and (met is None or met.answer is None)
        if minimal and call.collection is not None and not content[call.collection]:
            return 204, None  # contract.md 7: an empty page of a paginated operation
        return 200, encode(content)

    def _open_entry(self, journal: Journal, call: Call | None, request: Request) -> int:
        kept = bounded(request.body or b"")
        return journal.note(
            "request",
            size=len(kept["body"]),
            operation=call.name if call else None,
            method=request.method,
            path=request.path,
            query=request.query,
            request_headers=request.headers,
            request=kept,
        )

    def _answer(
        self,
        world: LiveWorld | None,
        journal: Journal,
        entry: int,
        request: Request,
        status: int | None,
        content: bytes | None,
        error: ConnectorError | None,
        met: Met | None,
    ) -> Answer:
        mock = self._mock
        seed, clock = (mock.seed, mock.clock) if world is None else (world.seed, world.clock)
        ended = clock.real()
        # contract.md 13 row 43: a lower-case UUID, the same in header and body.
        request_id = identifiers.comb(seed, f"request{journal.generation}", entry, clock.shown_at(ended))
        headers = [(b"request-id", request_id.encode())]
        if error is not None:
            shape = Shape.of(mock.settings) if world is None else world.shape
            content = encode(shape.error(error.message, request_id, error.hint))
            headers += error.headers
            if error.hint:
                headers.append((b"x-mockmews-hint", printable(error.hint)))
        disturbance = None
        if met is not None and world is not None:
            content = spoiled(met, content)
            disturbance = Disturbance.of(world, met, content)
        if content is not None:
            headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        lost = disturbance is not None and disturbance.is_silent
        waits = 0 if disturbance is None else disturbance.delay
        body = content or b""
        kept = bounded(body)
        journal.complete(
            entry,
            size=len(kept["body"]),
            # What the app never saw is no status; the body tells what Mews would have said.
            status=None if lost else status,
            request_id=request_id,
            hint=error.hint if error else None,
            response_headers=headers,
            response=kept,
            milliseconds=(ended - request.begun + waits) / TICKS_PER_MILLISECOND,
        )
        return Answer(status or 0, headers, body, disturbance)


def printable(hint: str) -> bytes:
    """A hint as a header may carry it: ASCII, escaped, bounded."""
    text = hint.encode("unicode_escape").decode("ascii")
    return (text if len(text) <= _LONGEST_HINT else f"{text[: _LONGEST_HINT - 3]}...").encode()


def _read(body: bytes | None, *, whole: bool = False) -> tuple[Body, ConnectorError | None]:
    """What a body says, and what is to be answered where it says nothing, once its turn has come."""
    if body is None:
        return {}, None
    try:
        return decode(body, whole=whole), None
    except ConnectorError as unreadable:
        return {}, unreadable


def _admit(call: Call | None, request: Request, headers: RequestHeaders, settings: Settings) -> None:
    """The checks before JSON. Raises ConnectorError."""
    if call is None:
        raise ConnectorError(404, _NOT_FOUND, hint=_about_path(request.path))
    if request.method != "POST":
        raise ConnectorError(
            int(settings.wrong_method),
            _NOT_FOUND if settings.wrong_method == "404" else "Method not allowed.",
            hint=f"Mews takes POST only, not {request.method[:20]}. See guidelines/requests.",
            headers=((b"allow", b"POST"),) if settings.wrong_method == "405" else (),
        )
    if request.body is None or len(request.body) > settings.body_limit:
        raise ConnectorError(
            413, _TOO_LARGE,
            hint=f"The body is over {settings.body_limit} bytes; send it in parts. See guidelines/requests.",
        )  # fmt: skip
    if settings.content_type == "strict" and not headers.is_json:
        sent = headers.content_type.decode("latin-1")[:60] or "none"
        raise ConnectorError(
            400, "Invalid Content-Type",
            hint=f"Content-Type is {sent}; send application/json. See guidelines/requests.",
        )  # fmt: skip


def _about_path(path: str) -> str:
    for known in CALLS:
        if path.lower().replace("//", "/").rstrip("/") == known.lower():
            return f"The path must be exactly {known}: case, slashes and all. See guidelines/requests."
    return f"mockmews serves {', '.join(CALLS)} and nothing else of the Connector API."
