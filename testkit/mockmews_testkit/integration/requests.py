"""HTTP requests to the app, as the app file describes them: filled, signed and sent."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.paths import JsonPath
from mockmews_testkit.integration.signing import Signing
from mockmews_testkit.integration.url import fill_url, with_query, without_query
from mockmews_testkit.integration.variables import Template, Values, fill_tree
from mockmews_testkit.waiting import Stopwatch

if TYPE_CHECKING:
    import httpx

METHODS = ("get", "post", "put", "patch", "delete")
BODIES = ("json", "form", "text")
_LONGEST_WAIT = 30.0
_CONNECT = 5.0


class Absent:
    """No body: `json: null` is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; at most one of `json`, `form` and `text` is its body."""

    method: str
    url: Template
    headers: Mapping[str, Template] = field(default_factory=dict)
    query: Mapping[str, Template] = field(default_factory=dict)
    json: Any = Absent
    form: Mapping[str, Template] | None = None
    text: Template | None = None
    sign: Signing | None = None

    def fill(self, values: Values) -> Ready:
        """The request with everything in its place."""
        url = with_query(fill_url(self.url, values), _filled(self.query, values))
        headers: dict[str, str] = {}
        form = _filled(self.form or {}, values)
        body = b""
        if self.json is not Absent:
            headers["Content-Type"] = "application/json"
            body = json.dumps(fill_tree(self.json, values), ensure_ascii=False).encode()
        elif self.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        elif self.text is not None:
            headers["Content-Type"] = "text/plain; charset=utf-8"
            body = self.text.fill(values).encode()
        if self.sign is not None:
            headers |= self.sign.headers(values, url=url, form=form, body=body)
        own = _filled(self.headers, values)
        given = {name.lower() for name in own}
        kept = {name: value for name, value in headers.items() if name.lower() not in given}
        return Ready(self.method.upper(), url, {**kept, **own}, body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A request with which a guest joins, and what is kept of its answer."""

    request: Request
    keep: Mapping[str, JsonPath] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """A request as it is sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {without_query(self.url)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status with its body, or the error that there was instead."""

    status: int | None
    body: bytes
    milliseconds: float
    error: str | None = None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON data. ValueError where it is none."""
        return json.loads(self.body)


class Http:
    """Sends requests over kept connections, past any proxy of the environment. Threads may share it."""

    def __init__(self, ca: Path | None = None) -> None:
        self._ca = ca
        self._client: httpx.Client | None = None

    def send(self, request: Ready, *, within: float = _LONGEST_WAIT) -> Answer:
        """The answer. Redirects are answers too. Never raises for what the network or the app does."""
        import httpx

        watch = Stopwatch()
        timeout = httpx.Timeout(within, connect=min(within, _CONNECT))
        # Most clients send UTF-8 in headers; httpx alone would refuse a guest's name with an accent.
        headers = {name.encode(): value.encode() for name, value in request.headers.items()}
        try:
            response = self._open().request(
                request.method, request.url, headers=headers, content=request.body, timeout=timeout
            )
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return Answer(None, b"", watch.seconds * 1000, _in_words(error, request, within))
        return Answer(response.status_code, response.content, watch.seconds * 1000)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> httpx.Client:
        import httpx

        if self._client is None:
            try:
                verify = ssl.create_default_context(cafile=str(self._ca)) if self._ca else True
            except (OSError, ssl.SSLError) as error:
                raise TestkitError(f"tls: ca: {self._ca} cannot be used ({error}).") from None
            self._client = httpx.Client(trust_env=False, verify=verify)
        return self._client


def _filled(fields: Mapping[str, Template], values: Values) -> dict[str, str]:
    return {name: template.fill(values) for name, template in fields.items()}


def _in_words(error: Exception, request: Ready, within: float) -> str:
    import httpx

    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return f"{request}: nothing answers there ({error})"
    if isinstance(error, httpx.TimeoutException):
        return f"{request}: no answer within {within:g} s"
    return f"{request}: {error or type(error).__name__}"
