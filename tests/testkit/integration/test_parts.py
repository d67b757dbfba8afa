"""Templates, addresses, JSONPaths and signatures, each by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.log_file import LogFile, LogSearch
from mockmews_testkit.integration.paths import JsonPath
from mockmews_testkit.integration.signing import Signing
from mockmews_testkit.integration.url import fill_url, host_and_port, with_query
from mockmews_testkit.integration.variables import Variable, fill_tree, parse
from mockmews_testkit.reading.matchers import Matches


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain $5 {x} $", ("plain $5 {x} $",)),
        ("a ${text} b${text}", ("a ", Variable("text"), " b", Variable("text"))),
        ("$${text} $$${text}", ("${text} $${text}",)),
        ("$ {text}", ("$ {text}",)),
        ("${a.b-c}", (Variable("a.b-c"),)),
    ],
)
def test_template_reads_variables_and_literals(text: str, parts: tuple[Any, ...]) -> None:
    assert parse(text).parts == parts


@given(st.text(), st.text(alphabet="${}ab", max_size=9))
def test_what_is_filled_is_never_read_again(value: str, around: str) -> None:
    template = parse(around.replace("${", "$${") + "-${text}")
    assert template.fill({"text": value}) == f"{around}-{value}"


def test_template_without_a_value_names_its_place() -> None:
    with pytest.raises(
        TestkitError, match=r"\$\{app\.url\} has no value at this moment. The address is read"
    ):
        parse("${app.url}").fill({})


def test_tree_is_filled_in_its_texts_alone() -> None:
    tree = {"${text}": [parse("${text}"), 1, None, {"deep": parse("${guest.number}", plain=True)}]}
    filled = fill_tree(tree, {"text": '"}', "guest.number": "7"})
    assert filled == {"${text}": ['"}', 1, None, {"deep": 7}]}


def test_address_encodes_what_is_put_into_it_but_not_at_its_start() -> None:
    values = {"app.url": "http://a:1/b?c=d", "text": "ä/?&=%#+ :@"}
    encoded = "%C3%A4%2F%3F%26%3D%25%23%2B%20%3A%40"
    assert fill_url(parse("${app.url}/${text}"), values) == f"http://a:1/b?c=d/{encoded}"
    assert fill_url(parse("http://h/${text}?x=${text}"), values) == f"http://h/{encoded}?x={encoded}"


@pytest.mark.parametrize(
    ("url", "whole"),
    [("http://a/", "http://a/?x=1+%26"), ("http://a/?b=c#d", "http://a/?b=c&x=1+%26#d")],
)
def test_query_is_added_to_an_address(url: str, whole: str) -> None:
    assert with_query(url, {"x": "1 &"}) == whole
    assert with_query(url, {}) == url


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://a/b", ("a", 80)),
        ("https://A.example", ("a.example", 443)),
        ("http://[::1]:81/x", ("::1", 81)),
        ("http://a:port/", None),
        ("unix:/x", None),
        ("listening", None),
    ],
)
def test_address_names_host_and_port(url: str, address: tuple[str, int] | None) -> None:
    assert host_and_port(url) == address


DATA = {
    "m": [{"a": "hotel", "t": "one"}, {"a": "guest", "t": "two"}, {"a": "hotel", "t": 3}],
    "n": None,
    "b": True,
}


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("$.m[?@.a=='hotel'].t", ["one", "3"]),
        ("$..t", ["one", "two", "3"]),
        ("$.m[-1:].t", ["3"]),
        ("$['m'][0]['t']", ["one"]),
        ("$.m", []),
        ("$.n", []),
        ("$.b", []),
        ("$.none.deeper", []),
    ],
)
def test_path_finds_texts(path: str, texts: list[str]) -> None:
    assert JsonPath(path).texts(DATA) == texts


@pytest.mark.parametrize("data", ["text", '{"t": 1}', 5])
def test_path_takes_a_bare_value_as_it_is(data: Any) -> None:
    assert JsonPath("$").texts(data) == [str(data)]
    assert JsonPath("$.t").texts(data) == []
    assert JsonPath("$").texts(None) == []


@pytest.mark.parametrize("text", ["", "m", "$.", "$.m[", "$.m[?@.a=~'x']", "$" + "[?@" * 5000])
def test_path_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no JSONPath"):
        JsonPath(text)


def test_twilio_signature_is_that_of_twilios_own_example() -> None:
    # The worked example in Twilio's page on request security.
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    signing = Signing(scheme="twilio", secret=parse("12345"))
    headers = signing.headers({}, url=url, form=form, body=b"")
    assert headers == {"X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}


def test_hmac_signature_may_be_base64() -> None:
    signing = Signing(scheme="hmac", secret=parse("key"), header="X-Line", encoding="base64")
    body = b"The quick brown fox jumps over the lazy dog"
    known = "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    assert signing.headers({}, url="", form={}, body=body) == {"X-Line": known}


def test_log_search_reads_only_what_is_new_and_whole(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "app.log")
    pattern = Matches("/^at (\\S+)/m")
    with log.path.open("ab", buffering=0) as file:
        file.write(b"at before\n")
        search = LogSearch(log)
        assert search.groups(pattern) is None
        file.write(b"x" * 3_000_000 + b"\nat http://a:1")
        assert search.groups(pattern) is None
        file.write(b"23\n")
        assert search.groups(pattern) == ("http://a:123",)


def test_log_search_takes_a_last_line_that_grows_no_more(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "app.log")
    search = LogSearch(log)
    log.path.write_bytes("bereit \N{HOTEL} at 80".encode())
    assert search.groups(Matches("at (\\d+)")) is None
    assert search.groups(Matches("at (\\d+)")) == ("80",)


def test_log_tail_is_bounded(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "app.log")
    log.path.write_bytes(b"first\n" + b"x" * 100_000 + b"\n\xfflast\n")
    tail = log.tail(2)
    assert tail.startswith("x" * 500 + "...")
    assert tail.endswith("\n\ufffdlast")
    assert len(tail) < 600
