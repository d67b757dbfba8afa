"""Settling: waiting until nothing of a world moves any more.

Settled means (product.md 3): no request in flight, no delivery due and unanswered, and for `quiet_for` no
effect: an add, something shown, a webhook answer, a look-up that brings the app a reply. Calls that bring it
nothing new are no effects, so an app may poll; held, future and scheduled work does not count. An app that
takes a webhook and works later is waited for: see `reactions`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from mockmews.durations import Duration, render, seconds
from mockmews.engine.journal import is_effect
from mockmews.engine.reactions import PATIENCE, Reactions
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError
from mockmews.instants import TICKS_PER_SECOND, Instant
from mockmews.model.journal import JournalEntry

QUIET_FOR: Duration = 150 * TICKS_PER_SECOND // 1000
_WHEN_ALL_IS_SHOWN: Duration = 25 * TICKS_PER_SECOND // 1000
SETTLE_WITHIN: Duration = 10 * TICKS_PER_SECOND


async def settle(
    world: LiveWorld,
    *,
    quiet_for: Duration = QUIET_FOR,
    within: Duration = SETTLE_WITHIN,
    trusting: bool = True,
    shown: Iterable[str] = (),
    since: Instant = 0,
    last: bool = False,
) -> Duration:
    """Wait until the world is settled; how long that took, in real ticks.

    Where only what happened `since` a real instant counts, a world in which there was no effect since then is
    settled. After the `last` moment of an advance an app that has shown all that it was told of is given a
    shorter quiet: nothing more falls due that it could be late for.

    `shown` are replies that the app has surely dealt with, as the caller saw on a guest's screen. With
    `trusting` an app that has reacted to no reply so far is given some time to react to its first.
    Raises ControlError 408 naming what still moves when `within` (real time) is over.
    """
    began = world.clock.real()
    if shown:
        _reactions(world).saw(shown)
    stirred = asyncio.Event()

    def stir(entry: JournalEntry) -> None:
        if entry.kind == "request" or is_effect(entry.kind, entry.facts):
            stirred.set()

    unsubscribe = world.journal.subscribe(stir)
    try:
        async with asyncio.timeout(seconds(within)):
            while (wait := _still_for(world, quiet_for, trusting=trusting, since=since, last=last)) > 0:
                await _wait_for_stir(world, stirred, wait)
    except TimeoutError:
        raise ControlError(
            408, "not_settled", f"Not settled within {render(within)}: {_moving(world)}.",
            "Look at the journal for what goes on, or allow more time.",
        ) from None  # fmt: skip
    finally:
        unsubscribe()
    return world.clock.real() - began


def _still_for(
    world: LiveWorld, quiet_for: Duration, *, trusting: bool, since: Instant, last: bool
) -> Duration:
    """How much longer it must stay still; 0 when it is settled."""
    if world.tasks or world.in_flight or _overdue(world):
        return quiet_for
    effect = world.journal.last_effect
    if effect is None or effect < since:
        return 0
    still = world.clock.real() - effect
    if still >= max(quiet_for, PATIENCE):
        return 0
    if last and _is_desk_silent(world) and _reactions(world).has_shown_all:
        return max(0, _WHEN_ALL_IS_SHOWN - still)
    now = world.journal.elapsed
    awaited = _reactions(world).awaited_until(quiet_for, trusting=trusting)
    return max(0, quiet_for - still, awaited - now)


def _is_desk_silent(world: LiveWorld) -> bool:
    """Whether no answer follows from what the app may add, to be run in the same advance."""
    return not world.rules and world.responder is None


def _reactions(world: LiveWorld) -> Reactions:
    """What the app of this world did so far; read from the journal when it is first asked for."""
    known = world.reactions
    if known is None or known.generation != world.journal.generation:
        if known is not None:
            known.close()
        known = world.reactions = Reactions(world.journal)
    return known


async def _wait_for_stir(world: LiveWorld, stirred: asyncio.Event, wait: Duration) -> None:
    stirred.clear()
    stir = asyncio.ensure_future(stirred.wait())
    try:
        await asyncio.wait(
            [stir, *world.tasks], timeout=wait / TICKS_PER_SECOND, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        stir.cancel()


def _overdue(world: LiveWorld) -> bool:
    """Work is due and was not done; an advance under way does it itself."""
    return bool(world.heap) and not world.advancing and world.heap[0].at <= world.clock.now()


def _moving(world: LiveWorld) -> str:
    if world.in_flight:
        return f"{world.in_flight} webhook attempts or requests are in flight"
    if _overdue(world):
        return f"a {world.heap[0].kind} is due and was not done"
    return "the app goes on adding, showing or answering, or has not read what it was told of"
