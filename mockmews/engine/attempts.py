"""Attempts: the POSTs of one webhook delivery, what came of each, and what comes next (contract.md 9).

The events of a delivery are closed, and its body fixed, when the first attempt begins: every later attempt
sends the same bytes (contract.md 13 row 46).
"""

from __future__ import annotations

from msgspec.structs import replace

from mockmews import durations
from mockmews.clock import pause
from mockmews.engine.journal import LONGEST_BODY, bounded
from mockmews.engine.ledger import Ledger
from mockmews.engine.outbox import DELIVERY, Outbox
from mockmews.engine.transaction import Transaction
from mockmews.engine.transport import Answer, Transport, TransportError, resolve_location
from mockmews.engine.webhook_faults import Sending, webhook_url
from mockmews.engine.worlds import Due, KnownDelivery, LiveWorld, Schedule
from mockmews.instants import TICKS_PER_MILLISECOND
from mockmews.model.faults import Leaving
from mockmews.model.webhooks import (
    ENDED,
    AttemptCause,
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
)
from mockmews.store.rooms import Store
from mockmews.wire import webhook_tokens as tokens
from mockmews.wire import webhooks as wire
from mockmews.wire.masked_urls import mask_url

_MOST_HOPS = 3  # contract.md 13 row 45
_REDIRECTS = (307, 308)  # contract.md 9: the only ones followed; others are failures
_KEPT_RESPONSE = 2_000
_KEPT_HEADERS = 4_000
_STALE = "the kept connection had ended before this attempt; tried again at once on a new one"


class Attempts:
    """Makes attempts, and keeps what came of them."""

    def __init__(
        self, store: Store, ledger: Ledger, outbox: Outbox, transport: Transport, schedule: Schedule
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._outbox = outbox
        self._transport = transport
        self._schedule = schedule

    async def make(self, world: LiveWorld, sending: Sending, cause: AttemptCause) -> None:
        """POST a delivery, record what came of it, and decide what comes next.

        A fault may let it wait, or send copies, which count no more than what is sent by hand.
        """
        generation = world.journal.generation
        leaving = sending.leaving
        known = self._ledger.take(world, sending.delivery)
        world.in_flight += 1
        try:
            self._fix_body(world, known)
            if leaving.delay:
                await pause(leaving.delay)
                if world.journal.generation != generation or _is_over(known.noun, cause):
                    return
            await self._attempt_once(world, known, cause, leaving)
            for _ in range(1, leaving.copies):
                if world.journal.generation != generation:
                    return
                await self._attempt_once(world, known, AttemptCause.DUPLICATE, leaving)
        finally:
            world.in_flight -= 1
            self._ledger.leave(world, known)

    def is_over(self, world: LiveWorld, delivery: WebhookDelivery, cause: AttemptCause) -> bool:
        """Whether it has ended meanwhile, so that only a person may still send it."""
        return _is_over(self._ledger.delivery(world, delivery.sequence) or delivery, cause)

    # One attempt

    def _fix_body(self, world: LiveWorld, known: KnownDelivery) -> None:
        """From now on nothing changes what the delivery carries."""
        self._outbox.close(world, known.noun)
        if known.noun.body is None:
            entities = world.settings.payload == "entities"
            messages = self._ledger.messages(world, known) if entities else None
            body = wire.general_body(known.noun, known.events, messages, world.shape)
            known.noun = replace(known.noun, body=body)

    async def _attempt_once(
        self, world: LiveWorld, known: KnownDelivery, cause: AttemptCause, leaving: Leaving
    ) -> None:
        generation = world.journal.generation
        attempt = await self._post(world, known, cause, leaving, fresh=False)
        if world.journal.generation != generation:
            return
        if attempt.error == _STALE:
            self._record(world, known, attempt, known.noun)
            attempt = await self._post(world, known, AttemptCause.STALE, leaving, fresh=True)
        if world.journal.generation == generation:
            # Meanwhile it may have been cancelled, or delivered by another attempt.
            self._record(world, known, attempt, self._next(world, known.noun, attempt, cause))

    async def _post(
        self,
        world: LiveWorld,
        known: KnownDelivery,
        cause: AttemptCause,
        leaving: Leaving,
        *,
        fresh: bool,
    ) -> DeliveryAttempt:
        began, at = world.clock.real(), world.clock.now()
        url = _url(world, known.noun, leaving)
        status, error, response, headers, hops = None, None, "", "", 0
        try:
            answer, hops, url = await self._follow(world, url, known.noun.body or b"", fresh=fresh)
            status, response, headers = answer.status, _beginning(answer.body), _header_lines(answer)
            if status in _REDIRECTS:
                error = (
                    f"redirected more than {_MOST_HOPS} times" if hops else "redirected without a Location"
                )
        except TransportError as failure:
            error = _STALE if failure.kind == "stale" else failure.explanation
        return DeliveryAttempt(
            known.posts + 1,
            cause,
            at,
            tokens.hidden(mask_url(url), world.noun.webhook_token),
            status,
            (world.clock.real() - began) / TICKS_PER_MILLISECOND,
            error,
            hops,
            tokens.hidden(response, world.noun.webhook_token),
            tokens.hidden(headers, world.noun.webhook_token),
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

    # What comes of it

    def _next(
        self, world: LiveWorld, delivery: WebhookDelivery, attempt: DeliveryAttempt, cause: AttemptCause
    ) -> WebhookDelivery:
        """What becomes of the delivery: delivered, due again by the retry schedule, or discarded."""
        now = world.clock.now()
        if attempt.succeeded:
            return replace(delivery, state=DeliveryState.DELIVERED, attempts=delivery.attempts + 1)
        if cause in (AttemptCause.RESEND, AttemptCause.DUPLICATE) or delivery.state in ENDED:
            return delivery
        attempts = delivery.attempts + 1
        if world.settings.webhooks == "held":
            return replace(delivery, state=DeliveryState.HELD, attempts=attempts)
        if attempts >= world.settings.retry_attempts:
            return replace(delivery, state=DeliveryState.DISCARDED, attempts=attempts)
        wait = world.settings.retry_delay.pick(world.chance(f"retry{attempts}", delivery.sequence))
        return replace(delivery, state=DeliveryState.SCHEDULED, attempts=attempts, due=now + wait)

    def _record(
        self, world: LiveWorld, known: KnownDelivery, attempt: DeliveryAttempt, after: WebhookDelivery
    ) -> None:
        before, known.noun = known.noun, after
        with Transaction(self._store, world):
            self._ledger.record(world, known, attempt)
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


def _is_over(delivery: WebhookDelivery, cause: AttemptCause) -> bool:
    return cause is not AttemptCause.RESEND and delivery.state in ENDED


def _beginning(body: bytes) -> str:
    return body[:_KEPT_RESPONSE].decode("utf-8", "replace")


def _header_lines(answer: Answer) -> str:
    """The headers of an answer as lines `Name: value`: as many whole ones as may be kept."""
    lines = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return lines if len(lines) <= _KEPT_HEADERS else lines[:_KEPT_HEADERS].rpartition("\n")[0]


def _url(world: LiveWorld, delivery: WebhookDelivery, leaving: Leaving) -> str:
    """The URL with the world's token in place of `${webhook_token}`, or with a wrong one or none."""
    url, token = webhook_url(world, delivery), world.noun.webhook_token
    if leaving.wrong_token is None:
        return tokens.filled(url, token)
    other = world.identifier("wrong_token", 0, 0).replace("-", "")
    return tokens.with_token(url, token, other if leaving.wrong_token == "other" else None)  # noqa: S105 - a word
