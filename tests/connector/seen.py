"""What a caller sees of the settings of the Connector API, each by one function."""

from __future__ import annotations

import json
from typing import Any

from tests.connector.caller import NOON, PREFIX, UNKNOWN_ID, App, Json, between, item

PLAIN = {"Content-Type": "text/plain"}
ONE = "2026-03-10T13:00:00Z"


def sender(app: App) -> Any:
    (added,) = app.add(item(app.open_thread())).messages
    return added["Message"]["Sender"]


def sender_in_get_all(app: App) -> Any:
    thread = app.open_thread()
    app.reply(thread, "Hello")
    return app.find(thread).messages[0]["Sender"]


def aliases(app: App) -> Any:
    """Whether ThreadId is taken, and whether it is given."""
    thread = app.open_thread()
    app.write(thread, "Hi")
    taken = app.add({"ThreadId": thread, "Text": "Hi"}).status
    (message, *_) = app.find(thread).messages
    assert message["MessageThreadId"] == thread
    return taken, message.get("ThreadId") == thread


def thread_keys(app: App) -> Any:
    """Whether IsResolved is there: when a thread is opened, and when it is found."""
    opened = app.call("messageThreads/add", OriginalSender="Jo", Subject="Hi").threads[0]
    (found,) = app.find_threads(MessageThreadIds=[opened["Id"]]).threads
    return "IsResolved" in opened, "IsResolved" in found


def keys_of_an_empty_page(app: App) -> Any:
    thread = app.open_thread()
    empty = list(app.find(thread).json)
    app.write(thread, "Hi")
    assert app.find(thread).cursor is not None
    return empty


def opened_keys(app: App) -> Any:
    answer = app.call("messageThreads/add", OriginalSender="Jo", Subject="Hi")
    assert answer.json.get("Cursor", answer.ids[0]) == answer.ids[0]
    return list(answer.json)


def details(app: App) -> Any:
    error = app.find().json
    assert error["Message"] == "Invalid MessageThreadIds"
    return type(error["Details"])


def full_stops(app: App) -> Any:
    # contract.md 7: some texts end with one anyway; the body's tokens tell whose setting counts.
    elsewhere = app.send("POST", "/", json.dumps(app.base).encode())
    return app.find().json["Message"], elsewhere.json["Message"]


def instants(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "Hi")
    (found,) = app.find_threads(MessageThreadIds=[thread]).threads
    return found["CreatedUtc"], found["UpdatedUtc"], app.find(thread).messages[0]["CreatedUtc"]


def tokens_in_messages(app: App) -> Any:
    thread = app.open_thread()
    return app.add(item(thread)).status, app.add({**app.base, **item(thread)}).status


def unknown_fields(app: App) -> Any:
    thread = app.open_thread()
    languages = {"LanguageCode": "en-US", "CultureCode": "en-US"}
    return (
        app.find(thread, **languages).status, app.find(thread, Extra=1).status,
        app.add({**item(thread), "Extra": 1}).status, app.find(thread, count=1, cursor=None).status,
    )  # fmt: skip


def open_intervals(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "Hi")
    return [
        len(page.messages) if page.status == 200 else page.refusal[1]
        for bounds in (between(NOON, ...), between(..., NOON), between(None, ONE), between(..., ...))
        for page in [app.find(thread, CreatedUtc=bounds)]
    ]


def without_limitation(app: App) -> Any:
    thread = app.open_thread()
    for _ in range(2):
        app.write(thread, *["Hi"] * 600)
    page = app.find(thread, Limitation=...)
    return page.refusal[1] if page.status == 400 else len(page.messages)


def counts(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "One", "Two")
    pages = [app.find(thread, count=count) for count in (0, -5, 1001, 10**30)]
    return [page.refusal[1] if page.status == 400 else len(page.messages) for page in pages]


def over_a_thousand(app: App) -> Any:
    """Also in a body so large that most of it is usually not read."""
    thread = app.open_thread()
    statuses = []
    for text in ("Hi", "x" * 300):
        answer = app.add(*[item(thread, text)] * 1500)
        statuses.append(answer.refusal[1] if answer.status == 400 else len(answer.messages))
    return statuses


def empty_lists(app: App) -> Any:
    thread = app.open_thread()
    own = {"CreatedUtc": between(NOON, ONE)}
    answers = [
        app.find_threads(MessageThreadIds=[], **own), app.find_threads(EnterpriseIds=[], **own),
        app.find(thread, EnterpriseIds=[]), app.find_threads(MessageThreadIds=[]), app.find(),
    ]  # fmt: skip
    return [answer.status for answer in answers]


def no_messages(app: App) -> Any:
    answer = app.add()
    return answer.refusal[1] if answer.status == 400 else answer.json


def blanks(app: App) -> Any:
    thread = app.call("messageThreads/add", OriginalSender=" ", Subject="\n").status
    return thread, app.add(item(app.open_thread(), "\t")).status, app.add(item(app.open_thread(), "")).status


def long_texts(app: App) -> Any:
    thread = app.open_thread()
    subject = app.call("messageThreads/add", OriginalSender="Jo", Subject="x" * 21).status
    return subject, app.add(item(thread, "🛎" * 20)).status, app.add(item(thread, "🛎" * 21)).status


def other_case(app: App) -> Any:
    thread = app.open_thread()
    names: Json = {"messageTHREADids": [thread], "limitation": {"count": 1}}
    tokens = {name.lower(): value for name, value in app.base.items()}
    nothing: Json = dict.fromkeys(app.base, ...)
    whole = app.call("messages/getAll", **nothing, **tokens, **names)
    return app.call("messages/getAll", **names).status, whole.status


