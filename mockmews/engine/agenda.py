"""The agenda: what falls due in each world, in due order, on the world's own clock."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterator

from msgspec import Struct

from mockmews.engine.settling import settle
from mockmews.engine.worlds import Due, LiveWorld
from mockmews.errors import ControlError
from mockmews.instants import Instant

Judge = Callable[[LiveWorld, Due], bool]
Keep = Callable[[LiveWorld], None]

_LONGEST_TIMER = 86_400.0  # seconds; a timer is looked at again after a day at the latest


class _Duty(Struct, frozen=True):
    """What is to be done about a kind of things that fall due."""

    work: Judge
    stands: Judge


class Agenda:
    """Wakes at the next due moment of every world, and does the work that belongs to its kind."""

    def __init__(self) -> None:
        self._duties: dict[str, _Duty] = {}
        self._keep_clock: Keep = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None

    def employ(self, kind: str, work: Judge, *, stands: Judge) -> None:
        """`work` does what falls due under this kind, and says whether there was anything to do.

        `stands` says beforehand whether there will be: what is due may be cancelled, held, or done earlier.
        """
        self._duties[kind] = _Duty(work, stands)

    def keep_clocks(self, keep: Keep) -> None:
        """`keep` stores a clock that was advanced, so that a killed server does not go back in time."""
        self._keep_clock = keep

    def open(self) -> None:
        """Begin to wake, on the running loop."""
        self._loop = asyncio.get_running_loop()

    def schedule(self, world: LiveWorld, due: Due) -> None:
        """Note that something falls due; the world's timer is set for it."""
        heapq.heappush(world.heap, due)
        if world.heap[0] is due:
            self.rearm(world)

    def coming(self, world: LiveWorld) -> Iterator[Due]:
        """What falls due, in due order, without what was cancelled, held or done meanwhile."""
        return (each for each in sorted(world.heap) if self._stands(world, each))

    def rearm(self, world: LiveWorld) -> None:
        """Set the timer anew: after the clock was changed, or something earlier was noted."""
        if world.timer is not None:
            world.timer.cancel()
            world.timer = None
        if self._loop is None or not world.heap or world.advancing:
            return
        wait = world.clock.real_seconds_until(world.heap[0].at)
        if wait is not None:
            world.timer = self._loop.call_later(min(wait, _LONGEST_TIMER), self._ring, world)

    async def advance(self, world: LiveWorld, to: Instant, *, settled: bool = True) -> list[Due]:
        """Move the clock to `to`, stopping at each due moment: run what falls due, wait for the answers,
        and, where `settled`, until the app has done what it does about them.

        Returns what ran, in order. Raises ControlError 409 while another advance of this world runs, and
        where the world is reset or deleted meanwhile.
        """
        if world.advancing:
            raise ControlError(
                409, "advancing", "The clock of this world is being advanced already.",
                "Wait for that call to return, then advance again.",
            )  # fmt: skip
        if to < world.clock.now():
            raise ControlError(
                409,
                "backwards",
                "A clock does not go back.",
                "Advance to a later instant, or reset the world.",
            )
        world.advancing = True
        self.rearm(world)
        generation = world.journal.generation
        ran: list[Due] = []
        try:
            await self._quiet(world, generation)
            while (moment := self._next_moment(world)) is not None and moment <= to:
                began = world.clock.real()
                self._move(world, moment)
                ran += self._run_due(world)
                await self._quiet(world, generation)
                if settled:
                    coming = self._next_moment(world)
                    last = coming is None or coming > to
                    # Not trusting: who never reads would hold up every moment.
                    await settle(world, trusting=False, since=began, last=last)
                    _check(world, generation)
            self._move(world, to)
        finally:
            if world.journal.generation == generation:
                world.advancing = False
                self.rearm(world)
        return ran

    def close(self, world: LiveWorld) -> int:
        """Forget what a world had due and abort its attempts in flight; how many were aborted."""
        if world.timer is not None:
            world.timer.cancel()
            world.timer = None
        world.advancing = False
        world.heap.clear()
        world.first_attempts.clear()
        for answer in world.waiting_answers:
            if not answer.done():
                answer.set_result(None)
        aborted = len(world.tasks)
        for task in tuple(world.tasks):
            task.cancel()
        return aborted

    def _ring(self, world: LiveWorld) -> None:
        world.timer = None
        try:
            self._run_due(world)
        finally:
            self.rearm(world)

    def _move(self, world: LiveWorld, to: Instant) -> None:
        world.clock.set(at=max(to, world.clock.now()))
        self._keep_clock(world)

    def _run_due(self, world: LiveWorld) -> list[Due]:
        now, ran = world.clock.now(), []
        while world.heap and world.heap[0].at <= now:
            due = heapq.heappop(world.heap)
            if self._duties[due.kind].work(world, due):
                ran.append(due)
        return ran

    def _next_moment(self, world: LiveWorld) -> Instant | None:
        while world.heap and not self._stands(world, world.heap[0]):
            heapq.heappop(world.heap)
        return world.heap[0].at if world.heap else None

    def _stands(self, world: LiveWorld, due: Due) -> bool:
        return self._duties[due.kind].stands(world, due)

    async def _quiet(self, world: LiveWorld, generation: int) -> None:
        """Until no attempt of the world is under way. Raises ControlError 409 where it was reset."""
        while world.tasks:
            await asyncio.wait(tuple(world.tasks))
            _check(world, generation)


def _check(world: LiveWorld, generation: int) -> None:
    if world.journal.generation != generation or not world.advancing:
        raise ControlError(
            409, "aborted", "The world was reset, or its server stopped, while its clock was being advanced."
        )
