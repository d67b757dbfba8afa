"""Threads and messages of a world, and the front desk that answers in them."""

from __future__ import annotations

from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.staff import NEWEST
from mockmews.engine.worlds import LiveWorld
from mockmews.wire import control as wire
from mockmews.wire import control_views as views


def threads(call: Call) -> Json:
    found = call.mock.staff.threads(call.world)
    return {"threads": [views.thread(each) for each in found]}


def messages(call: Call) -> Json:
    """All messages of the world, or of `thread_id`, oldest first; with `limit` the newest so many."""
    world, wanted, before = call.world, call.query.get("thread_id"), call.query.get("before")
    staff = call.mock.staff
    chosen = [staff.find(world, wanted)] if wanted else staff.threads(world)
    enterprise_of = {each.id: each.enterprise_id for each in chosen}
    older_than = NEWEST if before is None else staff.message(world, before).sequence
    count = call.number("limit", 0) or -1
    found = staff.messages(world, chosen, before=older_than, count=count)
    return {"messages": [views.message(each, enterprise_of[each.thread_id]) for each in found]}


def reply(call: Call) -> Json:
    """The front desk replies now, or `after` a while."""
    world, wanted = call.world, wire.read_reply(call.given)
    staff = call.mock.staff
    if wanted.after:
        planned = staff.reply_later(world, wanted.thread_id, wanted.text, wanted.after)
        return {"planned": views.planned_reply(planned)}
    message = staff.reply(world, wanted.thread_id, wanted.text)
    return views.message(message, call.mock.messaging.thread(world, message.thread_id).enterprise_id)


def resolve(call: Call) -> Json:
    return _resolve(call, call.world, resolved=True)


def reopen(call: Call) -> Json:
    return _resolve(call, call.world, resolved=False)


def _resolve(call: Call, world: LiveWorld, *, resolved: bool) -> Json:
    return views.thread(call.mock.staff.resolve(world, call.path["thread"], resolved=resolved))


_PLACE = "/integrations/{id}"
_REPLY = {
    "thread_id": "a thread, `latest`, or absent where one thread is open",
    "text": "what the front desk says",
    "after": "a duration on the world's clock; absent: now",
}

ENDPOINTS = (
    Endpoint("GET", f"{_PLACE}/threads", threads, "Threads, newest first."),
    Endpoint("POST", f"{_PLACE}/threads/{{thread}}/resolve", resolve, "Resolve a thread (`latest` too)."),
    Endpoint("POST", f"{_PLACE}/threads/{{thread}}/reopen", reopen, "Reopen a thread (`latest` too)."),
    Endpoint(
        "GET",
        f"{_PLACE}/messages",
        messages,
        "Messages, oldest first.",
        {
            "thread_id": "only those of this thread, or of the `latest`",
            "limit": "only the newest so many",
            "before": "only those older than the message of this id",
        },
    ),
    Endpoint("POST", f"{_PLACE}/messages", reply, "The front desk replies.", _REPLY, status=201),
)
