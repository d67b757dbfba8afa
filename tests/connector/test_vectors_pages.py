"""The vectors 26 to 49 of contract.md 14: pages of messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connector.caller import NOON, UNKNOWN_ID, App, Json, item

MINIMAL = {"Prefer": "return=minimal"}


def messages(app: App, count: int) -> tuple[str, list[str]]:
    """A thread with so many messages, and their ids, newest first."""
    thread = app.open_thread()
    return thread, app.write(thread, *(f"m{number}" for number in range(1, count + 1)))[::-1]


def test_vector_26_messages_come_newest_first(app: App) -> None:
    thread = app.open_thread()
    ids = []
    for text in ("One", "Two", "Three"):
        ids += app.write(thread, text)
        app.advance("1s")
    page = app.find(thread)
    assert list(page.json) == ["Messages", "Cursor"]
    assert page.ids == ids[::-1]
    assert [each["CreatedUtc"][-3:] for each in page.messages] == ["02Z", "01Z", "00Z"]
    assert page.cursor == ids[0]


def test_vector_27_pages_of_ten_of_twenty_five(app: App) -> None:
    thread, ids = messages(app, 25)
    pages = list(app.pages(thread, count=10))
    assert [page.ids for page in pages] == [ids[:10], ids[10:20], ids[20:], []]
    assert [page.cursor for page in pages] == [ids[9], ids[19], ids[24], None]
    assert pages[0].messages[-1]["Text"] == "m16"


def test_vector_28_a_full_last_page_is_followed_by_an_empty_one(app: App) -> None:
    thread, ids = messages(app, 20)
    pages = list(app.pages(thread, count=10))
    assert [page.ids for page in pages] == [ids[:10], ids[10:], []]
    assert pages[2].json == {"Messages": [], "Cursor": None}


def test_vector_29_a_new_message_shifts_no_later_page(app: App) -> None:
    thread, ids = messages(app, 25)
    first = app.find(thread)
    newest = app.write(thread, "m26")
    assert app.find(thread, cursor=first.cursor).ids == ids[10:20]
    assert app.find(thread).ids == newest + ids[:9]


def test_vector_30_a_null_cursor_is_none(app: App) -> None:
    thread, ids = messages(app, 3)
    assert app.find(thread, cursor=None).json == app.find(thread, cursor=...).json
    assert app.find(thread, cursor=None).ids == ids


@pytest.mark.parametrize(
    ("limitation", "field"),
    [
        pytest.param({"Count": 0}, "Count", id="vector_31_count_0"),
        pytest.param({"Count": 1001}, "Count", id="vector_32_count_1001"),
        pytest.param({"Count": "10"}, "Count", id="vector_34_count_as_text"),
        pytest.param(..., "Limitation", id="vector_35_no_limitation"),
        pytest.param({"Count": 10, "Cursor": UNKNOWN_ID}, "Cursor", id="vector_36_unknown_cursor"),
        pytest.param({"Count": 10, "Cursor": "12345"}, "Cursor", id="vector_37_a_cursor_that_is_no_uuid"),
        pytest.param({"Count": 10, "Cursor": 12345}, "Cursor", id="a_number_as_cursor"),
        pytest.param({"Count": -1}, "Count", id="count_below_0"),
        pytest.param({"Count": 1e30}, "Count", id="count_beyond_all_bounds"),
        pytest.param({"Count": 2.5}, "Count", id="count_with_a_fraction"),
        pytest.param({"Count": True}, "Count", id="count_true"),
        pytest.param({"Count": None}, "Count", id="count_null"),
        pytest.param({}, "Count", id="no_count"),
        pytest.param(None, "Limitation", id="limitation_null"),
        pytest.param([10], "Limitation", id="limitation_a_list"),
    ],
)
def test_limitation_that_is_bad_is_refused(app: App, limitation: Any, field: str) -> None:
    thread = app.open_thread()
    assert app.find(thread, Limitation=limitation).refusal == (400, f"Invalid {field}")
    threads = app.find_threads(MessageThreadIds=[thread], Limitation=limitation)
    assert threads.refusal == (400, f"Invalid {field}")


def test_vector_33_count_may_be_1000(app: App) -> None:
    thread, ids = messages(app, 2)
    assert app.find(thread, count=1000).ids == ids
    # contract.md 13a: 10.0 is a JSON integer.
    assert app.find(thread, count=10.0).ids == ids


@pytest.mark.parametrize(
    "thread_ids",
    [
        pytest.param(..., id="vector_38_missing"),
        pytest.param([], id="vector_39_none"),
        pytest.param([UNKNOWN_ID] * 1001, id="vector_40_one_more_than_a_thousand"),
        pytest.param(None, id="null"),
        pytest.param(UNKNOWN_ID, id="one_without_a_list"),
        pytest.param([UNKNOWN_ID, "abc"], id="one_that_is_no_uuid"),
        pytest.param([UNKNOWN_ID.replace("-", "")], id="one_without_hyphens"),
        pytest.param(["{" + UNKNOWN_ID + "}"], id="one_in_braces"),
        pytest.param([UNKNOWN_ID.replace("0", "\u0660")], id="one_with_digits_that_are_not_ascii"),
        pytest.param([None], id="a_list_of_null"),
    ],
)
def test_thread_ids_that_are_bad_are_refused(app: App, thread_ids: Any) -> None:
    assert app.find(MessageThreadIds=thread_ids).refusal == (400, "Invalid MessageThreadIds")


def test_vector_41_an_id_named_twice_counts_once(app: App) -> None:
    thread, ids = messages(app, 3)
    assert app.find(thread, thread).json == app.find(thread).json
    assert app.find(thread, thread.upper()).ids == ids
    # contract.md 13 row 4: the raw length counts against the limit.
    assert app.find(*[thread] * 1000).ids == ids
    assert app.find(*[thread] * 1001).refusal == (400, "Invalid MessageThreadIds")


def test_vector_42_messages_of_others_are_never_returned(app: App, stranger: App) -> None:
    theirs = stranger.open_thread()
    stranger.write(theirs, "Private")
    assert app.find(theirs).json == {"Messages": [], "Cursor": None}


def test_vector_43_a_foreign_thread_adds_nothing(app: App, stranger: App) -> None:
    theirs = stranger.open_thread()
    stranger.write(theirs, "Private")
    thread, ids = messages(app, 2)
    assert app.find(thread, theirs).ids == ids


def test_vector_44_threads_are_merged_newest_first(app: App) -> None:
    first, second = app.open_thread(), app.open_thread()
    ids = [app.write(thread, "Hi")[0] for thread in (first, second, second, first, second)][::-1]
    pages = list(app.pages(first, second, count=2))
    assert [page.ids for page in pages] == [ids[:2], ids[2:4], ids[4:], []]
    assert app.find(first).ids == [ids[1], ids[4]]


def test_vector_45_an_empty_thread_has_an_empty_page(app: App) -> None:
    answer = app.find(app.open_thread())
    assert answer.status == 200
    assert answer.body == b'{"Messages":[],"Cursor":null}'


def test_vector_46_an_empty_page_may_be_204(app: App) -> None:
    empty_thread = app.open_thread()
    for operation, thread in (("messages/getAll", empty_thread), ("messageThreads/getAll", UNKNOWN_ID)):
        wanted: Json = {"MessageThreadIds": [thread], "Limitation": {"Count": 1}}
        answer = app.call(operation, headers=MINIMAL, **wanted)
        assert (answer.status, answer.body) == (204, b"")
        assert "content-type" not in answer.headers
        assert "content-length" not in answer.headers, "contract.md 13a"
        assert "transfer-encoding" not in answer.headers
        assert "preference-applied" not in answer.headers, "contract.md 13 row 41"


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ("RETURN=Minimal", 204),
        ("respond-async, return=minimal", 204),
        ("return=minimal; foo=bar, wait=10", 204),
        ("return=representation", 200),
        ("return=minimally", 200),
        ("minimal", 200),
    ],
)
def test_prefer_is_found_among_other_wishes(app: App, wish: str, status: int) -> None:
    thread = app.open_thread()
    wanted = {"MessageThreadIds": [thread], "Limitation": {"Count": 1}}
    assert app.call("messages/getAll", headers={"Prefer": wish}, **wanted).status == status


def test_vector_47_a_page_with_messages_ignores_prefer(app: App) -> None:
    thread, ids = messages(app, 2)
    wanted = {"MessageThreadIds": [thread], "Limitation": {"Count": 10}}
    assert app.call("messages/getAll", headers=MINIMAL, **wanted).ids == ids


def test_vector_48_adding_ignores_prefer(app: App) -> None:
    (thread,) = app.call("messageThreads/add", headers=MINIMAL, OriginalSender="Jo", Subject="Hi").threads
    answer = app.call("messages/add", headers=MINIMAL, Messages=[item(thread["Id"])])
    assert len(answer.messages) == 1


def test_vector_49_a_message_has_just_its_fields(app: App) -> None:
    thread = app.open_thread()
    (own,) = app.write(thread, "Hi")
    reply = app.reply(thread, "Hello")
    keys = ["Id", "MessageThreadId", "Text", "Sender", "CreatedUtc"]
    page = app.find(thread)
    assert [list(each) for each in page.messages] == [keys, keys]
    assert page.messages[0] == {
        "Id": reply, "MessageThreadId": thread, "Text": "Hello", "CreatedUtc": NOON,
        "Sender": {"Discriminator": "Enterprise", "Value": None},
    }  # fmt: skip
    assert page.messages[1]["Id"] == own


def test_cursor_outside_the_filter_is_a_place_in_time(app: App) -> None:
    # contract.md 13 row 2
    first, second = app.open_thread(), app.open_thread()
    older, cursor, newer = (app.write(thread, "Hi")[0] for thread in (first, second, first))
    assert app.find(first, cursor=cursor).ids == [older]
    assert app.find(first).ids == [newer, older]


def test_cursor_of_another_application_is_unknown(app: App, stranger: App) -> None:
    theirs = stranger.write(stranger.open_thread(), "Private")[0]
    thread = app.open_thread()
    assert app.find(thread, cursor=theirs).refusal == (400, "Invalid Cursor")
    # contract.md 12 row 13: a thread's id is no cursor of messages.
    assert app.find(thread, cursor=thread).refusal == (400, "Invalid Cursor")
