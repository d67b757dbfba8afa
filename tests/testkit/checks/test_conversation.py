"""The laws of what guests are shown and of rest: SHOW, ORDER, LOOP, RATE-03 and SEC-01."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews_testkit.checks.record import Guest, Outage, Showing
from tests.testkit.checks.journal import MAX, PENELOPE, Run, Story, nothing, outcome, usual

TOKEN = "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D"
MASKED = "C66E***453D"
LOG = "GET /health\nPOST /hooks?Token=967aa1846d65e0ca2c94 200\n"


def _shown(*texts: str, reply: str = "Hello!", told: int = 1, fault: bool = False) -> Story:
    """A reply that is told of so often, and what the app shows."""

    def story(run: Run) -> None:
        thread = run.talks(PENELOPE, "Hi!")
        if fault:
            run.looks(thread, status=500, injects={"operation": "any", "status": 500, "times": 1})
        written = run.replies(thread, reply)
        delivery = run.tells(written) if told else 0
        for _ in range(1, told):
            run.tells(written, delivery=delivery)
        run.looks(thread)
        run.sees(PENELOPE, *texts)

    return story


def _two_guests(run: Run, *, to_max: str = "Room 12", to_penelope: str = "Room 7") -> None:
    first, second = run.talks(PENELOPE, "Hi!"), run.talks(MAX, "Hello")
    run.tells(run.replies(first, "Room 7"))
    run.sees(PENELOPE, to_penelope)
    run.tells(run.replies(second, "Room 12"))
    run.sees(MAX, to_max)


def _to_all(run: Run) -> None:
    _two_guests(run)
    run.sees(MAX, "Room 7")


def _restarted(run: Run, *, shows: int) -> None:
    usual(run)
    run.outages.append(Outage(run.elapsed, run.elapsed + 1))
    run.wait(2)
    run.sees(PENELOPE, *["Travel safely!"] * (shows - 1))


def _equal(run: Run, *, shows: int, told: int = 2) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    for number in range(2):
        written = run.replies(thread, "Yes.")
        if number < told:
            run.tells(written)
    run.sees(PENELOPE, *["Yes."] * shows)


def _reversed(run: Run, *shown: str) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    first, second = run.replies(thread, "One", "Two")
    run.tells([second])
    run.tells([first])
    run.looks(thread)
    run.sees(PENELOPE, *shown)


def _in_a_second(run: Run, *shown: str, window: bool = False, down: bool = False) -> None:
    run.elapsed = 20.0
    thread = run.talks(PENELOPE, "Hi!")
    for each in run.replies(thread, "One", "Two", "Three"):
        delivery = run.tells([each], status=503, state="scheduled") if down else None
        run.tells([each], delivery=delivery)
    interval = ("2026-03-10T12:00:00Z", "2026-03-10T12:00:20Z") if window else None
    run.looks(thread, interval=interval)
    run.sees(PENELOPE, *shown)


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("SHOW-01", nothing, "not_exercised"),
        ("SHOW-01", usual, "pass"),
        ("SHOW-01", _shown("Hello!"), "pass"),
        ("SHOW-01", _shown(), "fail"),
        ("SHOW-01", _shown("Hello"), "fail"),
        ("SHOW-01", _shown("49", reply="{{ 7 * 7 }}"), "fail"),
        ("SHOW-01", _shown("Hello!", "Hello!"), "fail"),
        ("SHOW-01", _shown("Hello!", "How did you like it?"), "fail"),
        ("SHOW-01", _shown("Hello!", "Something went wrong.", fault=True), "pass"),
        ("SHOW-01", _shown(told=0), "not_exercised"),
        ("SHOW-01", _shown("Hello!", "Hello!", told=2), "pass"),
        ("SHOW-01", lambda run: _in_a_second(run, "One", window=True), "pass"),
        ("SHOW-02", usual, "not_exercised"),
        ("SHOW-02", _two_guests, "pass"),
        ("SHOW-02", _to_all, "fail"),
        ("SHOW-02", lambda run: _two_guests(run, to_max="Room 7", to_penelope="Room 12"), "fail"),
        ("SHOW-03", usual, "not_exercised"),
        ("SHOW-03", _shown("Hello!", told=3), "pass"),
        ("SHOW-03", _shown("Hello!", "Hello!", told=2), "fail"),
        ("SHOW-03", lambda run: _restarted(run, shows=1), "pass"),
        ("SHOW-03", lambda run: _restarted(run, shows=2), "fail"),
        ("SHOW-04", usual, "not_exercised"),
        ("SHOW-04", lambda run: _equal(run, shows=2), "pass"),
        ("SHOW-04", lambda run: _equal(run, shows=1), "fail"),
        ("SHOW-04", lambda run: _equal(run, shows=1, told=1), "not_exercised"),
        ("ORDER-01", usual, "not_exercised"),
        ("ORDER-01", lambda run: _reversed(run, "One", "Two"), "pass"),
        ("ORDER-01", lambda run: _reversed(run, "Two", "One"), "fail"),
        ("ORDER-02", usual, "not_exercised"),
        ("ORDER-02", lambda run: _in_a_second(run, "One", "Two", "Three"), "pass"),
        ("ORDER-02", lambda run: _in_a_second(run, "One", "Three", "Two"), "fail"),
        ("ORDER-02", lambda run: _in_a_second(run, "One"), "fail"),
        ("ORDER-02", lambda run: _in_a_second(run, "One", down=True), "not_exercised"),  # HOOK-08's
        ("LOOP-01", nothing, "not_exercised"),
        ("LOOP-01", usual, "pass"),
        ("LOOP-01", _shown("Hi!", "Hello!"), "fail"),
        ("LOOP-01", _shown("Hi!", reply="Hi!"), "pass"),
    ],
)
def test_what_guests_see_is_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


def test_what_is_shown_twice_is_not_judged_where_that_cannot_be_told() -> None:
    run = Run()
    _shown("Hello!", "Hello!", told=2)(run)
    for check in ("SHOW-01", "SHOW-03", "SHOW-04"):
        result = run.judged(check, exact=False, inexact_reason="poll has no id")
        assert (result.outcome, result.reason) == ("not_exercised", "poll has no id")


def test_a_missing_reply_is_seen_without_exactness() -> None:
    run = Run()
    _shown()(run)
    assert run.judged("SHOW-01", exact=False, inexact_reason="poll has no id").outcome == "fail"


def test_texts_are_judged_as_the_channel_shows_them() -> None:
    run = Run()
    _shown("5 &lt; 6 &amp; 7", reply="5 < 6 & 7")(run)
    assert run.judged("SHOW-01").outcome == "fail"
    assert run.judged("SHOW-01", html=True).outcome == "pass"
    split = Run()
    _shown("one two", "three", reply="one two three")(split)
    assert split.judged("SHOW-01", limit=8, splits=True).outcome == "pass"
    assert split.judged("SHOW-01", limit=80, splits=True).outcome == "fail"
    refused = Run()
    _shown(reply="one two three")(refused)
    assert refused.judged("SHOW-01", limit=8).outcome != "fail"


def test_the_apps_own_words_are_no_reply() -> None:
    run = Run()
    usual(run)
    run.sees(PENELOPE, "Hi, I am Roomie!", own=True)
    assert run.judged("SHOW-01").outcome == "pass"


def test_a_dressed_reply_is_judged_as_dressed() -> None:
    run = Run()
    _shown("[Hotel] Hello!")(run)
    (message,) = [each["message_id"] for each in run.entries if each.get("sender") == "Enterprise"]
    assert run.judged("SHOW-01", shown_as={message: "[Hotel] Hello!"}).outcome == "pass"


def _steps(run: Run, *, adds: int = 0, text: str = "Hi!", looks: int = 0, every: float = 0.05) -> None:
    usual(run)
    thread = run.entries[1]["thread_id"]
    for _ in range(adds):
        run.adds(thread, text)
    run.wait(3)
    for _ in range(looks):
        run.wait(every)
        run.looks(thread)


def _storms_after_a_webhook(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.tells(run.replies(thread, "Hello!"))
    for _ in range(60):
        run.looks(thread)


def _searches(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.tells(["ffffffff-0000-4000-8000-000000000000"])
    for pause in (0.2, 0.4, 0.8, 1.6, 3.2):
        run.wait(pause)
        run.looks(thread)


def _kits_own_load(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    for number in range(150):
        run.says(PENELOPE, f"{number}")
        run.adds(thread, f"{number}")
        run.looks(thread)


def _looks_for_each_event(run: Run, *, more: int = 0) -> None:
    """One body tells of a hundred replies, and the app looks for each of them, at its own pace."""
    thread = run.talks(PENELOPE, "Hi!")
    run.tells(run.replies(thread, *(f"Room {number} is ready." for number in range(100))))
    for _ in range(100):
        run.wait(0.05)
        run.looks(thread)
        run.looks(thread, cursor="more")
    for _ in range(more):
        run.wait(1)
        run.looks(thread)


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("LOOP-02", nothing, "not_exercised"),
        ("LOOP-02", usual, "pass"),
        ("LOOP-02", lambda run: _steps(run, adds=1), "pass"),
        ("LOOP-02", lambda run: _steps(run, adds=5), "fail"),
        ("LOOP-02", lambda run: _steps(run, adds=1, text="Travel safely!"), "fail"),
        ("LOOP-02", lambda run: _steps(run, looks=60, every=1), "pass"),
        ("LOOP-02", _storms_after_a_webhook, "fail"),
        ("RATE-03", usual, "pass"),
        ("RATE-03", _searches, "pass"),
        ("RATE-03", _kits_own_load, "pass"),
        ("RATE-03", _looks_for_each_event, "pass"),
        ("RATE-03", lambda run: _looks_for_each_event(run, more=5), "fail"),
        ("RATE-03", lambda run: _steps(run, looks=3, every=1), "pass"),
        ("RATE-03", lambda run: _steps(run, looks=4, every=2), "fail"),
        ("RATE-03", lambda run: _steps(run, looks=4, every=4), "pass"),
        ("RATE-03", lambda run: _steps(run, looks=6, every=0.1), "pass"),
        ("RATE-03", lambda run: _steps(run, looks=250), "fail"),
    ],
)
def test_rest_is_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


def test_polling_is_not_exercised_without_a_rest() -> None:
    run = Run()
    usual(run)
    assert run.judged("RATE-03", after=2.0).outcome == "not_exercised"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"output": "listening\n"}, "pass"),
        ({"output": f"calling with {TOKEN.lower()}\n"}, "fail"),
        ({"output": LOG}, "pass"),
        ({"guests": (Guest(PENELOPE, PENELOPE, (Showing(f"401 for {TOKEN}"),)),)}, "fail"),
        ({"guests": (Guest(PENELOPE, PENELOPE, (Showing(f"401 for {MASKED}"),)),)}, "fail"),
        ({"output": None, "guests": ()}, "not_exercised"),
    ],
)
def test_secrets_are_judged(more: dict[str, Any], expected: str) -> None:
    run = Run()
    usual(run)
    assert run.judged("SEC-01", **more).outcome == expected


def test_the_webhook_token_in_a_log_is_advice() -> None:
    result = Run().judged("SEC-01", output=LOG)
    assert result.outcome == "pass"
    assert "line 2" in result.reason


def test_a_token_that_the_front_desk_wrote_is_not_the_apps_leak() -> None:
    run = Run()
    thread = run.talks(PENELOPE, "Hi!")
    run.brings(PENELOPE, thread, f"Your key is {TOKEN}")
    assert run.judged("SEC-01").outcome == "pass"


def _swapped(run: Run) -> None:
    _two_guests(run, to_max="Room 7", to_penelope="Room 12")


def _to_the_other(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.talks(MAX, "Hello")
    run.tells(run.replies(thread, "Your code is 4711."))
    run.sees(MAX, "Your code is 4711.")


def _cut(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.tells(run.replies(thread, "Your room will be ready for you, travel safely."))
    run.looks(thread)
    run.sees(PENELOPE, "Your room")


def _again_after_a_later_failure(run: Run) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    run.brings(PENELOPE, thread, "Hello!")
    run.looks(thread, status=503, injects={"operation": "any", "status": 503, "times": 1})
    run.sees(PENELOPE, "Hello!")


@pytest.mark.parametrize(
    ("story", "named", "spared"),
    [
        (_swapped, "SHOW-02", "SHOW-01"),
        (_to_the_other, "SHOW-02", "HOOK-04"),
        (_cut, "SHOW-01", "HOOK-04"),
        (_again_after_a_later_failure, "SHOW-01", "HOOK-08"),
    ],
)
def test_a_flaw_is_named_by_one_check_alone(story: Story, named: str, spared: str) -> None:
    assert outcome(named, story, payload="ids_only") == "fail"
    assert outcome(spared, story, payload="ids_only") == "not_exercised"
