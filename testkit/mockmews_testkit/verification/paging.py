"""Vectors 26 to 49: pages of messages (contract.md 3.3, 4)."""

from __future__ import annotations

from mockmews_testkit.verification import points
from mockmews_testkit.verification.calls import UNKNOWN_ID, add, add_thread, ask, find, item, limit
from mockmews_testkit.verification.exchange import (
    ABSENT,
    LEFT_OUT,
    Answer,
    Basis,
    Call,
    Flow,
    Point,
    Unprepared,
)
from mockmews_testkit.verification.expectations import (
    expect,
    expect_keys,
    expect_refusal,
    expect_status,
)  # fmt: skip
from mockmews_testkit.verification.scene import Long, Scene, long_thread, opened, visible, written
from mockmews_testkit.verification.vectors import Vector

MINIMAL = {"Prefer": "return=minimal"}
_TEN = limit(10)


def _newest_first(scene: Scene) -> Flow[None]:
    first, second = yield from scene.aged()
    page = yield find(first.thread)
    expect_status(page, 200)
    expect(page, "ids", page.own("Id"), [second.id, first.id])
    expect(page, "Cursor", page.at("Cursor"), first.id)


def _pages(long: Long, count: int) -> Flow[None]:
    """Each page is the next part of the messages; the Cursor is its last id, and null where it is empty."""
    cursor = long.newest
    for start in range(0, len(long.ids) + count, count):
        page = yield find(long.thread, count=count, cursor=cursor)
        wanted = long.ids[start : start + count]
        expect_status(page, 200)
        expect(page, "ids", page.each("Messages", "Id"), wanted)
        _expect_cursor(page, wanted[-1] if wanted else None)
        if not wanted:
            return
        cursor = wanted[-1]


def _expect_cursor(page: Answer, wanted: str | None) -> None:
    came = page.at("Cursor")
    if wanted is None and came is ABSENT:
        return  # that the key is there is vector 45's
    expect(page, "Cursor", came, wanted)


def _twenty_five(scene: Scene) -> Flow[None]:
    yield from _pages((yield from scene.long()), 10)


def _twenty(_: Scene) -> Flow[None]:
    yield from _pages((yield from long_thread(20)), 10)


def _new_message_between(_: Scene) -> Flow[None]:
    long = yield from long_thread(5)
    first = yield find(long.thread, count=2, cursor=long.newest)
    yield from written(long.thread, "f")
    second = yield find(long.thread, count=2, cursor=first.at("Cursor"))
    expect(second, "ids of page 2", second.each("Messages", "Id"), long.ids[2:4])


def _null_cursor_is_none(scene: Scene) -> Flow[None]:
    long = yield from scene.long()
    absent = yield find(long.thread, count=3)
    page = yield find(long.thread, count=3, cursor=None)
    expect_status(page, 200)
    expect(page, "ids", page.each("Messages", "Id"), absent.each("Messages", "Id"))


def _limitation(vector: str, says: str, basis: Basis, value: object, text: str, *about: Point) -> Vector:
    def flow(scene: Scene) -> Flow[None]:
        thread = yield from scene.thread()
        expect_refusal((yield find(thread, Limitation=value)), 400, text)

    return Vector(vector, says, basis, flow, about)


def _largest_count(scene: Scene) -> Flow[None]:
    thread, added = yield from scene.thousand()
    if added.status != 200:
        raise Unprepared(f"1000 messages in one call were answered {added.status}")
    page = yield from visible(thread, count=1000)
    expect_status(page, 200)
    expect(page, "number of Messages", len(page.each("Messages")), 1000)


def _thread_ids(vector: str, says: str, value: object, *about: Point) -> Vector:
    def flow(_: Scene) -> Flow[None]:
        call = ask("messages/getAll", MessageThreadIds=value, Limitation=_TEN)
        expect_refusal((yield call), 400, "Invalid MessageThreadIds")

    return Vector(vector, says, "documented", flow, about)


def _id_twice(scene: Scene) -> Flow[None]:
    long = yield from scene.long()
    page = yield find(long.thread, long.thread, count=1000)
    expect_status(page, 200)
    expect(page, "ids", page.own("Id"), [long.newest, *long.ids])


