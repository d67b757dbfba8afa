"""Vectors 1 to 25: opening threads and adding messages (contract.md 3.2, 3.4)."""

from __future__ import annotations

import re

from mockmews_testkit.verification import points
from mockmews_testkit.verification.calls import (
    GUEST,
    SUBJECT,
    UNKNOWN_ID,
    add,
    add_thread,
    ask,
    find,
    find_threads,
    item,
)  # fmt: skip
from mockmews_testkit.verification.exchange import ABSENT, LEFT_OUT, Answer, Basis, Flow, Point
from mockmews_testkit.verification.expectations import (
    expect,
    expect_identifier,
    expect_keys,
    expect_refusal,
    expect_status,
    expect_that,
    refusal,
)  # fmt: skip
from mockmews_testkit.verification.scene import Scene, opened, visible, written
from mockmews_testkit.verification.vectors import Vector

_WHOLE_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LONG_SUBJECT = "Zimmer ünd früh 🛎 " * 556
_EMOJI = "Bonjour 👩🏽‍🍳\nzweite Zeile\r\n\ttab"
_SPACES = "  <b>spaces &amp; markup stay</b>  "


def _thread_is_opened(_: Scene) -> Flow[None]:
    answer = yield add_thread()
    expect_status(answer, 200)
    expect(answer, "Cursor of the answer", answer.at("Cursor"), ABSENT, points.THREAD_CURSOR)
    expect(answer, "number of MessageThreads", len(answer.each("MessageThreads")), 1)
    thread = answer.at("MessageThreads", 0)
    names = ("Id", "OriginalSender", "Subject", "CreatedUtc", "UpdatedUtc", "IsResolved")
    expect_keys(answer, "the thread", thread, *names)
    expect_identifier(answer, "Id", thread["Id"])
    shown = [thread[name] for name in ("OriginalSender", "Subject", "IsResolved")]
    expect(answer, "OriginalSender, Subject and IsResolved", shown, [GUEST, SUBJECT, False])
    expect(answer, "UpdatedUtc", thread["UpdatedUtc"], thread["CreatedUtc"])


def _answers_are_json(_: Scene) -> Flow[None]:
    answer = yield add_thread()
    sent = answer.headers.get("content-type", "")
    is_json = sent.partition(";")[0].strip().lower() == "application/json"
    expect_that(
        answer, is_json, came=f"Content-Type {sent or 'missing'}", wanted="Content-Type application/json"
    )


def _instants_have_no_fraction(_: Scene) -> Flow[None]:
    answer = yield add_thread()
    created = str(answer.at("MessageThreads", 0, "CreatedUtc"))
    expect_status(answer, 200)
    if not _WHOLE_SECOND.fullmatch(created):
        expect(answer, "CreatedUtc", created, "YYYY-MM-DDTHH:MM:SSZ")


def _long_subject_returns(_: Scene) -> Flow[None]:
    answer = yield add_thread(Subject=_LONG_SUBJECT)
    expect_status(answer, 200)
    found = yield find_threads(str(answer.at("MessageThreads", 0, "Id")))
    expect_status(found, 200)
    expect(found, "Subject", found.at("MessageThreads", 0, "Subject"), _LONG_SUBJECT)


