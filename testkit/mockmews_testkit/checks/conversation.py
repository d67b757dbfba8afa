"""Laws of what guests are shown: SHOW-01 to SHOW-04, and LOOP-01."""

from __future__ import annotations

from collections.abc import Iterator

from mockmews_testkit.checks.record import Guest
from mockmews_testkit.checks.replies import (
    delivered_again,
    failed_first,
    is_anothers,
    is_missing,
    told_replies,
    was_shown_to_another,
)
from mockmews_testkit.checks.results import Proof, Verdict, failed, judged, not_exercised
from mockmews_testkit.checks.sending import times
from mockmews_testkit.checks.story import Reply, Story
from mockmews_testkit.checks.texts import difference, nearest
from mockmews_testkit.checks.troubles import after_a_fault

NO_REPLIES = "no webhook told the app of a reply; let the front desk write one and its webhook be delivered"


def shown_once(story: Story) -> Verdict:
    """SHOW-01: each reply is shown exactly once, unchanged, and nothing that nobody wrote."""
    proofs = [*_not_shown(story), *_shown_too_often(story), *_written_by_nobody(story)]
    exercised = any(story.times_shown(guest, reply.text) for guest, reply in told_replies(story))
    return exactly(story, proofs, exercised=exercised, otherwise=NO_REPLIES)


def exactly(story: Story, proofs: list[Proof], *, exercised: bool, otherwise: str) -> Verdict:
    """As `judged`, but never a pass where shown twice cannot be told from looked at twice."""
    if not proofs and not story.record.exact:
        return not_exercised(story.record.inexact_reason)
    return judged(proofs, exercised=exercised, otherwise=otherwise)


def _not_shown(story: Story) -> Iterator[Proof]:
    for guest, reply in told_replies(story):
        if was_shown_to_another(story, guest, reply):
            continue  # SHOW-02's
        if is_missing(story, guest, reply) and not is_anothers(story, reply):
            told = story.told(reply.id)
            strange = [guest.shown[place].text for place in story.strangers(guest)]
            near = nearest(reply.text, strange)
            became = "" if near is None else f"; {difference(reply.text, near)} was shown"
            problem = f'"{reply.text}" was not shown to {guest.name}{became}'
            yield story.proof(problem, reply.message.number, told.number if told else None, message=reply.id)


def _shown_too_often(story: Story) -> Iterator[Proof]:
    for guest in story.guests:
        for reply in _first_of_each_text(story, guest):
            alike = [each for each in story.replies_to(guest.key) if each.text == reply.text]
            if any(delivered_again(story, each) or failed_first(story, each) for each in alike):
                continue  # SHOW-03's, or HOOK-08's
            yield from too_often(story, guest, reply, len(alike))


def _first_of_each_text(story: Story, guest: Guest) -> list[Reply]:
    return list({each.text: each for each in reversed(story.replies_to(guest.key))}.values())


def too_often(story: Story, guest: Guest, reply: Reply, written: int) -> Iterator[Proof]:
    """A proof where a text was surely shown more often than it was written."""
    count = story.times_shown(guest, reply.text)
    if count > written and story.record.exact:
        problem = f'"{reply.text}" was shown to {guest.name} {times(count)}, not {times(written)}'
        yield story.proof(problem, reply.message.number, message=reply.id)


def _written_by_nobody(story: Story) -> Iterator[Proof]:
    every_reply = {reply.text for reply in story.replies}
    for guest in story.guests:
        own_words = own_texts(story, guest)
        for place in story.strangers(guest):
            showing = guest.shown[place]
            known = any(story.channel.same(showing.text, each) for each in every_reply)
            if known or showing.text in own_words:
                continue  # SHOW-02's, or LOOP-01's
            if after_a_fault(story, showing.seen, showing.elapsed):
                continue  # a notice to the guest, which is tolerated
            yield story.proof(
                f"{guest.name} was shown {showing.text!r}, which nobody wrote", showing.seen or None
            )


def is_notice(story: Story, guest: Guest, text: str) -> bool:
    """Whether a text is the app's own about something that went wrong: no reply, and no guest's text."""
    every_reply = {reply.text for reply in story.replies}
    return text not in every_reply | own_texts(story, guest) and any(
        showing.text == text and after_a_fault(story, showing.seen, showing.elapsed)
        for showing in guest.shown
    )


