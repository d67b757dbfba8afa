"""The laws of sending and of being limited or refused: SEND, ERR-01, ERR-02 and RATE."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews_testkit.checks.record import Outage
from tests.testkit.checks.journal import PENELOPE, Run, Story, nothing, outcome, usual

LOST = {"operation": "messages/add", "lose_response": "reset", "times": 1}
BROKEN = {"operation": "messages/add", "status": 500, "times": 1}
LIMITED = {"operation": "messages/add", "status": 429, "times": 1}


def _says(run: Run, *stored: str) -> None:
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Hi!")
    for text in stored:
        run.adds(thread, text)


def _burst(run: Run, *stored: str) -> None:
    thread = run.talks(PENELOPE, "First")
    for text in ("One", "Two", "Three"):
        run.says(PENELOPE, text)
    run.adds(thread, *stored)


def _burst_behind_a_slow_answer(run: Run, *stored: str) -> None:
    """The answer to the first text waits for a moment, and the others behind it in the app."""
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "One")
    run.adds(thread, "One", injects={"operation": "messages/add", "delay": "500ms", "times": 1})
    for text in ("Two", "Three"):
        run.says(PENELOPE, text)
    run.wait(0.5)
    run.adds(thread, *stored)


def _answer_lost(run: Run, *, again: bool) -> None:
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Hi!")
    run.adds(thread, "Hi!", stored=True, status=None, injects=LOST)
    if again:
        run.adds(thread, "Hi!")


def _add_fails(
    run: Run, *, again: bool = True, taken: bool = True, notice: str = "", status: int | None = 500
) -> None:
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Hi!", taken=taken)
    effect: dict[str, Any] = {"reset": True} if status is None else {"status": status}
    run.adds(
        thread,
        "Hi!",
        stored=False,
        status=status,
        injects={"operation": "messages/add", "times": 1, **effect},
    )
    if notice:
        run.sees(PENELOPE, notice)
    if again:
        run.wait(1)
        run.adds(thread, "Hi!")


def _storms(run: Run) -> None:
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Hi!")
    for _ in range(30):
        run.adds(thread, "Hi!", status=500, injects={**BROKEN, "times": 99})
    run.adds(thread, "Hi!")


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("SEND-01", nothing, "not_exercised"),
        ("SEND-01", usual, "pass"),
        ("SEND-01", lambda run: _says(run, "Hi!"), "pass"),
        ("SEND-01", lambda run: _says(run), "fail"),
        ("SEND-01", lambda run: _says(run, "Hi"), "fail"),
        ("SEND-01", lambda run: _says(run, "Hi!", "Hi!"), "fail"),
        ("SEND-01", lambda run: _answer_lost(run, again=True), "pass"),
        ("SEND-01", lambda run: _add_fails(run, again=False), "pass"),
        ("SEND-02", usual, "not_exercised"),
        ("SEND-02", lambda run: _burst(run, "One", "Two", "Three"), "pass"),
        ("SEND-02", lambda run: _burst(run, "One", "Three", "Two"), "fail"),
        ("SEND-02", lambda run: _burst_behind_a_slow_answer(run, "Two", "Three"), "pass"),
        ("SEND-02", lambda run: _burst_behind_a_slow_answer(run, "Three", "Two"), "fail"),
        ("SEND-03", usual, "not_exercised"),
        ("SEND-03", lambda run: _answer_lost(run, again=False), "pass"),
        ("SEND-03", lambda run: _answer_lost(run, again=True), "fail"),
        ("ERR-01", usual, "not_exercised"),
        ("ERR-01", _add_fails, "pass"),
        ("ERR-01", lambda run: _add_fails(run, again=False, taken=False), "pass"),
        ("ERR-01", lambda run: _add_fails(run, again=False, notice="Not delivered."), "pass"),
        ("ERR-01", lambda run: _add_fails(run, again=False), "fail"),
        ("ERR-01", lambda run: _add_fails(run, again=False, status=408), "fail"),
        ("ERR-01", lambda run: _add_fails(run, again=False, status=None), "fail"),
        ("ERR-01", _storms, "fail"),
    ],
)
def test_sending_is_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


def test_a_lost_text_is_named_with_what_became_of_it() -> None:
    run = Run()
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Please keep my room \U0001f6cf", source="late.mews.yaml:7:5")
    run.adds(thread, "Please keep my room ?")
    (proof,) = run.judged("SEND-01").proofs
    assert proof.source == "late.mews.yaml:7:5"
    assert "became '?'" in proof.text
    assert proof.entries


@pytest.mark.parametrize(("check", "fails"), [("SEND-01", False), ("ERR-01", True)])
def test_a_text_that_a_restart_lost_is_told_with_the_restart(check: str, fails: bool) -> None:
    run = Run()
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Hi!")
    if fails:
        run.adds(thread, "Hi!", status=500, injects=BROKEN)
    before = [each.text for each in run.judged(check).proofs]
    run.outages.append(Outage(run.elapsed, run.elapsed + 1))
    (proof,) = run.judged(check).proofs
    assert "restarted" in proof.text
    assert len(before) == 1
    assert "restarted" not in before[0]


def test_a_text_is_not_lost_while_the_app_may_still_send_it() -> None:
    run = Run()
    _says(run)
    assert run.judged("SEND-01", after=1.0).outcome == "pass"
    assert run.judged("SEND-01", after=1.0, patience=0.5).outcome == "fail"


def test_a_text_of_a_bot_need_not_reach_mews() -> None:
    run = Run()
    run.talks(PENELOPE, "First")
    run.says(PENELOPE, "What is the Wi-Fi password?", forwarded=False)
    assert run.judged("SEND-01").outcome == "pass"


def _limited(
    run: Run,
    *,
    pause: float = 2.0,
    arrives: bool = True,
    copies: int = 1,
    times: int = 1,
    hits: int = 1,
    other: bool = False,
) -> None:
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Hi!")
    for hit in range(1, hits + 1):
        run.adds(thread, "Hi!", status=429, retry_after=2, injects={**LIMITED, "times": times}, hit=hit)
        if other:
            run.looks(thread)
        run.wait(pause)
    if arrives:
        for _ in range(copies):
            run.adds(thread, "Hi!")


def _overtaken(run: Run) -> None:
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "One")
    run.says(PENELOPE, "Two")
    run.adds(thread, "One", status=429, retry_after=2, injects=LIMITED)
    run.wait(2)
    run.adds(thread, "Two")
    run.adds(thread, "One")


def _reading_limited(run: Run, *, shows: bool) -> None:
    thread = run.talks(PENELOPE, "First")
    run.tells(run.replies(thread, "Hello!"))
    run.looks(
        thread, status=429, retry_after=2, injects={"operation": "messages/getAll", "status": 429, "nth": 1}
    )
    run.wait(2)
    if shows:
        run.looks(thread)
        run.sees(PENELOPE, "Hello!")


def _reply_overtaken(run: Run, *, limited_first: bool) -> None:
    """Of two replies the later one is shown first; the app is limited before that, or when both are shown."""
    thread = run.talks(PENELOPE, "First")
    replies = run.replies(thread, "Hello!", "How are you?")
    fault = {"operation": "messages/getAll", "status": 429, "nth": 1}
    run.tells(replies)
    if limited_first:
        run.looks(thread, status=429, retry_after=2, injects=fault)
        run.wait(2)
    run.looks(thread)
    run.sees(PENELOPE, "How are you?", "Hello!")
    if not limited_first:
        run.looks(thread, status=429, retry_after=2, injects=fault)


def _equal_texts_after_a_limit(run: Run) -> None:
    thread = run.talks(PENELOPE, "First")
    _, thanks, again = run.replies(thread, "Hello!", "Thank you.", "Hello!")
    run.tells([thanks])
    run.looks(
        thread, status=429, retry_after=2, injects={"operation": "messages/getAll", "status": 429, "nth": 1}
    )
    run.wait(2)
    run.looks(thread)
    run.sees(PENELOPE, "Hello!", "Thank you.", "Hello!")
    run.tells([again])


def _looks_refused(run: Run, *, webhooks: int, looks: int) -> None:
    """Each webhook makes the app look once, and it looks on without any."""
    thread = run.talks(PENELOPE, "First")
    fault = {"operation": "any", "status": 401}
    for text in range(webhooks):
        run.tells(run.replies(thread, f"Reply {text}"))
        run.looks(thread, status=401, injects=fault)
    for _ in range(looks):
        run.looks(thread, status=401, injects=fault)


def _repeats(*pauses: float, status: int = 429) -> Story:
    def story(run: Run) -> None:
        thread = run.talks(PENELOPE, "First")
        run.says(PENELOPE, "Hi!")
        for pause in pauses:
            run.adds(thread, "Hi!", status=status, injects={**LIMITED, "status": status, "times": 9})
            run.wait(pause)
        run.adds(thread, "Hi!")

    return story


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("RATE-01", usual, "not_exercised"),
        ("RATE-01", _limited, "pass"),
        ("RATE-01", lambda run: _limited(run, other=True), "pass"),
        ("RATE-01", lambda run: _limited(run, pause=0.1), "fail"),
        ("RATE-01", lambda run: _limited(run, pause=1.0), "fail"),
        ("RATE-02", usual, "not_exercised"),
        ("RATE-02", _limited, "pass"),
        ("RATE-02", lambda run: _limited(run, arrives=False), "fail"),
        ("RATE-02", lambda run: _limited(run, arrives=False, times=3), "not_exercised"),
        ("RATE-02", lambda run: _limited(run, copies=2), "fail"),
        ("RATE-02", _overtaken, "fail"),
        ("RATE-02", lambda run: _reading_limited(run, shows=True), "pass"),
        ("RATE-02", lambda run: _reading_limited(run, shows=False), "fail"),
        ("RATE-02", _equal_texts_after_a_limit, "pass"),
        ("RATE-02", lambda run: _reply_overtaken(run, limited_first=True), "fail"),
        ("RATE-02", lambda run: _reply_overtaken(run, limited_first=False), "pass"),
        ("RATE-04", usual, "not_exercised"),
        ("RATE-04", _repeats(0.5, 1), "not_exercised"),
        ("RATE-04", _repeats(0.5, 1, 2), "pass"),
        ("RATE-04", _repeats(0.5, 0.5, 0.5), "fail"),
        ("ERR-02", usual, "not_exercised"),
        ("ERR-02", _repeats(1, 1, 1, status=403), "pass"),
        ("ERR-02", _repeats(1, 1, 1, 1, status=401), "fail"),
        ("ERR-02", _repeats(4, 4, 4, 4, status=400), "pass"),
        ("ERR-02", lambda run: _looks_refused(run, webhooks=6, looks=3), "pass"),
        ("ERR-02", lambda run: _looks_refused(run, webhooks=1, looks=4), "fail"),
    ],
)
def test_limits_are_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


@pytest.mark.parametrize(("before", "expected"), [(0.2, "pass"), (2.0, "fail")])
def test_a_text_sent_again_after_a_restart_is_excused_where_the_app_ended_too_soon(
    before: float, expected: str
) -> None:
    run = Run()
    thread = run.talks(PENELOPE, "Hi!")
    run.wait(before)
    run.outages.append(Outage(run.elapsed, run.elapsed + 1))
    run.wait(1.1)  # it adds at once when it is up
    run.adds(thread, "Hi!")
    assert run.judged("SEND-01").outcome == expected


def test_a_short_wait_for_an_answer_excuses_nothing() -> None:
    run = Run()
    _burst_behind_a_slow_answer(run, "Two", "Three")
    run.sees(PENELOPE, "Something went wrong.")
    assert "which nobody wrote" in run.judged("SHOW-01").reason


def test_a_restart_ends_the_wait_for_retry_after() -> None:
    run = Run()
    _limited(run, pause=0.6)
    calls = [each["elapsed"] for each in run.entries if each["kind"] == "request"]
    run.outages.append(Outage(calls[-2] + 0.1, calls[-2] + 0.4))
    assert run.judged("RATE-01").outcome == "pass"


def test_a_refused_text_is_no_lost_text() -> None:
    run = Run()
    thread = run.talks(PENELOPE, "First")
    run.says(PENELOPE, "Hi!")
    run.adds(thread, "Hi!", status=403, injects={"operation": "messages/add", "status": 403, "times": 1})
    assert run.judged("SEND-01").outcome == "pass"
    assert run.judged("ERR-02").outcome == "pass"
