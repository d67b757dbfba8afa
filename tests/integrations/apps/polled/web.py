"""The web server of a chat that pages poll: WSGI, with a thread for each request."""

from __future__ import annotations

import hmac
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any, Protocol
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

Answer = tuple[int, dict[str, Any]]
"""A status, and what is answered as JSON."""


class Talks(Protocol):
    """What is served: a chat."""

    def lines(self, guest: str) -> Iterator[dict[str, Any]]: ...

    def say(self, guest: str, body: dict[str, Any]) -> Answer: ...

    def webhook(self, body: dict[str, Any]) -> Answer: ...


class Web:
    """The guests' pages and the webhook, as WSGI."""

    def __init__(self, chat: Talks, webhook_token: str) -> None:
        self._chat = chat
        self._token = webhook_token

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        status, content = self._answer(environ)
        body = json.dumps(content).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        place, _, guest = path[1:].partition("/")
        match environ["REQUEST_METHOD"], place:
            case "GET", "health":
                return 200, {"status": "ok"}
            case "GET", "chat":
                return 200, {"messages": list(self._chat.lines(guest))}
            case "POST", "chat":
                return self._chat.say(guest, _json(environ))
            case "POST", "hooks":
                return self._chat.webhook(_json(environ)) if self._is_mews(environ) else (401, {})
        return 404, {}

    def _is_mews(self, environ: dict[str, Any]) -> bool:
        """Webhooks carry no signature: the token in the URL tells who posts."""
        tokens = parse_qs(environ["QUERY_STRING"]).get("Token", [])
        return len(tokens) == 1 and hmac.compare_digest(tokens[0].encode(), self._token.encode())


def _json(environ: dict[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each request."""

    daemon_threads = True
    request_queue_size = 128


class Handler(WSGIRequestHandler):
    """Writes no access log, which would hold the webhook's token."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(chat: Talks) -> None:
    """Serve until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    web = Web(chat, os.environ["WEBHOOK_TOKEN"])
    make_server("127.0.0.1", int(os.environ["PORT"]), web, Server, Handler).serve_forever()
