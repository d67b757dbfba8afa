"""Outcomes: what came of attempts, stored and told to the journal; those of one turn of the loop together.

Answers come in swarms, and one transaction for all that came at once costs far less than one for each. An
attempt has ended when its outcome is stored, and not before: until then nobody sees it, nothing follows from
it, and a killed server makes it again.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct
from msgspec.structs import replace

from mockmews.engine.journal import LONGEST_BODY, bounded
from mockmews.engine.ledger import Ledger
from mockmews.engine.outbox import DELIVERY
from mockmews.engine.worlds import Due, KnownDelivery, LiveWorld, Schedule
from mockmews.model.webhooks import (
    ENDED,
    AttemptCause,
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
)
from mockmews.store.rooms import Store


class _Outcome(Struct, frozen=True, eq=False):
    """An attempt that has its answer. `cause` says how it counts; None: not at all. `kept` ends with it."""

    world: LiveWorld
    known: KnownDelivery
    attempt: DeliveryAttempt
    cause: AttemptCause | None
    kept: asyncio.Future[None]


class Outcomes:
    """Keeps attempts, and decides what becomes of their deliveries."""

    def __init__(self, store: Store, ledger: Ledger, schedule: Schedule) -> None:
        self._store = store
        self._ledger = ledger
        self._schedule = schedule
        self._waiting: list[_Outcome] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Begin to keep, on the running loop: to ask for it each time costs a system call."""
        self._loop = asyncio.get_running_loop()

    def keep(
        self, world: LiveWorld, known: KnownDelivery, attempt: DeliveryAttempt, cause: AttemptCause | None
    ) -> asyncio.Future[None]:
        """Done when the attempt, and what it makes of its delivery, is stored and stands in the journal.

        Who waits for it and is cancelled takes the outcome back.
        """
        assert self._loop is not None, "attempts are made from open to close"
        if not self._waiting:
            self._loop.call_soon(self.store_all)
        kept = self._loop.create_future()
        self._waiting.append(_Outcome(world, known, attempt, cause, kept))
        return kept

    def store_all(self) -> None:
        """Store what waits, in one transaction; on an error nothing of it has happened."""
        waiting, self._waiting = self._waiting, []
        outcomes = [each for each in waiting if not each.kept.done()]
        if not outcomes:
            return
        try:
            with self._store.transaction():
                before = [self._store_one(each) for each in outcomes]
        except Exception as error:
            for each in outcomes:
                each.world.forget()
                each.kept.set_exception(error)
            return
        for each, delivery in zip(outcomes, before, strict=True):
            try:
                self._tell(each, delivery)
            except Exception as error:
                each.kept.set_exception(error)
            else:
                each.kept.set_result(None)

    def _store_one(self, outcome: _Outcome) -> WebhookDelivery:
        """The delivery as it was before; it may have been cancelled, or delivered by another attempt."""
        known = outcome.known
        before, known.noun = known.noun, _after(outcome)
        self._ledger.record(outcome.world, known, outcome.attempt)
        return before

    def _tell(self, outcome: _Outcome, before: WebhookDelivery) -> None:
        world, attempt, after = outcome.world, outcome.attempt, outcome.known.noun
        body = before.body or b""
        world.journal.note(
            "attempt",
            cause=before.cause,
            size=min(len(body), LONGEST_BODY) + len(attempt.response) + len(attempt.response_headers),
            delivery=before.sequence,
            delivery_id=before.id,
            attempt=attempt.number,
            attempt_cause=attempt.cause,
            url=attempt.url,
            status=attempt.status,
            milliseconds=round(attempt.milliseconds, 3),
            error=attempt.error,
            response_headers=attempt.response_headers,
            response_body=attempt.response,
            state=after.state,
            request_body=bounded(body),
        )
        if after.state is DeliveryState.SCHEDULED and after.attempts != before.attempts:
            self._schedule(world, Due(after.due, after.sequence, DELIVERY))


def _after(outcome: _Outcome) -> WebhookDelivery:
    """What becomes of the delivery: delivered, due again by the retry schedule, or discarded."""
    world, delivery, cause = outcome.world, outcome.known.noun, outcome.cause
    if cause is None:
        return delivery
    attempts = delivery.attempts + 1
    if outcome.attempt.succeeded:
        return replace(delivery, state=DeliveryState.DELIVERED, attempts=attempts)
    if cause in (AttemptCause.RESEND, AttemptCause.DUPLICATE) or delivery.state in ENDED:
        return delivery
    if world.settings.webhooks == "held":
        return replace(delivery, state=DeliveryState.HELD, attempts=attempts)
    if attempts >= world.settings.retry_attempts:
        return replace(delivery, state=DeliveryState.DISCARDED, attempts=attempts)
    wait = world.settings.retry_delay.pick(world.chance(f"retry{attempts}", delivery.sequence))
    return replace(delivery, state=DeliveryState.SCHEDULED, attempts=attempts, due=world.clock.now() + wait)
