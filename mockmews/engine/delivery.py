"""Delivery: one attempt after another until a webhook is delivered or discarded (contract.md 9).

First attempts of a world go out one at a time, in order; a retry blocks nothing, and a slow receiver
delays no other world. The events of a delivery are closed, and its body fixed, when the first attempt
begins: every later attempt sends the same bytes (contract.md 13 row 46).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from typing import Any

from mockmews import durations
from mockmews.clock import pause
from mockmews.engine.journal import LONGEST_BODY, bounded
from mockmews.engine.outbox import DELIVERY, Outbox
from mockmews.engine.transaction import Transaction
from mockmews.engine.transport import Answer, Transport, TransportError, mask_url, resolve_location
from mockmews.engine.webhook_faults import Sending, WebhookFaults, webhook_url
from mockmews.engine.worlds import Due, LiveWorld, Schedule
from mockmews.errors import ControlError
from mockmews.instants import TICKS_PER_MILLISECOND
from mockmews.model.faults import Leaving
from mockmews.model.messages import Message
from mockmews.model.webhooks import (
    AttemptCause,
    Channel,
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
    WebhookEvent,
)
from mockmews.store.rooms import Store
from mockmews.wire import webhook_tokens as tokens
from mockmews.wire import webhooks as wire

_log = logging.getLogger(__name__)

_MOST_HOPS = 3  # contract.md 13 row 45
_REDIRECTS = (307, 308)  # contract.md 9: the only ones followed; others are failures
_KEPT_RESPONSE = 2_000


class Deliveries:
    """Sends what the outbox gathered."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        transport: Transport,
        faults: WebhookFaults,
        schedule: Schedule,
    ) -> None:
        self._store = store
        self._rows = store.webhooks
        self._outbox = outbox
        self._transport = transport
        self._faults = faults
        self._schedule = schedule
        self._under_way: dict[_Mark, Due | None] = {}

    def begin(self, world: LiveWorld, due: Due) -> None:
        """A scheduled delivery fell due: queue its first attempt, or make its next one."""
        delivery = self._rows.delivery(world.noun.key, due.sequence)
        if delivery is None or delivery.state is not DeliveryState.SCHEDULED or delivery.due != due.at:
            return
        mark = _mark(world, delivery)
        if mark in self._under_way:
            self._under_way[mark] = due
            return
        if due.sequence in world.first_attempts:
            return
        if delivery.attempts:
            self._attempt_now(world, delivery, AttemptCause.RETRY)
            return
        world.first_attempts.append(due.sequence)
        if len(world.first_attempts) == 1:
            self._spawn(world, self._send_first_attempts(world))

    # What a person or a test does with deliveries

    def all(self, world: LiveWorld, *, state: DeliveryState | None = None) -> list[WebhookDelivery]:
        """Deliveries of a world, oldest first."""
        return self._rows.deliveries(world.noun.key, state=state)

    def find(self, world: LiveWorld, delivery_id: str) -> WebhookDelivery:
        """The delivery of an id, or the `latest`. Raises ControlError 404."""
        rows, key = self._rows, world.noun.key
        found = rows.latest(key) if delivery_id == "latest" else rows.find(key, delivery_id.lower())
        if found is None:
            raise ControlError(
                404, "unknown_delivery", f"There is no delivery {delivery_id[:60]!r} in this world.",
                "See GET deliveries; without a webhook_url nothing is ever delivered.",
            )  # fmt: skip
        return found

    def details(
        self, world: LiveWorld, delivery: WebhookDelivery
    ) -> tuple[list[WebhookEvent], list[DeliveryAttempt]]:
        """The events and the attempts of a delivery."""
        key = world.noun.key
        return self._rows.events(key, delivery.sequence), self._rows.attempts(key, delivery.sequence)

    async def deliver(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        """Attempt a held or scheduled delivery now.

        Raises ControlError 409 where it has ended, is being attempted, or the world is reset meanwhile.
        """
        if delivery.state not in (DeliveryState.HELD, DeliveryState.SCHEDULED):
            raise ControlError(
                409, "ended", f"This delivery is {delivery.state}.", "Use resend to send it once more."
            )
        if _mark(world, delivery) in self._under_way:
            raise ControlError(
                409, "under_way", "This delivery is being attempted now.",
                "Wait for its attempt in the journal, or use resend.",
            )  # fmt: skip
        return await self._answered(world, delivery, AttemptCause.DELIVER)

    async def resend(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        """Send it once more with the same body, whatever became of it.

        Raises ControlError 409 where the world is reset meanwhile.
        """
        return await self._answered(world, delivery, AttemptCause.RESEND)

    def cancel(
        self, world: LiveWorld, delivery: WebhookDelivery, *, why: str | None = None
    ) -> WebhookDelivery:
        """Never attempt it again. Raises ControlError 409 where it has ended."""
        if delivery.state not in (DeliveryState.HELD, DeliveryState.SCHEDULED):
            raise ControlError(409, "ended", f"This delivery is {delivery.state} already.")
        self._outbox.close(world, delivery)
        cancelled = replace(delivery, state=DeliveryState.CANCELLED)
        with Transaction(self._store, world):
            self._rows.update(world.noun.key, cancelled)
        world.journal.note(
            "cancelled", cause=delivery.cause, delivery=delivery.sequence, delivery_id=delivery.id, why=why
        )
        return cancelled

    def stop(self, world: LiveWorld, *, why: str) -> None:
        """Cancel the General Webhooks that are scheduled; those that a person holds stay."""
        scheduled = self.all(world, state=DeliveryState.SCHEDULED)
        for each in (each for each in scheduled if each.channel is Channel.GENERAL):
            self.cancel(world, each, why=why)

    # Attempts

    async def attempt(self, world: LiveWorld, sending: Sending, cause: AttemptCause) -> None:
        """POST a delivery, record what came of it, and decide what comes next.

        A fault may let it wait, or send copies, which count no more than what is sent by hand.
        """
        generation = world.journal.generation
        world.in_flight += 1
        try:
            delivery, leaving = self._fixed(world, sending.delivery), sending.leaving
            if leaving.delay:
                await pause(leaving.delay)
                if world.journal.generation != generation or self._is_over(world, delivery, cause):
                    return
            await self._attempt_once(world, delivery, cause, leaving)
            for _ in range(1, leaving.copies):
                if world.journal.generation != generation:
                    return
                await self._attempt_once(world, delivery, AttemptCause.DUPLICATE, leaving)
        finally:
            world.in_flight -= 1

    async def _attempt_once(
        self, world: LiveWorld, delivery: WebhookDelivery, cause: AttemptCause, leaving: Leaving
    ) -> None:
        generation = world.journal.generation
        attempt = await self._post(world, delivery, cause, leaving, fresh=False)
        if world.journal.generation != generation:
            return
        if attempt.error == _STALE:
            now = self._as_it_is(world, delivery)
            self._record(world, now, attempt, now)
            attempt = await self._post(world, delivery, AttemptCause.STALE, leaving, fresh=True)
        if world.journal.generation == generation:
            # Meanwhile it may have been cancelled, or delivered by another attempt.
            now = self._as_it_is(world, delivery)
            self._record(world, now, attempt, self._next(world, now, attempt, cause))

    async def _answered(
        self, world: LiveWorld, delivery: WebhookDelivery, cause: AttemptCause
    ) -> WebhookDelivery:
        """The delivery after an attempt that begins now. Raises ControlError 409 where that is aborted."""
        task = self._attempt_now(world, delivery, cause)
        await asyncio.wait([task])
        if task.cancelled():
            raise ControlError(409, "aborted", "The world was reset or its server stopped meanwhile.")
        task.result()
        return self.find(world, delivery.id)

    def _attempt_now(
        self, world: LiveWorld, delivery: WebhookDelivery, cause: AttemptCause
    ) -> asyncio.Task[Any]:
        return self._send_now(world, self._sendings(world, delivery), cause)

    def _sendings(self, world: LiveWorld, delivery: WebhookDelivery) -> tuple[Sending, ...]:
        """What leaves in the place of a delivery: itself, unless a fault has its say."""
        if world.faults or world.held_back:
            return self._faults.leave(world, delivery)
        return (Sending(delivery),)

    def _send_now(
        self, world: LiveWorld, sendings: tuple[Sending, ...], cause: AttemptCause
    ) -> asyncio.Task[Any]:
        task = self._spawn(world, self._send(world, sendings, cause))
        if cause is not AttemptCause.RESEND:
            marks = [_mark(world, each.delivery) for each in sendings]
            self._under_way.update(dict.fromkeys(marks))
            task.add_done_callback(lambda _: self._end(world, marks))
        return task

    def _end(self, world: LiveWorld, marks: Iterable[_Mark]) -> None:
        """Attempts ended; what fell due while they were under way is looked at again."""
        for mark in marks:
            missed = self._under_way.pop(mark, None)
            if missed is not None and mark == (world.noun.key, world.journal.generation, missed.sequence):
                self._schedule(world, missed)

    async def _send(self, world: LiveWorld, sendings: tuple[Sending, ...], cause: AttemptCause) -> None:
        generation = world.journal.generation
        for place, each in enumerate(sendings):
            # While those before it went out, it may have been cancelled.
            if place and (
                world.journal.generation != generation or self._is_over(world, each.delivery, cause)
            ):
                continue
            await self.attempt(world, each, cause)

    def _spawn(self, world: LiveWorld, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        world.tasks.add(task)
        task.add_done_callback(world.tasks.discard)
        return task

    async def _send_first_attempts(self, world: LiveWorld) -> None:
        queue = world.first_attempts
        while queue:
            try:
                await self._first_attempt(world, queue[0])
            except Exception:
                _log.exception("A webhook attempt failed inside the mock; the next ones go on")
            queue.popleft()

    async def _first_attempt(self, world: LiveWorld, sequence: int) -> None:
        delivery = self._rows.delivery(world.noun.key, sequence)
        if delivery is None or delivery.state is not DeliveryState.SCHEDULED:
            return
        mark = _mark(world, delivery)
        if mark in self._under_way:
            return
        sendings = self._sendings(world, delivery)
        if sendings != (Sending(delivery),):
            task = self._send_now(world, sendings, AttemptCause.FIRST)
            if not any(each.leaving.delay for each in sendings):
                await asyncio.wait([task])  # else others overtake it
            return
        self._under_way[mark] = None
        try:
            await self.attempt(world, sendings[0], AttemptCause.FIRST)
        finally:
            self._end(world, [mark])

    def _is_over(self, world: LiveWorld, delivery: WebhookDelivery, cause: AttemptCause) -> bool:
        """Whether it has ended, so that only a person may still send it."""
        return cause is not AttemptCause.RESEND and self._as_it_is(world, delivery).state in _ENDED

    def _as_it_is(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        return self._rows.delivery(world.noun.key, delivery.sequence) or delivery

    def _fixed(self, world: LiveWorld, delivery: WebhookDelivery) -> WebhookDelivery:
        """The delivery with its body, which nothing changes from now on."""
        self._outbox.close(world, delivery)
        if delivery.body is not None:
            return delivery
        events = self._rows.events(world.noun.key, delivery.sequence)
        messages: list[Message] = []
        if world.settings.payload == "entities":
            found = (self._store.messages.message(world.noun.key, event.entity_id) for event in events)
            messages = [message for message in found if message is not None]
        body = wire.general_body(delivery, events, messages, world.settings)
        delivery = replace(delivery, body=body)
        with Transaction(self._store, world):
            self._rows.update(world.noun.key, delivery)
        return delivery

    async def _post(
        self,
        world: LiveWorld,
        delivery: WebhookDelivery,
        cause: AttemptCause,
        leaving: Leaving,
        *,
        fresh: bool,
    ) -> DeliveryAttempt:
        began, at = world.clock.real(), world.clock.now()
        url = _url(world, delivery, leaving)
        status, error, response, hops = None, None, "", 0
        try:
            answer, hops, url = await self._follow(world, url, delivery.body or b"", fresh=fresh)
            status, response = answer.status, answer.body[:_KEPT_RESPONSE].decode("utf-8", "replace")
            if status in _REDIRECTS:
                error = (
                    f"redirected more than {_MOST_HOPS} times" if hops else "redirected without a Location"
                )
        except TransportError as failure:
            error = _STALE if failure.kind == "stale" else failure.explanation
        return DeliveryAttempt(
            self._rows.attempt_count(world.noun.key, delivery.sequence) + 1,
            cause,
            at,
            mask_url(url),
            status,
            (world.clock.real() - began) / TICKS_PER_MILLISECOND,
            error,
            hops,
            response,
        )

    async def _follow(
        self, world: LiveWorld, url: str, body: bytes, *, fresh: bool
    ) -> tuple[Answer, int, str]:
        """The answer after at most three 307 or 308; each hop re-sends the body (contract.md 9).

        The time limit is for the attempt with all its hops, in real time.
        """
        until = world.clock.real() + world.settings.webhook_timeout
        hops = 0
        while True:
            left = max(0.001, durations.seconds(until - world.clock.real()))
            answer = await self._transport.post(url, body, time_limit=left, fresh=fresh)
            if answer.status not in _REDIRECTS or not answer.location or hops == _MOST_HOPS:
                return answer, hops, url
            hops += 1
            url = resolve_location(url, answer.location)

    def _next(
        self, world: LiveWorld, delivery: WebhookDelivery, attempt: DeliveryAttempt, cause: AttemptCause
    ) -> WebhookDelivery:
        """What becomes of the delivery: delivered, due again by the retry schedule, or discarded."""
        now = world.clock.now()
        if attempt.succeeded:
            return replace(delivery, state=DeliveryState.DELIVERED, attempts=delivery.attempts + 1)
        if cause in (AttemptCause.RESEND, AttemptCause.DUPLICATE) or delivery.state in _ENDED:
            return delivery
        attempts = delivery.attempts + 1
        if world.settings.webhooks == "held":
            return replace(delivery, state=DeliveryState.HELD, attempts=attempts)
        if attempts >= world.settings.retry_attempts:
            return replace(delivery, state=DeliveryState.DISCARDED, attempts=attempts)
        wait = world.settings.retry_delay.pick(world.chance(f"retry{attempts}", delivery.sequence))
        return replace(delivery, state=DeliveryState.SCHEDULED, attempts=attempts, due=now + wait)

    def _record(
        self,
        world: LiveWorld,
        before: WebhookDelivery,
        attempt: DeliveryAttempt,
        after: WebhookDelivery,
    ) -> None:
        with Transaction(self._store, world):
            self._rows.add_attempt(world.noun.key, before.sequence, attempt)
            self._rows.update(world.noun.key, after)
        world.journal.note(
            "attempt",
            cause=before.cause,
            size=min(len(before.body or b""), LONGEST_BODY),
            delivery=before.sequence,
            delivery_id=before.id,
            attempt=attempt.number,
            attempt_cause=attempt.cause,
            url=attempt.url,
            status=attempt.status,
            milliseconds=round(attempt.milliseconds, 3),
            error=attempt.error,
            state=after.state,
            request_body=bounded(before.body or b""),
        )
        if after.state is DeliveryState.SCHEDULED and after.attempts != before.attempts:
            self._schedule(world, Due(after.due, after.sequence, DELIVERY))


_ENDED = (DeliveryState.DELIVERED, DeliveryState.DISCARDED, DeliveryState.CANCELLED)

_STALE = "the kept connection had ended before this attempt; tried again at once on a new one"

_Mark = tuple[int, int, int]
"""Which delivery of which world in which generation is being attempted by the schedule or by `deliver`."""


def _mark(world: LiveWorld, delivery: WebhookDelivery) -> _Mark:
    return world.noun.key, world.journal.generation, delivery.sequence


def _url(world: LiveWorld, delivery: WebhookDelivery, leaving: Leaving) -> str:
    """The URL with the world's token in place of `${webhook_token}`, or with a wrong one or none."""
    url, token = webhook_url(world, delivery), world.noun.webhook_token
    if leaving.wrong_token is None:
        return tokens.filled(url, token)
    other = world.identifier("wrong_token", 0, 0).replace("-", "")
    return tokens.with_token(url, token, other if leaving.wrong_token == "other" else None)  # noqa: S105 - a word
