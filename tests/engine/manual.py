"""The engine without a server: a fake Mews on a time that stands until a test moves it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import wraps
from typing import Any

from mockmews import instants
from mockmews.connector.operation import Operation, Request
from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import Defaults, LiveWorld
from mockmews.instants import TICKS_PER_SECOND, Instant
from mockmews.model.integrations import WorldRequest
from mockmews.settings import Settings
from mockmews.store.database import MEMORY
from mockmews.store.rooms import Store
from mockmews.wire import control as wire

NOON = instants.parse("2026-03-10T12:00:00Z")


class ManualTime:
    """A time source that shows what it is told to."""

    def __init__(self, at: Instant = NOON) -> None:
        self.at = at

    def real(self) -> Instant:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += round(seconds * TICKS_PER_SECOND)


def mock_on(source: ManualTime, path: str = MEMORY, *, seed: int = 7, **settings: str) -> MockMews:
    """A fake on this time; its demo worlds have the seed."""
    defaults = Defaults(Settings().changed(settings), demo_seed=seed)
    return MockMews(Store(path), defaults, source=source, seed=seed)


@contextlib.asynccontextmanager
async def opened(mock: MockMews) -> AsyncIterator[MockMews]:
    """The fake at work on the running loop."""
    mock.open()
    try:
        yield mock
    finally:
        await mock.close()


def world_of(mock: MockMews, **fields: Any) -> LiveWorld:
    """A fresh world, as POST /integrations makes it."""
    return mock.integrations.create(wire.read_world(fields))


def wish(**fields: Any) -> WorldRequest:
    return wire.read_world(fields)


def ask(mock: MockMews, world: LiveWorld, operation: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of a Connector API call."""
    noun = world.noun
    body = {
        "ClientToken": noun.client_token,
        "AccessToken": noun.integrations[0].access_token,
        "Client": "Test 1.0",
        **fields,
    }
    request = Request(
        "POST",
        f"/api/connector/v1/{operation}",
        b"",
        [(b"content-type", b"application/json")],
        json.dumps(body).encode(),
        mock.clock.real(),
    )
    answer = Operation(mock).perform(request)
    return answer.status, json.loads(answer.body)


def opens(mock: MockMews, world: LiveWorld, guest: str = "Penelope") -> str:
    """The id of a new thread."""
    _, answer = ask(mock, world, "messageThreads/add", OriginalSender=guest, Subject="Arrival")
    return str(answer["MessageThreads"][0]["Id"])


def writes(mock: MockMews, world: LiveWorld, thread: str, *texts: str) -> list[str]:
    """The app adds messages; their ids."""
    items = [{"MessageThreadId": thread, "Text": text} for text in texts]
    _, answer = ask(mock, world, "messages/add", Messages=items)
    return [each["Message"]["Id"] for each in answer["Messages"]]


def on_a_loop(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Makes a test of an async function, which must end in time."""

    @wraps(story)
    def test(**given: Any) -> None:
        asyncio.run(asyncio.wait_for(story(**given), 20))

    return test
