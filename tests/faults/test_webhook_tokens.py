"""Where the token stands in a webhook URL, and the URL without it."""

from __future__ import annotations

import pytest

from mockmews.wire.webhook_tokens import filled, has_token, with_token

OWN = "5ab1c0de5ab1c0de5ab1c0de5ab1c0de"
PLACE = "${webhook_token}"
LONG = "a81f0c2b9d4e7a6f"


@pytest.mark.parametrize(
    ("url", "missing", "other"),
    [
        (f"http://app/hook?Token={PLACE}", "http://app/hook", "http://app/hook?Token=WRONG"),
        (f"http://app/hook?a=1&Token={PLACE}&b=2", "http://app/hook?a=1&b=2", None),
        (f"http://app/hook/{PLACE}/mews?a=1", "http://app/hook/mews?a=1", "http://app/hook/WRONG/mews?a=1"),
        (f"http://app/hook/{PLACE}", "http://app/hook", "http://app/hook/WRONG"),
        (f"http://app/mews-{PLACE}/in", "http://app/in", "http://app/mews-WRONG/in"),
        (f"http://app/{PLACE}?t={PLACE}", "http://app", "http://app/WRONG?t=WRONG"),
        (f"http://app/hook?who={OWN}&x={LONG}", f"http://app/hook?x={LONG}", None),
        (f"http://app/in/{OWN}", "http://app/in", "http://app/in/WRONG"),
        ("http://app/hook?Token=hush&a=1", "http://app/hook?a=1", "http://app/hook?Token=WRONG&a=1"),
        ("http://app/hook?webhook_secret=hush", "http://app/hook", None),
        ("http://app/hook?api-key=hush", "http://app/hook", None),
        (f"http://app/hook/{LONG}?a=1&b=2", "http://app/hook?a=1&b=2", "http://app/hook/WRONG?a=1&b=2"),
        ("http://app/hook?t=hush", "http://app/hook", "http://app/hook?t=WRONG"),
        (f"http://{LONG}.test/hook?t=hush", f"http://{LONG}.test/hook", None),
    ],
)
def test_a_token_is_found_wherever_it_stands(url: str, missing: str, other: str | None) -> None:
    assert has_token(url, OWN)
    assert with_token(url, OWN, None) == missing
    if other is not None:
        assert with_token(url, OWN, "WRONG") == other


@pytest.mark.parametrize(
    "url", ["http://app", "http://app/hooks/mews", "http://app/hook?a=1&b=2", f"http://{LONG}:80/hook"]
)
def test_a_url_without_a_token_stays_as_it_is(url: str) -> None:
    assert not has_token(url, OWN)
    assert with_token(url, OWN, None) == url
    assert with_token(url, OWN, "WRONG") == url


def test_the_right_token_is_percent_encoded_in_its_place() -> None:
    assert filled(f"http://app/hook?Token={PLACE}", "a b&c") == "http://app/hook?Token=a%20b%26c"
