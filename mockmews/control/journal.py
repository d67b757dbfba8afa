"""The journal of a world: read, waited for, and written to by what an app shows (sinks)."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.journal import Journal
from mockmews.engine.waiting import wait_for
from mockmews.errors import ControlError
from mockmews.wire.journal import render_entry
from mockmews.wire.journal_match import read_wait

_MOST = 10_000
QUERY = {"since": "a number: only later entries", "kind": "kinds, comma-separated", "limit": "how many"}


def entries_of(call: Call, journal: Journal) -> Json:
    kinds = [kind for kind in call.query.get("kind", "").split(",") if kind]
    limit = min(call.number("limit", _MOST), _MOST)
    found = list(journal.entries(since=call.number("since", 0), kinds=kinds))
    return {
        "entries": [render_entry(entry) for entry in found[:limit]],
        "last": journal.last,
        "dropped": journal.dropped,
        "generation": journal.generation,
    }


def entries(call: Call) -> Json:
    return entries_of(call, call.world.journal)


async def wait(call: Call) -> Json:
    """Until `count` entries match, the past first; 408 with the near misses when time is up."""
    wanted = read_wait(call.given)
    outcome = await wait_for(call.world.journal, wanted)
    if outcome.complete:
        return {"entries": [render_entry(entry) for entry in outcome.found]}
    raise ControlError(408, "not_seen", outcome.explain(wanted), "Near misses: " + outcome.near_misses())


_PLACE = "/integrations/{id}/journal"

ENDPOINTS = (
    Endpoint("GET", _PLACE, entries, "Journal entries, oldest first.", QUERY),
    Endpoint(
        "POST", f"{_PLACE}/wait", wait, "Wait until entries match.",
        {
            "match": "map of kind, operation, sender, text, guest, thread_id, status",
            "count": "how many; 1",
            "since": "only entries after this number",
            "timeout": "a duration of real time; 5s",
        },
    ),
)  # fmt: skip
