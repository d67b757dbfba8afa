"""Laws of answering webhooks: HOOK-01, HOOK-02, HOOK-03, HOOK-05 and HOOK-07."""

from __future__ import annotations

from collections.abc import Iterator

from mockmews_testkit import durations
from mockmews_testkit.checks.happenings import LOOK_UPS, MESSAGE_ADDED, TIME_LIMIT, Attempt
from mockmews_testkit.checks.pace import polling
from mockmews_testkit.checks.record import Guest, Showing
from mockmews_testkit.checks.replies import MANY
from mockmews_testkit.checks.results import Proof, Verdict, judged, not_exercised
from mockmews_testkit.checks.story import Reply, Story
from mockmews_testkit.checks.troubles import came_early

_AT_ONCE = 1.0  # seconds after a webhook in which what is shown was shown because of it
_NO_WEBHOOKS = "no webhook reached the app"


def answered_in_time(story: Story) -> Verdict:
    """HOOK-01: answered 2xx within 5 s. What is special about a webhook makes it another check's."""
    usual = [each for each in story.attempts if _is_usual(story, each)]
    proofs = [
        story.proof(f"a webhook was answered {outcome(each)}", each.number)
        for each in usual
        if not each.taken or each.lasted > TIME_LIMIT
    ]
    return judged(proofs, exercised=bool(usual), otherwise=_NO_WEBHOOKS)


def refuses_usual(story: Story) -> bool:
    """Whether a webhook was refused that has nothing special: then HOOK-01 tells of it, and others need not."""
    return any(_is_usual(story, each) and not each.taken for each in story.attempts)


def _is_usual(story: Story, attempt: Attempt) -> bool:
    """Whether a webhook tells of messages that exist, came with the right token, and met a world in order."""
    known = attempt.events and all(
        name == MESSAGE_ADDED and entity in story.by_id for name, entity in attempt.events
    )
    return bool(
        known
        and not attempt.wrong_token
        and len(attempt.messages) < MANY
        and not story.was_down(attempt.begun, attempt.ended)
        and not _gave_less_time(story, attempt)
        and not story.met_trouble(attempt.begun, attempt.ended)
    )


def _gave_less_time(story: Story, attempt: Attempt) -> bool:
    """Whether a setting made the fake wait for less than 5 s, and that was too short."""
    if attempt.status is not None:
        return False
    try:
        limit = durations.seconds(durations.parse(story.record.settings.get("webhook_timeout", "5s")))
    except ValueError:
        limit = TIME_LIMIT
    return limit < TIME_LIMIT and attempt.lasted >= limit * 0.9


def outcome(attempt: Attempt) -> str:
    """What became of an attempt, in words."""
    seconds = f"after {attempt.lasted:.1f} s"
    return (
        f"{attempt.status} {seconds}"
        if attempt.status is not None
        else f"not at all ({attempt.error}) {seconds}"
    )


def answers_before_mews(story: Story) -> Verdict:
    """HOOK-02: answered in time though a getAll that it caused is slow."""
    slow = [
        each for each in story.calls if each.operation in LOOK_UPS and each.ended - each.begun > TIME_LIMIT
    ]
    if not slow:
        return not_exercised("no getAll was slow; set the fault {operation: messages/getAll, delay: 6s}")
    proofs: list[Proof] = []
    exercised = False
    for call in slow:
        causes = [
            each
            for each in story.attempts
            if each.begun <= call.begun and call.begun - each.ended < TIME_LIMIT and not each.wrong_token
        ]
        for attempt in causes[-1:]:
            exercised = True
            if not attempt.taken or attempt.lasted > TIME_LIMIT:
                problem = (
                    f"while {call.operation} took {call.ended - call.begun:.1f} s, a webhook was answered "
                )
                proofs.append(story.proof(problem + outcome(attempt), attempt.number, call.number))
    return judged(proofs, exercised=exercised, otherwise="no webhook made the app call the slow getAll")


def refuses_wrong_token(story: Story) -> Verdict:
    """HOOK-03: a wrong or missing token is refused, and what it tells of is not shown because of it."""
    wrong = [
        each for each in story.attempts if each.wrong_token and not story.was_down(each.begun, each.ended)
    ]
    proofs: list[Proof] = []
    for attempt in wrong:
        if attempt.taken:
            problem = f"a webhook with a wrong or missing token was answered {attempt.status}"
            proofs.append(story.proof(problem, attempt.number))
        for guest, reply, showing in _shown_at_once(story, attempt):
            problem = f'a webhook with a wrong or missing token made {guest.name} see "{showing.text}"'
            proofs.append(story.proof(problem, attempt.number, message=reply.id))
    add = (
        "no webhook had a wrong token; set the fault {webhook: MessageAdded, wrong_token: other}, and let the URL "
        "of `webhook` in the app file hold ${webhook_token}"
    )
    return judged(proofs, exercised=bool(wrong), otherwise=add)


