"""Laws of the order of replies: ORDER-01 and ORDER-02."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from mockmews_testkit.checks.paging import behind_a_page
from mockmews_testkit.checks.record import Guest
from mockmews_testkit.checks.replies import ended_in_running_second, failed_first, is_missing
from mockmews_testkit.checks.results import Proof, Verdict, judged
from mockmews_testkit.checks.story import Reply, Story
from mockmews_testkit.checks.troubles import came_early, reading_troubled

_WHOLE_SECOND = 19  # characters of an instant up to its seconds
_NEIGHBOURS = 50  # a reply is compared with so many that follow it


def order_though_reversed(story: Story) -> Verdict:
    """ORDER-01: replies are shown in the order written though their webhooks came in another."""
    proofs: list[Proof] = []
    exercised = False
    for guest in story.guests:
        for earlier, later in _pairs(story, guest):
            if _came_reversed(story, earlier, later) and not _in_trouble(story, earlier, later):
                exercised = True
                proofs += shown_out_of_order(story, guest, earlier, later)
    add = "no webhooks came in reverse order; hold two replies and deliver the second one first"
    return judged(proofs, exercised=exercised, otherwise=add)


def order_within_a_second(story: Story) -> Verdict:
    """ORDER-02: several replies in one second are all shown, in the order written."""
    proofs: list[Proof] = []
    exercised = False
    for guest in story.guests:
        for earlier, later in _pairs(story, guest):
            if _came_reversed(story, earlier, later) or _in_trouble(story, earlier, later):
                continue
            if _second(earlier) == _second(later) and _written_before_shown(story, guest, earlier, later):
                exercised = True
                proofs += shown_out_of_order(story, guest, earlier, later)
        proofs += _lost_in_a_second(story, guest)
    add = "no guest got several replies in one second; let the front desk write three at once"
    return judged(proofs, exercised=exercised, otherwise=add)


def _lost_in_a_second(story: Story, guest: Guest) -> Iterator[Proof]:
    replies = story.replies_to(guest.key)
    for place, reply in enumerate(replies):
        around = replies[max(0, place - 1) : place] + replies[place + 1 : place + 2]
        if not is_missing(story, guest, reply) or _in_trouble(story, reply, reply):
            continue
        if behind_a_page(story, reply) or failed_first(story, reply):
            continue  # PAGE-01's, or HOOK-08's
        if any(_second(each) == _second(reply) for each in around):
            call = ended_in_running_second(story, reply)
            window = "" if call is None else "; the interval of its getAll ended in the running second"
            problem = (
                f'"{reply.text}", one of several replies in one second, was not shown to {guest.name}{window}'
            )
            yield story.proof(problem, reply.message.number, call.number if call else None, message=reply.id)


def _pairs(story: Story, guest: Guest) -> Iterator[tuple[Reply, Reply]]:
    """Replies to a guest with different texts of which both were shown, in the order written."""
    replies = story.replies_to(guest.key)
    alone = [each for each in replies if story.times_written(guest, each.text) == 1]
    shown = [each for each in alone if story.first_shown(guest, each.text) is not None]
    for earlier, later in combinations(range(len(shown)), 2):
        if later - earlier <= _NEIGHBOURS:
            yield shown[earlier], shown[later]


def _came_reversed(story: Story, earlier: Reply, later: Reply) -> bool:
    first, second = story.attempts_of(earlier.id), story.attempts_of(later.id)
    return bool(first and second) and second[0].begun < first[0].begun


def _in_trouble(story: Story, earlier: Reply, later: Reply) -> bool:
    return any(came_early(story, each) or reading_troubled(story, each) for each in (earlier, later))


def shown_out_of_order(story: Story, guest: Guest, earlier: Reply, later: Reply) -> Iterator[Proof]:
    """A proof where the later one of two replies was shown first. A text written twice proves nothing."""
    if any(story.times_written(guest, each.text) > 1 for each in (earlier, later)):
        return
    first, second = story.first_shown(guest, earlier.text), story.first_shown(guest, later.text)
    if first is not None and second is not None and second < first:
        problem = f'"{later.text}" was shown to {guest.name} before "{earlier.text}"'
        yield story.proof(problem, earlier.message.number, later.message.number, message=later.id)


def _written_before_shown(story: Story, guest: Guest, earlier: Reply, later: Reply) -> bool:
    place = story.first_shown(guest, earlier.text)
    if place is None:
        return False
    showing = guest.shown[place]
    if showing.elapsed is not None:
        return showing.elapsed > later.message.elapsed
    return showing.seen > later.message.number


def _second(reply: Reply) -> str:
    return reply.message.at[:_WHOLE_SECOND]
