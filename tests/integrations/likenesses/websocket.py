"""A chat over WebSockets (RFC 6455), as small as a server of it can be."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
from io import BufferedIOBase
from urllib.parse import parse_qs, urlsplit

from tests.integrations.likenesses.concierge import Answer, Concierge, Web, serve

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10

SCREENS: dict[str, LiveChat] = {}


def show(guest: str, text: str, message: str) -> None:
    SCREENS[guest].send(json.dumps({"author": "hotel", "id": message, "text": text}).encode())


class LiveChat(Web):
    def route(self, body: bytes) -> Answer:
        if urlsplit(self.path).path == "/webhooks/mews":
            return CONCIERGE.webhook(self.path, body)
        return Answer(404)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path != "/chat" or self.headers.get("Upgrade", "").lower() != "websocket":
            return self.answer(Answer(404))
        digest = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + MAGIC).encode()).digest()
        self.send_response(101)
        for name, value in (
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", base64.b64encode(digest).decode()),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return self.talk(query["guest"], query["name"])

    def talk(self, guest: str, name: str) -> None:
        """Until the guest goes away."""
        self.sending = threading.Lock()
        SCREENS[guest] = self
        text = b""
        while True:
            kind, last, data = read_frame(self.rfile)
            if kind == CLOSE:
                return
            if kind == PING:
                self.send(data, kind=PONG)
            elif kind != PONG:
                text += data
                if last:
                    CONCIERGE.guest_wrote(guest, name, json.loads(text)["text"])
                    text = b""

    def send(self, data: bytes, *, kind: int = TEXT) -> None:
        """One frame."""
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 128 | kind, size)
        elif size < 65536:
            head = struct.pack("!BBH", 128 | kind, 126, size)
        else:
            head = struct.pack("!BBQ", 128 | kind, 127, size)
        with self.sending:
            self.wfile.write(head + data)


def read_frame(stream: BufferedIOBase) -> tuple[int, bool, bytes]:
    """Its kind, whether it is the last of its message, and what it says. The end of the stream is a close."""
    head = stream.read(2)
    if len(head) < 2:
        return CLOSE, True, b""
    size = head[1] & 127
    if size == 126:
        (size,) = struct.unpack("!H", stream.read(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", stream.read(8))
    mask = stream.read(4)
    data = bytes(byte ^ mask[place % 4] for place, byte in enumerate(stream.read(size)))
    return head[0] & 15, bool(head[0] & 128), data


CONCIERGE = Concierge(show)

if __name__ == "__main__":
    serve(LiveChat)
