"""From the guest to Mews: each text once, in order, in the guest's own thread, whatever gets lost."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from time import time

from mockmews_testkit.sample_app.lanes import Lanes, Outcome
from mockmews_testkit.sample_app.mews import Mews, NotSentError, RefusedError, UnavailableError
from mockmews_testkit.sample_app.settings import Settings
from mockmews_testkit.sample_app.store import Guest, Line, Store

TRIES = 9
"""Tries for one text, over about two minutes; then the guest is told, for silence is worse (ERR-01)."""
NOTICE = (
    "Sorry, your last message could not be delivered to the hotel. Please try again, or call the front desk."
)

log = logging.getLogger(__name__)


class Outgoing:
    """One lane a guest; its queue are the guest's lines in the store.

    `told` is called with a guest who has a new notice to see, `after` whenever a line is done with.
    """

    def __init__(
        self,
        *,
        store: Store,
        mews: Mews,
        settings: Settings,
        told: Callable[[str], None],
        after: Callable[[], None],
    ) -> None:
        self._store = store
        self._mews = mews
        self._thread_pause = settings.thread_pause
        self._told = told
        self._after = after
        self.lanes = Lanes(self._step, backoff_base=settings.backoff_base)

    async def _step(self, guest: str, failures: int) -> Outcome:
        line = self._store.next_to_send(guest)
        if line is None:
            return Outcome.IDLE
        try:
            await self._deliver(line)
        except RefusedError as error:
            self._give_up(line, str(error))
        except UnavailableError as error:
            log.warning("not delivered yet: %s", error)
            if failures + 1 < TRIES:
                return Outcome.FAILED
            self._give_up(line, str(error))
        # A contact with the hotel: the moment to see whether a reply's webhook went missing (ERR-03).
        self._after()
        return Outcome.DONE

    async def _deliver(self, line: Line) -> None:
        """One try. What it learns is stored at once, so the next try, or process, goes on from there."""
        if line.state == "trying" and line.thread is not None:
            # A try of ours, perhaps before a restart, left no answer. Adding again blindly would double the
            # text if only the answer was lost, so look first (SEND-03).
            message = await self._find(line.thread, line.text)
            if message is not None:
                self._store.sent(line, message=message, now=time())
                return
            self._store.not_sent(line)
        thread = await self._open_thread(self._store.guest(line.guest))
        self._store.trying(line, thread=thread)
        try:
            message = await self._mews.add_message(thread=thread, text=line.text)
        except NotSentError:
            self._store.not_sent(line)
            raise
        except RefusedError as error:
            self._store.not_sent(line)
            # A 400 may mean the text, or a thread in the wrong state. In the second case the next step
            # takes a new thread (THREAD-04).
            if error.status == 400 and not await self._mews.is_open(thread):
                self._store.resolved(line.guest)
                return
            raise
        self._store.sent(line, message=message, now=time())

    async def _find(self, thread: str, text: str) -> str | None:
        """The id of the message that an unanswered try left in Mews; None where it left none.

        We add a guest's lines one after the other, so a message of that try is newer than everything that we
        know to be ours. Only ids not accounted for count: an equal text sent earlier is another message.
        """
        async for page in self._mews.message_pages([thread]):
            for message in page:
                if message.sender != "Application":
                    continue
                if self._store.is_accounted(message.id):
                    return None
                if message.text == text:
                    return message.id
        return None

    async def _open_thread(self, guest: Guest) -> str:
        """The guest's unresolved thread: the one that they have, or a new one (THREAD-01).

        An empty thread left by a failed messages/add is the guest's thread like any other, and is filled by
        the next try (THREAD-03).
        """
        if guest.thread is not None:
            if time() - guest.seen_open < self._thread_pause:
                return guest.thread
            if await self._mews.is_open(guest.thread):
                self._store.confirm_open(guest.guest, now=time())
                return guest.thread
            self._store.resolved(guest.guest)
        thread = await self._lost_thread(guest) or await self._new_thread(guest)
        self._store.opened(guest.guest, thread=thread, now=time())
        return thread

    async def _lost_thread(self, guest: Guest) -> str | None:
        """The thread that an unanswered messageThreads/add has opened all the same."""
        if guest.opening is None:
            return None
        since = datetime.fromtimestamp(guest.opening_since, UTC)
        return await self._mews.find_thread(subject=guest.opening, since=since)

    async def _new_thread(self, guest: Guest) -> str:
        # The number makes the thread recognisable as this one should the answer get lost; the name alone
        # would not, as two guests may share it (THREAD-02).
        subject = guest.opening or f"Guest chat {secrets.randbelow(10**10):010}"
        self._store.start_opening(guest.guest, subject=subject, now=time())
        try:
            return await self._mews.add_thread(sender=guest.name, subject=subject)
        except (NotSentError, RefusedError):
            self._store.forget_opening(guest.guest)
            raise

    def _give_up(self, line: Line, why: str) -> None:
        log.error("gave up a text: %s", why)
        self._store.give_up(line, notice=NOTICE)
        self._told(line.guest)