def _shown_at_once(story: Story, attempt: Attempt) -> Iterator[tuple[Guest, Reply, Showing]]:
    """Replies shown within 1 s of an attempt that told of them, without any other contact with the app."""
    if polling(story):
        return  # it may have read the thread by its own clock
    until = attempt.begun + _AT_ONCE
    contacts = [each.begun for each in story.attempts if not each.wrong_token]
    contacts += [each.elapsed for each in story.texts]
    contacts += [each.begun for each in story.calls if each.number not in _caused_by(story, attempt)]
    contacts += [each.began for each in story.record.outages]
    for reply in story.replies:
        guest = story.guest(reply.guest)
        if guest is None or reply.id not in attempt.messages:
            continue
        for place in story.places(guest, reply.text):
            elapsed = guest.shown[place].elapsed
            if elapsed is None or not attempt.begun <= elapsed <= until:
                continue
            if not any(attempt.begun - _AT_ONCE <= each <= elapsed for each in contacts):
                yield guest, reply, guest.shown[place]


def _caused_by(story: Story, attempt: Attempt) -> set[int]:
    """The app's own calls soon after an attempt."""
    return {each.number for each in story.calls if attempt.begun <= each.begun <= attempt.begun + _AT_ONCE}


def ignores_foreign_events(story: Story) -> Verdict:
    """HOOK-05: foreign and unknown events get 2xx and do nothing."""
    proofs: list[Proof] = []
    exercised = False
    messages_refused = refuses_usual(story)
    for attempt in story.attempts:
        foreign = [name for name, _ in attempt.events if name != MESSAGE_ADDED]
        if not foreign or attempt.wrong_token or story.was_down(attempt.begun, attempt.ended):
            continue
        if story.met_trouble(attempt.begun, attempt.ended):
            continue
        exercised = True
        # Messages in the same body may be the reason.
        if not attempt.taken and not (messages_refused and len(foreign) < len(attempt.events)):
            problem = f"a webhook with {foreign[0]} was answered {outcome(attempt)}"
            proofs.append(story.proof(problem, attempt.number))
        proofs += _did_something(story, attempt, f"a webhook with {foreign[0]}")
    add = "no foreign event was sent; set the fault {webhook: any, noise: [ServiceOrderUpdated]}"
    return judged(proofs, exercised=exercised, otherwise=add)


def _did_something(story: Story, attempt: Attempt, what: str) -> Iterator[Proof]:
    """What was shown or added at once that nobody wrote."""
    every_reply = {reply.text for reply in story.replies}
    spoken = {each for text in story.texts for each in (text.text, text.said)}
    for guest in story.guests:
        for place in story.strangers(guest):
            showing = guest.shown[place]
            if showing.elapsed is None or not attempt.begun <= showing.elapsed <= attempt.begun + _AT_ONCE:
                continue
            if showing.text not in every_reply | spoken:
                yield story.proof(f"{what} made {guest.name} see {showing.text!r}", attempt.number)


def bears_unknown_ids(story: Story) -> Verdict:
    """HOOK-07: an unknown message id does no harm; a message that is readable later is shown once."""
    proofs: list[Proof] = []
    exercised = False
    for attempt in story.attempts:
        unknown = story.unknown_ids.intersection(attempt.messages)
        if not unknown or attempt.wrong_token or story.was_down(attempt.begun, attempt.ended):
            continue
        exercised = True
        if not story.record.alive:
            proofs.append(
                story.proof("the app ended after a webhook with an unknown message id", attempt.number)
            )
        proofs += _did_something(story, attempt, "an unknown message id")
    for reply in story.replies:
        guest, told = story.guest(reply.guest), story.told(reply.id)
        if guest is None or told is None or not came_early(story, reply):
            continue
        count = story.times_shown(guest, reply.text)
        exercised = exercised or count > 0
        if count == 0 and story.overdue(told.ended + TIME_LIMIT):
            problem = f'"{reply.text}" became readable after its webhook and was not shown to {guest.name}'
            proofs.append(story.proof(problem, told.number, message=reply.id))
        elif story.record.exact and count > story.times_written(guest, reply.text):
            problem = f'"{reply.text}" became readable after its webhook and was shown {count} times'
            proofs.append(story.proof(problem, told.number, message=reply.id))
    add = "no webhook told of an unknown message; send an event of one, or set the fault {webhook: any, early: 1s}"
    return judged(proofs, exercised=exercised, otherwise=add)
