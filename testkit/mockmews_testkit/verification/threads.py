"""Vectors 61 to 71: finding threads, portfolios, languages (contract.md 2, 3.1)."""

from __future__ import annotations

from mockmews_testkit.verification import points
from mockmews_testkit.verification.calls import UNKNOWN_ID, add, ask, between, find, find_threads, item, limit
from mockmews_testkit.verification.exchange import PORTFOLIO, Answer, Call, Flow, Unprepared
from mockmews_testkit.verification.expectations import (
    expect,
    expect_keys,
    expect_refusal,
    expect_status,
    expect_that,
    refusal,
)  # fmt: skip
from mockmews_testkit.verification.scene import Scene, Written, opened
from mockmews_testkit.verification.vectors import Vector

_HOUR = 3600
_TEN = limit(10)


def _since(message: Written) -> dict[str, str]:
    """The hour that begins with a message."""
    return between(message.created, message.shifted(_HOUR))


def _around(message: Written) -> dict[str, str]:
    return between(message.shifted(-60), message.shifted(_HOUR))


def _enterprises_alone(scene: Scene) -> Flow[None]:
    answer = yield ask("messageThreads/getAll", EnterpriseIds=[scene.enterprise], Limitation=_TEN)
    if answer.status == 400 and str(answer.at("Message")).startswith("Invalid EnterpriseIds"):
        raise Unprepared(f"{scene.enterprise} is no enterprise of this token: add --with enterprise=UUID")
    expect_refusal(answer, 400)


