"""Webhook URLs: what is refused and in which words, what is sent, and what may be shown."""

from __future__ import annotations

import pytest

from mockmews.engine.transport import resolve_location, validate_url
from mockmews.wire.masked_urls import mask_url


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:3000/hooks/mews?Token=${webhook_token}",
        "https://webhook.partner.com?Token=XXXX",
        "HTTPS://Example.COM",
        "http://[::1]:8000/",
        "http://host.docker.internal:8080/a//b/../c",
        "http://my_service/",
        "http://bücher.example/gäste?name=ä",
        "http://127.0.0.1:/",
        "http://localhost:65535/?a=b@c:d#end",
    ],
)
def test_validate_url_takes_what_can_be_posted_to(url: str) -> None:
    validate_url(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is empty"),
        ("localhost:3000", "has no scheme; write http://"),
        ("localhost:3000/hook?Token=s3cret", "has no scheme; write http://"),
        ("//localhost/hook", "has no scheme"),
        ("http:/localhost", "has no scheme"),
        ("ftp://localhost/", "scheme 'ftp'"),
        ("ws://localhost/", "scheme 'ws'"),
        ("http:///hook", "names no host"),
        ("http://:3000/", "names no host"),
        ("http://localhost:3000/a b", "a space at position 24"),
        ("http://localhost:3000/\n", "a line break at position 23"),
        ("http://localhost:3000/\r\nX: y", "a line break"),
        ("http://localhost\t/", "a tab"),
        ("http://local\x00host/", "a control character"),
        ("http://localhost:0/", "port '0'"),
        ("http://localhost:65536/", "port '65536'"),
        ("http://localhost:3000000000/", "port '3000000000'"),
        ("http://localhost:3o00/", "port '3o00'"),
        ("http://localhost:-1/", "port '-1'"),
        ("http://localhost:٣٠/", "port '٣٠'"),
        ("http://::1:3000/", "brackets"),
        ("http://[::1/", "brackets"),
        ("http://[::g]/", "IPv6 address should stand"),
        ("http://[fe80::1%25eth0]/", "IPv6 address should stand"),
        ("http://a..b/", "no host name"),
        ("http://" + "a" * 64 + ".example/", "no host name"),
        ("http://local\\host/", "no host name"),
        ("http://${host}/", "no host name"),
        ("http://user:s3cret@localhost/", "user name or password"),
        ("http://localhost/\udcff", "no text"),
    ],
)
def test_validate_url_explains_what_it_refuses(url: str, words: str) -> None:
    with pytest.raises(ValueError, match="webhook URL") as refusal:
        validate_url(url)
    assert words in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://localhost:3000/hooks/mews", "http://localhost:3000/hooks/mews"),
        ("https://webhook.partner.com?Token=XXXX", "https://webhook.partner.com?Token=***"),
        ("http://h/p?a=1&b=2;c=3&d&e=", "http://h/p?a=***&b=***&***&e=***"),
        ("http://h/p?a==x=y", "http://h/p?a=***"),
        ("http://h/p?=x", "http://h/p?***"),
        ("http://h/p?a=http://x/?b=c", "http://h/p?a=***"),
        ("http://h/p?", "http://h/p?"),
        ("http://user:pw@h/p", "http://***@h/p"),
        ("user:pw@h/p", "***@h/p"),
        ("http://h/p#access_token=x", "http://h/p#***"),
        ("http://h/hooks/0123456789abcdef0123456789ABCDEF/mews", "http://h/hooks/***/mews"),
        ("http://h/hooks/851df8c8-90f2-4c4a-8e01-a4fc46b25178", "http://h/hooks/***"),
        ("http://h/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZXdzIn0", "http://h/***"),
        ("http://h/the-webhooks-of-our-small-hotel-chain", "http://h/the-webhooks-of-our-small-hotel-chain"),
        (
            "https://0123456789abcdef0123456789abcdef.example/p",
            "https://0123456789abcdef0123456789abcdef.example/p",
        ),
        ("http://h/hooks/s3cret", "http://h/hooks/***"),
        ("http://h/hooks/hunter2hunter", "http://h/hooks/***"),
        ("http://h/hooks/XKCDABCDEFGH", "http://h/hooks/***"),
        ("http://h/hooks/aBcDeFgHiJ", "http://h/hooks/***"),
        ("http://h/hooks/abcdefghijklmnopqrstuvwxyz", "http://h/hooks/***"),
        ("http://h/services/T00000000/B00000000/x", "http://h/services/***/***/x"),
        ("http://h/token/abc/mews", "http://h/token/***/mews"),
        ("http://h/a%20b", "http://h/***"),
        ("http://h/hooks;key=abc", "http://h/***"),
        ("http://h/api/v2/mewsWebhook/42/hook.php", "http://h/api/v2/mewsWebhook/42/hook.php"),
        ("http://h/guest-app_1/onMessageAdded", "http://h/guest-app_1/onMessageAdded"),
        ("http://h/hooks/${webhook_token}", "http://h/hooks/${webhook_token}"),
        ("", ""),
        ("hooks", "hooks"),
    ],
)
def test_mask_url_hides_what_may_be_a_token(url: str, shown: str) -> None:
    assert mask_url(url) == shown


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("http://h:3000/a?Token=x", "/b?c=d", "http://h:3000/b?c=d"),
        ("http://h:3000/a/b", "c", "http://h:3000/a/c"),
        ("http://h/a", "//other:1/b", "http://other:1/b"),
        ("http://h/a", "https://other/b?Token=%41", "https://other/b?Token=%41"),
        ("http://h/a", "https://[bad/b", "https://[bad/b"),
    ],
)
def test_resolve_location_makes_it_absolute(url: str, location: str, target: str) -> None:
    assert resolve_location(url, location) == target
