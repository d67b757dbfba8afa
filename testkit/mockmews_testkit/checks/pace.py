"""Laws of how much an app calls where nothing is wrong: RATE-03 and LOOP-02."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from mockmews_testkit.checks.happenings import LOOK_UPS, Call, Message
from mockmews_testkit.checks.limits import LOOP, LOOP_SECONDS
from mockmews_testkit.checks.results import Proof, Verdict, judged
from mockmews_testkit.checks.story import Story

_WINDOW, _MOST = 30.0, 200  # contract.md 8
_OWN_LOAD = 4  # calls that a text or an event of the kit's may cost before its load is to blame
_CALLS_A_MESSAGE = 20
_REACTION = 2.0  # seconds after a cause in which calls are taken for its effect
_LOOKING = 30.0  # seconds in which an app may look for a message that it was told of and cannot find


def within_the_limit(story: Story) -> Verdict:
    """RATE-03: fewer than 200 calls in 30 s, and no steady polling while webhooks work."""
    proofs = list(_crowded(story))
    calls = polling(story)
    if calls and _webhooks_work(story):
        seconds = calls[-1].begun - calls[0].begun
        problem = f"{calls[0].operation} was called {len(calls)} times in {seconds:.1f} s without a new cause"
        proofs.append(story.proof(problem, *(call.number for call in calls)))
    rest = 10.0
    exercised = _webhooks_work(story) and _longest_rest(story) >= rest
    add = f"the run had no {rest:g} s in which nothing happened; end it with a step quiet: 11s"
    return judged(proofs, exercised=exercised, otherwise=add)


def _crowded(story: Story) -> Iterator[Proof]:
    begun = [call.begun for call in story.calls]
    load = [text.elapsed for text in story.texts]
    load += [each.begun for each in story.attempts for _ in range(max(1, len(each.messages)))]
    load.sort()
    for place, since in enumerate(begun):
        count = bisect_left(begun, since + _WINDOW) - place
        own = bisect_right(load, since + _WINDOW) - bisect_left(load, since - _REACTION)
        if count > max(_MOST * story.record.tokens, _OWN_LOAD * own):
            yield story.proof(f"{count} calls were made in 30 s", story.calls[place].number)
            return


def _webhooks_work(story: Story) -> bool:
    held = story.record.settings.get("webhooks") == "held"
    spoiled = any(hit.delivery is not None for hit in story.hits)
    return not held and not spoiled and any(each.taken for each in story.attempts)


def polling(story: Story) -> list[Call]:
    """Equal look-ups, more than 3 in 10 s, since something happened; the first one after it does not count.

    An app may look several times for a message that it was told of and cannot find, and once for each that a
    body told it of (contract.md 11: each entity once). Several looks within a moment are no polling: an app may
    have more than one reason for them.
    """
    happened = _happened(story)
    looks: dict[tuple[str, int], list[Call]] = {}
    for call in story.calls:
        if call.operation in LOOK_UPS and call.cursor is None and not _is_searching(story, call):
            looks.setdefault((call.key, bisect_right(happened, call.begun)), []).append(call)
    for calls in looks.values():
        again = calls[_causes(story, calls[0]) :]
        if not again or again[-1].begun - again[0].begun < _REACTION:
            continue
        for first, last in zip(again, again[LOOP:], strict=False):
            if last.begun - first.begun < LOOP_SECONDS:
                return again[again.index(first) :][: LOOP + 1]
    return []


def _causes(story: Story, first: Call) -> int:
    """How many look-ups have their cause, of those that begin with this one."""
    told = [
        len(each.messages) for each in story.attempts if each.begun <= first.begun <= each.ended + _LOOKING
    ]
    return max([1, *told])


def _happened(story: Story) -> list[float]:
    """When something happened that gives an app a reason to look."""
    times = [text.elapsed for text in story.texts]
    times += [message.elapsed for message in story.messages]
    times += [each.begun for each in story.attempts]
    times += [each.ended for each in story.attempts]
    times += [call.ended for call in story.troubled]
    times += [call.ended for call in story.calls if call.refused]
    for outage in story.record.outages:
        times += [outage.began, *([outage.ended] if outage.ended is not None else [])]
    return sorted(times)


def _is_searching(story: Story, call: Call) -> bool:
    """Whether the app was told, not long ago, of a message that it could not find at once."""
    if story.record.settings.get("read_lag", "0s") != "0s" or any(hit.does("early") for hit in story.hits):
        return True
    return any(
        attempt.begun <= call.begun <= attempt.ended + _LOOKING
        and story.unknown_ids.intersection(attempt.messages)
        for attempt in story.attempts
    )


def _longest_rest(story: Story) -> float:
    """The longest time in which nothing happened."""
    times = [*_happened(story), story.record.ended]
    return max((later - earlier for earlier, later in pairwise(times)), default=0.0)


def comes_to_rest(story: Story) -> Verdict:
    """LOOP-02: nothing is added again and again, and calls are bounded."""
    proofs = [*_added_again(story), *_given_back(story), *_unbounded(story)]
    exercised = any(each.taken and each.messages for each in story.attempts) and bool(story.from_app)
    return judged(
        proofs, exercised=exercised, otherwise="no webhook told the app of a message; let one be delivered"
    )


def _added_again(story: Story) -> Iterator[Proof]:
    by_text: dict[tuple[str, str], list[Message]] = {}
    for message in story.from_app:
        by_text.setdefault((message.thread, message.text), []).append(message)
    for (_, text), messages in by_text.items():
        most = LOOP + sum(each.text == text for each in story.texts)
        for first, last in zip(messages, messages[most:], strict=False):
            if last.elapsed - first.elapsed < LOOP_SECONDS:
                problem = f'"{text}" was added to Mews {len(messages)} times'
                yield story.proof(problem, *(each.number for each in messages[:5]))
                break


def _given_back(story: Story) -> Iterator[Proof]:
    """What the front desk wrote and the app added to Mews once more."""
    spoken = {text.text for text in story.texts}
    written: dict[str, int] = {}
    for reply in story.replies:
        for text in (reply.message.text, reply.text):
            written.setdefault(text, reply.message.number)
    for message in story.from_app:
        before = written.get(message.text)
        if before is not None and before < message.number and message.text not in spoken:
            problem = f'the app added "{message.text}" to Mews, which the front desk had written'
            yield story.proof(problem, before, message.number)
            return


def _unbounded(story: Story) -> Iterator[Proof]:
    messages = len(story.texts) + len(story.replies) + len(story.unknown_ids)
    most = _CALLS_A_MESSAGE * max(1, messages)
    if len(story.from_app) > most:
        yield story.proof(
            f"the app added {len(story.from_app)} messages for {messages} of guests and front desk"
        )
    reacting = _reactions(story)
    if len(reacting) > most:
        problem = f"{len(reacting)} calls followed at once on {messages} messages; {most} are the bound"
        yield story.proof(problem, *(call.number for call in reacting[most : most + 3]))


def _reactions(story: Story) -> list[Call]:
    """Calls soon after something that asks for them. Calls at other times are polling, which is RATE-03's."""
    causes = [text.elapsed for text in story.texts] + [each.begun for each in story.attempts]
    causes += [each.ended for each in story.record.outages if each.ended is not None]
    causes.sort()
    found = []
    for call in story.calls:
        place = bisect_right(causes, call.begun)
        if place and call.begun - causes[place - 1] <= _REACTION and not call.troubled:
            found.append(call)
    return found
