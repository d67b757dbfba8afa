"""The vectors 72 to 92 of contract.md 14: tokens, permissions, addresses, media types, limits."""

from __future__ import annotations

import pytest

from tests.conftest import MakeApp
from tests.connector.caller import PREFIX, UNKNOWN_ID, App, item

RETIRED = "7059D2C25BF64EA681ACAB3A00B859CC-D91BFF2B1E3047A3E0DEC1D57BE1382"
NO_PERMISSION = (401, "No permission to use this operation.")
INVALID_JSON = (400, "Invalid JSON")
NOT_FOUND = (404, "Requested resource does not exist.")


@pytest.mark.parametrize(
    ("field", "token"),
    [
        pytest.param("ClientToken", "wrong", id="vector_72_a_wrong_client_token"),
        pytest.param("AccessToken", RETIRED, id="vector_73_a_retired_access_token"),
        pytest.param("ClientToken", ..., id="no_client_token"),
        pytest.param("AccessToken", ..., id="no_access_token"),
        pytest.param("ClientToken", "", id="an_empty_client_token"),
        pytest.param("AccessToken", None, id="a_null_access_token"),
        pytest.param("AccessToken", ["wrong"], id="a_list_as_access_token"),
    ],
)
def test_tokens_that_are_bad_are_refused(app: App, field: str, token: object) -> None:
    thread = app.open_thread()
    assert app.find(thread, **{field: token}).refusal == (401, f"Invalid {field}")
    assert app.add(item(thread), **{field: token}).refusal == (401, f"Invalid {field}")
    assert app.find(thread).messages == []


def test_vector_74_tokens_of_two_applications_do_not_mix(app: App, stranger: App) -> None:
    thread = stranger.open_thread()
    assert app.find(thread, AccessToken=stranger.access_token).refusal == (401, "Invalid AccessToken")
    assert app.add(item(thread), AccessToken=stranger.access_token).status == 401
    assert stranger.find(thread).messages == []


def test_vector_75_a_disabled_integration_is_refused(app: App) -> None:
    thread = app.open_thread()
    app.control.change_integration(app.access_token, enabled=False)
    for answer in (app.find(thread), app.add(item(thread)), app.find_threads(MessageThreadIds=[thread])):
        assert answer.refusal == (401, "Invalid AccessToken")
    app.control.change_integration(app.access_token, enabled=True)
    assert app.find(thread).messages == []


def test_vector_76_permission_comes_before_fields(make_app: MakeApp) -> None:
    app = make_app(permissions=["messageThreads/getAll", "messageThreads/add", "messages/getAll"])
    thread = app.open_thread()
    assert app.call("messages/add").refusal == NO_PERMISSION
    assert app.call("messages/add", Client=...).refusal == NO_PERMISSION
    assert app.add(item(thread)).refusal == NO_PERMISSION
    assert app.find(thread).messages == []


@pytest.mark.parametrize("operation", ["messageThreads/getAll", "messageThreads/add", "messages/getAll"])
def test_permission_is_for_each_operation(make_app: MakeApp, operation: str) -> None:
    app = make_app(permissions=["messages/add"])
    assert app.call(operation).refusal == NO_PERMISSION
    app.control.change_integration(app.access_token, permissions=[operation])
    assert app.call(operation).status == 400
    assert app.add(item(UNKNOWN_ID)).refusal == NO_PERMISSION


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(..., id="vector_77_missing"),
        pytest.param("", id="empty"),
        pytest.param(None, id="null"),
        pytest.param(1, id="a_number"),
    ],
)
def test_client_is_required(app: App, client: object) -> None:
    assert app.find(app.open_thread(), Client=client).refusal == (400, "Invalid Client")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"ClientToken":"x",}', id="vector_78_a_trailing_comma"),
        pytest.param(b"", id="vector_79_empty"),
        pytest.param(b"[]", id="a_list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"text"', id="a_text"),
        pytest.param(b"\xef\xbb\xbf{}", id="a_byte_order_mark"),
        pytest.param("{}".encode("utf-16"), id="utf_16"),
        pytest.param(b'{"a": "\xff"}', id="not_utf_8"),
        pytest.param(b'{"a": "\\ud800"}', id="a_lone_surrogate"),
        pytest.param(b'{"a": NaN}', id="not_a_number"),
        pytest.param(b"{'a': 1}", id="single_quotes"),
        pytest.param(b"{} {}", id="two_values"),
        pytest.param(b'{"a": 1 /* why */}', id="a_comment"),
        pytest.param(b'{"a": 01}', id="a_leading_zero"),
        pytest.param(b'{"a": "line\nbreak"}', id="a_raw_line_break"),
        pytest.param(b"{" * 100_000, id="very_deep"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="very_deep_and_closed"),
    ],
)
def test_body_that_is_no_json_object_is_refused(app: App, body: bytes) -> None:
    assert app.post("messages/add", body).refusal == INVALID_JSON


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/connector/v1/messages/getall", id="vector_80_lower_case"),
        pytest.param("/api/connector/v1/messages/getAll/", id="vector_81_a_trailing_slash"),
        pytest.param("/api/connector/v1//messages/getAll", id="vector_82_a_doubled_slash"),
        pytest.param("//api/connector/v1/messages/getAll", id="a_doubled_slash_in_front"),
        pytest.param("/API/connector/v1/messages/getAll", id="upper_case"),
        pytest.param("/api/connector/v1/messages/get%41ll", id="percent_encoded"),
        pytest.param("/api/connector/v1/messages%2FgetAll", id="a_percent_encoded_slash"),
        pytest.param("/api/connector/v1/messages/./getAll", id="one_dot"),
        pytest.param("/api/connector/v1/threads/../messages/getAll", id="two_dots"),
        pytest.param("/api/connector/v1/messages/getAll;v=1", id="a_parameter"),
        pytest.param("/api/connector/v1/messages/getAll.json", id="an_extension"),
        pytest.param("/api/connector/v2/messages/getAll", id="another_version"),
        pytest.param("/api/connector/v1/messages/update", id="another_action"),
        pytest.param("/api/connector/v1/customers/getAll", id="another_resource"),
        pytest.param("/messages/getAll", id="no_prefix"),
        pytest.param("/", id="the_root"),
    ],
)
def test_path_must_match_exactly(app: App, path: str) -> None:
    assert app.send("POST", path, b"{}").refusal == NOT_FOUND


