"""Laws of sending a guest's texts: SEND-01 to SEND-03, and ERR-01."""

from __future__ import annotations

from itertools import pairwise

from mockmews_testkit.checks.happenings import ADDS, Call, Message
from mockmews_testkit.checks.record import GuestText
from mockmews_testkit.checks.results import Proof, Verdict, judged, not_exercised
from mockmews_testkit.checks.story import Story
from mockmews_testkit.checks.texts import difference, nearest
from mockmews_testkit.checks.threads import written_after_resolving
from mockmews_testkit.checks.troubles import (
    doubled_for_a_reason,
    in_the_way,
    notices,
    outcome_hidden,
    refused_for_good,
)

NO_TEXTS = "no guest wrote a text that the app took"
_TIGHT = (20, 10.0)  # so many equal failing calls in so many seconds are no backoff


def once_in_mews(story: Story) -> Verdict:
    """SEND-01: each text is in Mews exactly once, unchanged. What a fault stood in the way of is another's."""
    proofs = [_lost(story, text) for text in story.missing if _is_lost(story, text)]
    for text, copies in story.copies.items():
        limited = any(call.limited and text in call.texts for call in story.calls)
        if not limited and not doubled_for_a_reason(story, text):
            proofs.append(doubled(story, text, copies))
    arrived = any(message is not None for _, message in story.arrivals)
    return judged(proofs, exercised=arrived, otherwise=NO_TEXTS)


def _is_lost(story: Story, text: GuestText) -> bool:
    """Whether a missing text is SEND-01's: no failing add, limit, refusal or odd field stood in its way."""
    for_another = any(
        call.operation in ADDS
        or call.limited
        or call.refused
        or any(hit.does("unknown_field") for hit in call.hits)
        for call in in_the_way(story, text, None)
        if call.hits or not call.refused
    )
    return (
        story.overdue(text.elapsed)
        and not for_another
        and not refused_for_good(story, text)
        and not written_after_resolving(story, text)
    )


def _lost(story: Story, text: GuestText) -> Proof:
    spoken = {each.text for each in story.texts}
    others = [each for each in story.from_app if each.number > text.since and each.text not in spoken]
    near = nearest(text.text, [each.text for each in others])
    numbers = [each.number for each in others if each.text == near]
    became = "" if near is None else f"; it has {difference(text.text, near)}"
    restarted = "; the app was restarted after it had taken it" if _restarted_with(story, text) else ""
    problem = f'"{text.text}" of {story.name(text.guest)} is not in Mews{became}{restarted}'
    return story.proof(problem, *numbers[:1], source=text.source)


def _restarted_with(story: Story, text: GuestText) -> bool:
    """Whether the app was taken down after a guest wrote a text: it may have waited there in memory only."""
    return any(each.began >= text.elapsed for each in story.record.outages)


def doubled(story: Story, text: str, copies: list[Message]) -> Proof:
    """A proof that a text stands in Mews more often than it was written."""
    messages = [each for each in story.from_app if each.text == text]
    wanted = len(messages) - len(copies)
    source = next((each.source for each in story.texts if each.text == text), "")
    problem = f'"{text}" is in Mews {times(len(messages))}, not {times(wanted)}'
    return story.proof(problem, *(each.number for each in messages[:5]), source=source)


def keeps_order(story: Story) -> Verdict:
    """SEND-02: texts of a guest that were spoken in a burst stand in Mews in that order."""
    proofs: list[Proof] = []
    exercised = False
    for guest in story.guests:
        arrived = story.arrived(guest.key)
        for (earlier, first), (later, second) in pairwise(arrived):
            if earlier.text == later.text or later.since >= first.number:
                continue  # the second was spoken when the first stood in Mews already
            if in_the_way(story, earlier, first) or in_the_way(story, later, second):
                continue
            exercised = True
            if second.number < first.number:
                problem = f'"{later.text}" of {guest.name} stands in Mews before "{earlier.text}"'
                proofs.append(story.proof(problem, second.number, first.number, source=later.source))
    add = "each text was spoken when the one before was in Mews; let a guest write several at once"
    return judged(proofs, exercised=exercised, otherwise=add)


def no_double_after_lost_answer(story: Story) -> Verdict:
    """SEND-03: a text that Mews stored, though the app saw no answer, is there once."""
    proofs: list[Proof] = []
    exercised = False
    for text in dict.fromkeys(each.text for each in story.texts):
        hidden = [call for call in outcome_hidden(story, text) if call.hidden]
        if not hidden:
            continue
        exercised = True
        if text in story.copies:
            found = doubled(story, text, story.copies[text])
            problem = f"{found.text}, after the answer to the first messages/add was lost"
            proofs.append(story.proof(problem, hidden[0].number, *found.entries, source=found.source))
    add = "set the fault {operation: messages/add, lose_response: reset}"
    return judged(proofs, exercised=exercised, otherwise=f"no answer to messages/add was lost; {add}")


def never_silent(story: Story) -> Verdict:
    """ERR-01: after 5xx, 408 or a reset on an add the text is sent again, or the guest is told."""
    failures = [call for call in story.calls if call.operation in ADDS and (call.failed or call.hidden)]
    if not failures:
        return not_exercised("no add failed with 5xx, 408 or a reset; set such a fault")
    proofs = [_without_backoff(story, failures[:1])] if _is_tight(failures) else []
    exercised = bool(proofs)
    for text, message in story.arrivals:
        own = [call for call in in_the_way(story, text, message) if call in failures]
        if not own or not text.forwarded:
            continue
        guest = story.guest(text.guest)
        if message is not None or not text.taken or (guest and notices(story, guest, own[0])):
            exercised = True
        elif not refused_for_good(story, text) and story.overdue(own[-1].ended):
            exercised = True
            restarted = (
                " and the app was restarted while the text waited" if _restarted_with(story, text) else ""
            )
            problem = (
                f'"{text.text}" of {story.name(text.guest)} never reached Mews after {_outcome(own[0])}'
                f"{restarted}, and the guest was not told"
            )
            proofs.append(story.proof(problem, *(call.number for call in own[:3]), source=text.source))
    return judged(
        proofs, exercised=exercised, otherwise="no text of a guest was under way when an add failed"
    )


def _is_tight(failures: list[Call]) -> bool:
    most, seconds = _TIGHT
    for call in failures:
        equal = [each.begun for each in failures if each.key == call.key]
        if any(later - earlier < seconds for earlier, later in zip(equal, equal[most:], strict=False)):
            return True
    return False


def _without_backoff(story: Story, failures: list[Call]) -> Proof:
    call = failures[0]
    problem = (
        f"{call.operation} was repeated more than {_TIGHT[0]} times in {_TIGHT[1]:g} s after {_outcome(call)}"
    )
    return story.proof(problem, call.number)


def _outcome(call: Call) -> str:
    return f"{call.operation} was answered {call.status}" if call.status else f"{call.operation} was reset"


def times(count: int) -> str:
    """How often, in words."""
    return {0: "not once", 1: "once", 2: "twice"}.get(count, f"{count} times")
