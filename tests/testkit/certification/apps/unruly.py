"""An app that misbehaves, `unruly.py PORT KIND`: it hangs up, floods Mews, or leaves a process behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

PORT, KIND = int(sys.argv[1]), sys.argv[2]


def call(operation: str, **body: Any) -> Any:
    """One call of Mews; what it answers."""
    body |= {"ClientToken": os.environ["CLIENT"], "AccessToken": os.environ["ACCESS"], "Client": "Unruly 1"}
    url = f"{os.environ['MEWS']}/api/connector/v1/{operation}"
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=20) as answer:
        return json.load(answer)


def flood() -> None:
    """Call without end."""
    while True:
        try:
            call("messageThreads/add", OriginalSender="", Subject="")
        except OSError:
            continue


class App(BaseHTTPRequestHandler):
    """A chat of one hotel."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """Ready, and nothing is ever shown."""
        self.answer(200, b"[]")

    def do_POST(self) -> None:
        """A guest writes, or a webhook comes."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if KIND == "hangs_up":
            self.close_connection = True
            return
        if "say" in body:
            sent = call("messageThreads/add", OriginalSender=body["from"], Subject="Chat")
            thread = sent["MessageThreads"][0]["Id"]
            call("messages/add", Messages=[{"MessageThreadId": thread, "Text": body["say"]}])
        self.answer(200, b"{}")
        if "say" in body and KIND == "leaks":
            program = [sys.executable, "-c", "import time; time.sleep(600)", "left-behind"]
            subprocess.Popen(program, start_new_session=True)
        if "say" in body and KIND == "floods":
            for _ in range(4):
                threading.Thread(target=flood, daemon=True).start()

    def answer(self, status: int, content: bytes) -> None:
        """Send it."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


ThreadingHTTPServer(("127.0.0.1", PORT), App).serve_forever()
