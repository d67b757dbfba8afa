"""A minimal Mews and chat channel for trying the sample app: the four operations, and failures on demand."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

CREATED = "2026-03-10T12:00:00Z"


@dataclass(frozen=True)
class Fault:
    """What happens to one call instead of a plain answer."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hang: bool = False
    work_done: bool = False
    body: str | None = None


@dataclass
class Call:
    """One call, as it came."""

    operation: str
    body: dict[str, Any]
    at: float


class StubMews:
    """Threads and messages in the order of their creation; faults are used up one call each."""

    def __init__(self) -> None:
        self.threads: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.sunk: list[dict[str, Any]] = []
        self.hidden: set[str] = set()
        self.refuse_resolved = False
        self._faults: dict[str, deque[Fault]] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        routes = [
            Route("/api/connector/v1/{operation:path}", self._serve, methods=["POST"]),
            Route("/sink", self._sink, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()
        self._listener.close()

    # --- what a test says and asks

    def fail(self, operation: str, *faults: Fault) -> None:
        self._faults.setdefault(operation, deque()).extend(faults)

    def reply(self, thread: str, text: str, *, hidden: bool = False) -> str:
        return self._add(thread, text, "Enterprise", hidden=hidden)

    def texts(self, thread: str | None = None) -> list[str]:
        """The texts that the app has sent."""
        return [
            message["Text"]
            for message in self.messages
            if message["Sender"]["Discriminator"] == "Application"
            and thread in (None, message["MessageThreadId"])
        ]

    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    def times(self, operation: str) -> list[float]:
        return [call.at for call in self.calls if call.operation == operation]

    def thread_of(self, sender: str) -> str:
        """The newest thread of this name."""
        return str(next(item["Id"] for item in reversed(self.threads) if item["OriginalSender"] == sender))

    # --- the server's side

    def _add(self, thread: str, text: str, sender: str, *, hidden: bool = False) -> str:
        message = {
            "Id": str(uuid.UUID(int=len(self.messages) + 1)),
            "MessageThreadId": thread,
            "Text": text,
            "Sender": {"Discriminator": sender, "Value": None, "Mood": "new field"},
            "CreatedUtc": CREATED,
        }
        if hidden:
            self.hidden.add(str(message["Id"]))
        self.messages.append(message)
        return str(message["Id"])

    async def _sink(self, request: Request) -> Response:
        fault = self._next_fault("sink")
        if fault is None:
            self.sunk.append(await request.json())
            return Response(status_code=204)
        return Response(status_code=fault.status or 500)

    async def _serve(self, request: Request) -> Response:
        operation = request.path_params["operation"]
        body = await request.json()
        self.calls.append(Call(operation, body, asyncio.get_running_loop().time()))
        fault = self._next_fault(operation)
        answer = self._perform(operation, body) if fault is None or fault.work_done else None
        if fault is None:
            assert answer is not None
            return answer
        if fault.cut:
            return _Unanswered(hang=False)
        if fault.hang:
            return _Unanswered(hang=True)
        text = fault.body or json.dumps({"Message": "told to fail", "RequestId": "R1", "Details": None})
        return Response(text, fault.status or 200, fault.headers, media_type="application/json")

    def _next_fault(self, operation: str) -> Fault | None:
        faults = self._faults.get(operation)
        return faults.popleft() if faults else None

    def _perform(self, operation: str, body: dict[str, Any]) -> Response:
        perform: dict[str, Callable[[dict[str, Any]], Response]] = {
            "messageThreads/add": self._threads_add,
            "messages/add": self._messages_add,
            "messageThreads/getAll": self._threads_get_all,
            "messages/getAll": self._messages_get_all,
        }
        return perform[operation](body)

    def _threads_add(self, body: dict[str, Any]) -> Response:
        thread = {
            "Id": str(uuid.UUID(int=10_000 + len(self.threads))),
            "OriginalSender": body["OriginalSender"],
            "Subject": body["Subject"],
            "IsResolved": False,
            "CreatedUtc": CREATED,
            "UpdatedUtc": CREATED,
        }
        self.threads.append(thread)
        return JSONResponse({"MessageThreads": [thread]})

    def _messages_add(self, body: dict[str, Any]) -> Response:
        added = []
        for item in body["Messages"]:
            thread = next((one for one in self.threads if one["Id"] == item["MessageThreadId"]), None)
            if thread is None or (self.refuse_resolved and thread["IsResolved"]):
                return JSONResponse({"Message": "Invalid MessageThreadId"}, 400)
            message = self._add(item["MessageThreadId"], item["Text"], "Application")
            added.append({"Identifier": None, "Message": {"Id": message}})
        return JSONResponse({"Messages": added})

    def _threads_get_all(self, body: dict[str, Any]) -> Response:
        wanted = body.get("MessageThreadIds")
        found = [one for one in self.threads if wanted is None or one["Id"] in wanted]
        return self._page("MessageThreads", found, body["Limitation"])

    def _messages_get_all(self, body: dict[str, Any]) -> Response:
        found = [
            one
            for one in self.messages
            if one["MessageThreadId"] in body["MessageThreadIds"] and one["Id"] not in self.hidden
        ]
        return self._page("Messages", found, body["Limitation"])

    def _page(self, key: str, items: list[dict[str, Any]], limitation: dict[str, Any]) -> Response:
        newest_first = items[::-1]
        cursor = limitation["Cursor"]
        if cursor is not None:
            newest_first = list(itertools.dropwhile(lambda one: one["Id"] != cursor, newest_first))[1:]
        page = newest_first[: limitation["Count"]]
        return JSONResponse({key: page, "Cursor": page[-1]["Id"] if page else None, "Novelty": 1})


class _Unanswered(Response):
    """Says nothing at all until the client has left, or breaks off in the middle of the answer."""

    def __init__(self, *, hang: bool) -> None:
        super().__init__()
        self._hang = hang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._hang:
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]}
            await send(start)
