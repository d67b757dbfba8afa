"""Vectors 72 to 93: tokens, addresses, media types, identifiers of requests, limits (contract.md 1, 2, 7, 8)."""

from __future__ import annotations

from mockmews_testkit.verification import points
from mockmews_testkit.verification.calls import UNKNOWN_ID, add, ask, find, item, limit
from mockmews_testkit.verification.exchange import (
    DISABLED,
    LEFT_OUT,
    PREFIX,
    SECOND,
    UNPERMITTED,
    Basis,
    Call,
    Flow,
    Point,
)
from mockmews_testkit.verification.expectations import (
    expect,
    expect_identifier,
    expect_refusal,
    expect_status,
    expect_that,
    refusal,
)  # fmt: skip
from mockmews_testkit.verification.paging import MINIMAL
from mockmews_testkit.verification.scene import Scene
from mockmews_testkit.verification.vectors import Vector

RETIRED = "7059D2C25BF64EA681ACAB3A00B859CC-D91BFF2B1E3047A3E0DEC1D57BE1382"
_NO_PERMISSION = "No permission to use this operation"
_GET_ALL = PREFIX + "messages/getAll"
_PERIOD, _ALLOWED = 30, 200
_BIG = 31_000_000


def _wrong_client_token(_: Scene) -> Flow[None]:
    answer = yield find(UNKNOWN_ID, ClientToken="wrong")
    expect_refusal(answer, 401, "Invalid ClientToken")
    if answer.reason:
        expect(answer, "reason phrase", answer.reason, "Unauthorized", points.REASON_OF_401, basis="assumed")


def _unpermitted(_: Scene) -> Flow[None]:
    answer = yield ask("messages/add", client=UNPERMITTED, access=UNPERMITTED)
    expect_refusal(answer, 401, _NO_PERMISSION)


def _path(vector: str, says: str, basis: Basis, path: str, *about: Point, method: str = "POST") -> Vector:
    def flow(_: Scene) -> Flow[None]:
        # A body that would be good elsewhere, so that the path alone decides.
        fields = find(UNKNOWN_ID).fields
        expect_status((yield Call(path=path, method=method, fields=fields)), 404)

    return Vector(vector, says, basis, flow, about)


def _media_type(vector: str, says: str, basis: Basis, value: str, status: int, *about: Point) -> Vector:
    def flow(scene: Scene) -> Flow[None]:
        thread = yield from scene.empty()
        expect_status((yield find(thread, headers={"Content-Type": value})), status)

    return Vector(vector, says, basis, flow, about)