def media_types(app: App) -> Any:
    wanted = {"MessageThreadIds": [UNKNOWN_ID], "Limitation": {"Count": 1}}
    return app.call("messages/getAll", headers=PLAIN, **wanted).status


def wrong_methods(app: App) -> Any:
    answer = app.send("PUT", PREFIX + "messages/add", json.dumps(app.base).encode())
    return answer.status, answer.headers.get("allow")


def without_zone(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "Hi")
    pages = [
        app.find(thread, CreatedUtc=bounds)
        for bounds in (between("2026-03-10", "2026-03-11"), between(NOON, "2026-03-10T12:00:01"))
    ]
    return [page.refusal[1] if page.status == 400 else len(page.messages) for page in pages]


def a_month_and_a_day(app: App) -> Any:
    thread, start = app.open_thread(), "2026-02-10T00:00:00Z"
    statuses = [app.find(thread, CreatedUtc=between(start, "2026-03-11T00:00:00Z")).status]
    three = between("2025-12-10T00:00:00Z", "2026-03-11T00:00:00Z")
    statuses.append(app.find_threads(CreatedUtc=three).status)
    return [*statuses, app.find(thread, CreatedUtc=between(start, "2026-03-11T00:00:01Z")).status]


def large_body(app: App) -> Any:
    return app.add(item(app.open_thread(), "x" * 2000)).status


def interval_ends(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "Hi")
    earlier = between("2026-03-10T11:00:00Z", NOON)
    return len(app.find(thread, CreatedUtc=earlier).messages), len(
        app.find_threads(UpdatedUtc=earlier).threads
    )


def precision(app: App) -> Any:
    """Whether a message of 12:00:00.5 is found at the instant that it shows."""
    app.advance("500ms")
    thread = app.open_thread()
    app.write(thread, "Hi")
    shown = app.find(thread).messages[0]["CreatedUtc"]
    assert shown == NOON
    return len(app.find(thread, CreatedUtc=between(shown, shown)).messages)


def unknown_cursor(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "Hi")
    pages = [
        app.find(thread, cursor=UNKNOWN_ID), app.find_threads(cursor=UNKNOWN_ID, MessageThreadIds=[thread]),
        app.find_threads(cursor=UNKNOWN_ID, CreatedUtc=between(NOON, ONE)),
    ]  # fmt: skip
    return [page.refusal if page.status == 400 else (page.ids, page.cursor) for page in pages]


def unknown_thread_ids(app: App) -> Any:
    thread = app.open_thread()
    answers = app.find(thread, UNKNOWN_ID), app.find_threads(MessageThreadIds=[UNKNOWN_ID, thread])
    return [answer.refusal if answer.status == 400 else answer.status for answer in answers]


def add_to_unknown(app: App) -> Any:
    return app.add(item(UNKNOWN_ID)).refusal


def add_to_resolved(app: App) -> Any:
    thread = app.open_thread()
    app.resolve(thread)
    answer = app.add(item(thread))
    return answer.refusal if answer.status == 400 else answer.status


def updated(app: App) -> Any:
    thread = app.open_thread()
    app.advance("1h")
    app.write(thread, "Hi")
    app.reply(thread, "Hello")
    return app.find_threads(MessageThreadIds=[thread]).threads[0]["UpdatedUtc"]


def reopened(app: App) -> Any:
    found = []
    for write in (app.write, app.reply):
        thread = app.open_thread()
        app.resolve(thread)
        write(thread, "One more question")
        found.append(app.find_threads(MessageThreadIds=[thread]).threads[0]["IsResolved"])
    return found


def portfolio_adds(app: App) -> Any:
    """Adds go to the portfolio's own enterprise, whose threads no hotel's token sees."""
    hotel, (portfolio,) = app.access_token, (
        each["access_token"] for each in app.world["access_tokens"] if each["portfolio"]
    )  # fmt: skip
    app.access_token = portfolio
    opened = app.call("messageThreads/add", OriginalSender="Jo", Subject="Hi")
    if opened.status != 200:
        return opened.refusal
    (thread,) = opened.ids
    app.write(thread, "Hi")
    seen = len(app.find(thread).messages)
    app.access_token = hotel
    return seen, len(app.find(thread).messages)


def read_lag(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "Hi")
    found = [len(app.find(thread).messages)]
    for _ in range(2):
        app.advance("1s")
        found.append(len(app.find(thread).messages))
    return found


def statuses(app: App) -> Any:
    return [app.find(UNKNOWN_ID).status for _ in range(3)]


def windows(app: App) -> Any:
    found = [app.find(UNKNOWN_ID).status]
    app.advance("20s")
    found.append(app.find(UNKNOWN_ID).status)
    app.advance("10s")
    return found + statuses(app)


def retry_after(app: App) -> Any:
    statuses(app)
    return app.find(UNKNOWN_ID).headers.get("retry-after")


def failed_calls(app: App) -> Any:
    return [app.find().status for _ in range(3)] + statuses(app)


def refused_calls(app: App) -> Any:
    found = statuses(app)[:2]
    app.advance("20s")
    found += statuses(app)
    app.advance("10s")
    return [*found, app.find(UNKNOWN_ID).status]


def the_201st_call(app: App) -> Any:
    return [app.find(UNKNOWN_ID).status for _ in range(201)][-1]


def events_of_own_messages(app: App) -> Any:
    thread = app.open_thread()
    app.write(thread, "Hi")
    app.reply(thread, "Hello")
    return len(app.control.deliveries(app.access_token))
