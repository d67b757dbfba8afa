"""A small guest app with one flaw, which FLAW names: everything is done before a request is answered."""

import html
import json
import os
import sys
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

FLAW = os.environ.get("FLAW", "")
TOKENS = {
    "ClientToken": os.environ.get("MEWS_CLIENT_TOKEN", "unset"),
    "AccessToken": os.environ.get("MEWS_ACCESS_TOKEN", "unset"),
    "Client": "Flawed 1.0",
}
DEMO = {
    "ClientToken": "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
    "AccessToken": "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
}
NOBODY = "4bfe4675-0000-4000-8000-ae5300dbaa93"
THREADS: dict[str, str] = {}
SEEN: set[str] = set()
SHOWN: dict[str, list[dict[str, str]]] = {}


def post(url: str, content: object) -> dict[str, Any]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    connection.request("POST", parts.path, json.dumps(content), {"Content-Type": media_type(parts.path)})
    answer = connection.getresponse().read()
    connection.close()
    told: dict[str, Any] = json.loads(answer or b"{}")
    return told


def media_type(path: str) -> str:
    return "text/plain" if FLAW == "media type" and "/connector/" in path else "application/json"


def mews(operation: str, **fields: object) -> dict[str, Any]:
    tokens = {**TOKENS, **DEMO} if FLAW == "demo tokens" else TOKENS
    if FLAW == "wrong token":
        tokens = {**TOKENS, "AccessToken": "not-mine"}
    path = "connector/v1" if FLAW == "wrong path" else "api/connector/v1"
    return post(f"{os.environ['MEWS_URL']}/{path}/{operation}", {**tokens, **fields})


def guest_wrote(guest: str, text: str) -> None:
    if FLAW == "bot":
        mews("messageThreads/getAll", CreatedUtc=None, MessageThreadIds=[NOBODY], Limitation={"Count": 1})
        return
    if guest not in THREADS:
        sender = {} if FLAW == "no sender" else {"OriginalSender": guest}
        answer = mews("messageThreads/add", Subject="Chat", **sender)
        THREADS[guest] = answer.get("MessageThreads", [{"Id": NOBODY}])[0]["Id"]
    if FLAW == "no message":
        return
    dressed = f"[Chat] {text}" if FLAW == "dressed" else text
    mews("messages/add", Messages=[{"MessageThreadId": THREADS[guest], "Text": dressed}])


def look() -> None:
    for guest, thread in THREADS.items():
        page = mews("messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 100})
        for message in reversed(page["Messages"]):
            own = message["Sender"]["Discriminator"] == "Application" and FLAW != "echo"
            if own or message["Id"] in SEEN:
                continue
            SEEN.add(message["Id"])
            show(guest, message)
            if FLAW == "twice":
                show(guest, message)
            if FLAW == "greets":
                show(guest, {**message, "Text": "Welcome!"})


def show(guest: str, message: dict[str, Any]) -> None:
    text = {"escaped": html.escape(message["Text"]), "signed": f"{message['Text']} - the hotel"}.get(
        FLAW, message["Text"]
    )
    to = "someone-else" if FLAW == "other guest" else guest
    content = {"to": to, "text": text, "id": message["Id"], "author": "hotel"}
    SHOWN.setdefault(to, []).append(content)
    if os.environ.get("CHAT_CALLBACK") and FLAW != "deaf":
        post(os.environ["CHAT_CALLBACK"], content)


class Chat(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if urlsplit(self.path).path.startswith("/chat/"):
            self.answer(200, {"messages": SHOWN.get(self.path.rpartition("/")[2], [])})
        else:
            self.answer(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        if parts.path == "/hooks/mews":
            self.hook(parse_qs(parts.query).get("Token", [""])[0], json.loads(body))
        elif parts.path == "/login":
            self.answer(201, {"token": "t"})
        elif parts.path.startswith("/chat/"):
            self.say(parts.path.rpartition("/")[2], body)
        elif parts.path == "/moved":
            self.answer(302, location="/chat/")
        else:
            self.answer(405 if parts.path == "/page" else 404, {"error": "no such route"})

    def say(self, guest: str, body: bytes) -> None:
        if os.environ.get("API_KEY") and self.headers.get("Authorization") != "Bearer t":
            return self.answer(401, {"error": "log in first"})
        if FLAW == "crash":
            print("Traceback: the last words", flush=True)
            os._exit(3)
        if FLAW == "say breaks":
            print("KeyError: 'room'", flush=True)
            return self.answer(500)
        try:
            text = json.loads(body)["text"]
        except (KeyError, ValueError):
            return self.answer(422, {"error": "text is missing"})
        if "silent" not in FLAW:
            guest_wrote(guest, text)
        return self.answer(202)

    def hook(self, token: str, told: dict[str, Any]) -> None:
        if FLAW == "slow hook":
            self.rfile.read(1)
        if FLAW == "hook breaks":
            print("TypeError in the webhook", flush=True)
            return self.answer(500)
        if FLAW == "hook hangs up":
            raise SystemExit(1)  # ends this thread, and with it the connection
        if FLAW == "strict hook" and "Entities" in told:
            return self.answer(400, {"error": "unknown field Entities"})
        if os.environ.get("WEBHOOK_TOKEN", token) != token:
            return self.answer(403)
        if FLAW == "entities only" and "Entities" not in told:
            return self.answer(200)
        if FLAW != "ignores":
            look()
        return self.answer(200)

    def answer(self, status: int, content: object = None, *, location: str = "") -> None:
        body = json.dumps(content or {}).encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


if FLAW == "dies":
    sys.exit("ModuleNotFoundError: No module named 'concierge'")
if FLAW == "taken":
    sys.exit("OSError: [Errno 98] Address already in use")
port = 0 if "own port" in FLAW else int(os.environ["PORT"])
server = ThreadingHTTPServer(("127.0.0.1", port), Chat)
print(f"Listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
