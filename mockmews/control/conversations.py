"""The front desk's view: conversations with their last line, and replies that are planned."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.errors import ControlError
from mockmews.model.conversations import ConversationFilter
from mockmews.model.messages import PlannedReply
from mockmews.wire import control_views as views

_STATES = {"open": False, "resolved": True}
_MOST = 1000
_USUAL = 100


def conversations(call: Call) -> Json:
    """A page, newest activity first; `next` is the `before` of the following page, null at the end."""
    state, before = call.query.get("state"), call.query.get("before")
    if state is not None and state not in _STATES:
        raise ControlError(422, "bad_state", f"state={state[:40]} is none of {', '.join(_STATES)}.")
    count = min(max(1, call.number("limit", _USUAL)), _MOST)
    wanted = ConversationFilter(
        count,
        None if before is None else call.number("before", 0),
        None if state is None else _STATES[state],
        call.query.get("search", ""),
    )
    found = call.mock.staff.conversations(call.world, wanted)
    return {
        "conversations": [views.conversation(each) for each in found],
        "next": found[-1].activity if len(found) == count else None,
    }


def conversation(call: Call) -> Json:
    return views.conversation(call.mock.staff.conversation(call.world, call.path["thread"]))


def planned(call: Call) -> Json:
    found = call.mock.staff.planned(call.world)
    return {"planned_replies": [_planned(each) for each in found]}


def forget(call: Call) -> Json:
    return _planned(call.mock.staff.forget(call.world, call.path["reply"]))


def _planned(noun: PlannedReply) -> Json:
    return {"id": str(noun.sequence), **views.planned_reply(noun)}


_PLACE = "/integrations/{id}"

ENDPOINTS = (
    Endpoint(
        "GET", f"{_PLACE}/conversations", conversations,
        "Threads as the front desk sees them, newest activity first.",
        {
            "state": "only those that are open, or resolved",
            "search": "only those with this text in the guest's name, the subject or a message",
            "limit": f"how many; {_USUAL}, at most {_MOST}",
            "before": "the `next` of the page before",
        },
    ),
    Endpoint(
        "GET", f"{_PLACE}/conversations/{{thread}}", conversation,
        "One thread as the front desk sees it (`latest` too).",
    ),
    Endpoint("GET", f"{_PLACE}/planned_replies", planned, "What the front desk will say, in due order."),
    Endpoint("DELETE", f"{_PLACE}/planned_replies/{{reply}}", forget, "Never give a planned reply."),
)  # fmt: skip
