"""The laws of requests, pages and intervals: REQ-01 to REQ-04, PAGE-01 and PAGE-02."""

from __future__ import annotations

from typing import Any

import pytest

from tests.testkit.checks.journal import BASE, PENELOPE, Run, Story, nothing, outcome, usual

TEXT = [["content-type", "text/plain"]]
OLD = {"ThreadId": "t", "Text": "Hi", "ClientToken": "***", "AccessToken": "***", "Client": "pymews 1"}


def _calls(operation: str, body: Any, **how: Any) -> Story:
    def story(run: Run) -> None:
        run.call(operation, body, **how)

    return story


def _by_get(run: Run) -> None:
    usual(run)
    run.call("messages/getAll", None, method="GET", status=404)


def _with_slash(run: Run) -> None:
    run.call(None, BASE, path="/api/connector/v1/messages/getAll/", status=404)


def _stray(run: Run) -> dict[str, Any]:
    stray = Run()
    stray.call(None, {}, path="/api/connector/v1/messagethreads/ADD", status=404)
    usual(run)
    return {"strays": tuple(stray.entries)}


def _other_operation(run: Run) -> None:
    usual(run)
    run.call(None, BASE, path="/api/connector/v1/configuration/get", status=404)


def _reads_in_vain(run: Run) -> None:
    """The app tries again for ever, later and later, and never understands the answer."""
    thread = run.talks(PENELOPE, "Hi!")
    run.tells(run.replies(thread, "Hello!"))
    for pause in (0.5, 1, 2, 4, 8):
        run.looks(thread, injects={"operation": "any", "unknown_field": True})
        run.wait(pause)


def _unknown_field(run: Run, *, alive: bool = True, shows: bool = True) -> dict[str, Any]:
    thread = run.talks(PENELOPE, "Hi!")
    reply = run.replies(thread, "Hello!")
    run.tells(reply)
    run.looks(thread, injects={"operation": "any", "unknown_field": True})
    if shows:
        run.sees(PENELOPE, "Hello!")
    return {"alive": alive}


def _refused(message: str, hint: str = "", **body: Any) -> Story:
    return _calls(
        "messages/add", {**BASE, "Messages": [], **body}, status=400, response={"Message": message}, hint=hint
    )


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("REQ-01", nothing, "not_exercised"),
        ("REQ-01", usual, "pass"),
        ("REQ-01", _other_operation, "pass"),
        ("REQ-01", _by_get, "fail"),
        ("REQ-01", _with_slash, "fail"),
        ("REQ-01", _stray, "fail"),
        ("REQ-01", _calls("messages/add", BASE, request_headers=TEXT, status=400), "fail"),
        ("REQ-02", nothing, "not_exercised"),
        ("REQ-02", usual, "pass"),
        ("REQ-02", _calls("messages/getAll", {**BASE, "Client": "Concierge"}), "fail"),
        ("REQ-02", _calls("messages/getAll", {**BASE, "Client": "7"}), "fail"),
        ("REQ-02", _calls("messages/getAll", {"AccessToken": "***", "Client": "A 1"}, status=401), "fail"),
        ("REQ-03", nothing, "not_exercised"),
        ("REQ-03", usual, "pass"),
        ("REQ-03", _calls("messages/add", {**BASE, "Messages": [OLD]}), "pass"),
        ("REQ-03", _calls("messages/add", {**BASE, "LanguageCode": "en-US", "CultureCode": "en-US"}), "pass"),
        ("REQ-03", _calls("messages/add", {**BASE, "Messages": [{"Txt": "Hi"}]}), "fail"),
        ("REQ-03", _calls("messages/getAll", {**BASE, "Limitation": {"Offset": 1}}), "fail"),
        ("REQ-03", _calls("messageThreads/add", {**BASE, "EnterpriseId": "e"}), "fail"),
        ("REQ-03", _refused("Invalid Messages", "give 1 to 1000"), "fail"),
        (
            "REQ-03",
            _refused("Invalid MessageThreadId", "names no thread that this AccessToken opened"),
            "pass",
        ),
        ("REQ-03", _refused("Invalid Text", Messages=[{"MessageThreadId": "t", "Text": "  "}]), "pass"),
        ("REQ-04", usual, "not_exercised"),
        ("REQ-04", _unknown_field, "pass"),
        ("REQ-04", lambda run: _unknown_field(run, alive=False), "fail"),
        ("REQ-04", lambda run: _unknown_field(run, shows=False), "fail"),
        ("REQ-04", _reads_in_vain, "fail"),
    ],
)
def test_requests_are_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


def _pages(run: Run, *, follows: bool = True, shows: bool = True, count: int = 2) -> None:
    thread = run.talks(PENELOPE, "Hi!")
    oldest = run.replies(thread, "One", "Two", "Three")[0]
    run.tells([oldest])
    run.looks(thread, count=count)
    if follows:
        run.looks(thread, count=count, cursor="11111111-0000-4000-8000-000000000009")
    if shows:
        run.sees(PENELOPE, "One")


def _looks_back(start: str, end: str) -> Story:
    def story(run: Run) -> None:
        run.looks("t", interval=(start, end))

    return story


@pytest.mark.parametrize(
    ("check", "story", "expected"),
    [
        ("PAGE-01", nothing, "not_exercised"),
        ("PAGE-01", lambda run: _pages(run, count=100), "not_exercised"),
        ("PAGE-01", _pages, "pass"),
        ("PAGE-01", lambda run: _pages(run, follows=False, shows=False), "fail"),
        ("PAGE-02", nothing, "not_exercised"),
        ("PAGE-02", usual, "pass"),
        ("PAGE-02", _looks_back("2026-02-10T00:00:00Z", "2026-03-10T00:00:00Z"), "pass"),
        ("PAGE-02", _looks_back("2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"), "pass"),
        ("PAGE-02", _looks_back("2026-02-01T00:00:00Z", "2026-03-10T00:00:00Z"), "fail"),
        ("PAGE-02", _looks_back("9999-12-01T00:00:00Z", "soon"), "pass"),
    ],
)
def test_pages_are_judged(check: str, story: Story, expected: str) -> None:
    assert outcome(check, story) == expected


@pytest.mark.parametrize("check", ["SHOW-01", "HOOK-04", "ORDER-02"])
def test_what_stands_behind_a_page_is_the_matter_of_paging_alone(check: str) -> None:
    story = lambda run: _pages(run, follows=False, shows=False)  # noqa: E731 - a story as in the tables above
    assert outcome("PAGE-01", story, payload="ids_only") == "fail"
    assert outcome(check, story, payload="ids_only") == "not_exercised"


def test_an_interval_that_is_too_long_is_no_fault_of_form() -> None:
    run = Run()
    interval = ("2026-01-01T00:00:00Z", "2026-03-10T00:00:00Z")
    run.looks("t", interval=interval, status=400, response={"Message": "Invalid CreatedUtc"})
    assert run.judged("REQ-03").outcome == "pass"
    assert run.judged("PAGE-02").outcome == "fail"