@pytest.mark.parametrize(
    "method",
    [
        pytest.param("GET", id="vector_83_get"),
        *(pytest.param(each, id=each) for each in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE")),
    ],
)
@pytest.mark.parametrize("body", [None, b"{}"])
def test_method_must_be_post(app: App, method: str, body: bytes | None) -> None:
    answer = app.send(method, PREFIX + "messages/getAll", body)
    assert answer.status == 404
    if method == "HEAD":
        assert answer.body == b""
    else:
        assert answer.refusal == NOT_FOUND
    assert method in answer.hint


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        pytest.param("application/json; charset=utf-8", 200, id="vector_84_json_with_a_parameter"),
        pytest.param("text/plain", 400, id="vector_85_text"),
        pytest.param("APPLICATION/JSON;charset=UTF-8", 200, id="upper_case"),
        pytest.param("application/json-patch+json", 400, id="a_json_of_another_kind"),
        pytest.param("application/x-www-form-urlencoded", 400, id="a_form"),
        pytest.param("", 400, id="empty"),
    ],
)
def test_media_type_must_be_json(app: App, media_type: str, status: int) -> None:
    thread = app.open_thread()
    wanted = {"MessageThreadIds": [thread], "Limitation": {"Count": 1}}
    answer = app.call("messages/getAll", headers={"Content-Type": media_type}, **wanted)
    assert answer.status == status
    if status == 400:
        assert answer.refusal == (400, "Invalid Content-Type")


def test_vector_86_unknown_properties_are_ignored(app: App) -> None:
    thread = app.open_thread(subject="Hi")
    unknown = {"Extra": 1, "Nested": {"deep": [None]}, "": "", "\u0000": [], "constructor": {}}
    assert app.find(thread, **unknown).messages == []
    assert len(app.add({**item(thread), **unknown}, **unknown).messages) == 1


def test_vector_87_every_answer_has_a_request_id(app: App) -> None:
    # `Answer` looks at the header of every answer, and compares it with the body of every error.
    thread = app.open_thread()
    prefer = {"Prefer": "return=minimal"}
    wanted = {"MessageThreadIds": [thread], "Limitation": {"Count": 1}}
    answers = [
        app.find(thread),
        app.call("messages/getAll", headers=prefer, **wanted),
        app.find(thread, count=0),
        app.find(thread, ClientToken="wrong"),
        app.send("GET", "/"),
    ]
    assert [answer.status for answer in answers] == [200, 204, 400, 401, 404]
    assert all(answer.json["RequestId"] == answer.headers["request-id"] for answer in answers[2:])


def test_vector_88_every_call_has_its_own_request_id(app: App, stranger: App) -> None:
    answers = [each.send("GET", "/") for each in (app, stranger) for _ in range(20)]
    answers += [each.find(UNKNOWN_ID) for each in (app, stranger) for _ in range(20)]
    answers += [each.find() for each in (app, stranger) for _ in range(20)]
    assert len({answer.request_id for answer in answers}) == len(answers) == 120


def test_vector_89_the_201st_call_of_a_window_is_refused(make_app: MakeApp) -> None:
    app, other = make_app(rate_limit="200/30s"), make_app(rate_limit="200/30s")
    answers = [app.find(UNKNOWN_ID) for _ in range(200)]
    assert {answer.status for answer in answers} == {200}
    refused = app.find(UNKNOWN_ID)
    assert refused.refusal == (429, "Too many requests.")
    assert refused.headers["retry-after"] == "30"
    assert other.find(UNKNOWN_ID).status == 200


def test_vector_90_a_burst_counts_across_the_clocks_boundary(make_app: MakeApp) -> None:
    app = make_app(rate_limit="200/30s", clock={"rate": 0, "at": "2026-03-10T11:59:50Z"})
    assert {app.find(UNKNOWN_ID).status for _ in range(200)} == {200}
    app.advance("29s")
    refused = app.find(UNKNOWN_ID)
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    app.advance("1s")
    assert {app.find(UNKNOWN_ID).status for _ in range(200)} == {200}
    assert app.find(UNKNOWN_ID).status == 429


def test_vector_92_a_body_over_the_limit_is_refused(make_app: MakeApp) -> None:
    app = make_app(settings={"body_limit": 2000})
    thread = app.open_thread()
    assert app.add(item(thread, "x" * 2000)).refusal == (413, "Request body is too large.")
    assert app.find(thread).messages == []
    assert len(app.add(item(thread, "x" * 1000)).messages) == 1