def _unknown_property(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    expect_status((yield find(thread, SomethingNew={"Deep": [1]})), 200)


def _request_ids(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    kinds = (
        find(thread),
        find(thread, headers=MINIMAL),
        find(thread, count=0),
        find(thread, AccessToken="wrong"),
        Call(path=_GET_ALL + "All"),
    )
    for call in kinds:
        answer = yield call
        header = answer.headers.get("request-id")
        has_one = header is not None
        expect_that(answer, has_one, came=f"a {answer.status} without Request-Id", wanted="Request-Id")
        expect_identifier(answer, "Request-Id", header, points.REQUEST_ID)
        if answer.status >= 400:
            told = answer.at("RequestId")
            expect(answer, "RequestId of the body", told, header, points.REQUEST_ID, basis="assumed")


def _request_ids_differ(_: Scene) -> Flow[None]:
    first, second = (yield find(UNKNOWN_ID)), (yield find(UNKNOWN_ID))
    ids = [each.headers.get("request-id") for each in (first, second)]
    expect_that(second, ids[0] != ids[1], came=f"Request-Id {ids[1]} twice", wanted="another Request-Id")


def _rate_limit(_: Scene) -> Flow[None]:
    for _call in range(_ALLOWED + 1):
        answer = yield find(UNKNOWN_ID, patient=False)
        if answer.status == 429:
            break
    expect_refusal(answer, 429)
    expect_that(
        answer,
        "retry-after" in answer.headers,
        came="429 without Retry-After",
        wanted="Retry-After",
        points=(points.RETRY_AFTER,),
    )


def _body_limit(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    expect_status((yield add(item(thread, "x" * _BIG))), 413)


def _duplicate_keys(scene: Scene) -> Flow[None]:
    thread = yield from scene.empty()
    whole = find(thread).body({"Client": LEFT_OUT}).decode().removesuffix("}")
    raw = f'{{"ClientToken": "$client", "AccessToken": "$access", "Client": 7, "Client": "Last 1.0", {whole[1:]}}}'
    expect_status((yield Call(path=_GET_ALL, raw=raw.encode())), 200)


def _tokens_before_fields(_: Scene) -> Flow[None]:
    expect_refusal((yield ask("messages/add", AccessToken="wrong")), 401)


VECTORS = (
    Vector("72", "A wrong ClientToken is refused.", "documented", _wrong_client_token),
    refusal("73", "A retired AccessToken is refused.", "documented", find(UNKNOWN_ID, AccessToken=RETIRED),
            "Invalid AccessToken", points.RETIRED_TOKEN, status=401),
    Vector("74", "Tokens of two applications do not mix.", "assumed",
           refusal("", "", "assumed", find(UNKNOWN_ID, access=SECOND), "", status=401).flow,
           (points.MIXED_TOKENS,), "second"),
    Vector("75", "The token of a disabled integration is refused.", "documented",
           refusal("", "", "documented", find(UNKNOWN_ID, client=DISABLED, access=DISABLED), "", status=401).flow,
           (points.DISABLED_TOKEN,), "disabled"),
    Vector("76", "Permission is asked before fields are looked at.", "documented", _unpermitted,
           needs="unpermitted"),
    refusal("77", "A missing Client is refused.", "assumed", find(UNKNOWN_ID, Client=LEFT_OUT), "Invalid Client",
            points.MISSING_CLIENT),
    refusal("78", "A trailing comma is no JSON.", "documented",
            Call(path=_GET_ALL, raw=b'{"ClientToken":"x",}'), "Invalid JSON"),
    refusal("79", "An empty body is no JSON.", "assumed", Call(path=_GET_ALL, raw=b""), "Invalid JSON"),
    _path("80", "A path in another case is 404.", "documented", PREFIX + "messages/getall"),
    _path("81", "A path with a slash at its end is 404.", "documented", _GET_ALL + "/"),
    _path("82", "A path with a doubled slash is 404.", "documented", PREFIX + "/messages/getAll"),
    _path("83", "GET is 404.", "assumed", _GET_ALL, points.METHOD, method="GET"),
    _media_type("84", "Content-Type may have a charset.", "documented", "application/json; charset=utf-8", 200),
    _media_type("85", "Another Content-Type is refused.", "assumed", "text/plain", 400, points.MEDIA_TYPE),
    Vector("86", "An unknown field is ignored.", "assumed", _unknown_property, (points.UNKNOWN_FIELDS,)),
    Vector("87", "Every answer has a Request-Id.", "documented", _request_ids),
    Vector("88", "Every call has a Request-Id of its own.", "documented", _request_ids_differ),
    Vector("90", "A burst counts across the clock's boundaries.", "documented", needs="time"),
    Vector("91", "A 429 may lack Retry-After.", "documented", needs="faults"),
    Vector("92", "A body of 31 MB is refused with 413.", "documented", _body_limit, (points.BODY_LIMIT,), "load"),
    Vector("93", "408, 409, 500 and 503 have the body of errors.", "documented", needs="faults"),
    refusal("S21.1", "A body that is no object is no JSON of Mews's.", "assumed",
            Call(path=_GET_ALL, raw=b"[]"), "Invalid JSON", points.STRICT_JSON),
    Vector("S21.2", "Of equal names the last counts.", "assumed", _duplicate_keys, (points.STRICT_JSON,)),
    refusal("S24", "A missing AccessToken is 401.", "assumed", find(UNKNOWN_ID, AccessToken=LEFT_OUT), "",
            points.MISSING_CLIENT, status=401),
    Vector("S26", "Tokens are checked before fields.", "assumed", _tokens_before_fields, (points.ORDER_OF_CHECKS,)),
    refusal("S3", "A malformed id in a filter is refused.", "assumed",
            ask("messages/getAll", MessageThreadIds=["abc"], Limitation=limit(10)),
            "Invalid MessageThreadIds", points.MALFORMED_ID),
    # Last, since every call has to wait after it.
    Vector("89", f"After {_ALLOWED} calls in {_PERIOD} s comes 429 with Retry-After.", "documented", _rate_limit,
           (points.RATE,), "load"),
)  # fmt: skip
"""In the order of the contract's list, then the questions that it does not number."""
