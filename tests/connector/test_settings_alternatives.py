"""Every alternative of every setting of the Connector API: what a caller sees with it, and what without."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockmews import MockMewsServer, Settings
from mockmews.settings import SETTINGS
from tests.conftest import MakeApp
from tests.connector.caller import NOON, PREFIX, UNKNOWN_ID, App, Json, between, item

# Settings of webhooks, of retries and of the journal have their own tests.
ELSEWHERE = {
    "payload", "webhooks", "lag", "batch_limit", "webhook_timeout", "retry_attempts", "retry_delay",
    "journal_limit",
}  # fmt: skip
PLAIN = {"Content-Type": "text/plain"}
ONE = "2026-03-10T13:00:00Z"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Under `setting: value` a caller observes `unusual`, under the default `usual`."""

    setting: str
    value: str
    observe: Callable[[App], Any]
    usual: Any
    unusual: Any
    world: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.setting}={self.value}"


# What a caller observes


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


OBJECT = {"Discriminator": "Application", "Value": None}
STAFF = {"Discriminator": "Enterprise", "Value": None}
BAD_CURSOR = (400, "Invalid Cursor")
BAD_IDS = (400, "Invalid MessageThreadIds")
BAD_ID = (400, "Invalid MessageThreadId")
BAD_CREATED = "Invalid CreatedUtc"
MISSING = "Requested resource does not exist."
NO_PERMISSION = (401, "No permission to use this operation.")
TWO_CALLS = {"rate_limit": "2/30s"}

