"""Faults that stand in a world: setting, listing and clearing them, and which of them strikes.

product.md 3: off unless asked for, counted from when they are set, listed with hits, cleared by one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mockmews import durations
from mockmews.engine.ledger import Ledger
from mockmews.engine.outbox import DELIVERY
from mockmews.engine.worlds import Due, LiveWorld, Schedule
from mockmews.errors import ConnectorError, ControlError
from mockmews.instants import TICKS_PER_SECOND
from mockmews.model.faults import ANY, Answer, Fault, SetFault
from mockmews.model.webhooks import MESSAGE_ADDED, DeliveryState
from mockmews.settings import suggestion
from mockmews.store.rooms import Store
from mockmews.wire.faults import MOST_FAULTS, write_fault

_TEXTS = {
    # contract.md 7: those of 401, 404 and 5xx were observed, the others are assumed.
    400: "Invalid request.",
    401: "No permission to use this operation.",
    403: "The operation is not allowed.",
    404: "Requested resource does not exist.",
    408: "The request took too long.",
    409: "The data has changed meanwhile.",
    410: "The resource is discontinued.",
    413: "Request body is too large.",
    429: "Too many requests.",
}
_BROKEN = "Something went wrong on our end."


class Met(Struct, frozen=True):
    """What a request met: how long its answer waits (real time), and what it gets in place of it."""

    delay: int = 0
    answer: Answer | None = None
    fault: SetFault | None = None

    @property
    def how(self) -> str | None:
        """`reset` or `hang`, where the answer is lost."""
        return None if self.fault is None else self.fault.fault.lose_response


class Faults:
    """The faults of every world."""

    def __init__(self, store: Store, ledger: Ledger, schedule: Schedule) -> None:
        self._store = store
        self._ledger = ledger
        self._schedule = schedule

    def load(self, keyed: Callable[[int], LiveWorld | None]) -> None:
        """Give the stored faults back to their worlds."""
        for key, fault in self._store.faults.all():
            world = keyed(key)
            if world is not None:
                world.faults = (*world.faults, fault)
                world.last_fault = fault.number

    def set(self, world: LiveWorld, faults: Sequence[Fault]) -> tuple[SetFault, ...]:
        """Let these faults stand beside the others, from now on. Raises ControlError 409 for too many."""
        if len(world.faults) + len(faults) > MOST_FAULTS:
            raise ControlError(
                409, "too_many_faults", f"{len(world.faults)} faults stand in this world already.",
                f"{MOST_FAULTS} are allowed; clear those that are done.",
            )  # fmt: skip
        with self._store.transaction():
            return self._file(world, faults)

    def clear(self, world: LiveWorld, fault_id: str | None = None) -> int:
        """Clear one fault, or all; how many. What it held back goes out now. Raises ControlError 404."""
        gone = world.faults if fault_id is None else (self._find(world, fault_id),)
        with self._store.transaction():
            for each in gone:
                self._store.faults.delete(world.noun.key, each.number)
        world.faults = tuple(each for each in world.faults if each not in gone)
        self._let_go(world, {each.number for each in gone})
        return len(gone)

    def restart(self, world: LiveWorld, *, keep: bool) -> int:
        """The world was reset; those that are kept stand anew, from its start. How many were cleared."""
        kept = tuple(each.fault for each in world.faults) if keep else ()
        cleared = len(world.faults) - len(kept)
        world.faults, world.last_fault = (), 0
        world.held_back.clear()
        with self._store.transaction():
            self._store.faults.clear(world.noun.key)
            self._file(world, kept)
        return cleared

    # Who is struck

    def meet(self, world: LiveWorld, operation: str, *, cause: int) -> Met:
        """What a request with good tokens meets: waits add up, the first answer wins."""
        delay, answer, author = 0, None, None
        places = [each for each in world.faults if each.fault.at_operation(operation)]
        for each, strikes in self.count(world, places):
            fault = each.fault
            if not strikes or (fault.answer is not None and answer is not None):
                continue
            struck = self.hit(world, each, did=_told(fault), cause=cause, operation=operation)
            delay += fault.delay or 0
            if fault.answer is not None:
                answer, author = fault.answer, struck
        return Met(delay, answer, author)

    def early(self, world: LiveWorld) -> SetFault | None:
        """The fault that lets the event of a message go out early, if one strikes now; `hit` is to follow."""
        places = [
            each
            for each in world.faults
            if each.fault.early is not None and each.fault.webhook in (ANY, MESSAGE_ADDED)
        ]
        return next((each for each, strikes in self.count(world, places) if strikes), None)

    def count(self, world: LiveWorld, faults: Iterable[SetFault]) -> list[tuple[SetFault, bool]]:
        """Count one more for each fault that counts now; each with whether it strikes."""
        now, counted = world.clock.now(), []
        for each in faults:
            if not each.counts(now):
                continue
            number = each.seen + 1
            more = replace(each, seen=number)
            self._keep(world, more)
            counted.append((more, more.strikes(number, world.chance(more.id, number))))
        return counted

    def hit(
        self,
        world: LiveWorld,
        fault: SetFault,
        *,
        did: str,
        cause: int | None,
        operation: str | None = None,
        delivery: int | None = None,
    ) -> SetFault:
        """Count and note that a fault struck."""
        struck = replace(fault, hits=fault.hits + 1)
        self._keep(world, struck)
        about = {"operation": operation} if operation is not None else {"delivery": delivery}
        world.journal.note(
            "fault",
            cause=cause,
            fault=fault.id,
            hit=struck.hits,
            what=did,
            injects=write_fault(fault.fault),
            **about,
        )
        return struck

    # Inside

    def _file(self, world: LiveWorld, faults: Iterable[Fault]) -> tuple[SetFault, ...]:
        now, filed = world.clock.now(), []
        for fault in faults:
            world.last_fault += 1
            filed.append(SetFault(world.last_fault, fault, now))
            self._store.faults.save(world.noun.key, filed[-1])
        world.faults = (*world.faults, *filed)
        return tuple(filed)

    def _keep(self, world: LiveWorld, fault: SetFault) -> None:
        """Keep what a fault has counted; one statement, so it needs no transaction of its own."""
        self._store.faults.save(world.noun.key, fault)
        world.faults = tuple(fault if each.number == fault.number else each for each in world.faults)

    def _find(self, world: LiveWorld, fault_id: str) -> SetFault:
        for each in world.faults:
            if each.id == fault_id:
                return each
        near = suggestion(fault_id, {each.id: None for each in world.faults})
        raise ControlError(
            404,
            "unknown_fault",
            f"There is no fault {fault_id[:60]!r} in this world.{near}",
            "See GET faults.",
        )

    def _let_go(self, world: LiveWorld, numbers: Iterable[int]) -> None:
        """Send what cleared faults held back, in the order in which it happened."""
        now = world.clock.now()
        for number in numbers:
            for group in [each for each in world.held_back if each[0] == number]:
                for sequence in sorted(world.held_back.pop(group)):
                    delivery = self._ledger.delivery(world, sequence)
                    if delivery is not None and delivery.state is DeliveryState.SCHEDULED:
                        with self._store.transaction():
                            self._ledger.change(world, replace(delivery, due=now))
                        self._schedule(world, Due(now, sequence, DELIVERY))


def refusal(met: Met, *, rate: float) -> ConnectorError:
    """The error that a fault with a status gives, with Mews's body (contract.md 7, 14 vectors 91 and 93).

    Retry-After is in real seconds at clock `rate`, as the rate limit's own.
    """
    assert met.fault is not None
    fault = met.fault.fault
    assert fault.status is not None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if fault.retry_after is not None:
        seconds = -int(-fault.retry_after // (TICKS_PER_SECOND * (rate or 1)))
        headers = ((b"retry-after", b"%d" % seconds),)
    text = _TEXTS.get(fault.status, _BROKEN if fault.status >= 500 else f"Error {fault.status}.")
    hint = f"Injected by {met.fault.id} of this integration; GET faults lists it, DELETE faults clears it."
    return ConnectorError(fault.status, text, hint=hint, headers=headers)


def _told(fault: Fault) -> str:
    """What a fault does to a request, in words."""
    words = [f"the answer waits {durations.render(fault.delay)}"] if fault.delay else []
    told = {
        "status": f"answered {fault.status} in place of Mews",
        "reset": "connection reset, nothing done",
        "truncate": "work done, the body of the answer ends early",
        "not_json": "work done, the body of the answer is no JSON",
        "unknown_field": "work done, the answer has unknown fields",
        "lose_response": "work done, the connection reset before the answer"
        if fault.lose_response == "reset"
        else "work done, the answer never comes",
    }
    return ", ".join([*words, told[fault.answer]] if fault.answer is not None else words)