def _message_is_added(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    answer = yield add(item(thread, Identifier="Message 1"))
    expect_status(answer, 200)
    expect(answer, "Identifier", answer.at("Messages", 0, "Identifier"), "Message 1")
    added = answer.at("Messages", 0, "Message")
    expect_that(
        answer,
        isinstance(added, dict),
        came="no Message",
        wanted="Message, an object",
        points=(points.ADDED,),
    )
    expect_identifier(answer, "Id", answer.at("Messages", 0, "Message", "Id"))
    expect(answer, "MessageThreadId", added.get("MessageThreadId", ABSENT), thread, points.THREAD_ID)
    expect(answer, "Text", added.get("Text", ABSENT), "Hi")
    application = {"Discriminator": "Application", "Value": None}
    expect(answer, "Sender", added.get("Sender", ABSENT), application, points.SENDER)


def _no_identifier_is_null(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    answer = yield add(item(thread))
    expect_status(answer, 200)
    expect(answer, "Identifier", answer.at("Messages", 0, "Identifier"), None)


def _bad_item(vector: str, says: str, text: str, point: Point | None = None, /, **changes: object) -> Vector:
    def flow(scene: Scene) -> Flow[None]:
        thread = yield from scene.thread()
        expect_refusal((yield add(item(thread, **changes))), 400, text)

    basis: Basis = "documented" if point is None else "assumed"
    return Vector(vector, says, basis, flow, () if point is None else (point,))


def _old_name(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    expect_refusal((yield add({"ThreadId": thread, "Text": "Hi"})), 400, "Invalid MessageThreadId")


def _foreign_thread(scene: Scene) -> Flow[None]:
    foreign = yield from scene.foreign()
    unknown = yield add(item(UNKNOWN_ID))
    answer = yield add(item(foreign.thread))
    expect_refusal(answer, 400)
    expect(answer, "Message", answer.at("Message"), unknown.at("Message"))


def _one_bad_item(_: Scene) -> Flow[None]:
    thread = yield from opened()
    answer = yield add(item(thread, "One"), item(UNKNOWN_ID, "Two"))
    expect_that(answer, answer.status >= 400, came=str(answer.status), wanted="a refusal of the whole")
    page = yield find(thread)
    expect(page, "texts in the thread", page.own("Text"), [])


def _thousand(scene: Scene) -> Flow[None]:
    _, answer = yield from scene.thousand()
    expect_status(answer, 200)
    expect(answer, "number of Messages", len(answer.each("Messages")), 1000)


def _more_than_a_thousand(_: Scene) -> Flow[None]:
    thread = yield from opened()
    expect_refusal((yield add(*[item(thread)] * 1001)), 400, "Invalid Messages")


def _two_threads() -> Flow[tuple[str, str, Answer]]:
    first = yield from opened()
    second = yield from opened()
    answer = yield add(item(first, "First", Identifier="x"), item(second, "Second", Identifier="y"))
    expect_status(answer, 200)
    return first, second, answer


def _identifiers_tell(_: Scene) -> Flow[None]:
    first, second, answer = yield from _two_threads()
    pairs = {
        str(name): [thread, text]
        for name, thread, text in zip(
            answer.each("Messages", "Identifier"),
            answer.each("Messages", "Message", "MessageThreadId"),
            answer.each("Messages", "Message", "Text"),
            strict=True,
        )
    }
    expect(answer, "Messages by Identifier", pairs, {"x": [first, "First"], "y": [second, "Second"]})


def _result_order(_: Scene) -> Flow[None]:
    *_threads, answer = yield from _two_threads()
    expect(answer, "order of Identifiers", answer.each("Messages", "Identifier"), ["x", "y"])


def _identifier_twice(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    answer = yield add(item(thread, Identifier="x"), item(thread, Identifier="x"))
    expect_status(answer, 200)
    expect(answer, "Identifiers", answer.each("Messages", "Identifier"), ["x", "x"])


def _repeated_call(_: Scene) -> Flow[None]:
    own = yield from opened()
    same = add(item(own, Identifier="Message 1"))
    expect_status((yield same), 200)
    expect_status((yield same), 200)
    page = yield from visible(own, count=2)
    expect(page, "number of different messages", len(set(map(str, page.own("Id")))), 2)


def _round_trip(text: str) -> Flow[None]:
    thread = yield from opened()
    answer = yield add(item(thread, text))
    expect_status(answer, 200)
    expect(answer, "Text", answer.at("Messages", 0, "Message", "Text"), text)
    page = yield from visible(thread, count=1)
    expect(page, "Text", page.own("Text"), [text])


def _tokens_in_items(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    old = {"ClientToken": "old", "AccessToken": "old", "Client": "old"}
    expect_status((yield add({**old, **item(thread)})), 200)


def _seen_at_once(_: Scene) -> Flow[None]:
    thread = yield from opened()
    (message,) = yield from written(thread, "Now")
    page = yield find(thread)
    expect(page, "ids", page.own("Id"), [message.id])


def _upper_case(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    answer = yield add(item(thread.upper()))
    expect_status(answer, 200)
    expect(answer, "MessageThreadId", answer.at("Messages", 0, "Message", "MessageThreadId"), thread)


def _ends_without_full_stop(_: Scene) -> Flow[None]:
    answer = yield add_thread(Subject=LEFT_OUT)
    expect_refusal(answer, 400)
    text = str(answer.at("Message"))
    expect(answer, "Message", text, text.removesuffix("."))


def _error_body(_: Scene) -> Flow[None]:
    answer = yield add_thread(Subject="")
    expect_refusal(answer, 400, "Invalid Subject")
    expect_identifier(answer, "RequestId", answer.at("RequestId"))


def _details(_: Scene) -> Flow[None]:
    answer = yield add_thread(Subject=LEFT_OUT)
    expect(answer, "Details", answer.at("Details"), None)


VECTORS = (
    Vector("1", "A thread is opened: one thread, with just its six fields.", "documented", _thread_is_opened),
    Vector("2", "An empty Subject is refused, with Message and RequestId.", "documented", _error_body),
    refusal("3", "A missing Subject is refused.", "documented", add_thread(Subject=LEFT_OUT), "Invalid Subject"),
    refusal("4", "A null OriginalSender is refused.", "documented", add_thread(OriginalSender=None),
            "Invalid OriginalSender"),
    refusal("5", "A blank Subject is refused.", "assumed", add_thread(Subject="   "), "Invalid Subject",
            points.BLANK),
    Vector("6", "A Subject of 10,000 characters returns intact.", "assumed", _long_subject_returns,
           (points.LENGTH,)),
    Vector("7", "A message is added: Identifier, thread, text and Sender are told.", "documented",
           _message_is_added),
    Vector("8", "Without Identifier the answer's is null.", "documented", _no_identifier_is_null,
           (points.IDENTIFIER,)),
    _bad_item("9", "An empty Text is refused.", "Invalid Text", Text=""),
    _bad_item("10", "A missing Text is refused.", "Invalid Text", Text=LEFT_OUT),
    _bad_item("11", "A missing MessageThreadId is refused.", "Invalid MessageThreadId", MessageThreadId=LEFT_OUT),
    _bad_item("12", "A MessageThreadId that is no UUID is refused.", "Invalid MessageThreadId",
              points.MALFORMED_ID, MessageThreadId="abc"),
    _bad_item("13", "An unknown MessageThreadId is refused.", "Invalid MessageThreadId",
              points.UNKNOWN_THREAD, MessageThreadId=UNKNOWN_ID),
    Vector("14", "A thread of another application is refused in the same words.", "assumed", _foreign_thread,
           (points.UNKNOWN_THREAD,), "second"),
    Vector("15", "One bad message in a batch: nothing is stored.", "assumed", _one_bad_item, (points.BATCH,)),
    Vector("16", "1000 messages are taken in one call.", "documented", _thousand),
    Vector("17", "1001 messages are refused.", "documented", _more_than_a_thousand, (points.MESSAGES_LIMIT,)),
    refusal("18", "No messages are refused.", "assumed", add(), "Invalid Messages", points.EMPTY_MESSAGES),
    refusal("19", "A missing Messages is refused.", "documented", ask("messages/add"), "Invalid Messages"),
    Vector("20", "Identifiers tell which message is which.", "documented", _identifiers_tell),
    Vector("21", "The same Identifier twice is taken.", "assumed", _identifier_twice, (points.IDENTIFIER,)),
    Vector("22", "A repeated call adds a second message.", "documented", _repeated_call),
    Vector("23", "Emoji and line breaks return unchanged.", "documented", lambda _: _round_trip(_EMOJI)),
    Vector("24", "Tokens within messages are ignored.", "assumed", _tokens_in_items, (points.TOKENS_IN_ITEMS,)),
    Vector("25", "ThreadId is no name for MessageThreadId.", "assumed", _old_name, (points.THREAD_ID,)),
    Vector("D17", "Details of an error is there, and null.", "assumed", _details, (points.DETAILS,)),
    Vector("D18", "Instants have no fraction of a second.", "documented", _instants_have_no_fraction,
           (points.FRACTION,)),
    Vector("7.1", "The text of an error has no full stop.", "assumed", _ends_without_full_stop,
           (points.FULL_STOP,)),
    Vector("1.1", "Identifiers may be sent in upper case and return in lower case.", "assumed", _upper_case),
    Vector("1.2", "Answers are application/json.", "documented", _answers_are_json),
    Vector("S11", "Spaces and markup of a text stay.", "assumed", lambda _: _round_trip(_SPACES),
           (points.UNCHANGED,)),
    Vector("S37", "Results of messages/add stand in the order of the request.", "assumed", _result_order,
           (points.ORDER_OF_RESULT,)),
    Vector("S42", "A message is in messages/getAll as soon as it was added.", "assumed", _seen_at_once,
           (points.READ_LAG,)),
)  # fmt: skip
"""In the order of the contract's list, then the questions that it does not number."""
