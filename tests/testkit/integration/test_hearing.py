"""What an app shows is heard, each showing once: by sink and by poll."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import httpx
import pytest

from mockmews_testkit.integration.contract import Place
from mockmews_testkit.integration.running import OpenedApp
from tests.testkit.integration.conftest import RECORDER, SAY, Open, show


def texts(app: OpenedApp, guest: str = "guest-1", number: int = 1) -> list[str]:
    person = app.person("Penelope", number)
    assert person.id == guest
    return [each.text for each in app.shown(person)]


def test_sink_hears_each_post_as_one_showing(recorder: OpenedApp) -> None:
    for text in ("one", "two", "two"):
        show(recorder, "guest-1", text)
    show(recorder, "guest-2", "other")
    person = recorder.person("Penelope", 1)
    shown = recorder.shown(person)
    assert [(each.text, each.id) for each in shown] == [("one", "m1"), ("two", "m1"), ("two", "m1")]
    assert all(each.at is not None for each in shown)
    assert recorder.shown(person) == shown
    assert texts(recorder, "guest-2", 2) == ["other"]
    assert recorder.exact
    assert recorder.notes == []


def test_sink_takes_forms_and_plain_texts(open_app: Open, place: Place) -> None:
    app = open_app(RECORDER + SAY + 'hear: {sink: {text: "$.Body", guest: "$.To"}}\n')
    form = {"To": "guest-1", "Body": 'Žluť "1" & 2\n+'}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{place.sink_url}/2010-04-01/Messages.json"
    httpx.post(url, content=urlencode(form), headers=headers, trust_env=False).raise_for_status()
    assert texts(app) == [form["Body"]]


def test_sink_without_guest_path_finds_the_guest_in_the_address(open_app: Open, place: Place) -> None:
    app = open_app(RECORDER + 'guest: {id: "a/b ${guest.number}"}\n' + SAY + 'hear: {sink: {text: "$"}}\n')
    for path, text in (("/to/a%2Fb%201/show", "one"), ("/to/a%2Fb%202", "two"), ("/to/a%2Fb%2012", "three")):
        httpx.post(place.sink_url + path, content=text, trust_env=False).raise_for_status()
    assert texts(app, "a/b 1") == ["one"]
    assert texts(app, "a/b 2", 2) == ["two"]


def test_sink_answers_as_the_channel_would(open_app: Open, place: Place) -> None:
    answer = '{status: 201, headers: {X-Channel: "${mews.url}"}, json: {messages: [{id: "wamid.${uuid}"}]}}'
    app = open_app(RECORDER + SAY + f"hear: {{sink: {{text: $.text, guest: $.to, answer: {answer}}}}}\n")
    answers = [
        httpx.post(f"{place.sink_url}/messages", json={"to": "guest-1", "text": text}, trust_env=False)
        for text in ("one", "two")
    ]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].headers["x-channel"] == place.mews_url
    ids = {each.json()["messages"][0]["id"] for each in answers}
    assert len(ids) == 2
    assert all(re.fullmatch(r"wamid\.[0-9a-f-]{36}", each) for each in ids)
    assert texts(app) == ["one", "two"]


def test_what_a_sink_refused_was_not_shown(open_app: Open, place: Place) -> None:
    app = open_app(RECORDER + SAY + "hear: {sink: {text: $.text, guest: $.to, answer: {status: 503}}}\n")
    httpx.post(place.sink_url, json={"to": "guest-1", "text": "one"}, trust_env=False)
    assert texts(app) == []


def test_sink_notes_what_it_cannot_read(recorder: OpenedApp, place: Place) -> None:
    httpx.post(f"{place.sink_url}/typing", json={"to": "guest-1", "typing": True}, trust_env=False)
    httpx.post(place.sink_url, json={"message": {"text": "lost"}}, trust_env=False)
    assert texts(recorder) == []
    typing, lost = recorder.notes
    assert "sink/typing, and $.message.text finds no text" in typing
    assert "$.to finds no guest" in lost


POLL = """hear:
  poll:
    get: "${app.url}/chat/${guest.id}"
    every: 30ms
    items: "$.messages[?@.author=='hotel']"
    text: "$.text"
"""


def test_poll_hears_each_id_as_often_as_it_stands_in_one_answer(open_app: Open) -> None:
    app = open_app(RECORDER + SAY + POLL + '    id: "$.id"\n')
    assert texts(app) == []
    show(app, "guest-1", "one", id="1")
    show(app, "guest-1", "mine", id="2", author="guest")
    show(app, "guest-1", "two", id=3)
    assert texts(app) == ["one", "two"]
    assert texts(app) == ["one", "two"]
    show(app, "guest-1", "two", id=3)
    show(app, "guest-1", "two", id="4")
    assert texts(app) == ["one", "two", "two", "two"]
    assert texts(app, "guest-2", 2) == []
    assert app.exact
    assert app.look_every == 0.03


def test_poll_takes_the_newest_text_of_an_item(open_app: Open) -> None:
    app = open_app(RECORDER + SAY + POLL + '    id: "$.id"\n')
    show(app, "guest-1", "...", id="1")
    show(app, "guest-1", "Later", id="2")
    assert texts(app) == ["...", "Later"]
    show(app, "guest-1", "Hello!", id="1", edit="yes")
    assert texts(app) == ["Hello!", "Later"]


def test_poll_by_position_counts_a_growing_list(open_app: Open) -> None:
    app = open_app(RECORDER + SAY + POLL + "    id: position\n")
    for _ in range(2):
        show(app, "guest-1", "one")
    assert texts(app) == ["one", "one"]
    assert app.exact


def test_poll_without_id_says_that_it_cannot_tell_twice(open_app: Open) -> None:
    app = open_app(RECORDER + SAY + POLL)
    show(app, "guest-1", "one")
    assert texts(app) == texts(app) == ["one"]
    assert not app.exact
    assert "shown twice cannot be told from polled twice" in app.inexact_reason


def test_poll_of_an_app_that_is_down_keeps_what_was_shown(open_app: Open) -> None:
    app = open_app(RECORDER + SAY + POLL + "    id: $.id\n")
    show(app, "guest-1", "one")
    person = app.person("Penelope", 1)
    assert len(app.shown(person)) == 1
    app.stop()
    assert [each.text for each in app.shown(person)] == ["one"]
    assert "nothing answers there" in app.notes[-1]


@pytest.mark.parametrize(
    ("poll", "note"),
    [
        ('get: "${app.url}/none", items: "$.messages", text: "$.text"', None),
        ('get: "${app.url}/chat/x", items: "$.messages[*]", text: "$.body"', "$.body finds no text"),
    ],
)
def test_poll_notes_what_it_cannot_read(open_app: Open, poll: str, note: str | None) -> None:
    app = open_app(RECORDER + SAY + f"hear: {{poll: {{{poll}}}}}\n")
    show(app, "x", "one")
    assert texts(app) == []
    assert [note in each for each in app.notes] == [True] if note else app.notes == []


def test_poll_takes_items_that_are_plain_texts(open_app: Open) -> None:
    app = open_app(
        RECORDER + SAY + 'hear: {poll: {get: "${app.url}/chat/x", items: "$.messages[*].text", text: $}}'
    )
    show(app, "x", '{"no": "json"}')
    assert texts(app) == ['{"no": "json"}']
