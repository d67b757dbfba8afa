"""`mockmews serve` as a real process: started, read line by line, called over HTTP, ended by signals."""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds; only a broken program needs them

Json = dict[str, Any]


def environment(**more: str) -> dict[str, str]:
    """The environment of the tests without options for mockmews, but with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKMEWS_")}
    kept.pop("NO_COLOR", None)
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


def python(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run this Python to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment(**more), capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def mockmews(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return python("-m", "mockmews", *arguments, **more)


class Serving:
    """One server; `ready` is what its ready file said, `banner` what it printed first."""

    def __init__(
        self,
        tmp_path: Path,
        *options: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        read_log: bool = True,
        has_banner: bool = True,
    ) -> None:
        self.ready_file = tmp_path / "ready.json"
        ready_options = ("--port", "0", "--ready-file", str(self.ready_file))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mockmews", "serve", *ready_options, *options],
            env=environment(**(env or {})), cwd=cwd,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._readers: list[threading.Thread] = []
        self.out = self._lines(self.process.stdout)
        self.log = self._lines(self.process.stderr) if read_log else queue.Queue[str | None]()
        self._has_banner = has_banner
        self.banner: list[str] = []
        self.ready: Json = {}

    def __enter__(self) -> Self:
        """Wait for the ready file, and for the banner up to its OpenAPI line."""
        while self._has_banner and not any(line.lstrip().startswith("OpenAPI") for line in self.banner):
            line = self.next(self.out)
            assert line is not None, f"it ended: {self.rest(self.log)}"
            self.banner.append(line)
        while not self.ready_file.exists():
            assert self.process.poll() is None, f"it ended: {self.rest(self.log)}"
        self.ready = json.loads(self.ready_file.read_text())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def next(self, lines: queue.Queue[str | None]) -> str | None:
        """The next line of `out` or `log`; None where the process closed it."""
        return lines.get(timeout=PATIENCE)

    def rest(self, lines: queue.Queue[str | None]) -> list[str]:
        """All lines until the process closes the stream."""
        found = []
        while (line := self.next(lines)) is not None:
            found.append(line)
        return found

    @property
    def told(self) -> dict[str, str]:
        """The banner's lines by their labels."""
        pairs = (re.split(r"  +", line.strip(), maxsplit=1) for line in self.banner[1:])
        return {pair[0]: pair[1] for pair in pairs}

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code; two seconds are allowed."""
        self.process.send_signal(number)
        return self.process.wait(2)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.ready["url"]).netloc, timeout=PATIENCE)

    def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """One request: the status and the decoded answer."""
        connection = self.connect()
        try:
            content = None if body is None else json.dumps(body)
            given = {"Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, content, given)
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text[:1] in (b"{", b"[") else text.decode()
        finally:
            connection.close()

    def call(self, operation: str, **fields: Any) -> tuple[int, Any]:
        """One call of the Connector API with the tokens of the ready file."""
        tokens = {"ClientToken": self.ready["client_token"], "AccessToken": self.ready["access_token"]}
        body = {**tokens, "Client": "Tests 1.0", **fields}
        return self.send("POST", f"/api/connector/v1/{operation}", body)

    def control(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One call of the control API."""
        return self.send(method, f"/_mockmews/v1{path}", body, headers)

    def _lines(self, stream: IO[str] | None) -> queue.Queue[str | None]:
        """Lines of a stream as they come, then None: read in a thread, so that waiting has a limit."""
        assert stream is not None
        lines: queue.Queue[str | None] = queue.Queue()

        def read() -> None:
            for line in stream:
                lines.put(line.rstrip("\n"))
            lines.put(None)

        self._readers.append(threading.Thread(target=read, daemon=True))
        self._readers[-1].start()
        return lines
