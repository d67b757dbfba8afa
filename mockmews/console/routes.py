"""The page at `/_mockmews/` and its files, read when they are first asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from mockmews.console import FILES, PAGE
from mockmews.errors import ControlError

_STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

# What guests write is hostile. Nothing inline is run, nothing of another origin is loaded, and with Trusted
# Types not even a mistake of ours could turn a text into markup.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",  # asked for each time, and answered 304: a new version shows at once
}

Recognise = Callable[..., None]
"""Called with `host` and `origin`; raises ControlError 403 for a foreign name."""


class Console:
    """The ASGI application of the page. Its files hold no secret, so they need no admin token."""

    def __init__(self, recognise: Recognise) -> None:
        self._recognise = recognise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        headers = request.headers
        try:
            self._recognise(host=headers.get("host", ""), origin=headers.get("origin"))
        except ControlError as error:
            return PlainTextResponse(f"{error.message}\n{error.hint}\n", error.status, _HEADERS)
        path = request.scope["path"]
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("The console takes GET.\n", 405, {"Allow": "GET, HEAD", **_HEADERS})
        if path == PAGE.rstrip("/"):
            return RedirectResponse(PAGE, headers=_HEADERS)
        name = "index.html" if path == PAGE else path.removeprefix(FILES)
        content = _files().get(name)
        if content is None:
            return PlainTextResponse(f"The console has no file {name[:100]!r}.\n", 404, _HEADERS)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        told = {**_HEADERS, "ETag": tag}
        if headers.get("if-none-match") == tag:
            return Response(None, 304, told)
        return Response(content, headers=told, media_type=_TYPES[Path(name).suffix])


@cache
def _files() -> Mapping[str, bytes]:
    """Every file of the page by its name below `static`: a table, so that no path leads out of it."""
    return {
        path.relative_to(_STATIC).as_posix(): path.read_bytes()
        for path in _STATIC.rglob("*")
        if path.suffix in _TYPES
    }
