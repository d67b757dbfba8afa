"""Laws of being limited or refused: RATE-01, RATE-02, RATE-04 and ERR-02."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from mockmews_testkit.checks.happenings import ADDS, LOOK_UPS, Attempt, Call
from mockmews_testkit.checks.order import shown_out_of_order
from mockmews_testkit.checks.record import Guest
from mockmews_testkit.checks.replies import is_missing, told_replies
from mockmews_testkit.checks.results import Proof, Verdict, judged, not_exercised
from mockmews_testkit.checks.sending import doubled
from mockmews_testkit.checks.story import Reply, Story
from mockmews_testkit.checks.troubles import doubled_for_a_reason, in_the_way, refused_for_good

_IN_FLIGHT = 0.5  # seconds in which a call may still arrive that was sent before the answer was read
_TIMER = 0.05  # seconds that a timer may be early
_GROWTH = 1.3  # pauses that grow are at least so much longer in the end
_PAUSES = 3  # so many are wanted before they are compared
LOOP, LOOP_SECONDS = 3, 10.0
"""More than so many equal calls in so many seconds are a loop."""

_NONE_LIMITED = "no call was answered 429; set such a fault"


def waits_for_retry_after(story: Story) -> Verdict:
    """RATE-01: after 429 no call before Retry-After; calls in flight are allowed."""
    limited = [each for each in story.calls if each.limited and each.retry_after is not None]
    if not limited:
        return not_exercised("no call was answered 429 with Retry-After; set such a fault")
    if story.record.tokens > 1:
        return not_exercised("several AccessTokens were in use, and the journal does not tell them apart")
    proofs = [proof for call in limited for proof in _too_soon(story, call)]
    return judged(proofs, exercised=True, otherwise="")


def _too_soon(story: Story, limited: Call) -> Iterator[Proof]:
    pause = limited.retry_after or 0.0
    for call in story.calls:
        if call.number <= limited.number or not limited.ended < call.begun < limited.ended + pause - _TIMER:
            continue
        repeats = call.operation in ADDS and call.key == limited.key
        if not repeats and call.begun <= limited.ended + _IN_FLIGHT:
            continue
        if not story.was_down(limited.ended, call.begun):
            after = call.begun - limited.ended
            problem = f"{call.operation} was called {after:.2f} s after a 429 with Retry-After {pause:g} s"
            yield story.proof(problem, limited.number, call.number)
            return


def loses_nothing(story: Story) -> Verdict:
    """RATE-02: after 429 nothing is lost, doubled or put in another order."""
    limited = [each for each in story.calls if each.limited]
    if not limited:
        return not_exercised(_NONE_LIMITED)
    proofs = [*_lost_texts(story), *_doubled_texts(story), *_disordered_texts(story)]
    proofs += [*_lost_replies(story), *_disordered_replies(story)]
    return judged(
        proofs,
        exercised=_came_through(story),
        otherwise="no text or reply came through after the 429; wait longer",
    )


def _limiting(story: Story, *calls: Call) -> list[Call]:
    return [each for each in calls if each.limited]


def _lost_texts(story: Story) -> Iterator[Proof]:
    for text in story.missing:
        way = in_the_way(story, text, None)
        limited = _limiting(story, *way)
        if not limited or any(call.failed or call.hidden for call in way) or refused_for_good(story, text):
            continue
        if story.overdue(text.elapsed) and all(story.is_over(call) for call in limited):
            problem = f'"{text.text}" of {story.name(text.guest)} never reached Mews after a 429'
            yield story.proof(problem, *(call.number for call in limited[:3]), source=text.source)


def _doubled_texts(story: Story) -> Iterator[Proof]:
    for text, copies in story.copies.items():
        limited = [call for call in story.calls if call.limited and text in call.texts]
        if limited and not doubled_for_a_reason(story, text):
            found = doubled(story, text, copies)
            yield story.proof(
                f"{found.text}, after a 429", limited[0].number, *found.entries, source=found.source
            )


def _disordered_texts(story: Story) -> Iterator[Proof]:
    for guest in story.guests:
        for (earlier, first), (later, second) in pairwise(story.arrived(guest.key)):
            limited = _limiting(story, *in_the_way(story, earlier, first))
            if limited and earlier.text != later.text and second.number < first.number:
                problem = f'after a 429 "{later.text}" of {guest.name} stands in Mews before "{earlier.text}"'
                yield story.proof(
                    problem, limited[0].number, second.number, first.number, source=later.source
                )


def _reading_limited(story: Story, reply: Reply, told: Attempt) -> list[Call]:
    """Calls by which the app may have wanted to read a reply, and which were answered 429."""
    return [
        call
        for call in story.troubled
        if call.limited
        and call.operation in LOOK_UPS
        and call.ended >= told.begun
        and (not call.threads or reply.message.thread in call.threads)
    ]


def _limited_replies(story: Story) -> Iterator[tuple[Guest, Reply, list[Call]]]:
    for guest, reply in told_replies(story):
        told = story.told(reply.id)
        limited = _reading_limited(story, reply, told) if told else []
        if limited:
            yield guest, reply, limited


def _lost_replies(story: Story) -> Iterator[Proof]:
    for guest, reply, limited in _limited_replies(story):
        over = all(story.is_over(call) for call in limited)
        if over and is_missing(story, guest, reply) and not any(call.failed for call in story.troubled):
            problem = f'"{reply.text}" was not shown to {guest.name} after a 429'
            yield story.proof(problem, limited[0].number, reply.message.number, message=reply.id)


def _disordered_replies(story: Story) -> Iterator[Proof]:
    struck = {reply.id: limited for _, reply, limited in _limited_replies(story)}
    for guest in story.guests if struck else ():
        for earlier, later in pairwise(story.replies_to(guest.key)):
            if _limited_before_shown(story, guest, later, struck.get(earlier.id, [])):
                yield from shown_out_of_order(story, guest, earlier, later)


def _limited_before_shown(story: Story, guest: Guest, reply: Reply, limited: list[Call]) -> bool:
    """Whether one of these calls was answered 429 before the reply was shown: else it has changed no order."""
    place = story.first_shown(guest, reply.text)
    if place is None:
        return False
    showing = guest.shown[place]
    if showing.elapsed is not None:
        return any(call.ended <= showing.elapsed for call in limited)
    return any(call.number < showing.seen for call in limited)


def _came_through(story: Story) -> bool:
    texts = any(
        message is not None and _limiting(story, *in_the_way(story, text, message))
        for text, message in story.arrivals
    )
    return texts or any(story.times_shown(guest, reply.text) for guest, reply, _ in _limited_replies(story))


def pauses_grow(story: Story) -> Verdict:
    """RATE-04: after repeated 429 without Retry-After the last pause is longer than the first."""
    proofs: list[Proof] = []
    exercised = False
    for chain in _chains(story):
        pauses = [later.begun - earlier.begun for earlier, later in pairwise(chain)]
        if len(pauses) < _PAUSES or story.was_down(chain[0].begun, chain[-1].begun):
            continue
        exercised = True
        if pauses[-1] < pauses[0] * _GROWTH:
            problem = (
                f"{chain[0].operation} was repeated after {pauses[0]:.2f} s at first and "
                f"{pauses[-1]:.2f} s in the end, though each was answered 429"
            )
            proofs.append(story.proof(problem, *(call.number for call in chain[:5])))
    add = f"no call was answered 429 {_PAUSES} times without Retry-After; set such a fault with times: {_PAUSES}"
    return judged(proofs, exercised=exercised, otherwise=add)


def _chains(story: Story) -> Iterator[list[Call]]:
    """Equal calls one after the other, of which each but the last was answered 429 without Retry-After."""
    open_chains: dict[str, list[Call]] = {}
    for call in story.calls:
        chain = open_chains.setdefault(call.key, [])
        if call.limited and call.retry_after is None:
            chain.append(call)
        elif chain:
            yield [*open_chains.pop(call.key), call]
    yield from (chain for chain in open_chains.values() if chain)


def no_loop_of_refusals(story: Story) -> Verdict:
    """ERR-02: what was refused with 400, 401 or 403 is not repeated in a loop."""
    refused: dict[str, list[Call]] = {}
    for call in story.calls:
        if call.refused:
            refused.setdefault(call.key, []).append(call)
    proofs: list[Proof] = []
    for calls in refused.values():
        spoken = sum(text.text in calls[0].texts for text in story.texts)
        most = LOOP * max(1, spoken)
        if calls[0].operation in LOOK_UPS:
            calls = _without_webhooks(story, calls)
        for first, last in zip(calls, calls[most:], strict=False):
            if last.begun - first.begun < LOOP_SECONDS:
                problem = (
                    f"{first.operation} was repeated more than {most} times in 10 s after {first.status}"
                )
                proofs.append(story.proof(problem, *(call.number for call in calls[:5])))
                break
    return judged(
        proofs, exercised=bool(refused), otherwise="no call was answered 400, 401 or 403; set such a fault"
    )


def _without_webhooks(story: Story, calls: list[Call]) -> list[Call]:
    """The calls that repeat others: the first look after a webhook has a reason of its own."""
    begun = sorted(each.begun for each in story.attempts)
    news = [0, *(bisect_right(begun, call.begun) for call in calls)]
    return [call for call, (before, now) in zip(calls, pairwise(news), strict=True) if now == before]
