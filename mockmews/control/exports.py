"""What a world's journal becomes for other programs: a HAR file, a scenario file."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.errors import ControlError
from mockmews.version import __version__
from mockmews.wire.har import render_har
from mockmews.wire.scenarios import TOLD, render_scenario


def har(call: Call) -> Json:
    entries = call.world.journal.entries()
    return render_har(entries, url=call.query.get("url", "https://api.mews.com"), version=__version__)


def scenario(call: Call) -> Json:
    """The conversation so far. Raises ControlError 409 where there is none."""
    world = call.world
    given = call.given if isinstance(call.given, dict) else {}
    name = given.get("name", f"Recorded in {world.noun.name}")
    if not isinstance(name, str) or not name.strip():
        raise ControlError(422, "invalid", "name takes a text that is not blank.")
    thread = given.get("thread_id")
    wanted = None if thread is None else call.mock.staff.find(world, str(thread)).id
    told = [
        entry
        for entry in world.journal.entries(kinds=TOLD)
        if wanted is None or entry.facts["thread_id"] == wanted
    ]
    if not any(entry.kind == "message" for entry in told):
        raise ControlError(409, "no_conversation", "Nobody has written yet.", "Play a conversation first.")
    return {"scenario": render_scenario(name, told)}


ENDPOINTS = (
    Endpoint(
        "GET", "/integrations/{id}/har", har, "Requests and webhooks as a HAR file.",
        {"url": "the platform address that stands in it; https://api.mews.com"},
    ),
    Endpoint(
        "POST", "/integrations/{id}/scenario", scenario, "The conversation so far as a scenario file.",
        {"name": "how to call it", "thread_id": "only what was said in this thread, or in the `latest`"},
    ),
)  # fmt: skip