def own_texts(story: Story, guest: Guest) -> set[str]:
    """What a guest wrote, as said and as it stands in Mews."""
    return {
        each for text in story.texts if text.guest == guest.key for each in (text.text, text.said) if each
    }


def right_guest(story: Story) -> Verdict:
    """SHOW-02: no guest is shown what was written to another."""
    proofs: list[Proof] = []
    for guest in story.guests:
        for place in story.strangers(guest):
            showing = guest.shown[place]
            other = next(
                (
                    each
                    for each in story.replies
                    if each.guest not in (None, guest.key) and story.channel.same(showing.text, each.text)
                ),
                None,
            )
            if other is not None and showing.text not in own_texts(story, guest):
                problem = f'{guest.name} was shown "{other.text}", written to {story.name(other.guest or "")}'
                proofs.append(story.proof(problem, other.message.number, message=other.id))
    shown = any(story.times_shown(guest, reply.text) for guest, reply in told_replies(story))
    exercised = shown and sum(bool(story.arrived(guest.key)) for guest in story.guests) > 1
    add = "fewer than two guests wrote, or no reply was shown; let a second guest write"
    return judged(proofs, exercised=exercised, otherwise=add)


def not_shown_again(story: Story) -> Verdict:
    """SHOW-03: a reply whose webhook is delivered again, also after a restart, is not shown again."""
    proofs: list[Proof] = []
    exercised = False
    for guest in story.guests:
        for reply in _first_of_each_text(story, guest):
            alike = [each for each in story.replies_to(guest.key) if each.text == reply.text]
            again = [each for each in alike if delivered_again(story, each)]
            if again and not any(failed_first(story, each) for each in alike):
                exercised = exercised or story.times_shown(guest, reply.text) > 0
                proofs += too_often(story, guest, again[0], len(alike))
    add = "no webhook was delivered again; deliver one twice, or resend it after restart_app"
    return exactly(story, proofs, exercised=exercised, otherwise=add)


def equal_texts_shown(story: Story) -> Verdict:
    """SHOW-04: two different replies with the same text are both shown."""
    proofs: list[Proof] = []
    exercised = False
    for guest in story.guests:
        for reply in _first_of_each_text(story, guest):
            alike = [each for each in story.replies_to(guest.key) if each.text == reply.text]
            told = [story.told(each.id) for each in alike]
            count = story.times_shown(guest, reply.text)
            if len(alike) < 2 or not count or None in told:
                continue
            if count >= len(alike):
                exercised = True
            elif all(each and story.overdue(each.ended) for each in told) and not is_anothers(story, reply):
                exercised = True
                problem = (
                    f'"{reply.text}" was written to {guest.name} {times(len(alike))} and shown {times(count)}'
                )
                proofs.append(
                    story.proof(problem, *(each.message.number for each in alike[:3]), message=alike[-1].id)
                )
    if not story.record.exact:
        return not_exercised(story.record.inexact_reason)
    add = "no guest got two replies with the same text; let the front desk write one twice"
    return judged(proofs, exercised=exercised, otherwise=add)


def own_messages_not_shown(story: Story) -> Verdict:
    """LOOP-01: what a guest wrote is not shown back."""
    proofs: list[Proof] = []
    for guest in story.guests:
        for place in story.strangers(guest):
            text = guest.shown[place].text
            if any(story.channel.same(text, each) for each in own_texts(story, guest)):
                entries = [each.number for each in story.from_app if each.text == text]
                source = next((each.source for each in story.texts if each.text == text), "")
                problem = f'{guest.name} was shown the own "{text}"'
                proofs.append(story.proof(problem, *entries[:1], source=source))
    if proofs:
        return failed(proofs)
    own = {message.id for message in story.from_app}
    told = any(own.intersection(attempt.messages) and attempt.taken for attempt in story.attempts)
    threads = {message.thread for message in story.from_app}
    read = any(call.operation == "messages/getAll" and threads & set(call.threads) for call in story.calls)
    add = "the app was neither told of its own messages nor read them; let a guest write with own_messages: true"
    return judged(proofs, exercised=told or read, otherwise=add)
