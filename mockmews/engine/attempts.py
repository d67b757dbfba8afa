"""Attempts: the POSTs of one webhook delivery (contract.md 9).

The events of a delivery are closed, and its body fixed, when the first attempt begins: every later attempt
sends the same bytes (contract.md 13 row 46).
"""

from __future__ import annotations

from msgspec.structs import replace

from mockmews import durations
from mockmews.clock import Clock, pause
from mockmews.engine.ledger import Ledger
from mockmews.engine.outbox import Outbox
from mockmews.engine.outcomes import Outcomes
from mockmews.engine.transport import Answer, Transport, TransportError, resolve_location
from mockmews.engine.webhook_faults import Sending, webhook_url
from mockmews.engine.worlds import KnownDelivery, LiveWorld
from mockmews.instants import TICKS_PER_MILLISECOND, Instant
from mockmews.model.faults import Leaving
from mockmews.model.webhooks import ENDED, AttemptCause, DeliveryAttempt, WebhookDelivery
from mockmews.wire import webhook_tokens as tokens
from mockmews.wire import webhooks as wire
from mockmews.wire.masked_urls import mask_webhook_url

_MOST_HOPS = 3  # contract.md 13 row 45
_REDIRECTS = (307, 308)  # contract.md 9: the only ones followed; others are failures
_KEPT_RESPONSE = 2_000
_KEPT_HEADERS = 4_000
_STALE = "the kept connection had ended before this attempt; tried again at once on a new one"


class Attempts:
    """Makes attempts."""

    def __init__(self, ledger: Ledger, outbox: Outbox, transport: Transport, outcomes: Outcomes) -> None:
        self._ledger = ledger
        self._outbox = outbox
        self._transport = transport
        self._outcomes = outcomes

    async def make(self, world: LiveWorld, sending: Sending, cause: AttemptCause) -> None:
        """POST a delivery, and have what came of it kept.

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
            await self._attempt(world, known, cause, leaving)
            for _ in range(1, leaving.copies):
                if world.journal.generation != generation:
                    return
                await self._attempt(world, known, AttemptCause.DUPLICATE, leaving)
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

    async def _attempt(
        self,
        world: LiveWorld,
        known: KnownDelivery,
        cause: AttemptCause,
        leaving: Leaving,
        *,
        counts_as: AttemptCause | None = None,
    ) -> None:
        """One POST with its hops; one more where a kept connection turns out to have ended."""
        clock, token, generation = world.clock, world.noun.webhook_token, world.journal.generation
        began = clock.real()
        at = clock.shown_at(began)
        url, body = _url(world, known.noun, leaving), known.noun.body or b""
        limit, fresh = world.settings.webhook_timeout, cause is AttemptCause.STALE
        status, error, response, headers, hops = None, None, "", "", 0
        try:
            answer = await self._transport.post(url, body, time_limit=durations.seconds(limit), fresh=fresh)
            if answer.status in _REDIRECTS:
                answer, url, hops = await self._follow(
                    answer, url, body, clock, until=began + limit, fresh=fresh
                )
            status, response, headers = answer.status, _beginning(answer.body), _header_lines(answer)
            error = _why_not_followed(answer) if status in _REDIRECTS else None
        except TransportError as failure:
            error = _STALE if failure.kind == "stale" else failure.explanation
        if world.journal.generation != generation:
            return
        known.posts += 1
        attempt = DeliveryAttempt(
            known.posts, cause, at, mask_webhook_url(url, token), status,
            (clock.real() - began) / TICKS_PER_MILLISECOND, error, hops,
            tokens.hidden(response, token), tokens.hidden(headers, token),
        )  # fmt: skip
        counted = counts_as or cause
        await self._outcomes.keep(world, known, attempt, None if error == _STALE else counted)
        gone = world.journal.generation != generation or _is_over(known.noun, counted)
        if error == _STALE and not gone:
            await self._attempt(world, known, AttemptCause.STALE, leaving, counts_as=counted)

    async def _follow(
        self, answer: Answer, url: str, body: bytes, clock: Clock, *, until: Instant, fresh: bool
    ) -> tuple[Answer, str, int]:
        """The answer after at most three 307 or 308; each hop re-sends the body (contract.md 9).

        The time limit is for the attempt with all its hops, in real time.
        """
        hops = 0
        while answer.status in _REDIRECTS and answer.location and hops < _MOST_HOPS:
            hops += 1
            url = resolve_location(url, answer.location)
            left = max(0.001, durations.seconds(until - clock.real()))
            answer = await self._transport.post(url, body, time_limit=left, fresh=fresh)
        return answer, url, hops


def _is_over(delivery: WebhookDelivery, cause: AttemptCause) -> bool:
    return cause is not AttemptCause.RESEND and delivery.state in ENDED


def _why_not_followed(answer: Answer) -> str:
    return f"redirected more than {_MOST_HOPS} times" if answer.location else "redirected without a Location"


def _beginning(body: bytes) -> str:
    return body[:_KEPT_RESPONSE].decode("utf-8", "replace")


def _header_lines(answer: Answer) -> str:
    """The headers of an answer as lines `Name: value`: as many whole ones as may be kept."""
    lines = b"\n".join([b"%b: %b" % each for each in answer.headers]).decode("latin-1")
    return lines if len(lines) <= _KEPT_HEADERS else lines[:_KEPT_HEADERS].rpartition("\n")[0]


def _url(world: LiveWorld, delivery: WebhookDelivery, leaving: Leaving) -> str:
    """The URL with the world's token in place of `${webhook_token}`, or with a wrong one or none."""
    url, token = webhook_url(world, delivery), world.noun.webhook_token
    if leaving.wrong_token is None:
        return tokens.filled(url, token)
    other = world.identifier("wrong_token", 0, 0).replace("-", "")
    return tokens.with_token(url, token, other if leaving.wrong_token == "other" else None)  # noqa: S105 - a word
