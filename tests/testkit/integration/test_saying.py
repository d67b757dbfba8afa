"""What a guest writes reaches the app byte for byte, in every kind of body, signed where that is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from mockmews_testkit.errors import Failure, TestkitError
from mockmews_testkit.integration.running import OpenedApp
from tests.testkit.integration.conftest import RECORDER, SAY, SINK, Open, requests

TRICKY = [
    'He said "hi" and {left} [early]; it\'s ${text} \\n %20 & more = less + #?',
    "\N{WAVING HAND SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} Dvořák\u2028\u00a0ﷺ",
    "line one\nline two\r\n\ttab",
    "x" * 9_990 + "\N{FAMILY}" * 10,
    "${guest.name} $${guest.name} ${env.PATH}",
]


@pytest.mark.parametrize("text", TRICKY, ids=["quotes", "emoji", "lines", "long", "variables"])
@pytest.mark.parametrize("body", ["json", "form", "text", "query", "path"])
def test_say_sends_the_text_unchanged(open_app: Open, text: str, body: str) -> None:
    say = {
        "json": 'say: {post: "${app.url}/in", json: {deep: [{text: "<${text}>"}]}}\n',
        "form": 'say: {post: "${app.url}/in", form: {Body: "<${text}>"}}\n',
        "text": 'say: {put: "${app.url}/in", text: "<${text}>"}\n',
        "query": 'say: {post: "${app.url}/in?a=1#end", query: {body: "<${text}>"}}\n',
        "path": 'say: {post: "${app.url}/in/<${text}>/end"}\n',
    }
    app = open_app(RECORDER + say[body] + SINK)
    said = app.say(app.person("Penelope", 1), text)
    assert said.status == 200, said
    (request,) = requests(app)
    seen: dict[str, Callable[[], str]] = {
        "json": lambda: json.loads(request["body"])["deep"][0]["text"],
        "form": lambda: dict(parse_qsl(request["body"]))["Body"],
        "text": lambda: request["body"],
        "query": lambda: dict(parse_qsl(urlsplit(request["path"]).query))["body"],
        "path": lambda: unquote(request["path"].removeprefix("/in/").removesuffix("/end")),
    }
    assert seen[body]() == f"<{text}>"


def test_say_sends_names_of_all_kinds_in_a_header_as_utf_8(open_app: Open) -> None:
    say = 'say: {post: "${app.url}/in", headers: {X-Name: "${guest.name}"}, text: "${text}"}\n'
    app = open_app(RECORDER + say + SINK)
    assert app.say(app.person("Max Čapek", 1), "Hi!").status == 200
    (request,) = requests(app)
    assert request["headers"]["x-name"].encode("latin-1").decode() == "Max Čapek"


def test_say_fills_guest_and_message(open_app: Open) -> None:
    app = open_app(
        RECORDER
        + 'guest: {id: "49/170&${guest.number}"}\n'
        + """say:
  post: "${app.url}/chat/${guest.id}?who=${guest.name}"
  headers: {Authorization: "Bearer ${mews.access_token}", content-type: application/vnd.chat+json}
  json:
    number: ${guest.number}
    words: "${guest.number}"
    at: ${message.unix}
    time: "${message.time}"
    ids: ["${message.id}", "${uuid}", "${uuid}"]
    text: "${text}"
    plain: [1, -2.5, true, null, "1", "true", "", ~]
