"""A tiny chat app: keeps every request, checks signatures, and shows guests what POST /show tells it to.

It is asked for what it shows (GET /chat/GUEST), or posts it to CHAT_CALLBACK. With GATE it is ready only once
that file is there.
"""

import base64
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

URL = f"http://127.0.0.1:{os.environ['PORT']}"
REQUESTS: list[dict[str, object]] = []
SHOWN: dict[str, list[dict[str, str]]] = {}


def twilio_signature(token: str, url: str, body: bytes) -> str:
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    text = url
    for name in sorted(fields):
        text += name + fields[name]
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def meta_signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/health":
            gate = os.environ.get("GATE")
            self.answer(200 if not gate or Path(gate).exists() else 503, {})
        elif path == "/requests":
            self.answer(200, REQUESTS)
        elif path.startswith("/chat/"):
            self.answer(200, {"messages": SHOWN.get(path.removeprefix("/chat/"), [])})
        else:
            self.record(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/show":
            self.show(json.loads(body))
        else:
            self.record(body)

    do_PUT = do_POST

    def record(self, body: bytes) -> None:
        REQUESTS.append(
            {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body.decode(),
            }
        )
        token = os.environ.get("TWILIO_TOKEN")
        if token and self.headers.get("X-Twilio-Signature") != twilio_signature(token, URL + self.path, body):
            return self.answer(403, {"error": "signature"})
        secret = os.environ.get("META_SECRET")
        if secret and self.headers.get("X-Hub-Signature-256") != meta_signature(secret, body):
            return self.answer(403, {"error": "signature"})
        status = int(self.headers.get("X-Answer", 200))
        return self.answer(status, {"id": f"c{len(REQUESTS)}", "token": "t&1", "number": 7})

    def show(self, message: dict[str, str]) -> None:
        shown = SHOWN.setdefault(message["to"], [])
        if "edit" in message:
            shown[:] = [each for each in shown if each["id"] != message["id"]]
        shown.append(message)
        callback = os.environ.get("CHAT_CALLBACK")
        if callback:
            body = json.dumps({"to": message["to"], "message": message}).encode()
            request = Request(callback + message.get("path", ""), body, {"Content-Type": "application/json"})
            build_opener(ProxyHandler({})).open(request).read()
        self.answer(200, {})

    def answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
print(f"listening on {URL}")
server.serve_forever()
