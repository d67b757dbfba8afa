"""Laws of what must come of a webhook: HOOK-04, HOOK-06, HOOK-08 and ERR-03."""

from __future__ import annotations

from mockmews_testkit.checks.conversation import NO_REPLIES, exactly, too_often
from mockmews_testkit.checks.paging import behind_a_page
from mockmews_testkit.checks.record import Guest
from mockmews_testkit.checks.replies import (
    MANY,
    failed_first,
    is_missing,
    shows_any,
    told_replies,
    was_shown_otherwise,
    was_shown_to_another,
)
from mockmews_testkit.checks.results import Proof, Verdict, judged, not_exercised
from mockmews_testkit.checks.story import Reply, Story
from mockmews_testkit.checks.webhooks import outcome, refuses_usual


def resolves_bare_ids(story: Story) -> Verdict:
    """HOOK-04: an event with nothing but the message id is resolved and shown."""
    if story.record.payload != "ids_only":
        return not_exercised("webhooks carried whole messages; run it with the payload ids_only")
    shown = shows_any(story)
    proofs: list[Proof] = []
    for guest, reply in told_replies(story):
        told = story.told(reply.id)
        usual = told is not None and len(told.messages) < MANY and not failed_first(story, reply)
        usual = usual and not behind_a_page(story, reply)
        found = was_shown_otherwise(story, guest, reply) or was_shown_to_another(story, guest, reply)
        if not shown and usual and not found and is_missing(story, guest, reply):
            problem = (
                f'a webhook told of "{reply.text}" by its id alone, and it was not shown to {guest.name}'
            )
            proofs.append(
                story.proof(problem, reply.message.number, told.number if told else None, message=reply.id)
            )
    return judged(proofs, exercised=shown, otherwise=NO_REPLIES)


def handles_many_events(story: Story) -> Verdict:
    """HOOK-06: one body with a hundred and more events is handled whole."""
    big = [each for each in story.attempts if len(each.messages) >= MANY and not each.wrong_token]
    big = [each for each in big if not story.was_down(each.begun, each.ended)]
    if not big:
        return not_exercised(
            f"no webhook had {MANY} events; write {MANY} replies and deliver them in one body"
        )
    proofs: list[Proof] = []
    judged_any = False
    messages_refused = refuses_usual(story)
    for attempt in big:
        told = [(guest, reply) for guest, reply in told_replies(story) if reply.id in attempt.messages]
        unseen = [each for each in told if not story.times_shown(each[0], each[1].text)]
        late = [each for each in unseen if is_missing(story, *each) and not behind_a_page(story, each[1])]
        if not story.overdue(_last_shown(story, told)):
            late = []  # a slow channel shows one after the other
        judged_any = judged_any or not attempt.taken or bool(told and (late or not unseen))
        taken = any(each.taken for each in story.attempts_of(attempt.messages[0]))
        if not (attempt.taken or taken or messages_refused):
            problem = f"a webhook with {len(attempt.messages)} events was answered {outcome(attempt)}"
            proofs.append(story.proof(problem, attempt.number))
        elif late:
            problem = f"of {len(told)} replies told of in one webhook {len(late)} were not shown"
            proofs.append(story.proof(problem, attempt.number, message=late[0][1].id))
    return judged(
        proofs, exercised=judged_any, otherwise="its replies were still being shown when the run ended"
    )


def _last_shown(story: Story, told: list[tuple[Guest, Reply]]) -> float:
    """When one of these replies was shown last, as far as the channel tells; 0 where it does not."""
    moments = (
        guest.shown[place].elapsed for guest, reply in told for place in story.places(guest, reply.text)
    )
    return max((each for each in moments if each is not None), default=0.0)


def shown_once_after_failing(story: Story) -> Verdict:
    """HOOK-08: a reply whose webhook failed, or could not be read, and came again is shown once."""
    proofs: list[Proof] = []
    exercised = False
    for guest, reply in told_replies(story):
        if not failed_first(story, reply):
            continue
        alike = [each for each in story.replies_to(guest.key) if each.text == reply.text]
        if story.times_shown(guest, reply.text):
            exercised = True
            proofs += too_often(story, guest, reply, len(alike))
        elif is_missing(story, guest, reply) and not _for_another(story, reply):
            exercised = True
            told = story.told(reply.id)
            failures = [each.number for each in story.attempts_of(reply.id) if not each.taken]
            problem = f'"{reply.text}" was not shown to {guest.name} after its webhook failed and came again'
            proofs.append(
                story.proof(problem, *failures[:2], told.number if told else None, message=reply.id)
            )
    add = "no webhook failed first; stop the app, or let getAll fail, and let the webhook come again"
    if any(each.state == "discarded" for each in story.attempts):
        add = "the webhook that failed was given up before the app took it; let it come again for longer"
    return exactly(story, proofs, exercised=exercised, otherwise=add)


def _for_another(story: Story, reply: Reply) -> bool:
    """Whether being limited stood in the way, which is RATE-02's."""
    return any(call.limited and reply.message.thread in call.threads for call in story.troubled)


def recovers_what_was_given_up(story: Story) -> Verdict:
    """ERR-03: a reply whose webhook was discarded or dropped is shown by the time of the next contact."""
    proofs: list[Proof] = []
    exercised = False
    for reply in story.replies:
        guest = story.guest(reply.guest)
        lost_at = _given_up(story, reply)
        if guest is None or lost_at is None:
            continue
        if story.times_shown(guest, reply.text):
            exercised = True
            continue
        contact = _next_contact(story, guest, reply, lost_at)
        if contact is not None and story.overdue(contact):
            exercised = True
            problem = f'"{reply.text}", whose webhook was given up, was not shown to {guest.name} at the next contact'
            proofs.append(story.proof(problem, reply.message.number, message=reply.id))
    add = "no webhook was given up before the next contact; drop one, and let the guest write again"
    return judged(proofs, exercised=exercised, otherwise=add)


def _given_up(story: Story, reply: Reply) -> float | None:
    """When the webhook of a reply was given up; None where it was not, or the app was told after all."""
    if story.told(reply.id) is not None:
        return None
    discarded = [each.ended for each in story.attempts_of(reply.id) if each.state == "discarded"]
    deliveries = {
        each["delivery"]
        for each in story.of_kind("event")
        if str(each.get("entity_id", "")).lower() == reply.id and each.get("delivery") is not None
    }
    dropped = [hit.elapsed for hit in story.hits if hit.does("drop") and hit.delivery in deliveries]
    return max([*discarded, *dropped], default=None)


def _next_contact(story: Story, guest: Guest, lost: Reply, since: float) -> float | None:
    """When the guest's next text was in Mews, or the next reply to the guest was told of."""
    texts = [message.elapsed for _, message in story.arrived(guest.key) if message.elapsed > since]
    told = [
        attempt.ended
        for reply in story.replies_to(guest.key)
        if reply.id != lost.id and story.times_shown(guest, reply.text)
        for attempt in [story.told(reply.id)]
        if attempt is not None and attempt.begun > since
    ]
    return min([*texts, *told], default=None)
