"""Bytes of request bodies: strict JSON objects, and large ones built only as far as anyone reads them."""

from __future__ import annotations

import json

import pytest

from mockmews.errors import ConnectorError
from mockmews.settings import Settings
from mockmews.wire import json_bodies
from mockmews.wire.json_bodies import LARGE, decode
from mockmews.wire.requests import read_request

T1 = "7f9325f6-ef44-4911-89a8-ae51010a5aa4"
PADDING = b'"Client":"' + b"x" * LARGE + b'"'


@pytest.mark.parametrize(
    "body",
    [
        b'{"ClientToken":"x",}',
        b"",
        b"   ",
        b"\xef\xbb\xbf{}",
        b"[]",
        b"null",
        b'"text"',
        b"{} {}",
        b"{'a': 1}",
        b'{"a":NaN}',
        b'{"a":01}',
        b'{"a":"\\ud800"}',
        b'{"\\udc00":1}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"line\nbreak"}',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=range(17),
)
def test_requests_bodies_that_are_not_strict_json_are_refused(body: bytes) -> None:
    with pytest.raises(ConnectorError) as refusal:
        decode(body)
    assert (refusal.value.status, refusal.value.message) == (400, "Invalid JSON")
    assert len(refusal.value.hint) <= 220


@pytest.mark.parametrize(
    "body",
    [
        b"{" + PADDING + b",}",
        b"[" + b"{}," * LARGE + b"{}]",
        b" " * (LARGE + 1),
        b"\xef\xbb\xbf{" + PADDING + b"}",
        b'{"Foo":"\xff",' + PADDING + b"}",
        b'{"Client":"\\ud800",' + PADDING + b"}",
        b'{"Messages":' + b"[" * LARGE + b"]" * LARGE + b"}",
        b'{"Messages":[{}',
        b"{" + PADDING + b'} {"a":1}',
    ],
    ids=range(9),
)
def test_requests_bodies_that_are_large_are_just_as_strict(body: bytes) -> None:
    with pytest.raises(ConnectorError, match=r"^Invalid JSON$"):
        decode(body)


def test_requests_bodies_keep_the_last_of_equal_names() -> None:
    assert decode(b'{"Client":"a","Client":"b"}') == {"Client": "b"}
    assert decode(b"{" + PADDING + b',"Client":"b"}') == {"Client": "b"}


def test_requests_bodies_with_one_null_character_are_kept() -> None:
    assert decode(b'{"Client":"\\u0000"}') == {"Client": "\0"}


def large_batch(count: int) -> bytes:
    item = {"MessageThreadId": T1, "Text": "\N{BELLHOP BELL}" * 300, "Identifier": None}
    tokens = {"ClientToken": "c", "AccessToken": "a", "Client": "Concierge 1.0.0"}
    return json.dumps({**tokens, "Messages": [item] * count}, ensure_ascii=False).encode()


def test_requests_bodies_that_are_large_and_good_are_whole() -> None:
    body = large_batch(1000)
    assert len(body) > LARGE
    assert decode(body) == json.loads(body)


def test_requests_bodies_build_no_more_items_than_make_a_list_too_long() -> None:
    body = large_batch(5000)
    assert len(decode(body)["Messages"]) == 1001
    assert len(decode(body, whole=True)["Messages"]) == 5000
    with pytest.raises(ConnectorError, match=r"^Invalid Messages$"):
        read_request("messages/add", decode(body), Settings())


def test_requests_bodies_build_nothing_that_no_operation_reads() -> None:
    deep = b"[" + b"[]," * LARGE + b"[]]"
    body = (
        b'{"Foo":' + deep + b',"Messages":[' + deep + b',{"Text":' + deep + b',"Bar":{}}],'
        b'"limitation":{"Count":{"a":1},"Cursor":"x"}}'
    )
    assert decode(body) == {
        "Foo": None,
        "Messages": [[], {"Text": [], "Bar": None}],
        "limitation": {"Count": {}, "Cursor": "x"},
    }


def test_requests_bodies_with_names_beyond_number_keep_the_known_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = b",".join(b'"n%d":0' % number for number in range(200))
    body = b'{"Limitation":{"Count":7,' + names + b"}," + PADDING + b"," + names + b',"AccessToken":"a"}'
    assert len(decode(body)) == 203
    monkeypatch.setattr(json_bodies, "_MANY_NAMES", 100)
    assert decode(body) == {"Limitation": {"Count": 7}, "Client": "x" * LARGE, "AccessToken": "a"}
