"""The laws of webhooks: HOOK-01 to HOOK-08, and ERR-03."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockmews_testkit.checks.record import Outage
from tests.testkit.checks.journal import PENELOPE, UNKNOWN, Run, Story, nothing, outcome, usual

WRONG = {"webhook": "any", "wrong_token": "other"}
SLOW = {"operation": "messages/getAll", "delay": "6s", "nth": 1}
FAILING = {"operation": "messages/getAll", "status": 500, "times": 1}
EARLY = {"webhook": "any", "early": "1s"}


def _answered(status: int | None, took: float = 0.01, **how: Any) -> Story:
    def story(run: Run) -> None:
        thread = run.talks(PENELOPE, "Hi!")
        run.tells(run.replies(thread, "Hello!"), status=status, took=took, state="scheduled", **how)

    return story


def _while_down(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    began = run.elapsed
    reply = run.replies(thread, "Hello!")
    delivery = run.tells(reply, status=None, error="refused", state="scheduled")
    run.wait(2)
    run.outages.append(Outage(began, run.elapsed))
    run.wait(1)
    run.tells(reply, delivery=delivery)
    run.looks(thread)
    run.sees(PENELOPE, "Hello!")


def _slow_getall(run: Run, *, status: int | None = 200, waits: bool = False) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    reply = run.replies(thread, "Hello!")
    if waits:
        run.looks(thread, took=6.0, injects=SLOW)
        run.wait(-6.05)  # the attempt stands in the journal when it has ended, and began before the call
        run.tells(reply, status=status, took=6.1)
    else:
        run.tells(reply, status=status)
        run.looks(thread, took=6.0, injects=SLOW)
    run.sees(PENELOPE, "Hello!")


def _wrong_token(run: Run, *, status: int = 401, shown_after: float | None = None) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    reply = run.replies(thread, "Hello!")
    run.wait(3)
    run.tells(reply, status=status, injects=WRONG, state="scheduled")
    if shown_after is not None:
        run.wait(shown_after)
        run.looks(thread)
        run.sees(PENELOPE, "Hello!")


def _noise(run: Run, *, status: int = 200, makes: str = "") -> None:
    run.talks(PENELOPE, "Hi!")
    run.tells([], noise=["SomethingNew"], status=status)
    if makes:
        run.sees(PENELOPE, makes)


def _noise_among_replies(run: Run, *, usual: int) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.tells(run.replies(thread, "Hello!"), status=usual)
    run.tells(run.replies(thread, "How are you?"), noise=["SomethingNew"], status=400)


def _many(
    run: Run, *, shown: int = 120, status: int = 200, later: int = 0, usual: int = 200
) -> dict[str, Any] | None:
    thread = run.talks(PENELOPE, "Hi!")
    run.tells(run.replies(thread, "Hello!"), status=usual)
    run.sees(PENELOPE, "Hello!")
    texts = [f"Line {number}" for number in range(120)]
    run.tells(run.replies(thread, *texts), status=status)
    run.looks(thread, count=1000)
    run.sees(PENELOPE, *texts[:shown])
    if later:  # a slow channel, and the story ends soon after
        run.wait(20)
        run.sees(PENELOPE, *texts[shown : shown + later])
        return {"after": 1.0}
    return None


def _unknown(run: Run, *, alive: bool = True, makes: str = "") -> dict[str, Any]:
    run.talks(PENELOPE, "Hi!")
    run.tells([UNKNOWN], status=404)
    if makes:
        run.sees(PENELOPE, makes)
    return {"alive": alive}


def _early(run: Run, *, shows: int = 1) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    reply = run.replies(thread, "Hello!")
    number = run.entries[-1]["number"]
    run.note("fault", cause=number, fault="fault-1", hit=1, did="", injects=EARLY, delivery=None)
    run.tells(reply)
    run.looks(thread)
    run.wait(1)
    run.looks(thread)
    run.sees(PENELOPE, *["Hello!"] * shows)


def _reading_fails(run: Run, *, shows: int = 1) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    reply = run.replies(thread, "Hello!")
    delivery = run.tells(reply, status=503, state="scheduled")
    run.looks(thread, status=500, injects=FAILING)
    run.wait(2)
    run.tells(reply, delivery=delivery)
    run.looks(thread)
    run.sees(PENELOPE, *["Hello!"] * shows)


def _given_up(run: Run, *, recovers: bool = True, contact: bool = True, drops: bool = False) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    if drops:
        run.tells(run.replies(thread, "Lost"), injects={"webhook": "any", "drop": True})
    else:
        run.tells(run.replies(thread, "Lost"), status=None, error="refused", state="discarded")
    if contact:
        run.says(PENELOPE, "Are you there?")
        run.adds(thread, "Are you there?")
        run.looks(thread)
    if recovers:
        run.sees(PENELOPE, "Lost")


def _failing_getall_behind_a_failed_webhook(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    reply = run.replies(thread, "Hello!")
    run.looks(thread, status=500, injects=FAILING, took=0.05)
    run.wait(-0.3)  # it began before that call
    run.tells(reply, status=500, took=0.4, state="scheduled")


def _stale(run: Run) -> None:
    usual(run)
    reply = run.replies(run.entries[1]["thread_id"], "Good night")
    delivery = run.tells(reply, status=None, error="the kept connection had ended", state="scheduled")
    run.tells(reply, delivery=delivery)
    run.entries[-1]["attempt_cause"] = "stale connection"


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("HOOK-01", nothing, "not_exercised"),
        ("HOOK-01", usual, "pass"),
        ("HOOK-01", _stale, "pass"),
        ("HOOK-01", _answered(204), "pass"),
        ("HOOK-01", _answered(500), "fail"),
        ("HOOK-01", _answered(302), "fail"),
        ("HOOK-01", _answered(200, 5.2), "fail"),
        ("HOOK-01", _answered(None, 5.0, error="no answer within 5 s"), "fail"),
        ("HOOK-01", _answered(401, injects=WRONG), "pass"),
        ("HOOK-01", _while_down, "pass"),
        ("HOOK-01", _failing_getall_behind_a_failed_webhook, "pass"),
        ("HOOK-01", lambda run: _noise(run, status=500), "pass"),
        ("HOOK-01", lambda run: _unknown(run) and None, "pass"),
        ("HOOK-02", usual, "not_exercised"),
        ("HOOK-02", _slow_getall, "pass"),
        ("HOOK-02", lambda run: _slow_getall(run, status=None, waits=True), "fail"),
        ("HOOK-03", usual, "not_exercised"),
        ("HOOK-03", _wrong_token, "pass"),
        ("HOOK-03", lambda run: _wrong_token(run, shown_after=2.0), "pass"),
        ("HOOK-03", lambda run: _wrong_token(run, status=200), "fail"),
        ("HOOK-03", lambda run: _wrong_token(run, shown_after=0.1), "fail"),
        ("HOOK-05", usual, "not_exercised"),
        ("HOOK-05", _noise, "pass"),
        ("HOOK-05", lambda run: _noise(run, status=400), "fail"),
        ("HOOK-05", lambda run: _noise(run, makes="None"), "fail"),
        ("HOOK-05", lambda run: _noise_among_replies(run, usual=200), "fail"),
        ("HOOK-05", lambda run: _noise_among_replies(run, usual=400), "pass"),
        ("HOOK-01", lambda run: _noise_among_replies(run, usual=400), "fail"),
        ("HOOK-06", usual, "not_exercised"),
        ("HOOK-06", _many, "pass"),
        ("HOOK-06", lambda run: _many(run, shown=1), "fail"),
        ("HOOK-06", lambda run: _many(run, shown=0, status=500), "fail"),
        ("HOOK-06", lambda run: _many(run, shown=120, status=500, usual=500), "pass"),
        ("HOOK-06", lambda run: _many(run, shown=50, later=20), "not_exercised"),
        ("HOOK-06", lambda run: _many(run, shown=50, later=70), "pass"),
        ("HOOK-07", usual, "not_exercised"),
        ("HOOK-07", _unknown, "pass"),
        ("HOOK-07", lambda run: _unknown(run, alive=False), "fail"),
        ("HOOK-07", lambda run: _unknown(run, makes="undefined"), "fail"),
        ("HOOK-07", _early, "pass"),
        ("HOOK-07", lambda run: _early(run, shows=0), "fail"),
        ("HOOK-07", lambda run: _early(run, shows=2), "fail"),
        ("HOOK-08", usual, "not_exercised"),
        ("HOOK-08", _while_down, "pass"),
        ("HOOK-08", _reading_fails, "pass"),
        ("HOOK-08", lambda run: _reading_fails(run, shows=0), "fail"),
        ("HOOK-08", lambda run: _reading_fails(run, shows=2), "fail"),
        ("ERR-03", usual, "not_exercised"),
        ("ERR-03", _given_up, "pass"),
        ("ERR-03", lambda run: _given_up(run, drops=True), "pass"),
        ("ERR-03", lambda run: _given_up(run, recovers=False), "fail"),
        ("ERR-03", lambda run: _given_up(run, recovers=False, drops=True), "fail"),
        ("ERR-03", lambda run: _given_up(run, recovers=False, contact=False), "not_exercised"),
    ],
)
def test_webhooks_are_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (usual, "pass"),
        (_answered(200), "fail"),
        (_answered(401, injects=WRONG), "not_exercised"),
        (lambda run: run.talks(PENELOPE, "Hi!") and None, "not_exercised"),
    ],
)
def test_bare_ids_are_judged_under_their_payload(story: Story, expected: str) -> None:
    assert outcome("HOOK-04", story, payload="ids_only") == expected
    assert outcome("HOOK-04", story) == "not_exercised"


@pytest.mark.parametrize(
    "story",
    [
        _answered(500),
        _answered(401, injects=WRONG),
        lambda run: _many(run, shown=1),
        lambda run: _early(run, shows=0),
        lambda run: _reading_fails(run, shows=0),
        lambda run: _given_up(run, recovers=False),
    ],
)
def test_a_reply_that_another_check_misses_is_not_missed_twice(story: Story) -> None:
    assert outcome("SHOW-01", story) != "fail"


def test_a_shorter_time_limit_is_not_the_apps_fault() -> None:
    run = Run()
    _answered(None, 1.0, error="no answer within 1 s")(run)
    assert run.judged("HOOK-01", settings={"webhook_timeout": "1s"}).outcome != "fail"


def test_a_body_that_was_cut_still_tells_its_events() -> None:
    run = Run()
    _many(run, shown=1)
    (attempt,) = [each for each in run.entries if each["kind"] == "attempt" and len(str(each)) > 5000]
    whole = json.dumps({**attempt["request_body"]["json"], "Entities": {"Messages": []}})
    attempt["request_body"] = {"json": None, "text": whole[:-20], "length": len(whole)}
    assert run.judged("HOOK-06").outcome == "fail"
    assert "119 were not shown" in run.judged("HOOK-06").reason


def test_a_webhook_given_up_too_early_is_named_as_the_reason() -> None:
    run = Run()
    _given_up(run)
    assert "given up before the app took it" in run.judged("HOOK-08").reason