def _by_id(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    page = yield find_threads(thread)
    expect_status(page, 200)
    expect(page, "ids", page.each("MessageThreads", "Id"), [thread])
    expect(page, "Cursor", page.at("Cursor"), thread)
    names = ("Id", "OriginalSender", "Subject", "CreatedUtc", "UpdatedUtc", "IsResolved")
    came = page.at("MessageThreads", 0)
    about = (points.IS_RESOLVED,) if isinstance(came, dict) and "IsResolved" not in came else ()
    expect_keys(page, "the thread", came, *names, points=about)


def _by_creation(scene: Scene) -> Flow[None]:
    message = yield from scene.single()
    page = yield find_threads(count=1000, CreatedUtc=_around(message))
    expect_status(page, 200)
    _expect_thread(page, message.thread)


def _not_those_of_others(scene: Scene) -> Flow[None]:
    foreign = yield from scene.foreign()
    page = yield find_threads(count=1000, CreatedUtc=_around(foreign))
    expect_status(page, 200)
    seen = foreign.thread in page.each("MessageThreads", "Id")
    expect_that(page, not seen, came=f"the foreign thread {foreign.thread}", wanted="own threads alone")


def _by_update(scene: Scene) -> Flow[None]:
    _, second = yield from scene.aged()
    page = yield find_threads(count=1000, UpdatedUtc=_since(second))
    expect_status(page, 200)
    ids = page.each("MessageThreads", "Id")
    about = points.UPDATES_THREAD
    found = second.thread in ids
    expect_that(
        page,
        found,
        came="the thread is not found by the time of its new message",
        wanted=f"the thread {second.thread}",
        points=(about,),
        basis="assumed",
    )
    newest = yield find(second.thread, count=1)
    wanted = newest.at("Messages", 0, "CreatedUtc")  # the front desk may have written meanwhile
    again = yield find_threads(second.thread)
    expect(again, "UpdatedUtc", again.at("MessageThreads", 0, "UpdatedUtc"), wanted, about, basis="assumed")


def _all_filters_must_match(scene: Scene) -> Flow[None]:
    message = yield from scene.single()
    earlier = between(message.shifted(-2 * _HOUR), message.shifted(-_HOUR))
    page = yield find_threads(message.thread, CreatedUtc=earlier)
    expect_status(page, 200)
    expect(page, "ids", page.each("MessageThreads", "Id"), [])


def _in_pages(scene: Scene) -> Flow[None]:
    ids = yield from _some_threads(scene)
    whole = yield find_threads(*ids)
    expect_status(whole, 200)
    order = whole.each("MessageThreads", "Id")
    expect(whole, "ids in any order", sorted(map(str, order)), sorted(ids))
    first = yield find_threads(*ids, count=2)
    expect(first, "ids", first.each("MessageThreads", "Id"), order[:2])
    expect(first, "Cursor", first.at("Cursor"), order[1])
    second = yield find_threads(*ids, count=2, cursor=order[1])
    expect(second, "ids", second.each("MessageThreads", "Id"), order[2:])


def _newest_thread_first(scene: Scene) -> Flow[None]:
    ids = yield from _some_threads(scene)
    newest = yield from opened()
    page = yield find_threads(*ids, newest)
    expect_status(page, 200)
    expect(page, "id of the first", page.at("MessageThreads", 0, "Id"), newest)


def _expect_thread(page: Answer, thread: str) -> None:
    found = thread in page.each("MessageThreads", "Id")
    expect_that(page, found, came="a page without the thread", wanted=f"the thread {thread}")


def _some_threads(scene: Scene) -> Flow[list[str]]:
    long, empty = (yield from scene.long()), (yield from scene.empty())
    single = yield from scene.single()
    return [long.thread, empty, single.thread]


def _portfolio(scene: Scene) -> Flow[None]:
    message = yield from scene.single()
    whole = yield _as_portfolio(message)
    expect_status(whole, 200)
    _expect_thread(whole, message.thread)
    part = yield _as_portfolio(message, EnterpriseIds=[scene.enterprise])
    if part.status == 400:
        raise Unprepared(f"{scene.enterprise} is no enterprise of the portfolio: add --with enterprise=UUID")
    _expect_thread(part, message.thread)


def _as_portfolio(message: Written, **more: object) -> Call:
    return find_threads(count=1000, CreatedUtc=_around(message), client=PORTFOLIO, access=PORTFOLIO, **more)


def _portfolio_adds_nothing(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    answer = yield add(item(thread), client=PORTFOLIO, access=PORTFOLIO)
    expect_refusal(answer, 401, "No permission to use this operation")


def _languages(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    both = {"LanguageCode": "en-US", "CultureCode": "en-US"}
    for codes in (both, {"LanguageCode": "en-US"}, {"LanguageCode": None, "CultureCode": None}):
        expect_status((yield find(thread, **codes)), 200)


VECTORS = (
    refusal("61", "Without a filter messageThreads/getAll is refused.", "documented", find_threads(), ""),
    Vector("62", "EnterpriseIds alone are no filter.", "assumed", _enterprises_alone, (points.ENTERPRISE_FILTER,)),
    Vector("63", "Threads are found by id, with just their six fields.", "documented", _by_id),
    Vector("64", "Threads are found by creation.", "documented", _by_creation),
    Vector("64.1", "Threads of another application are not.", "documented", _not_those_of_others, needs="second"),
    Vector("65", "Threads are found by update; a new message is one.", "documented", _by_update),
    Vector("66", "All filters must match.", "documented", _all_filters_must_match),
    Vector("67", "IsResolved is true once staff resolved a thread.", "documented", needs="staff"),
    Vector("68", "Threads come in pages; the Cursor is the last id.", "documented", _in_pages),
    Vector("69", "A portfolio token reads the threads of its enterprises.", "documented", _portfolio,
           needs="portfolio"),
    Vector("70", "A portfolio token adds no messages.", "assumed", _portfolio_adds_nothing,
           (points.PORTFOLIO_ADD,), "portfolio"),
    Vector("71", "LanguageCode and CultureCode are taken, alone, together or null.", "documented", _languages,
           (points.UNKNOWN_FIELDS,)),
    refusal("S30", "EnterpriseIds outside the token's scope are refused.", "assumed",
            find(UNKNOWN_ID, EnterpriseIds=[UNKNOWN_ID]), "Invalid EnterpriseIds", points.FOREIGN_ENTERPRISE),
    Vector("S38", "The newest thread comes first.", "assumed", _newest_thread_first, (points.ORDER_OF_THREADS,)),
)  # fmt: skip
"""In the order of the contract's list, then the questions that it does not number."""