"""
        + SINK
    )
    person = app.person("Ann & Bob", 42)
    assert person.id == "49/170&42"
    app.say(person, "Hi")
    (request,) = requests(app)
    assert request["path"] == "/chat/49%2F170%2642?who=Ann%20%26%20Bob"
    assert request["headers"]["content-type"] == "application/vnd.chat+json"
    assert request["headers"]["authorization"].startswith("Bearer ")
    body = json.loads(request["body"])
    assert (body["number"], body["words"]) == (42, "42")
    assert body["time"].endswith("Z")
    assert isinstance(body["at"], int)
    assert len(set(body["ids"])) == 3
    assert body["plain"] == [1, -2.5, True, None, "1", "true", "", None]


TWILIO = (
    RECORDER.replace("env: {", "env: {TWILIO_TOKEN: s3cret, ")
    + 'say: {post: "${app.url}/sms?x=1", form: {From: "whatsapp:+${guest.number}", Body: "${text}", A: ""}, '
    "sign: {scheme: twilio, secret: %s}}\n" + SINK
)
META = (
    RECORDER.replace("env: {", "env: {META_SECRET: s3cret, ")
    + 'say: {post: "${app.url}/wa", json: {text: "${text}"}, sign: {scheme: meta, secret: %s}}\n'
    + SINK
)


@pytest.mark.parametrize("form", [TWILIO, META], ids=["twilio", "meta"])
@pytest.mark.parametrize(("secret", "status"), [("s3cret", 200), ("other", 403)])
def test_say_signs_so_that_the_app_can_check(open_app: Open, form: str, secret: str, status: int) -> None:
    app = open_app(form % secret)
    said = app.say(app.person("Penelope", 49170), 'Žluťoučký "kůň" & co \N{HORSE}')
    assert said.status == status


def test_say_signs_with_a_header_of_ones_own(open_app: Open) -> None:
    app = open_app(
        RECORDER + 'say: {post: "${app.url}/in", text: "${text}", '
        "sign: {scheme: hmac, secret: key, header: X-Chat}}\n" + SINK
    )
    app.say(app.person("Penelope", 1), "The quick brown fox jumps over the lazy dog")
    # The well-known test vector of HMAC-SHA256.
    known = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    assert requests(app)[0]["headers"]["x-chat"] == known


def test_say_tells_what_the_app_answered(open_app: Open) -> None:
    say = 'say: {post: "${app.url}/in", headers: {X-Answer: "503"}, text: "${text}"}\n'
    app = open_app(RECORDER + say + SINK)
    said = app.say(app.person("Penelope", 1), "Hi")
    assert (said.status, said.error) == (503, None)
    assert json.loads(said.response)["number"] == 7
    assert said.milliseconds > 0


def test_say_to_an_app_that_is_down_is_an_error_in_words(recorder: OpenedApp) -> None:
    person = recorder.person("Penelope", 1)
    recorder.stop()
    said = recorder.say(person, "Hi")
    assert said.status is None
    assert said.error is not None
    assert "nothing answers there" in said.error
    assert "POST http://127.0.0.1:" in said.error


JOIN = """join:
  - {post: "${app.url}/guests", json: {name: "${guest.name}"}, keep: {conversation: "$.id", bearer: "$.token"}}
  - {post: "${app.url}/rooms/${guest.conversation}", keep: {room: "$.number"}}
"""


def test_guests_join_once_and_keep_what_was_answered(open_app: Open) -> None:
    say = (
        'say: {post: "${app.url}/in/${guest.bearer}", '
        'headers: {Authorization: "Bearer ${guest.bearer} ${guest.room}"}, text: "${text}"}\n'
    )
    app = open_app(RECORDER + JOIN + say + SINK)
    person = app.person("Penelope", 1)
    app.say(person, "one")
    app.say(person, "two")
    first, second, *said = requests(app)
    assert json.loads(first["body"]) == {"name": "Penelope"}
    assert second["path"] == "/rooms/c1"
    assert [each["path"] for each in said] == ["/in/t%261"] * 2
    assert said[0]["headers"]["authorization"] == "Bearer t&1 7"


def test_a_refused_join_is_a_failure_of_the_app(open_app: Open) -> None:
    app = open_app(RECORDER + 'join: {post: "${app.url}/guests", headers: {X-Answer: "500"}}\n' + SAY + SINK)
    with pytest.raises(Failure, match="answered 500 when Penelope joined") as caught:
        app.person("Penelope", 1)
    assert caught.value.source.endswith("mews-app.yaml:6:14")


def test_a_join_that_gives_nothing_to_keep_is_a_failure(open_app: Open) -> None:
    app = open_app(RECORDER + 'join: {post: "${app.url}/guests", keep: {x: "$.none"}}\n' + SAY + SINK)
    with pytest.raises(Failure, match=r"\$\.none finds nothing to keep as x"):
        app.person("Penelope", 1)


def test_a_join_that_nobody_answers_names_the_line(open_app: Open) -> None:
    app = open_app(RECORDER + 'join: {post: "http://127.0.0.1:1/guests"}\n' + SAY + SINK)
    with pytest.raises(TestkitError, match=r"mews-app\.yaml:6:14: Penelope could not join .*nothing answers"):
        app.person("Penelope", 1)
