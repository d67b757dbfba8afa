"""The page's files as they are served: whole, safe, light, and found again without being sent again."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import mockmews.console
from mockmews import MockMewsServer

STATIC = Path(mockmews.console.__file__).parent / "static"
FILES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())
SCRIPTS = [name for name in FILES if name.endswith(".js")]
HEAVIEST = 200_000  # bytes of the whole page

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def guarded() -> Iterator[MockMewsServer]:
    with MockMewsServer(admin_token="open-sesame", allow_hosts=["mews.test"]) as running:
        yield running


def ask(fake: MockMewsServer, path: str, *, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(fake.url).netloc, timeout=10)
    try:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=given)
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        return response.status, told, response.read()
    finally:
        connection.close()


def test_the_page_is_html_with_a_strict_policy(guarded: MockMewsServer) -> None:
    status, headers, content = ask(guarded, "/_mockmews/")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert content == (STATIC / "index.html").read_bytes()
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "trusted-types 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_the_page_is_found_without_its_slash(guarded: MockMewsServer) -> None:
    status, headers, _ = ask(guarded, "/_mockmews")
    assert (status, headers["location"]) == (307, "/_mockmews/")


def test_every_file_is_served_and_the_page_is_light(guarded: MockMewsServer) -> None:
    weight = 0
    for name in FILES:
        status, _, content = ask(
            guarded, "/_mockmews/" if name == "index.html" else f"/_mockmews/console/{name}"
        )
        assert status == 200, name
        weight += len(content)
    assert weight < HEAVIEST


def test_a_file_that_is_known_is_not_sent_again(guarded: MockMewsServer) -> None:
    _, headers, _ = ask(guarded, "/_mockmews/console/main.js")
    assert headers["cache-control"] == "no-cache"
    status, _, content = ask(guarded, "/_mockmews/console/main.js", If_None_Match=headers["etag"])
    assert (status, content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/_mockmews/console/", "/_mockmews/console/nothing.js", "/_mockmews/console/../routes.py",
     "/_mockmews/console/%2e%2e/routes.py", "/_mockmews/console/..%2froutes.py", "/_mockmews/console//etc/passwd"],
)  # fmt: skip
def test_nothing_else_is_served(guarded: MockMewsServer, path: str) -> None:
    status, headers, _ = ask(guarded, path)
    assert status == 404
    assert headers["content-type"].startswith("text/plain")


def test_the_page_takes_get_and_head_only(guarded: MockMewsServer) -> None:
    status, headers, _ = ask(guarded, "/_mockmews/", method="POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")
    status, headers, content = ask(guarded, "/_mockmews/", method="HEAD")
    assert (status, content) == (200, b"")
    assert int(headers["content-length"]) > 0


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
def test_foreign_names_are_refused(guarded: MockMewsServer, headers: dict[str, str]) -> None:
    status, _, content = ask(guarded, "/_mockmews/", **headers)
    assert status == 403
    assert b"--allow-host" in content
    assert b"<" not in content


def test_an_allowed_name_is_welcome_without_the_admin_token(guarded: MockMewsServer) -> None:
    assert ask(guarded, "/_mockmews/", Host="mews.test:8000")[0] == 200
    assert ask(guarded, "/_mockmews/v1/activity", Host="mews.test:8000")[0] == 401


def test_every_file_that_is_named_exists() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    for name in re.findall(r'(?:src|href)="console/([^"]+)"', page):
        assert name in FILES
    for script in SCRIPTS:
        text = (STATIC / script).read_text(encoding="utf-8")
        for name in re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', text):
            assert (STATIC / script).parent.joinpath(name).resolve().is_file(), f"{script}: {name}"


@pytest.mark.parametrize("name", FILES)
def test_no_file_needs_the_network_or_makes_markup_of_text(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[\w.:/]+", text))
    assert {each for each in addresses if "www.w3.org" not in each and "127.0.0.1" not in each} == set()
    for danger in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "DOMParser",
    ):
        assert danger not in text
