"""Hints (product.md 3): on every refusal, a header that is safe, short, and repeats no guest's text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockmews.connector.operation import printable
from tests.conftest import MakeApp
from tests.connector.caller import LONGEST_HINT, PREFIX, UNKNOWN_ID, Answer, App, between, item

SECRET = "Zimmer 12, bitte nicht stören"
PAGES = "guidelines/", "operations/", "concepts/"

# What is sent, and what the hint must name.
CASES: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("messages/add", {}, ("Messages is missing", "operations/messages")),
    ("messages/add", {"Messages": [{"MessageThreadId": UNKNOWN_ID}]}, ("Messages[0].Text is missing",)),
    ("messages/add", {"messages": []}, ("messages", "did you mean Messages?")),
    ("messages/add", {"Messages": [{"ThreadId": UNKNOWN_ID, "Text": "Hi"}]}, ("MessageThreadId",)),
    ("messages/add", {"Messages": [item(UNKNOWN_ID)]}, ("Messages[0].MessageThreadId",)),
    ("messages/add", {"Messages": [item(UNKNOWN_ID)] * 1001}, ("more than 1000",)),
    ("messages/getAll", {"MessageThreadIds": [UNKNOWN_ID]}, ("Limitation is missing", "pagination")),
    (
        "messages/getAll",
        {"MessageThreadIds": [UNKNOWN_ID], "Limitation": {"Count": 1001}},
        ("Limitation.Count is 1001", "1 to 1000"),
    ),
    (
        "messages/getAll",
        {"MessageThreadIds": ["abc"], "Limitation": {"Count": 1}},
        ("MessageThreadIds[0]", "'abc'", "UUID"),
    ),
    (
        "messageThreads/getAll",
        {"CreatedUtc": between("2026-03-10", "2026-03-11"), "Limitation": {"Count": 1}},
        ("CreatedUtc.StartUtc", "2026-03-10", "time zone"),
    ),
    (
        "messageThreads/getAll",
        {"CreatedUtc": between("2026-01-01T00:00:00Z", "2026-04-02T00:00:00Z"), "Limitation": {"Count": 1}},
        ("CreatedUtc", "3 calendar months"),
    ),
    ("messageThreads/getAll", {"Limitation": {"Count": 1}}, ("MessageThreadIds, CreatedUtc, UpdatedUtc",)),
    ("messageThreads/add", {"OriginalSender": "Jo", "Subject": " "}, ("Subject is blank",)),
    ("messageThreads/add", {"OriginalSender": "Jo", "Subject": 7}, ("Subject is a number", "text")),
]


@pytest.mark.parametrize(("operation", "fields", "words"), CASES)
def test_hint_says_where_and_what(
    app: App, operation: str, fields: dict[str, Any], words: tuple[str, ...]
) -> None:
    answer = app.call(operation, **fields)
    assert answer.status == 400
    for word in words:
        assert word in answer.hint, answer.hint
    assert any(page in answer.hint for page in PAGES)


def refusals(app: App) -> list[Answer]:
    """Refusals of every kind, each of a request that carries the guest's text where it can."""
    thread = app.open_thread()
    body = json.dumps(app.body(Messages=[item(thread, SECRET)])).encode()
    hostile = {SECRET: SECRET, "Text\r\nX-Evil: 1": SECRET}
    answers = [
        app.send("POST", "/api/connector/v1/messages/addd", body),
        app.send("DELETE", PREFIX + "messages/add", body),
        app.send("POST", PREFIX + "messages/add", body, headers={"Content-Type": "text/plain"}),
        app.post("messages/add", body + b"}"),
        app.post("messages/add", body.replace(b'"Text"', b"'Text'")),
        app.add(item(thread, SECRET), AccessToken=SECRET),
        app.add(item(thread, SECRET), ClientToken=SECRET),
        app.add(item(thread, SECRET), Client=""),
        app.add(item(SECRET, "Hi")),
        app.add(item(SECRET, SECRET), **hostile),
        app.add({"MessageThreadId": thread, SECRET: SECRET}),
        app.add({"MessageThreadId": thread, "Text": [SECRET], **hostile}),
        app.add(item(thread, SECRET), item(UNKNOWN_ID, SECRET)),
        app.call("messages/add", Messages=SECRET),
        app.call("messages/add", Messages={SECRET: SECRET}),
        app.call("messageThreads/add", OriginalSender=SECRET, Subject=""),
        app.call("messageThreads/add", OriginalSender={"Text": SECRET}, Subject=SECRET),
        app.find(SECRET), app.find(thread, count=SECRET), app.find(thread, cursor=SECRET),
        app.find(thread, CreatedUtc=between(SECRET, SECRET)), app.find(thread, Limitation=SECRET),
        app.find(thread, EnterpriseIds=[SECRET]), app.find(thread, LanguageCode=[SECRET]),
    ]  # fmt: skip
    assert {answer.status for answer in answers} == {400, 401, 404}
    return answers


