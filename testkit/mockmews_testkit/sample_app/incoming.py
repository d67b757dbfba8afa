"""From Mews to the guest: a webhook says that something was added, one way of reading shows what is new.

An event carries a message id and, by the schema, nothing else; no operation takes a message id. So the app
reads all its threads, newest first, down to where it was last time: for a thousand threads that is one call.
The older `Entities` block of the body is not read: what it says would have to be looked up in Mews anyway, so
both payloads take the same way (HOOK-04). As everything not yet shown is shown in Mews's order, it does not
matter in which order webhooks arrive (ORDER-01), how often (SHOW-03), or whether one never does (ERR-03).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from time import time

from mockmews_testkit.sample_app.lanes import Lanes, Outcome
from mockmews_testkit.sample_app.mews import Message, Mews, RefusedError, UnavailableError
from mockmews_testkit.sample_app.settings import Settings
from mockmews_testkit.sample_app.store import Event, Store

LANE = "reading"
GATHER = 0.02
"""Seconds to wait before a look: what arrives together is read together, and the event of a message that we
are just adding needs no reading by then (RATE-03)."""
LATER_LOOKS = (2.5, 5.0, 14.0, 30.0)
"""An event may come before its message can be read. Pauses before further looks, in units of the backoff
base; so few that an id that never appears costs next to nothing (HOOK-07)."""
DEEP_PAGES = 10
"""Pages of the last look, which does not stop where the one before stopped."""
TRIES = 9
"""Failed readings in a row before the events wait for their later looks instead."""

log = logging.getLogger(__name__)


class Incoming:
    """One lane for all reading. `news` is called with each guest who has something new to see."""

    def __init__(self, *, store: Store, mews: Mews, settings: Settings, news: Callable[[str], None]) -> None:
        self._store = store
        self._mews = mews
        self._news = news
        self._later_looks = [settings.backoff_base * pause for pause in LATER_LOOKS]
        self._asked = False
        self.lanes = Lanes(self._step, backoff_base=settings.backoff_base)

    def receive(self, messages: Iterable[str]) -> None:
        """Take the message ids of a webhook; they are stored when this returns."""
        if self._store.receive(messages):
            self.lanes.wake(LANE)

    def look(self) -> None:
        """Read what is new, though no event says so."""
        self._asked = True
        self.lanes.wake(LANE)

    async def _step(self, _lane: str, failures: int) -> Outcome:
        await asyncio.sleep(GATHER)
        asked, self._asked = self._asked, False
        events = self._store.due_events(now=time())
        if not asked and not events:
            self._wake_when_due()
            return Outcome.IDLE
        try:
            await self._catch_up(deep=any(event.looks == len(LATER_LOOKS) for event in events))
        except RefusedError as error:
            log.error("reading refused: %s", error)
        except UnavailableError as error:
            log.warning("not read yet: %s", error)
            if failures + 1 < TRIES:
                self._asked = self._asked or asked
                return Outcome.FAILED
        self._postpone(events)
        return Outcome.DONE

    async def _catch_up(self, *, deep: bool) -> None:
        """Show everything that is in our threads and was not shown yet."""
        for chunk, threads in self._store.thread_chunks():
            mark = self._store.mark(chunk)
            read: list[Message] = []
            pages = 0
            async for page in self._mews.message_pages(threads):
                read += page
                pages += 1
                if any(message.id == mark for message in page) and not (deep and pages < DEEP_PAGES):
                    break
            # Nothing is shown before all is read, so a failure on the way cannot spoil the order (ORDER-02).
            for guest in self._store.show(chunk, read[::-1]):
                self._news(guest)

    def _postpone(self, events: list[Event]) -> None:
        now = time()
        self._store.not_found(events, due=[now + pause for pause in self._later_looks])

    def _wake_when_due(self) -> None:
        due = self._store.next_due()
        if due is not None:
            delay = max(0.0, due - time()) + 0.001
            asyncio.get_running_loop().call_later(delay, self.lanes.wake, LANE)
