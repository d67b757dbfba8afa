"""Every alternative of every setting of the Connector API: what a caller sees with it, and what without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockmews import MockMewsServer, Settings
from mockmews.settings import SETTINGS
from tests.conftest import MakeApp
from tests.connector import seen
from tests.connector.caller import NOON, PREFIX, App

# Settings of webhooks, of retries and of the journal have their own tests.
ELSEWHERE = {
    "payload", "webhooks", "lag", "batch_limit", "webhook_timeout", "retry_attempts", "retry_delay",
    "journal_limit",
}  # fmt: skip


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
    Alternative("sender", "without_value", seen.sender, OBJECT, {"Discriminator": "Application"}),
    Alternative("sender", "without_value", seen.sender_in_get_all, STAFF, {"Discriminator": "Enterprise"}),
    Alternative("sender", "string", seen.sender, OBJECT, "Application"),
    Alternative("sender", "string", seen.sender_in_get_all, STAFF, "Enterprise"),
    Alternative("thread_id_alias", "accept", seen.aliases, (400, False), (200, False)),
    Alternative("thread_id_alias", "emit", seen.aliases, (400, False), (400, True)),
    Alternative("thread_id_alias", "both", seen.aliases, (400, False), (200, True)),
    Alternative("is_resolved", "omitted_in_get_all", seen.thread_keys, (True, True), (True, False)),
    Alternative("null_cursor", "omitted", seen.keys_of_an_empty_page, ["Messages", "Cursor"], ["Messages"]),
    Alternative(
        "thread_add_cursor", "present", seen.opened_keys, ["MessageThreads"], ["MessageThreads", "Cursor"]
    ),
    Alternative("error_details", "text", seen.details, type(None), str),
    Alternative("error_full_stop", "true", seen.full_stops, (BAD_IDS[1], MISSING), (f"{BAD_IDS[1]}.", MISSING)),
    Alternative(
        "datetime_fraction", "milliseconds", seen.instants, (NOON,) * 3, ("2026-03-10T12:00:00.000Z",) * 3
    ),
    Alternative("tokens_in_messages", "required", seen.tokens_in_messages, (200, 200), (400, 200)),
    Alternative("unknown_fields", "refused", seen.unknown_fields, (200,) * 4, (200, 400, 400, 200)),
    Alternative("interval_bounds", "optional", seen.open_intervals, [BAD_CREATED] * 4, [1, 0, 1, 1]),
    Alternative("missing_limitation", "newest_1000", seen.without_limitation, "Invalid Limitation", 1000),
    Alternative("count_out_of_range", "clamped", seen.counts, ["Invalid Count"] * 4, [1, 1, 2, 2]),
    Alternative("messages_over_limit", "accepted", seen.over_a_thousand, ["Invalid Messages"] * 2, [1500, 1500]),
    Alternative("empty_id_lists", "absent", seen.empty_lists, [400] * 5, [200, 200, 200, 400, 400]),
    Alternative("empty_messages", "accepted", seen.no_messages, "Invalid Messages", {"Messages": []}),
    Alternative("blank_text", "accepted", seen.blanks, (400, 400, 400), (200, 200, 400)),
    Alternative("text_limit", "20", seen.long_texts, (200, 200, 200), (400, 200, 400)),
    Alternative("property_case", "insensitive", seen.other_case, (400, 401), (200, 200)),
    Alternative("content_type", "lenient", seen.media_types, 400, 200),
    Alternative("wrong_method", "405", seen.wrong_methods, (404, None), (405, "POST")),
    Alternative("datetime_without_zone", "utc", seen.without_zone, [BAD_CREATED] * 2, [1, 1]),
    Alternative("month_tolerance", "one_day", seen.a_month_and_a_day, [400] * 3, [200, 200, 400]),
    Alternative("body_limit", "2000", seen.large_body, 200, 413),
    Alternative("interval_ends", "inclusive", seen.interval_ends, (0, 0), (1, 1)),
    Alternative("stored_precision", "ticks", seen.precision, 1, 0),
    Alternative("unknown_cursor", "empty_page", seen.unknown_cursor, [BAD_CURSOR] * 3, [([], None)] * 3),
    Alternative("unknown_thread_ids", "refused", seen.unknown_thread_ids, [200, 200], [BAD_IDS, BAD_IDS]),
    Alternative("add_to_unknown_thread", "403", seen.add_to_unknown, BAD_ID, (403, "Invalid MessageThreadId")),
    Alternative("add_to_resolved_thread", "refused", seen.add_to_resolved, 200, BAD_ID),
    Alternative("message_updates_thread", "false", seen.updated, seen.ONE, NOON),
    Alternative("message_reopens_thread", "true", seen.reopened, [True, True], [False, False]),
    Alternative(
        "portfolio_add", "dummy_enterprise", seen.portfolio_adds, NO_PERMISSION, (1, 0), {"portfolio": True}
    ),
    Alternative("read_lag", "2s", seen.read_lag, [1, 1, 1], [0, 0, 1]),
    Alternative("rate_limit", "off", seen.the_201st_call, 429, 200, {"clock": {"rate": 1}}),
    Alternative("rate_limit", "2/30s", seen.statuses, [200] * 3, [200, 200, 429]),
    Alternative(
        "rate_window", "anchored", seen.windows,
        [200, 200, 200, 429, 429], [200, 200, 200, 200, 429], TWO_CALLS,
    ),
    Alternative("retry_after", "absent", seen.retry_after, "30", None, TWO_CALLS),
    Alternative(
        "rate_counts_failed", "false", seen.failed_calls,
        [400, 400, 429, 429, 429, 429], [400, 400, 400, 200, 200, 429], TWO_CALLS,
    ),
    Alternative(
        "rate_counts_refused", "true", seen.refused_calls,
        [200, 200, 429, 429, 429, 200], [200, 200, 429, 429, 429, 429], TWO_CALLS,
    ),
    Alternative(
        "own_messages", "false", seen.events_of_own_messages, 2, 1, {"webhook_url": "http://127.0.0.1:9/hooks"}
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
