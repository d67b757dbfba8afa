"""A small guest app in this process, right or with one flaw, as an app file's `hear: python:` wants it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

BASE = "/api/connector/v1"


class SmallApp:
    """FLAW is empty, or `adds_twice`, `shows_own`, `one_thread`, `answers_500`, `shows_again` or `no_client`."""

    def __init__(self, env: dict[str, str]) -> None:
        self._flaw = env.get("FLAW", "")
        self._tokens = {"ClientToken": env["CLIENT_TOKEN"], "AccessToken": env["ACCESS_TOKEN"]}
        if self._flaw != "no_client":
            self._tokens["Client"] = "Small app 1.0"
        self._http = httpx.Client(base_url=f"{env['MEWS_URL']}{BASE}", timeout=10, trust_env=False)
        self._threads: dict[str, str] = {}
        self._shown: dict[str, list[str]] = {}
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def say(self, guest: Any, text: str) -> None:
        if self._flaw == "one_thread" and self._threads:
            self._threads.setdefault(guest.id, next(iter(self._threads.values())))
        if guest.id not in self._threads:
            answer = self._call("messageThreads/add", OriginalSender=guest.name, Subject="Chat")
            self._threads[guest.id] = answer["MessageThreads"][0]["Id"]
        for _ in range(2 if self._flaw == "adds_twice" else 1):
            self._call("messages/add", Messages=[{"MessageThreadId": self._threads[guest.id], "Text": text}])

    def shown(self, guest: Any) -> list[str]:
        with self._lock:
            return list(self._shown.get(guest.id, ()))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._http.close()

    def _call(self, operation: str, **fields: Any) -> Any:
        answer = self._http.post(f"/{operation}", json={**self._tokens, **fields})
        answer.raise_for_status()
        return answer.json()

    def _look(self) -> None:
        with self._lock:
            for guest, thread in list(self._threads.items()):
                page = self._call("messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 100})
                for message in reversed(page["Messages"]):
                    own = message["Sender"]["Discriminator"] != "Enterprise"
                    known = message["Id"] in self._seen and self._flaw != "shows_again"
                    if not known and (not own or self._flaw == "shows_own"):
                        self._seen.add(message["Id"])
                        self._shown.setdefault(guest, []).append(message["Text"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                app._look()
                self.send_response(500 if app._flaw == "answers_500" else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()
                assert body["Events"]

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler
