"""The order in which a call is checked (contract.md 13a): of several things wrong the first is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import MakeApp
from tests.connector.caller import PREFIX, UNKNOWN_ID, App, Json, between, item

NO_PERMISSION = "No permission to use this operation."
PLAIN = {"Content-Type": "text/plain"}
BACKWARDS = between("2026-03-10T12:00:01Z", "2026-03-10T12:00:00Z")

# What can be wrong with a call of messages/add, in the order in which it is looked for.
STEPS = (
    (404, "Requested resource does not exist."),
    (413, "Request body is too large."),
    (400, "Invalid Content-Type"),
    (400, "Invalid JSON"),
    (401, "Invalid AccessToken"),
    (429, "Too many requests."),
    (401, NO_PERMISSION),
    (400, "Invalid Client"),
    (400, "Invalid Messages"),
)


@pytest.mark.parametrize("first", range(len(STEPS)), ids=[f"{status} {text}" for status, text in STEPS])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_check_order_is_that_of_the_contract(make_app: MakeApp, first: int, method: str) -> None:
    """Everything from `first` on is wrong, everything before it is right."""
    app = make_app(settings={"body_limit": 1000}, rate_limit="1/30s", permissions=["messages/getAll"])
    app.find(UNKNOWN_ID)  # spends the only call
    if first > 5:
        app.control.change_integration(app.access_token, rate_limit="100/30s")
    if first > 6:
        app.control.change_integration(app.access_token, permissions=["messages/add"])
    fields: Json = {"Messages": []}
    if first <= 4:
        fields["AccessToken"] = "wrong"
    if first <= 7:
        fields["Client"] = ""
    body = json.dumps(app.body(**fields)).encode()
    if first <= 3:
        body = body.replace(b"}", b",}")
    if first <= 1:
        # So that the world is known whose limit this is: only a body that can be read tells.
        body = json.dumps(app.body(Messages=[], Padding="x" * 1000)).encode()
    path = PREFIX + ("messages/ADD" if first == 0 else "messages/add")
    answer = app.send(method, path, body, headers=PLAIN if first <= 2 else {})
    if method == "GET":
        assert answer.refusal == STEPS[0], "a wrong method is no address"
    else:
        assert answer.refusal == STEPS[first]


# Fields of each operation in the order of contract.md 3, each with a wrong value and what is then named.
FIELDS: dict[str, list[tuple[str, Any, str]]] = {
    "messageThreads/getAll": [
        ("Client", "", "Client"),
        ("EnterpriseIds", [], "EnterpriseIds"),
        ("MessageThreadIds", ["abc"], "MessageThreadIds"),
        ("CreatedUtc", BACKWARDS, "CreatedUtc"),
        ("UpdatedUtc", {}, "UpdatedUtc"),
        ("Limitation", {"Count": 0}, "Count"),
    ],
    "messageThreads/add": [
        ("Client", 1, "Client"),
        ("OriginalSender", "", "OriginalSender"),
        ("Subject", None, "Subject"),
    ],
    "messages/getAll": [
        ("Client", None, "Client"),
        ("EnterpriseIds", [None], "EnterpriseIds"),
        ("MessageThreadIds", [], "MessageThreadIds"),
        ("CreatedUtc", {"StartUtc": "now"}, "CreatedUtc"),
        ("Limitation", {"Count": 10, "Cursor": "abc"}, "Cursor"),
    ],
    "messages/add": [("Client", ..., "Client"), ("Messages", None, "Messages")],
}
ORDERED = [
    pytest.param(operation, fields[at:], id=f"{operation}-{fields[at][0]}")
    for operation, fields in FIELDS.items()
    for at in range(len(fields))
]


@pytest.mark.parametrize(("operation", "wrong"), ORDERED)
def test_fields_are_checked_in_the_order_of_their_table(
    app: App, operation: str, wrong: list[tuple[str, Any, str]]
) -> None:
    good = {
        "MessageThreadIds": [UNKNOWN_ID], "Limitation": {"Count": 10}, "OriginalSender": "Jo",
        "Subject": "Hi", "Messages": [item(UNKNOWN_ID)],
    }  # fmt: skip
    # The last field first: the order in the body does not count.
    fields = {name: value for name, value, _ in reversed(wrong)}
    answer = app.call(operation, **{**good, **fields})
    assert answer.refusal == (400, f"Invalid {wrong[0][2]}")


@pytest.mark.parametrize(
    ("messages", "field"),
    [
        pytest.param([{}] * 1001, "Messages", id="length_before_items"),
        pytest.param([{"Text": ""}, 7], "MessageThreadId", id="the_first_item_before_the_second"),
        pytest.param([item(UNKNOWN_ID), 7], "Messages", id="the_form_of_all_before_what_they_name"),
        pytest.param([item("abc", "")], "MessageThreadId", id="the_thread_before_the_text"),
        pytest.param([item(UNKNOWN_ID, "", Identifier=1)], "Text", id="the_text_before_the_identifier"),
    ],
)
def test_messages_are_checked_one_after_another(app: App, messages: Any, field: str) -> None:
    assert app.call("messages/add", Messages=messages).refusal == (400, f"Invalid {field}")


def test_form_of_all_fields_comes_before_what_they_name(app: App) -> None:
    # EnterpriseIds outside the scope are found out only when the body as a whole is well formed.
    foreign: Json = {"EnterpriseIds": [UNKNOWN_ID]}
    assert app.find(app.open_thread(), count=0, **foreign).refusal == (400, "Invalid Count")
    assert app.find(app.open_thread(), **foreign).refusal == (400, "Invalid EnterpriseIds")
