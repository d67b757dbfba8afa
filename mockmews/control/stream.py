"""The journal as server-sent events: the past since a number, then everything as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack

from msgspec import Struct
from starlette.responses import StreamingResponse

from mockmews.control.api import ControlApi
from mockmews.engine.journal import Journal
from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import LiveWorld
from mockmews.model.journal import JournalEntry
from mockmews.wire.journal import render_brief, render_entry
from mockmews.wire.responses import encode

_HEARTBEAT = 15  # seconds
_MOST_WAITING = 10_000  # entries; a reader that falls further behind is sent away, and may come again

_HELLO = b": the journal of one integration\n\n"


class Wanted(Struct, frozen=True):
    """What a reader asks for: entries after `since`; `brief` ones without headers and bodies.

    `elsewhere` adds events of that name, without an id: that a message came in another
    world, or that a request came that belongs to none. So one connection serves a page that
    shows one world and knows of all. First comes the world's generation: it may have been reset since the
    reader looked at it last.
    """

    since: int = 0
    brief: bool = False
    elsewhere: bool = False


def stream(mock: MockMews, api: ControlApi, world: LiveWorld, wanted: Wanted) -> StreamingResponse:
    """The response that tells each entry once more when it is completed; its id is the entry's number."""
    # Closed at its end, so that a reader who was sent away notices, and comes again.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Connection": "close"}
    return StreamingResponse(
        _events(mock, api, world, wanted), media_type="text/event-stream", headers=headers
    )


async def _events(mock: MockMews, api: ControlApi, world: LiveWorld, wanted: Wanted) -> AsyncIterator[bytes]:
    waiting: asyncio.Queue[bytes | JournalEntry] = asyncio.Queue(_MOST_WAITING)
    late = asyncio.Event()

    def tell(what: bytes | JournalEntry) -> None:
        try:
            waiting.put_nowait(what)
        except asyncio.QueueFull:
            late.set()
            subscriptions.close()

    journal = world.journal
    past = journal.entries(since=wanted.since)
    with ExitStack() as subscriptions:
        subscriptions.callback(journal.subscribe(tell))
        if wanted.elsewhere:
            _listen_elsewhere(mock, world, tell, subscriptions)
            subscriptions.callback(api.subscribe(lambda changed, what: _changed(tell, world, changed, what)))
        yield _HELLO
        if wanted.elsewhere:
            yield b"event: generation\ndata: %d\n\n" % journal.generation
        for entry in past:
            yield _event(entry, brief=wanted.brief)
        while not late.is_set():
            try:
                told = await asyncio.wait_for(waiting.get(), _HEARTBEAT)
                yield told if isinstance(told, bytes) else _event(told, brief=wanted.brief)
            except TimeoutError:
                yield b": still here\n\n"


def _listen_elsewhere(
    mock: MockMews, here: LiveWorld, tell: Callable[[bytes], None], subscriptions: ExitStack
) -> None:
    """Tell of messages in other worlds, those made later too, and of requests that belong to no world."""

    def listen(journal: Journal, kind: str, integration_id: str | None) -> None:
        def note(entry: JournalEntry) -> None:
            if entry.kind == kind:
                tell(_elsewhere(entry, integration_id))

        subscriptions.callback(journal.subscribe(note))

    def meet(world: LiveWorld) -> None:
        if world is not here:
            listen(world.journal, "message", world.noun.integrations[0].id)

    listen(mock.journal, "request", None)
    subscriptions.callback(mock.worlds.watch(meet))


def _changed(tell: Callable[[bytes], None], here: LiveWorld, changed: LiveWorld, what: str) -> None:
    if changed is here:
        tell(b"event: changed\ndata: %s\n\n" % encode({"what": what}))


def _elsewhere(entry: JournalEntry, integration_id: str | None) -> bytes:
    told = {
        "integration_id": integration_id,
        "kind": entry.kind,
        "number": entry.number,
        "guest": entry.facts.get("guest"),
        "sender": entry.facts.get("sender"),
    }
    return b"event: elsewhere\ndata: %s\n\n" % encode(told)


def _event(entry: JournalEntry, *, brief: bool) -> bytes:
    render = render_brief if brief else render_entry
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (entry.number, entry.kind.encode(), encode(render(entry)))
