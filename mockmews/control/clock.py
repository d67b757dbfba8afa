"""The clock of a world: shown, set, and advanced to what falls due."""

from __future__ import annotations

from itertools import islice

from mockmews import instants
from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.settling import QUIET_FOR, SETTLE_WITHIN, settle
from mockmews.instants import TICKS_PER_SECOND
from mockmews.wire import control as wire
from mockmews.wire import control_views as views

_MOST_DUE = 100


def show(call: Call) -> Json:
    world = call.world
    due = [(each.at, each.kind) for each in islice(call.mock.agenda.coming(world), _MOST_DUE)]
    return views.clock(world.clock.now(), world.clock.rate, due)


def get(call: Call) -> Json:
    return show(call)


def change(call: Call) -> Json:
    world, wanted = call.world, wire.read_clock(call.given)
    call.mock.integrations.set_clock(world, at=wanted.at, rate=wanted.rate)
    return show(call)


async def advance(call: Call) -> Json:
    """Move on, run what falls due in due order, wait for the webhook answers; returns what ran."""
    world = call.world
    wanted = wire.read_advance(call.given, world.clock.now())
    ran = await call.mock.agenda.advance(world, wanted.to, settled=wanted.settle)
    return {
        **show(call),
        "ran": [{"at": instants.render_exactly(each.at), "kind": each.kind} for each in ran],
    }


async def settle_world(call: Call) -> Json:
    """Wait until nothing moves; 408 naming what still does when time is up."""
    wanted = wire.read_settle(call.given)
    took = await settle(
        call.world,
        quiet_for=wanted.quiet_for or QUIET_FOR,
        within=wanted.within or SETTLE_WITHIN,
        shown=wanted.shown,
    )
    return {"settled_after": took / TICKS_PER_SECOND}


_PLACE = "/integrations/{id}/clock"

ENDPOINTS = (
    Endpoint("GET", _PLACE, get, "What the clock shows, its rate, and what falls due."),
    Endpoint(
        "PATCH", _PLACE, change, "Set the clock.",
        {"rate": "1 real, 60 a minute a second, 0 frozen", "at": "an instant"},
    ),
    Endpoint(
        "POST", f"{_PLACE}/advance", advance, "Advance through everything that falls due.",
        {"by": "a duration", "to": "an instant", "settle": "false: do not wait for the app"},
    ),
    Endpoint(
        "POST", "/integrations/{id}/settle", settle_world, "Wait until nothing of the world moves.",
        {
            "quiet_for": "a duration without any effect; 150ms",
            "within": "at most so long; 10s",
            "shown": "list of message ids: replies that the guest has seen, as the caller knows",
        },
    ),
)  # fmt: skip
