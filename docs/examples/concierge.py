"""A small guest app that is ready for Mews: guests write by POST /chat/ID and read by GET /chat/ID.

Requests are stored and answered at once; one thread does all that needs Mews. With many guests give each one a
queue of their own, so that nobody waits for another's trouble.
"""

import hmac
import json
import os
import random
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MEWS = os.environ["MEWS_URL"]
BASE = {
    "ClientToken": os.environ["MEWS_CLIENT_TOKEN"],
    "AccessToken": os.environ["MEWS_ACCESS_TOKEN"],
    "Client": "Concierge 1.0",
}
TRIES = 8
work = threading.Event()
lock = threading.Lock()
db = sqlite3.connect(
    os.environ.get("DATABASE", "concierge.db"), check_same_thread=False, isolation_level=None
)
db.executescript("""
CREATE TABLE IF NOT EXISTS guests (id TEXT PRIMARY KEY, name TEXT, thread TEXT);
CREATE TABLE IF NOT EXISTS outgoing (number INTEGER PRIMARY KEY, guest TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, looks INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS shown (number INTEGER PRIMARY KEY, id TEXT UNIQUE, guest TEXT, text TEXT);
""")


def ask(statement, *values):
    with lock:
        return db.execute(statement, values).fetchall()


class Refused(Exception):
    """Mews will not take this call, however often it is sent."""


def mews(operation, **fields):
    """One call. It is repeated, with growing pauses, where Mews is busy or does not answer."""
    body = json.dumps({**BASE, **fields}).encode()
    request = urllib.request.Request(
        f"{MEWS}/api/connector/v1/{operation}", body, {"Content-Type": "application/json"}
    )
    for failures in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code in (400, 401, 403):
                raise Refused(error.code) from None
            pause = error.headers.get("Retry-After")
        except (OSError, ValueError):
            pause = None
        time.sleep(float(pause) if pause else min(30, 2**failures) * random.uniform(0.5, 1))
    raise Refused("no answer")


def messages(threads):
    """All messages of some threads, newest first."""
    cursor = None
    while True:
        page = mews("messages/getAll", MessageThreadIds=threads, Limitation={"Count": 1000, "Cursor": cursor})
        yield from page["Messages"]
        cursor = page["Cursor"]
        if cursor is None or len(page["Messages"]) < 1000:
            return


def send():
    """Send what guests wrote, in order; each text stays in the table until Mews has it."""
    for number, guest, text in ask("SELECT number, guest, text FROM outgoing ORDER BY number"):
        ((name, thread),) = ask("SELECT name, thread FROM guests WHERE id = ?", guest)
        try:
            if thread is None:
                opened = mews("messageThreads/add", OriginalSender=name, Subject=f"Chat with {name}")
                thread = opened["MessageThreads"][0]["Id"]
                ask("UPDATE guests SET thread = ? WHERE id = ?", thread, guest)
            mews("messages/add", Messages=[{"MessageThreadId": thread, "Text": text}])
        except Refused:
            ask(
                "INSERT INTO shown (guest, text) VALUES (?, ?)",
                guest,
                "Sorry, this did not arrive: please call us.",
            )
        ask("DELETE FROM outgoing WHERE number = ?", number)


def read():
    """Show what the hotel wrote and nobody has seen yet, oldest first."""
    threads = dict(ask("SELECT thread, id FROM guests WHERE thread IS NOT NULL"))
    events = [each for (each,) in ask("SELECT id FROM events")]
    if not events or not threads:
        return
    found = list(messages(list(threads)))
    for message in reversed(found):
        if message["Sender"]["Discriminator"] == "Enterprise":
            ask(
                "INSERT OR IGNORE INTO shown (id, guest, text) VALUES (?, ?, ?)",
                message["Id"],
                threads[message["MessageThreadId"]],
                message["Text"],
            )
    known = {message["Id"] for message in found}
    for event in events:
        ask("UPDATE events SET looks = looks + 1 WHERE id = ?", event)
        ask("DELETE FROM events WHERE id = ? AND (looks >= 5 OR ?)", event, event in known)


def worker():
    """One thread does all that needs Mews, so nothing overtakes anything."""
    while True:
        waiting = ask("SELECT 1 FROM outgoing UNION SELECT 1 FROM events")
        work.wait(1 if waiting else None)
        work.clear()
        try:
            send()
            read()
        except Exception as error:
            print("will try again:", type(error).__name__, flush=True)


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        guest = urlsplit(self.path).path.rpartition("/")[2]
        rows = ask("SELECT number, text FROM shown WHERE guest = ? ORDER BY number", guest)
        self.answer(200, {"messages": [{"id": str(number), "text": text} for number, text in rows]})

    def do_POST(self):
        url = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if url.path == "/hooks":
            self.hook(parse_qs(url.query).get("Token", [""])[0], body)
            return
        guest = url.path.rpartition("/")[2]
        ask("INSERT OR IGNORE INTO guests (id, name) VALUES (?, ?)", guest, body["name"])
        ask("INSERT INTO outgoing (guest, text) VALUES (?, ?)", guest, body["text"])
        work.set()
        self.answer(200, {})

    def hook(self, token, body):
        if not hmac.compare_digest(token.encode(), os.environ["WEBHOOK_TOKEN"].encode()):
            self.answer(401, {})
            return
        for event in body["Events"]:
            if event["Discriminator"] == "MessageAdded":
                ask("INSERT OR IGNORE INTO events (id) VALUES (?)", event["Value"]["Id"])
        work.set()
        self.answer(200, {})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    threading.Thread(target=worker, daemon=True).start()
    work.set()
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), App).serve_forever()