ALTERNATIVES = (
    Alternative("sender", "without_value", sender, OBJECT, {"Discriminator": "Application"}),
    Alternative("sender", "without_value", sender_in_get_all, STAFF, {"Discriminator": "Enterprise"}),
    Alternative("sender", "string", sender, OBJECT, "Application"),
    Alternative("sender", "string", sender_in_get_all, STAFF, "Enterprise"),
    Alternative("thread_id_alias", "accept", aliases, (400, False), (200, False)),
    Alternative("thread_id_alias", "emit", aliases, (400, False), (400, True)),
    Alternative("thread_id_alias", "both", aliases, (400, False), (200, True)),
    Alternative("is_resolved", "omitted_in_get_all", thread_keys, (True, True), (True, False)),
    Alternative("null_cursor", "omitted", keys_of_an_empty_page, ["Messages", "Cursor"], ["Messages"]),
    Alternative(
        "thread_add_cursor", "present", opened_keys, ["MessageThreads"], ["MessageThreads", "Cursor"]
    ),
    Alternative("error_details", "text", details, type(None), str),
    Alternative("error_full_stop", "true", full_stops, (BAD_IDS[1], MISSING), (f"{BAD_IDS[1]}.", MISSING)),
    Alternative(
        "datetime_fraction", "milliseconds", instants, (NOON,) * 3, ("2026-03-10T12:00:00.000Z",) * 3
    ),
    Alternative("tokens_in_messages", "required", tokens_in_messages, (200, 200), (400, 200)),
    Alternative("unknown_fields", "refused", unknown_fields, (200,) * 4, (200, 400, 400, 200)),
    Alternative("interval_bounds", "optional", open_intervals, [BAD_CREATED] * 4, [1, 0, 1, 1]),
    Alternative("missing_limitation", "newest_1000", without_limitation, "Invalid Limitation", 1000),
    Alternative("count_out_of_range", "clamped", counts, ["Invalid Count"] * 4, [1, 1, 2, 2]),
    Alternative("messages_over_limit", "accepted", over_a_thousand, ["Invalid Messages"] * 2, [1500, 1500]),
    Alternative("empty_id_lists", "absent", empty_lists, [400] * 5, [200, 200, 200, 400, 400]),
    Alternative("empty_messages", "accepted", no_messages, "Invalid Messages", {"Messages": []}),
    Alternative("blank_text", "accepted", blanks, (400, 400, 400), (200, 200, 400)),
    Alternative("text_limit", "20", long_texts, (200, 200, 200), (400, 200, 400)),
    Alternative("property_case", "insensitive", other_case, (400, 401), (200, 200)),
    Alternative("content_type", "lenient", media_types, 400, 200),
    Alternative("wrong_method", "405", wrong_methods, (404, None), (405, "POST")),
    Alternative("datetime_without_zone", "utc", without_zone, [BAD_CREATED] * 2, [1, 1]),
    Alternative("month_tolerance", "one_day", a_month_and_a_day, [400] * 3, [200, 200, 400]),
    Alternative("body_limit", "2000", large_body, 200, 413),
    Alternative("interval_ends", "inclusive", interval_ends, (0, 0), (1, 1)),
    Alternative("stored_precision", "ticks", precision, 1, 0),
    Alternative("unknown_cursor", "empty_page", unknown_cursor, [BAD_CURSOR] * 3, [([], None)] * 3),
    Alternative("unknown_thread_ids", "refused", unknown_thread_ids, [200, 200], [BAD_IDS, BAD_IDS]),
    Alternative("add_to_unknown_thread", "403", add_to_unknown, BAD_ID, (403, "Invalid MessageThreadId")),
    Alternative("add_to_resolved_thread", "refused", add_to_resolved, 200, BAD_ID),
    Alternative("message_updates_thread", "false", updated, ONE, NOON),
    Alternative("message_reopens_thread", "true", reopened, [True, True], [False, False]),
    Alternative(
        "portfolio_add", "dummy_enterprise", portfolio_adds, NO_PERMISSION, (1, 0), {"portfolio": True}
    ),
    Alternative("read_lag", "2s", read_lag, [1, 1, 1], [0, 0, 1]),
    Alternative("rate_limit", "off", the_201st_call, 429, 200, {"clock": {"rate": 1}}),
    Alternative("rate_limit", "2/30s", statuses, [200] * 3, [200, 200, 429]),
    Alternative(
        "rate_window", "anchored", windows,
        [200, 200, 200, 429, 429], [200, 200, 200, 200, 429], TWO_CALLS,
    ),
    Alternative("retry_after", "absent", retry_after, "30", None, TWO_CALLS),
    Alternative(
        "rate_counts_failed", "false", failed_calls,
        [400, 400, 429, 429, 429, 429], [400, 400, 400, 200, 200, 429], TWO_CALLS,
    ),
    Alternative(
        "rate_counts_refused", "true", refused_calls,
        [200, 200, 429, 429, 429, 200], [200, 200, 429, 429, 429, 429], TWO_CALLS,
    ),
    Alternative(
        "own_messages", "false", events_of_own_messages, 2, 1, {"webhook_url": "http://127.0.0.1:9/hooks"}
    ),
)  # fmt: skip


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=str)
def test_setting_changes_what_a_caller_sees(make_app: MakeApp, alternative: Alternative) -> None:
    usual = make_app(**alternative.world)
    unusual = make_app(settings={alternative.setting: alternative.value}, **alternative.world)
    assert alternative.usual != alternative.unusual
    assert alternative.observe(usual) == alternative.usual
    assert alternative.observe(unusual) == alternative.unusual


def test_settings_have_every_alternative_tried() -> None:
    tried = {(each.setting, each.value) for each in ALTERNATIVES}
    owed = {
        (setting.name, value)
        for setting in SETTINGS
        if setting.name not in ELSEWHERE
        for value in (setting.takes.split(" | ") if " | " in setting.takes else ())
        if value != setting.default and " " not in value
    }
    assert owed - tried == set()
    assert {setting.name for setting in SETTINGS} - {name for name, _ in tried} == ELSEWHERE


def test_settings_of_the_server_count_where_no_world_is_known() -> None:
    settings = Settings().changed({"wrong_method": "405", "error_full_stop": True, "error_details": "text"})
    with MockMewsServer(settings=settings) as server:
        app = App(server.url, server.control.create_integration(), server.control)
        answer = app.send("GET", PREFIX + "messages/add")
        assert answer.refusal == (405, "Method not allowed.")
        assert answer.headers["allow"] == "POST"
        assert answer.json["Details"] == answer.hint
        assert app.post("messages/add", b"{").json["Message"] == "Invalid JSON."
        app.close()
