"""The journal as server-sent events: the past since a number, then everything as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from mockmews.engine.journal import Journal
from mockmews.model.journal import JournalEntry
from mockmews.wire.journal import render_entry
from mockmews.wire.responses import encode

_HEARTBEAT = 15  # seconds
_MOST_WAITING = 10_000  # entries; a reader that falls further behind is sent away, and may come again


def stream(journal: Journal, *, since: int) -> StreamingResponse:
    """The response that tells each entry once more when it is completed; its id is the entry's number."""
    # Closed at its end, so that a reader who was sent away notices, and comes again.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Connection": "close"}
    return StreamingResponse(_events(journal, since), media_type="text/event-stream", headers=headers)


async def _events(journal: Journal, since: int) -> AsyncIterator[bytes]:
    waiting: asyncio.Queue[JournalEntry] = asyncio.Queue(_MOST_WAITING)
    late = asyncio.Event()

    def tell(entry: JournalEntry) -> None:
        try:
            waiting.put_nowait(entry)
        except asyncio.QueueFull:
            late.set()
            unsubscribe()

    past = journal.entries(since=since)
    unsubscribe = journal.subscribe(tell)
    try:
        yield b": the journal of one integration\n\n"
        for entry in past:
            yield _event(entry)
        while not late.is_set():
            try:
                yield _event(await asyncio.wait_for(waiting.get(), _HEARTBEAT))
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        unsubscribe()


def _event(entry: JournalEntry) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        entry.number,
        entry.kind.encode(),
        encode(render_entry(entry)),
    )
