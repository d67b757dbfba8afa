"""The journal of a world: read, waited for, and written to by what an app shows (sinks)."""

from __future__ import annotations

from itertools import islice

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.journal import Journal
from mockmews.engine.waiting import wait_for
from mockmews.errors import ControlError
from mockmews.model.journal import KINDS
from mockmews.wire.journal import render_brief, render_entry
from mockmews.wire.journal_match import read_wait, unknown_word

_MOST = 10_000
_LONGEST_NUMBER = 18
QUERY = {
    "since": "a number: only later entries",
    "kind": f"kinds, comma-separated, of {', '.join(KINDS)}",
    "limit": "how many",
    "newest": "only the newest so many, in place of since and limit",
    "before": "a number: with newest, only earlier entries",
    "brief": "true: without headers and bodies",
}


def entries_of(call: Call, journal: Journal) -> Json:
    kinds = _kinds(call)
    render = render_brief if call.flag("brief") else render_entry
    if "newest" in call.query:
        before = call.number("before", 0) or None
        found = journal.newest(min(call.number("newest", _MOST), _MOST), before=before, kinds=kinds)
    else:
        limit = min(call.number("limit", _MOST), _MOST)
        found = list(islice(journal.entries(since=call.number("since", 0), kinds=kinds), limit))
    return {
        "entries": [render(entry) for entry in found],
        "last": journal.last,
        "dropped": journal.dropped,
        "generation": journal.generation,
    }


def _kinds(call: Call) -> list[str]:
    kinds = [kind for kind in call.query.get("kind", "").split(",") if kind]
    for kind in kinds:
        if kind not in KINDS:
            raise ControlError(422, "bad_query", unknown_word(f"kind={kind[:40]}", kind[:40], KINDS))
    return kinds


def entry_of(call: Call, journal: Journal) -> Json:
    """One whole entry. Raises ControlError 404 where it was dropped, or never noted."""
    number = call.path["entry"]
    known = len(number) <= _LONGEST_NUMBER and number.isascii() and number.isdigit()
    found = journal.entry(int(number)) if known else None
    if found is None:
        raise ControlError(
            404, "unknown_entry", f"The journal has no entry {number[:40]!r}.",
            f"It holds the newest entries up to {journal.last}; {journal.dropped} older ones were dropped.",
        )  # fmt: skip
    return render_entry(found)


def entry(call: Call) -> Json:
    return entry_of(call, call.world.journal)


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
    Endpoint("GET", f"{_PLACE}/{{entry}}", entry, "One journal entry, with headers and bodies."),
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
