"""Laws of threads: THREAD-01 to THREAD-05."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from mockmews_testkit.checks.happenings import ADDS, Message, Thread
from mockmews_testkit.checks.record import Guest, GuestText
from mockmews_testkit.checks.replies import is_missing, lost_with_its_hotel, told_replies
from mockmews_testkit.checks.results import Proof, Verdict, judged, not_exercised
from mockmews_testkit.checks.story import Story
from mockmews_testkit.checks.troubles import reading_troubled


def reuses_thread(story: Story) -> Verdict:
    """THREAD-01: a guest's next text goes into the thread of the one before, unless that was resolved."""
    proofs: list[Proof] = []
    exercised = False
    for guest in story.guests:
        arrived = sorted(story.arrived(guest.key), key=lambda each: each[1].number)
        for (earlier, before), (later, after) in pairwise(arrived):
            if earlier.hotel != later.hotel or _was_resolved(story, before.thread, after.number):
                continue
            if before.thread == after.thread:
                exercised = True
            elif not _opening_was_troubled(story, after):
                exercised = True
                problem = f'"{after.text}" of {guest.name} went into another thread than "{before.text}"'
                proofs.append(story.proof(problem, before.number, after.number, source=later.source))
    return judged(proofs, exercised=exercised, otherwise="no guest wrote twice; let one write a second text")


def _was_resolved(story: Story, thread: str, until: int) -> bool:
    """Whether the front desk had resolved the thread by then, and not opened it again."""
    resolved = False
    for kind, entry in _resolutions(story, thread):
        if entry < until:
            resolved = kind == "resolved"
    return resolved


def _resolutions(story: Story, thread: str) -> list[tuple[str, int]]:
    """When the front desk resolved or reopened a thread, in order."""
    found = [
        (kind, each["number"])
        for kind in ("resolved", "reopened")
        for each in story.of_kind(kind)
        if each["thread_id"] == thread
    ]
    return sorted(found, key=lambda each: each[1])


def _opening_was_troubled(story: Story, message: Message) -> bool:
    """Whether the app could not know what came of a call that opens threads, or adds to them."""
    return any(
        each.number <= message.number and (each.hidden or (each.troubled and each.operation == ADDS[0]))
        for each in story.calls
        if each.operation in ADDS
    )


def own_threads(story: Story) -> Verdict:
    """THREAD-02: two guests never share a thread; OriginalSender and Subject are right."""
    proofs = [*_shared(story), *_named_wrongly(story)]
    others = len(story.guests) > 1
    arrived = sum(bool(story.arrived(guest.key)) for guest in story.guests)
    wanted = "only one guest wrote; let a second one write, with another name"
    return judged(proofs, exercised=others and arrived > 1, otherwise=wanted)


def _shared(story: Story) -> Iterator[Proof]:
    first: dict[str, tuple[GuestText, Message]] = {}
    speakers: dict[str, set[str]] = {}
    for text in story.texts:
        speakers.setdefault(text.text, set()).add(text.guest)
    for text, message in story.arrivals:
        if message is None or len(speakers[text.text]) > 1:
            continue  # a text that several guests wrote does not tell whose it is
        before = first.setdefault(message.thread, (text, message))
        if before[0].guest != text.guest:
            problem = f'"{text.text}" of {story.name(text.guest)} stands in the thread of {story.name(before[0].guest)}'
            yield story.proof(problem, before[1].number, message.number, source=text.source)


def _named_wrongly(story: Story) -> Iterator[Proof]:
    threads = {each.id: each for each in story.threads}
    for thread_id, key in story.owners.items():
        guest, thread = story.guest(key), threads.get(thread_id)
        if guest is None or thread is None:
            continue
        if story.record.names_told and not _holds(thread.sender, guest.name):
            problem = f"OriginalSender of {guest.name}'s thread is {thread.sender!r}"
            yield story.proof(problem, thread.number)
        other = _other_name_in(story, guest, thread)
        if other is not None:
            problem = f"Subject of {guest.name}'s thread is {thread.subject!r}, which names {other.name}"
            yield story.proof(problem, thread.number)


