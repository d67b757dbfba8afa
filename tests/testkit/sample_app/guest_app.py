"""The sample app as a process of its own, and patience with a bound."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import httpx

KIT = Path(__file__).parents[3] / "testkit"
CLIENT_TOKEN = "client-token-1"
ACCESS_TOKEN = "access-token-1"
WEBHOOK_TOKEN = "webhook token & more"


def eventually(condition: Callable[[], bool], *, saying: Callable[[], object] = lambda: "") -> None:
    """Wait until the condition holds, 10 s at most."""
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError(f"did not come true: {saying()}")


class GuestApp:
    """One process after the other on one database."""

    def __init__(self, mews_url: str, folder: Path, **environment: str) -> None:
        self.database = folder / "app.db"
        self.log = folder / "app.log"
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(KIT),
            "PORT": "0",
            "MEWS_URL": mews_url,
            "MEWS_CLIENT_TOKEN": CLIENT_TOKEN,
            "MEWS_ACCESS_TOKEN": ACCESS_TOKEN,
            "WEBHOOK_TOKEN": WEBHOOK_TOKEN,
            "DATABASE": str(self.database),
            "BACKOFF_BASE": "0.02",
            **environment,
        }
        self._http = httpx.Client(trust_env=False)
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mockmews_testkit.sample_app"],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        self.first_line = self._process.stdout.readline()
        assert self.first_line.startswith("listening on http://127.0.0.1:"), self.log.read_text()
        self.url = self.first_line.split()[-1]

    def stop(self) -> int:
        """End it as a service manager does; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._wait()

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._wait()

    def _wait(self) -> int:
        code = self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def close(self) -> None:
        if self._process.stdout is not None and not self._process.stdout.closed:
            self.kill()
        self._http.close()

    def health(self) -> int:
        return self._http.get(f"{self.url}/health").status_code

    def say(self, guest: str, text: str, *, name: str = "Penelope", message: str | None = None) -> int:
        body = {"from": name, "text": text, **({"id": message} if message else {})}
        content = json.dumps(body)
        return self._http.post(f"{self.url}/chat/{guest}", content=content).status_code

    def chat(self, guest: str, *authors: str) -> list[str]:
        """The texts that the guest sees of these authors."""
        messages = self._http.get(f"{self.url}/chat/{guest}").json()["messages"]
        return [message["text"] for message in messages if message["author"] in authors]

    def hook(
        self, *messages: str, tokens: tuple[str, ...] = (WEBHOOK_TOKEN,), name: str = "MessageAdded"
    ) -> int:
        """Deliver one webhook body that names the messages."""
        events = [{"Discriminator": name, "Value": {"Id": message}} for message in messages]
        body = {"EnterpriseId": "e", "IntegrationId": "i", "Events": events}
        query = httpx.QueryParams([("Token", token) for token in tokens])
        return self._http.post(f"{self.url}/hooks/mews", params=query, json=body).status_code

    def open_events(self) -> int:
        """Events that the app still means to look into."""
        with sqlite3.connect(self.database) as database:
            count: int = database.execute("SELECT count(*) FROM events").fetchone()[0]
        database.close()
        return count