def test_hint_repeats_no_text_of_a_guest(app: App, make_app: MakeApp) -> None:
    strict = make_app(
        settings={"unknown_fields": "refused", "text_limit": 20, "tokens_in_messages": "required"}
    )
    for answer in refusals(app) + refusals(strict):
        for part in ("Zimmer", "stören", "st\\xf6ren", "bitte", "Evil"):
            assert part not in answer.hint
        assert "x-evil" not in answer.headers


def test_hint_shows_no_token(app: App, stranger: App) -> None:
    answers = [*refusals(app), app.find(UNKNOWN_ID, AccessToken=stranger.access_token)]
    for answer in answers:
        for token in (app.client_token, app.access_token, stranger.access_token):
            assert token not in answer.hint


@pytest.mark.parametrize(
    "name",
    ["x" * 10_000, "é" * 100, "\u0000\u0001\x7f", "a\r\nb: c", "🛎" * 1000, "%s{0}{name}", "\\" * 1000],
)
def test_hint_is_bounded_and_plain(make_app: MakeApp, name: str) -> None:
    """`Answer` proves of every hint that it is printable ASCII of at most LONGEST_HINT characters."""
    app = make_app(settings={"unknown_fields": "refused"})
    thread = app.open_thread()
    for answer in (
        app.find(thread, **{name: 1}),
        app.add({**item(thread), name: 1}),
        app.find(name),
        app.find(thread, cursor=name),
        app.find(thread, CreatedUtc={name: name}),
        app.post("messages/add", json.dumps(app.body(**{name: 1})).encode()),
    ):
        assert answer.status == 400
        assert 0 < len(answer.hint) <= LONGEST_HINT
    path = "/api/connector/v1/" + "x" * 10_000
    assert len(app.send("POST", path, b"{}").hint) <= LONGEST_HINT


def test_hint_as_a_header_is_escaped_and_cut() -> None:
    assert printable("Zimmer \r\n\x7f é 🛎") == b"Zimmer \\r\\n\\x7f \\xe9 \\U0001f6ce"
    assert printable("x" * LONGEST_HINT) == b"x" * LONGEST_HINT
    assert printable("x" * (LONGEST_HINT + 1)) == b"x" * (LONGEST_HINT - 3) + b"..."


def test_hint_is_on_every_kind_of_refusal(make_app: MakeApp) -> None:
    app = make_app(rate_limit="3/30s", settings={"body_limit": 1000}, permissions=["messages/getAll"])
    answers = [
        app.send("GET", "/"),
        app.find(UNKNOWN_ID, Client="x" * 1000),
        app.find(UNKNOWN_ID, AccessToken=""),
        app.call("messages/add"),
        app.find(),
        app.find(UNKNOWN_ID, cursor=UNKNOWN_ID),
        app.find(UNKNOWN_ID),
    ]
    assert [answer.status for answer in answers] == [404, 413, 401, 401, 400, 400, 429]
    assert all(answer.hint for answer in answers)


def test_hint_is_in_the_journal_too(app: App) -> None:
    answer = app.find()
    (seen,) = app.requests_seen()
    assert seen["hint"] == answer.hint
    assert seen["request_id"] == answer.request_id


def test_good_answers_have_no_hint(app: App) -> None:
    thread = app.open_thread()
    assert app.find(thread).hint == ""
    assert app.add(item(thread)).hint == ""
