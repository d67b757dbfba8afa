"""The laws of threads: THREAD-01 to THREAD-05."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.testkit.checks.journal import BASE, ENTERPRISE, MAX, PENELOPE, Run, Story, nothing, outcome, usual

FAILS = {"operation": "messages/add", "status": 503, "times": 1}


def _new_thread_each(run: Run) -> None:
    run.talks(PENELOPE, "Hi!")
    run.says(PENELOPE, "Again")
    run.adds(run.opens(PENELOPE), "Again")


def _new_thread_after_resolving(run: Run, *, arrives: bool = True) -> None:
    run.resolves(run.talks(PENELOPE, "Hi!"))
    run.says(PENELOPE, "Again")
    if arrives:
        run.adds(run.opens(PENELOPE), "Again")


def _lost_answer_to_the_opening(run: Run) -> None:
    run.says(PENELOPE, "Hi!")
    run.opens(PENELOPE, injects={"operation": "messageThreads/add", "lose_response": "reset", "times": 1})
    run.adds(run.opens(PENELOPE), "Hi!")
    run.says(PENELOPE, "Again")
    run.adds(run.opens(PENELOPE), "Again")


def _two(run: Run, *, sender: str = MAX, subject: str = "Chat", text: str = "Hello") -> None:
    run.talks(PENELOPE, "Hi!")
    run.says(MAX, text)
    run.adds(run.opens(MAX, sender=sender, subject=subject), text)


def _one_thread_for_all(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.says(MAX, "Hello")
    run.adds(thread, "Hello")


def _same_text_of_both(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.says(MAX, "Hi!")
    run.says(PENELOPE, "Hi!")
    other = run.opens(MAX)
    run.adds(thread, "Hi!")
    run.adds(other, "Hi!")


def _first_add_fails(run: Run, *, filled: bool = True, status: int = 503, times: int = 1) -> None:
    run.says(PENELOPE, "Hi!")
    thread = run.opens(PENELOPE)
    run.adds(thread, "Hi!", status=status, injects={**FAILS, "status": status, "times": times})
    if filled:
        run.wait(1)
        run.adds(thread, "Hi!")


def _hotels(run: Run, *, mixed: bool = False, shown: tuple[str, ...] = ()) -> dict[str, Any]:
    """Two guests write to two hotels, and each is answered; `shown` are the guests who see their answer."""
    thread = run.talks(PENELOPE, "Hi!")
    run.says(MAX, "Hello")
    request = run.call("messageThreads/add", {**BASE, "OriginalSender": MAX, "Subject": "Chat"})
    other = ENTERPRISE if mixed else "e2"
    run.note("thread", cause=request, thread_id="t2", guest=MAX, subject="Chat", enterprise_id=other)
    run.adds("t2", "Hello")
    assert thread != "t2"
    for guest, own in ((PENELOPE, thread), (MAX, "t2")):
        run.tells(run.replies(own, f"Hello {guest}!"))
        run.sees(guest, *(f"Hello {guest}!" for _ in range(guest in shown)))
    hotels = {"Hi!": ENTERPRISE, "Hello": "e2"}
    return {
        "several_hotels": True,
        "texts": tuple(replace(each, hotel=hotels[each.text]) for each in run.texts),
    }


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("THREAD-01", nothing, "not_exercised"),
        ("THREAD-01", usual, "pass"),
        ("THREAD-01", _new_thread_each, "fail"),
        ("THREAD-01", _new_thread_after_resolving, "not_exercised"),
        ("THREAD-01", _lost_answer_to_the_opening, "not_exercised"),
        ("THREAD-02", usual, "not_exercised"),
        ("THREAD-02", _two, "pass"),
        ("THREAD-02", _same_text_of_both, "pass"),
        ("THREAD-02", lambda run: _two(run, sender="max (WhatsApp)"), "pass"),
        ("THREAD-02", lambda run: _two(run, subject="Is Penelope there?", text="Is Penelope there?"), "pass"),
        ("THREAD-02", lambda run: _two(run, subject="Chat with Penelopea"), "pass"),
        ("THREAD-02", lambda run: _two(run, subject="Chat with Penelope"), "fail"),
        ("THREAD-02", lambda run: _two(run, sender=PENELOPE), "fail"),
        ("THREAD-02", _one_thread_for_all, "fail"),
        ("THREAD-03", usual, "not_exercised"),
        ("THREAD-03", _first_add_fails, "pass"),
        ("THREAD-03", lambda run: _first_add_fails(run, filled=False), "fail"),
        ("THREAD-03", lambda run: _first_add_fails(run, filled=False, times=2), "not_exercised"),
        ("THREAD-03", lambda run: _first_add_fails(run, filled=False, status=403), "not_exercised"),
        ("THREAD-04", usual, "not_exercised"),
        ("THREAD-04", _new_thread_after_resolving, "pass"),
        ("THREAD-04", lambda run: _new_thread_after_resolving(run, arrives=False), "fail"),
        ("THREAD-05", usual, "not_exercised"),
        ("THREAD-05", lambda run: _hotels(run, mixed=False), "pass"),
        ("THREAD-05", lambda run: _hotels(run, mixed=True), "fail"),
        ("THREAD-05", lambda run: _hotels(run, shown=(PENELOPE, MAX)), "pass"),
        ("THREAD-05", lambda run: _hotels(run, shown=(PENELOPE,)), "fail"),
        ("SHOW-01", lambda run: _hotels(run, shown=(PENELOPE,)), "pass"),
    ],
)
def test_threads_are_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


def test_the_sender_is_not_judged_where_the_app_never_hears_the_name() -> None:
    run = Run()
    _two(run, sender="+49170")
    assert run.judged("THREAD-02").outcome == "fail"
    assert run.judged("THREAD-02", names_told=False).outcome == "pass"


def test_one_hotel_is_no_matter_of_two_hotels() -> None:
    result = Run().judged("THREAD-05")
    assert not result.applies


def test_a_text_lost_after_resolving_is_one_checks_alone() -> None:
    run = Run()
    _new_thread_after_resolving(run, arrives=False)
    assert run.judged("SEND-01").outcome == "pass"
