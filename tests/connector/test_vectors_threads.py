"""The vectors 61 to 71 of contract.md 14: finding threads, portfolios, languages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeApp
from tests.connector.caller import NOON, UNKNOWN_ID, App, Json, between, item
from tests.connector.portfolio import Portfolio

TODAY = between("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")
YESTERDAY = between("2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z")
NO_PERMISSION = "No permission to use this operation."


@pytest.mark.parametrize(
    "filters",
    [
        pytest.param({}, id="vector_61_none"),
        pytest.param({"EnterpriseIds": ["own"]}, id="vector_62_enterprises_alone"),
        pytest.param({"MessageThreadIds": None, "CreatedUtc": None, "UpdatedUtc": None}, id="all_null"),
    ],
)
def test_threads_need_a_filter(app: App, filters: Json) -> None:
    if "EnterpriseIds" in filters:
        filters = {"EnterpriseIds": app.world["enterprise_ids"]}
    assert app.find_threads(**filters).refusal == (400, "Invalid MessageThreadIds")


def test_vector_63_threads_are_found_by_id(app: App) -> None:
    first, _ = app.open_thread(), app.open_thread()
    page = app.find_threads(MessageThreadIds=[first])
    assert list(page.json) == ["MessageThreads", "Cursor"]
    assert page.json == {
        "MessageThreads": [
            {
                "Id": first, "OriginalSender": "John Doe", "Subject": "Example subject",
                "CreatedUtc": NOON, "UpdatedUtc": NOON, "IsResolved": False,
            }
        ],
        "Cursor": first,
    }  # fmt: skip


def test_vector_64_threads_are_found_by_creation(app: App, stranger: App) -> None:
    theirs = stranger.open_thread()
    first, second = app.open_thread(), app.open_thread()
    page = app.find_threads(CreatedUtc=TODAY)
    assert page.ids == [second, first]
    assert theirs not in page.ids
    assert app.find_threads(CreatedUtc=YESTERDAY).json == {"MessageThreads": [], "Cursor": None}


def test_vector_65_threads_are_found_by_update(app: App) -> None:
    quiet, lively = app.open_thread(), app.open_thread()
    app.advance("1h")
    app.write(lively, "Hi")
    hour = between("2026-03-10T13:00:00Z", "2026-03-10T14:00:00Z")
    page = app.find_threads(UpdatedUtc=hour)
    assert page.ids == [lively]
    assert page.threads[0]["UpdatedUtc"] == "2026-03-10T13:00:00Z"
    assert page.threads[0]["CreatedUtc"] == NOON
    # contract.md 13 row 17: resolving is an update.
    app.resolve(quiet)
    assert app.find_threads(UpdatedUtc=hour).ids == [lively, quiet], "contract.md 13 row 38: by creation"


def test_vector_66_filters_must_all_match(app: App) -> None:
    thread, other = app.open_thread(), app.open_thread()
    app.advance("1h")
    app.write(thread, "Hi")
    later = between("2026-03-10T13:00:00Z", "2026-03-10T14:00:00Z")
    both: Json = {"MessageThreadIds": [thread, other]}
    assert app.find_threads(**both, CreatedUtc=later).ids == []
    assert app.find_threads(**both, CreatedUtc=TODAY).ids == [other, thread]
    assert app.find_threads(**both, UpdatedUtc=later).ids == [thread]
    assert app.find_threads(CreatedUtc=TODAY, UpdatedUtc=later).ids == [thread]


def test_vector_67_staff_resolves_a_thread(app: App) -> None:
    thread = app.open_thread()
    app.resolve(thread)
    assert [each["IsResolved"] for each in app.find_threads(MessageThreadIds=[thread]).threads] == [True]
    app.write(thread, "Still there?")
    assert app.find_threads(MessageThreadIds=[thread]).threads[0]["IsResolved"] is True, (
        "contract.md 13 row 15"
    )
    app.control.reopen(app.access_token, thread)
    assert app.find_threads(MessageThreadIds=[thread]).threads[0]["IsResolved"] is False


def test_vector_68_threads_come_in_pages(app: App) -> None:
    ids = [app.open_thread(sender=f"Guest {number}") for number in range(5)][::-1]
    filters: list[Json] = [{"CreatedUtc": TODAY}, {"UpdatedUtc": TODAY}, {"MessageThreadIds": ids}]
    for wanted in filters:
        first = app.find_threads(count=3, **wanted)
        assert (first.ids, first.cursor) == (ids[:3], ids[2])
        app.write(ids[4], "An update moves no thread in the order")
        second = app.find_threads(count=3, cursor=first.cursor, **wanted)
        assert (second.ids, second.cursor) == (ids[3:], ids[4])
        third = app.find_threads(count=3, cursor=second.cursor, **wanted)
        assert (third.ids, third.cursor) == ([], None)


def test_vector_69_a_portfolio_reads_all_its_enterprises(portfolio: Portfolio) -> None:
    north, south = (each.open_thread() for each in portfolio.apps)
    whole = portfolio.whole
    assert whole.find_threads(CreatedUtc=TODAY).ids == [south, north]
    assert whole.find_threads(CreatedUtc=TODAY, EnterpriseIds=[portfolio.north]).ids == [north]
    assert whole.find_threads(MessageThreadIds=[north, south], EnterpriseIds=[portfolio.south]).ids == [south]
    foreign = whole.find_threads(CreatedUtc=TODAY, EnterpriseIds=[portfolio.north, UNKNOWN_ID])
    assert foreign.refusal == (400, "Invalid EnterpriseIds")


def test_vector_70_a_portfolio_cannot_add(portfolio: Portfolio) -> None:
    thread = portfolio.apps[0].open_thread()
    assert portfolio.whole.add(item(thread)).refusal == (401, NO_PERMISSION)
    opened = portfolio.whole.call("messageThreads/add", OriginalSender="Jo", Subject="Hi")
    assert opened.refusal == (401, NO_PERMISSION)
    assert portfolio.whole.find(thread).messages == []


@pytest.mark.parametrize(
    "languages",
    [
        pytest.param({"LanguageCode": "en-US", "CultureCode": "en-US"}, id="vector_71_both"),
        pytest.param({"LanguageCode": "de-DE"}, id="the_language_alone"),
        pytest.param({"CultureCode": "de-DE"}, id="the_culture_alone"),
        pytest.param({"LanguageCode": None, "CultureCode": None}, id="both_null"),
    ],
)
def test_every_operation_takes_languages(app: App, languages: Json) -> None:
    thread = app.call("messageThreads/add", OriginalSender="Jo", Subject="Hi", **languages).threads[0]["Id"]
    assert len(app.add(item(thread), **languages).messages) == 1
    assert len(app.find(thread, **languages).messages) == 1
    assert app.find_threads(MessageThreadIds=[thread], **languages).ids == [thread]


@pytest.mark.parametrize("field", ["LanguageCode", "CultureCode"])
def test_language_that_is_no_text_is_refused(app: App, field: str) -> None:
    assert app.find(app.open_thread(), **{field: 7}).refusal == (400, f"Invalid {field}")


@pytest.mark.parametrize("enterprise_ids", [[], [UNKNOWN_ID] * 1001, ["abc"], "abc", [None]])
def test_enterprise_ids_that_are_bad_are_refused(app: App, enterprise_ids: Any) -> None:
    thread = app.open_thread()
    refusal = (400, "Invalid EnterpriseIds")
    assert app.find(thread, EnterpriseIds=enterprise_ids).refusal == refusal
    assert app.find_threads(MessageThreadIds=[thread], EnterpriseIds=enterprise_ids).refusal == refusal


def test_enterprise_ids_may_be_absent_or_null(make_app: MakeApp) -> None:
    app = make_app(enterprises=["Mock hotel"])
    thread = app.open_thread()
    own = app.world["enterprise_ids"]
    for enterprise_ids in (..., None, own, [own[0].upper()], own * 1000):
        assert app.find_threads(MessageThreadIds=[thread], EnterpriseIds=enterprise_ids).ids == [thread]