def _other_name_in(story: Story, guest: Guest, thread: Thread) -> Guest | None:
    """Another guest whom the Subject names, though this one did not write of them."""
    subject = _plain(thread.subject).replace(_plain(guest.name), " ")
    own_words = " ".join(_plain(each.text) for each in story.texts if each.guest == guest.key)
    for other in story.guests:
        name = _plain(other.name)
        if other.key == guest.key or not name or name in _plain(guest.name):
            continue
        whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        if whole.search(subject) and not whole.search(own_words):
            return other
    return None


def _holds(text: str, name: str) -> bool:
    return _plain(name) in _plain(text)


def _plain(text: str) -> str:
    """Without regard to case, form and width of characters, and white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def no_empty_thread(story: Story) -> Verdict:
    """THREAD-03: a thread whose first messages/add failed is filled in the end."""
    proofs: list[Proof] = []
    exercised = False
    filled = {each.thread: each.number for each in reversed(story.messages)}
    for thread in story.threads:
        tries = [each for each in story.calls if each.operation == ADDS[1] and thread.id in each.threads]
        failures = [each for each in tries if each.number < filled.get(thread.id, each.number + 1)]
        failures = [each for each in failures if each.failed or each.limited or each.refused]
        if not failures or any(each.refused for each in failures):
            continue  # what was refused for good cannot fill it
        if thread.id in filled:
            exercised = True
        elif story.overdue(failures[-1].ended) and story.is_over(failures[-1]):
            exercised = True
            problem = f"the thread of {thread.sender} stayed empty after messages/add failed"
            proofs.append(story.proof(problem, thread.number, *(each.number for each in failures[:3])))
    add = "let messages/add fail for a guest's first text, and let the fault end"
    return judged(proofs, exercised=exercised, otherwise=f"no messages/add failed in a new thread; {add}")


def reaches_mews_after_resolving(story: Story) -> Verdict:
    """THREAD-04: a text after the thread was resolved reaches Mews, in this or a new thread."""
    proofs: list[Proof] = []
    exercised = False
    for text, message in story.arrivals:
        if not written_after_resolving(story, text):
            continue
        if message is not None:
            exercised = True
        elif text in story.missing and story.overdue(text.elapsed):
            exercised = True
            problem = (
                f'"{text.text}" of {story.name(text.guest)} did not reach Mews after the thread was resolved'
            )
            proofs.append(story.proof(problem, source=text.source))
    return judged(
        proofs,
        exercised=exercised,
        otherwise="nobody wrote after their thread was resolved; add a step resolve",
    )


def written_after_resolving(story: Story, text: GuestText) -> bool:
    """Whether the guest's last thread was resolved when the guest wrote this."""
    before = [message for _, message in story.arrived(text.guest) if message.number <= text.since]
    return bool(before) and _was_resolved(story, before[-1].thread, text.since + 1)


def hotels_apart(story: Story) -> Verdict:
    """THREAD-05: what is meant for one hotel never stands in a thread of another, nor is its reply lost to another."""
    if not story.record.several_hotels:
        return not_exercised("this app serves one hotel", applies=False)
    proofs: list[Proof] = []
    seen: set[str] = set()
    for text, message in story.arrivals:
        if message is None or text.hotel is None:
            continue
        seen.add(text.hotel)
        if story.hotels.get(message.thread) != text.hotel:
            problem = f'"{text.text}" was meant for hotel {text.hotel} and stands in a thread of another'
            proofs.append(story.proof(problem, message.number, source=text.source))
    for guest, reply in told_replies(story):
        lost = lost_with_its_hotel(story, reply) and not reading_troubled(story, reply)
        if lost and is_missing(story, guest, reply):
            hotel = story.hotels.get(reply.message.thread)
            problem = f'"{reply.text}" was not shown to {guest.name}, nor any other reply of hotel {hotel}'
            proofs.append(story.proof(problem, reply.message.number, message=reply.id))
    return judged(
        proofs,
        exercised=len(seen) > 1,
        otherwise=(
            "guests wrote to one hotel only; let some write to a second one, which needs connect: in the app file, "
            "and ${hotel.id} in its say:"
        ),
    )
