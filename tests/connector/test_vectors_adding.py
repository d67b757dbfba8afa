"""The vectors 1 to 25 of contract.md 14: opening threads and adding messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeApp
from tests.connector.caller import NOON, UNKNOWN_ID, UUID, App, Json, item

THREAD: Json = {"OriginalSender": "John Doe", "Subject": "Example subject"}
APPLICATION = {"Discriminator": "Application", "Value": None}


def test_vector_1_a_thread_is_opened(app: App) -> None:
    answer = app.call("messageThreads/add", **THREAD)
    assert list(answer.json) == ["MessageThreads"]
    (thread,) = answer.threads
    assert UUID.fullmatch(thread.pop("Id"))
    assert thread == {**THREAD, "CreatedUtc": NOON, "UpdatedUtc": NOON, "IsResolved": False}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"Subject": ""}, "Subject", id="vector_2_an_empty_subject"),
        pytest.param({"Subject": ...}, "Subject", id="vector_3_no_subject"),
        pytest.param({"OriginalSender": None}, "OriginalSender", id="vector_4_a_null_sender"),
        pytest.param({"Subject": "   "}, "Subject", id="vector_5_a_blank_subject"),
        pytest.param({"OriginalSender": ""}, "OriginalSender", id="an_empty_sender"),
        pytest.param({"OriginalSender": "\t\n\u2003"}, "OriginalSender", id="a_blank_sender"),
        pytest.param({"Subject": 7}, "Subject", id="a_number_as_subject"),
    ],
)
def test_thread_with_a_bad_field_is_refused(app: App, changes: Json, field: str) -> None:
    answer = app.call("messageThreads/add", **{**THREAD, **changes})
    assert answer.refusal == (400, f"Invalid {field}")
    assert app.control.threads(app.access_token) == []


def test_vector_6_a_long_subject_returns_intact(app: App) -> None:
    subject = "Zimmer ünd früh 🛎 " * 556
    assert len(subject) > 10_000
    (thread,) = app.call("messageThreads/add", **{**THREAD, "Subject": subject}).threads
    assert thread["Subject"] == subject
    (found,) = app.find_threads(MessageThreadIds=[thread["Id"]]).threads
    assert found["Subject"] == subject


def test_vector_7_a_message_is_added(app: App) -> None:
    thread = app.open_thread()
    answer = app.add(item(thread, Identifier="Message 1"))
    assert list(answer.json) == ["Messages"]
    (added,) = answer.messages
    assert added["Identifier"] == "Message 1"
    assert UUID.fullmatch(added["Message"].pop("Id"))
    assert added["Message"] == {
        "MessageThreadId": thread, "Text": "Hi", "Sender": APPLICATION, "CreatedUtc": NOON,
    }  # fmt: skip


def test_vector_8_no_identifier_is_echoed_as_null(app: App) -> None:
    thread = app.open_thread()
    for each in (item(thread), item(thread, Identifier=None)):
        (added,) = app.add(each).messages
        assert added["Identifier"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"Text": ""}, "Text", id="vector_9_an_empty_text"),
        pytest.param({"Text": ...}, "Text", id="vector_10_no_text"),
        pytest.param({"MessageThreadId": ...}, "MessageThreadId", id="vector_11_no_thread"),
        pytest.param({"MessageThreadId": "abc"}, "MessageThreadId", id="vector_12_a_thread_that_is_no_uuid"),
        pytest.param({"MessageThreadId": UNKNOWN_ID}, "MessageThreadId", id="vector_13_an_unknown_thread"),
        pytest.param({"MessageThreadId": None}, "MessageThreadId", id="a_null_thread"),
        pytest.param({"Text": None}, "Text", id="a_null_text"),
        pytest.param({"Text": "\u00a0"}, "Text", id="a_blank_text"),
        pytest.param({"Identifier": 1}, "Identifier", id="a_number_as_identifier"),
    ],
)
def test_message_with_a_bad_field_is_refused(app: App, changes: Json, field: str) -> None:
    thread = app.open_thread()
    assert app.add(item(thread, **changes)).refusal == (400, f"Invalid {field}")
    assert app.find(thread).messages == []


def test_vector_14_a_foreign_thread_looks_like_an_unknown_one(app: App, stranger: App) -> None:
    theirs = stranger.open_thread()
    foreign, unknown = app.add(item(theirs)), app.add(item(UNKNOWN_ID))
    assert foreign.refusal == unknown.refusal == (400, "Invalid MessageThreadId")
    assert foreign.hint == unknown.hint
    assert stranger.find(theirs).messages == []


def test_vector_15_one_bad_item_stores_nothing(make_app: MakeApp) -> None:
    app = make_app(webhook_url="http://127.0.0.1:9/hooks")
    thread = app.open_thread()
    earlier = app.write(thread, "Before")
    deliveries = app.control.deliveries(app.access_token)
    assert len(deliveries) == 1, "the fixture tells of messages, so a missing event means something"
    answer = app.add(item(thread, "One"), item(thread, "Two"), item(UNKNOWN_ID, "Three"))
    assert answer.refusal == (400, "Invalid MessageThreadId")
    assert app.find(thread).ids == earlier
    assert app.control.deliveries(app.access_token) == deliveries


def test_vector_16_a_thousand_messages_are_taken(app: App) -> None:
    thread = app.open_thread()
    ids = app.write(thread, *(f"Line {number}" for number in range(1000)))
    assert len(set(ids)) == 1000
    page = app.find(thread, count=1000)
    assert page.ids == ids[::-1]
    assert [each["Text"] for each in page.messages] == [f"Line {number}" for number in range(999, -1, -1)]


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([item(UNKNOWN_ID)] * 1001, id="vector_17_one_more_than_a_thousand"),
        pytest.param([], id="vector_18_none"),
        pytest.param(..., id="vector_19_missing"),
        pytest.param(None, id="null"),
        pytest.param(item(UNKNOWN_ID), id="one_without_a_list"),
    ],
)
def test_batch_of_a_bad_length_is_refused(app: App, messages: Any) -> None:
    assert app.call("messages/add", Messages=messages).refusal == (400, "Invalid Messages")


def test_vector_20_identifiers_tell_which_is_which(app: App) -> None:
    first, second = app.open_thread(), app.open_thread()
    answer = app.add(
        item(first, "To the first", Identifier="x"), item(second, "To the second", Identifier="y")
    )
    added = {each["Identifier"]: each["Message"] for each in answer.messages}
    assert (added["x"]["MessageThreadId"], added["x"]["Text"]) == (first, "To the first")
    assert (added["y"]["MessageThreadId"], added["y"]["Text"]) == (second, "To the second")
    # contract.md 13 row 37: in the order of the request.
    assert [each["Identifier"] for each in answer.messages] == ["x", "y"]


def test_vector_21_an_identifier_may_be_used_twice(app: App) -> None:
    thread = app.open_thread()
    answer = app.add(item(thread, Identifier="x"), item(thread, Identifier="x"))
    assert [each["Identifier"] for each in answer.messages] == ["x", "x"]
    assert len(app.find(thread).messages) == 2


def test_vector_22_a_repeated_call_adds_again(app: App) -> None:
    thread = app.open_thread()
    ids = [app.add(item(thread, Identifier="Message 1")).messages[0]["Message"]["Id"] for _ in range(2)]
    assert ids[0] != ids[1]
    assert app.find(thread).ids == ids[::-1]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Bonjour 👩🏽‍🍳\nzweite Zeile\r\n\ttab", id="vector_23_emoji_and_line_breaks"),
        pytest.param("  spaces stay  ", id="spaces"),
        pytest.param("<b>&amp;</b> {{ 7 * 7 }} ${x} %s \\n \"'", id="markup"),
        pytest.param("before\u0000after", id="a_null_character"),
        pytest.param("e\u0301 \u00e9 \u202e \ufeff", id="combining_and_direction"),
        pytest.param("x" * 1_000_000, id="a_million_characters"),
    ],
)
def test_text_round_trips_unchanged(app: App, text: str) -> None:
    thread = app.open_thread()
    (added,) = app.add(item(thread, text)).messages
    assert added["Message"]["Text"] == text
    assert [each["Text"] for each in app.find(thread).messages] == [text]


def test_vector_24_tokens_within_messages_are_ignored(app: App) -> None:
    thread = app.open_thread()
    assert len(app.add({**app.base, **item(thread)}, {"ClientToken": 7, **item(thread)}).messages) == 2


def test_vector_25_thread_id_is_an_alias_by_setting(app: App, make_app: MakeApp) -> None:
    aliased = {"ThreadId": app.open_thread(), "Text": "Hi"}
    assert app.add(aliased).refusal == (400, "Invalid MessageThreadId")
    lenient = make_app(settings={"thread_id_alias": "accept"})
    thread = lenient.open_thread()
    (added,) = lenient.add({"ThreadId": thread, "Text": "Hi"}).messages
    assert added["Message"]["MessageThreadId"] == thread


def test_upper_case_ids_are_the_same_ids(app: App) -> None:
    # contract.md 1: input case must not matter; answers are in lower case.
    thread = app.open_thread()
    (added,) = app.add(item(thread.upper())).messages
    assert added["Message"]["MessageThreadId"] == thread
    page = app.find(thread.upper(), cursor=None)
    assert page.ids == [added["Message"]["Id"]]
    assert app.find(thread, cursor=added["Message"]["Id"].upper()).messages == []
