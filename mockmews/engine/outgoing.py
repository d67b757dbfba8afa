"""Outgoing: which webhooks are under way, and in what order they go (product.md 3).

First attempts of a world go out one at a time, in order; a retry blocks nothing, and a slow receiver
delays no other world.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from mockmews.engine.attempts import Attempts
from mockmews.engine.ledger import Ledger
from mockmews.engine.webhook_faults import Sending, WebhookFaults
from mockmews.engine.worlds import Due, LiveWorld, Schedule
from mockmews.model.webhooks import AttemptCause, DeliveryState, WebhookDelivery

_log = logging.getLogger(__name__)

_Mark = tuple[int, int, int]
"""Which delivery of which world in which generation is being attempted by the schedule or by `deliver`."""


class Outgoing:
    """Sends what falls due, and what a person or a test wants to be sent now."""

    def __init__(self, ledger: Ledger, attempts: Attempts, faults: WebhookFaults, schedule: Schedule) -> None:
        self._ledger = ledger
        self._attempts = attempts
        self._faults = faults
        self._schedule = schedule
        self._under_way: dict[_Mark, Due | None] = {}

    def begin(self, world: LiveWorld, due: Due) -> bool:
        """A scheduled delivery fell due: queue its first attempt, or make its next one.

        False where it is not to be sent any more, or falls due again once what is under way has ended.
        """
        delivery = self._scheduled(world, due)
        if delivery is None:
            return False
        mark = _mark(world, delivery)
        if mark in self._under_way:
            self._under_way[mark] = due
            return False
        if due.sequence in world.first_attempts:
            world.first_attempts[due.sequence] = due
            return False
        if delivery.attempts:
            self.send(world, delivery, AttemptCause.RETRY)
            return True
        world.first_attempts[due.sequence] = None
        if len(world.first_attempts) == 1:
            self._spawn(world, self._send_first_attempts(world))
        return True

    def is_scheduled(self, world: LiveWorld, due: Due) -> bool:
        """Whether a delivery is to be sent at that moment."""
        return self._scheduled(world, due) is not None

    def send(self, world: LiveWorld, delivery: WebhookDelivery, cause: AttemptCause) -> asyncio.Task[Any]:
        """Attempt a delivery now; the task ends with the attempt."""
        faulty = world.faults or world.held_back
        sendings = self._faults.leave(world, delivery) if faulty else (Sending(delivery),)
        return self._send_now(world, sendings, cause)

    def is_under_way(self, world: LiveWorld, delivery: WebhookDelivery) -> bool:
        """Whether it is being attempted by the schedule or by `deliver`."""
        return _mark(world, delivery) in self._under_way

    # Inside

    def _scheduled(self, world: LiveWorld, due: Due) -> WebhookDelivery | None:
        delivery = self._ledger.delivery(world, due.sequence)
        if delivery is None or delivery.state is not DeliveryState.SCHEDULED or delivery.due != due.at:
            return None
        return delivery

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
                world.journal.generation != generation or self._attempts.is_over(world, each.delivery, cause)
            ):
                continue
            await self._attempts.make(world, each, cause)

    def _spawn(self, world: LiveWorld, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        world.tasks.add(task)
        task.add_done_callback(world.tasks.discard)
        return task

    async def _send_first_attempts(self, world: LiveWorld) -> None:
        queue = world.first_attempts
        while queue:
            sequence = next(iter(queue))
            try:
                await self._first_attempt(world, sequence)
            except Exception:
                _log.exception("A webhook attempt failed inside the mock; the next ones go on")
            missed = queue.pop(sequence, None)  # a reset may have emptied it
            if missed is not None:
                self._schedule(world, missed)

    async def _first_attempt(self, world: LiveWorld, sequence: int) -> None:
        delivery = self._ledger.delivery(world, sequence)
        if delivery is None or delivery.state is not DeliveryState.SCHEDULED:
            return
        mark = _mark(world, delivery)
        if mark in self._under_way:
            return
        if world.faults or world.held_back:
            sendings = self._faults.leave(world, delivery)
            task = self._send_now(world, sendings, AttemptCause.FIRST)
            if not any(each.leaving.delay for each in sendings):
                await asyncio.wait([task])  # else others overtake it
            return
        self._under_way[mark] = None
        try:
            await self._attempts.make(world, Sending(delivery), AttemptCause.FIRST)
        finally:
            self._end(world, [mark])


def _mark(world: LiveWorld, delivery: WebhookDelivery) -> _Mark:
    return world.noun.key, world.journal.generation, delivery.sequence
