"""What an app owes when a story has been told."""

from __future__ import annotations

from mockmews_testkit.checks.debts import is_in_debt
from mockmews_testkit.checks.story import Story
from tests.testkit.checks.journal import PENELOPE, Run, usual


def _owes(run: Run) -> bool:
    return is_in_debt(Story(run.record()))


def test_nothing_is_owed_when_all_arrived() -> None:
    run = Run()
    usual(run)
    assert not _owes(run)


def test_a_text_that_is_not_in_mews_is_owed() -> None:
    run = Run()
    usual(run)
    run.says(PENELOPE, "Around 11pm.")
    assert _owes(run)


def test_a_text_that_mews_refused_is_not_owed() -> None:
    run = Run()
    thread = run.talks(PENELOPE, "Hi!")
    run.says(PENELOPE, "Around 11pm.")
    run.adds(thread, "Around 11pm.", status=403, injects={"operation": "any", "status": 403})
    assert not _owes(run)


def test_a_reply_is_owed_once_the_app_was_told_of_it() -> None:
    run = Run()
    written = run.replies(run.talks(PENELOPE, "Hi!"), "Hello!")
    assert not _owes(run)
    run.tells(written)
    assert _owes(run)


def test_an_empty_thread_is_owed_a_message() -> None:
    run = Run()
    run.opens(PENELOPE)
    assert _owes(run)


def test_an_app_that_mews_told_to_wait_is_busy_until_then() -> None:
    run = Run()
    thread = run.talks(PENELOPE, "Hi!")
    assert Story(run.record(after=0)).busy_for == 0
    run.says(PENELOPE, "Around 11pm.")
    limit = {"operation": "any", "status": 429, "retry_after": "2s", "times": 1}
    run.adds(thread, "Around 11pm.", status=429, retry_after=2, injects=limit)
    assert 1 < Story(run.record(after=0)).busy_for <= 2
    run.wait(2)
    assert Story(run.record(after=0)).busy_for == 0