def _foreign_messages(scene: Scene) -> Flow[None]:
    foreign = yield from scene.foreign()
    page = yield find(foreign.thread)
    expect(page, "ids", page.each("Messages", "Id"), [])
    expect_status(page, 200, points=(points.UNKNOWN_THREAD_IDS,))


def _foreign_and_own(scene: Scene) -> Flow[None]:
    foreign = yield from scene.foreign()
    own = yield from scene.single()
    page = yield find(own.thread, foreign.thread)
    expect_status(page, 200, points=(points.UNKNOWN_THREAD_IDS,))
    expect(page, "ids", page.own("Id"), [own.id])


def _merged(scene: Scene) -> Flow[None]:
    first, second = yield from scene.aged()
    long = yield from scene.long()
    page = yield find(first.thread, long.thread, count=1000)
    expect_status(page, 200)
    ids = page.own("Id")
    expect(
        page, "ids in any order", sorted(map(str, ids)), sorted([first.id, second.id, long.newest, *long.ids])
    )
    times = [str(each) for each in page.each("Messages", "CreatedUtc")]
    expect(page, "CreatedUtc from new to old", times, sorted(times, reverse=True))
    expect(page, "Cursor", page.at("Cursor"), page.each("Messages", "Id")[-1])


def _empty_thread(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    page = yield find(thread)
    expect_status(page, 200)
    expect(page, "Messages", page.at("Messages"), [], points.EMPTY_THREAD)
    expect(page, "Cursor", page.at("Cursor"), None, points.NULL_CURSOR)


def _preferring(headers: dict[str, str], call: Call) -> Call:
    return Call(path=call.path, fields=call.fields, headers=headers)


def _empty_page_is_204(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    page = yield _preferring(MINIMAL, find(thread))
    expect_status(page, 204)
    expect(page, "body", page.body.decode(errors="replace"), "", points.BODY_OF_204)
    expect(page, "Content-Type", page.headers.get("content-type"), None)
    applied = page.headers.get("preference-applied")
    expect(page, "Preference-Applied", applied, None, points.PREFERENCE_APPLIED, basis="assumed")


def _wishes_in_another_form(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    page = yield _preferring({"Prefer": "respond-async, RETURN=Minimal"}, find(thread))
    expect_status(page, 204)


def _full_page_ignores_wishes(scene: Scene) -> Flow[None]:
    own = yield from scene.single()
    page = yield _preferring(MINIMAL, find(own.thread))
    expect_status(page, 200)
    expect(page, "ids", page.own("Id"), [own.id])


def _adding_ignores_wishes(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    answer = yield _preferring(MINIMAL, add(item(thread)))
    expect_status(answer, 200)
    expect(answer, "number of Messages", len(answer.each("Messages")), 1)


def _just_its_fields(scene: Scene) -> Flow[None]:
    own = yield from scene.single()
    page = yield find(own.thread)
    names = ("Id", "MessageThreadId", "Text", "Sender", "CreatedUtc")
    came = page.at("Messages", 0)
    about = (points.THREAD_ID,) if isinstance(came, dict) and "ThreadId" in came else ()
    expect_keys(page, "a message", came, *names, points=about)


def _cursor_outside(scene: Scene) -> Flow[None]:
    first, second = yield from scene.aged()
    empty = yield from opened()
    (newest,) = yield from written(empty, "Newest")
    yield from visible(empty, count=1)
    page = yield find(first.thread, cursor=newest.id)
    expect_status(page, 200)
    expect(page, "ids", page.own("Id"), [second.id, first.id])


def _thread_as_cursor(scene: Scene) -> Flow[None]:
    own = yield from scene.single()
    expect_refusal((yield find(own.thread, cursor=own.thread)), 400, "Invalid Cursor")


def _unknown_ids_select_nothing(_: Scene) -> Flow[None]:
    page = yield find(UNKNOWN_ID)
    expect_status(page, 200)
    expect(page, "Messages", page.at("Messages"), [])


def _no_enterprises(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    expect_refusal((yield find(thread, EnterpriseIds=[])), 400, "Invalid EnterpriseIds")


def _batch_order(_: Scene) -> Flow[None]:
    thread = yield from opened()
    messages = yield from written(thread, "One", "Two", "Three")
    page = yield from visible(thread, count=3)
    ids = [each.id for each in reversed(messages)]
    expect(page, "ids", page.own("Id"), ids)


def _case_of_names(_: Scene) -> Flow[None]:
    answer = yield add_thread(Subject=LEFT_OUT, subject="In lower case")
    expect_refusal(answer, 400, "Invalid Subject")


VECTORS = (
    Vector("26", "Messages come newest first; the Cursor is the last id.", "documented", _newest_first),
    Vector("27", "25 messages by 10 are pages of 10, 10, 5 and 0.", "documented", _twenty_five),
    Vector("28", "20 messages by 10: the third page is empty, its Cursor null.", "documented", _twenty),
    Vector("29", "A message that is added meanwhile shifts no later page.", "documented", _new_message_between),
    Vector("30", "A null Cursor is none.", "documented", _null_cursor_is_none),
    _limitation("31", "Count 0 is refused.", "documented", limit(0), "Invalid Count", points.COUNT),
    _limitation("32", "Count 1001 is refused.", "documented", limit(1001), "Invalid Count", points.COUNT),
    Vector("33", "Count 1000 is taken, and brings so many.", "documented", _largest_count),
    _limitation("34", "A Count that is a text is refused.", "assumed", limit("10"), "Invalid Count"),
    _limitation("35", "A missing Limitation is refused.", "documented", LEFT_OUT, "Invalid Limitation",
                points.NO_LIMITATION),
    _limitation("36", "An unknown Cursor is refused.", "assumed", limit(10, UNKNOWN_ID), "Invalid Cursor",
                points.UNKNOWN_CURSOR),
    _limitation("37", "A Cursor that is no UUID is refused.", "assumed", limit(10, "12345"), "Invalid Cursor",
                points.MALFORMED_ID),
    _thread_ids("38", "Missing MessageThreadIds are refused.", LEFT_OUT),
    _thread_ids("39", "An empty list of MessageThreadIds is refused.", []),
    _thread_ids("40", "1001 MessageThreadIds are refused.", [UNKNOWN_ID] * 1001),
    Vector("41", "An id named twice counts once.", "assumed", _id_twice, (points.ID_TWICE,)),
    Vector("42", "Messages of another application are never returned.", "documented", _foreign_messages,
           needs="second"),
    Vector("43", "A foreign thread among own ones adds nothing.", "documented", _foreign_and_own, needs="second"),
    Vector("44", "Messages of several threads are one list, newest first.", "documented", _merged),
    Vector("45", "An empty thread is an empty page with a null Cursor.", "documented", _empty_thread),
    Vector("46", "With Prefer: return=minimal an empty page is 204.", "documented", _empty_page_is_204),
    Vector("47", "A page with messages ignores Prefer.", "documented", _full_page_ignores_wishes),
    Vector("48", "messages/add ignores Prefer.", "documented", _adding_ignores_wishes),
    Vector("49", "A message has just its five fields.", "documented", _just_its_fields),
    Vector("D13", "The id of a thread is no Cursor of messages.", "assumed", _thread_as_cursor,
           (points.CURSOR_OF_MESSAGES, points.UNKNOWN_CURSOR)),
    Vector("D25", "An empty list of EnterpriseIds is refused.", "assumed", _no_enterprises, (points.EMPTY_LISTS,)),
    Vector("S2", "A Cursor outside the filter is a place in time.", "assumed", _cursor_outside,
           (points.CURSOR_OUTSIDE,)),
    Vector("S5", "An unknown id in a filter matches nothing.", "assumed", _unknown_ids_select_nothing,
           (points.UNKNOWN_THREAD_IDS,)),
    Vector("S20", "Names of fields are exact in case.", "assumed", _case_of_names, (points.PROPERTY_CASE,)),
    Vector("S36", "Within a second and a batch, later is newer.", "assumed", _batch_order,
           (points.ORDER_IN_SECOND,)),
    Vector("S40", "Prefer is found in any case, among other wishes.", "assumed", _wishes_in_another_form,
           (points.PREFER,)),
)  # fmt: skip
"""In the order of the contract's list, then the questions that it does not number."""
