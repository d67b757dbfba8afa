"""Reply rules as users write them: what is read, what is refused and where, and what is written back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from mockmews import durations
from mockmews.engine.front_desk import DEMO_RULES
from mockmews.errors import ConfigurationError
from mockmews.model.replies import ReplyRule, TextPattern
from mockmews.wire.reply_rules import read_rule_file, read_rules, write_rules
from mockmews.wire.yaml_files import parse_yaml, read_yaml

EXAMPLE = r"""
reply_rules:                   # the first match wins
  - when: {text: /late|arriv/i, thread: new}
    say: "Hello Ms {{ sender }}! Thank you for contacting us. What time do you expect to arrive?"
    after: 30s..2m
    once: true
  - when: {text: '/(?P<time>\d{1,2}\s?(am|pm))/i'}
    say: ["Your room will be ready for you around {{ time }}.", "Travel safely!"]
    then: resolve
  - otherwise: silent
"""


def from_yaml(text: str) -> Sequence[ReplyRule]:
    file = parse_yaml(text, name="rules.yaml")
    return read_rule_file(file.data, where=file.place)


def refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        from_yaml(text)
    return str(caught.value)


def json_refusal(data: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_rules(data, where="reply_rules")
    return str(caught.value)


def test_rules_are_read_as_the_product_page_writes_them() -> None:
    first, second, last = from_yaml(EXAMPLE)
    assert first == ReplyRule(
        text=TextPattern("late|arriv", "i"),
        thread_is_new=True,
        texts=("Hello Ms {{ sender }}! Thank you for contacting us. What time do you expect to arrive?",),
        after=durations.parse_range("30s..2m"),
        once=True,
    )
    assert second.texts == ("Your room will be ready for you around {{ time }}.", "Travel safely!")
    assert second.text == TextPattern(r"(?P<time>\d{1,2}\s?(am|pm))", "i")
    assert second.then == "resolve"
    assert last == ReplyRule(otherwise=True)


def test_rules_may_be_a_bare_list_in_a_file() -> None:
    assert from_yaml("- say: Hello\n") == (ReplyRule(texts=("Hello",)),)


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [{"say": "Hello"}],
        [{"when": {"text": "Hi", "sender": "/^Pen/", "subject": "/a/ism", "nth": 3}, "say": ["A", "B"]}],
        [{"when": {"thread": "new"}, "then": "reopen", "after": "1h30m"}],
        [{"when": {"text": "/thanks/i"}, "silent": True}],
        [{"otherwise": "silent"}],
        [{"otherwise": {"say": "Later.", "after": "2s..4s", "then": "resolve", "once": True}}],
    ],
)
def test_rules_written_as_json_are_read_back_equal(rules: list[object]) -> None:
    nouns = read_rules(rules, where="reply_rules")
    written = write_rules(nouns)
    assert written == rules
    assert read_rules(msgspec.json.decode(msgspec.json.encode(written)), where="reply_rules") == nouns


def test_rules_of_the_demo_desk_are_data_that_a_user_can_start_from() -> None:
    assert read_rules(write_rules(DEMO_RULES), where="reply_rules") == DEMO_RULES


def test_a_thread_that_may_be_any_is_no_condition() -> None:
    assert read_rules([{"when": {"thread": "any"}, "say": "Hi"}], where="r") == (ReplyRule(texts=("Hi",)),)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        (
            "reply_rules:\n  - when: {txt: /a/}\n    say: x",
            "rules.yaml:2: there is no 'txt' here. Did you mean 'text'?",
        ),
        (
            "reply_rules:\n  - when:\n      thread: nwe\n    say: x",
            "rules.yaml:3: thread takes new or any, not 'nwe'. Did",
        ),
        (
            "reply_rules:\n  - say: x\n    than: resolve",
            "rules.yaml:3: there is no 'than' here. Did you mean 'then'?",
        ),
        (
            "reply_rules:\n  - say: x\n    then: resolved",
            "rules.yaml:3: then takes resolve or reopen, not 'resolved'. Did",
        ),
        ("reply_rules:\n  - say: x\n    after: soon", "rules.yaml:3: after: 'soon' is not a duration"),
        ("reply_rules:\n  - say: x\n    after: 2m..30s", "rules.yaml:3: after: '2m..30s' runs backwards"),
        ("reply_rules:\n  - say: x\n    after: 5", "rules.yaml:3: after: '5' is not a duration"),
        ("reply_rules:\n  - say: x\n    once: yes", "rules.yaml:3: once takes true or false, not 'yes'"),
        (
            "reply_rules:\n  - when: {nth: 0}\n    say: x",
            "rules.yaml:2: nth takes a whole number from 1, not 0",
        ),
        (
            "reply_rules:\n  - say:\n    - x\n    - 007",
            "rules.yaml:4: say 2 takes a text, not 7; put it in quotes",
        ),
        ("reply_rules:\n  - say: ' '", "rules.yaml:2: say is blank"),
        ("reply_rules:\n  - say: []", "rules.yaml:2: say is an empty list"),
        ("reply_rules:\n\n  - after: 2s", "rules.yaml:3: this rule does nothing; write say"),
        ("reply_rules:\n  - say: x\n    silent: true", "rules.yaml:3: a silent rule neither says nor"),
        (
            "reply_rules:\n  - when: {thread: new, nth: 2}\n    say: x",
            "rules.yaml:2: thread: new is the guest's first",
        ),
        ("reply_rules:\n  - otherwise: silent\n  - say: x", "rules.yaml:2: otherwise must be the last rule"),
        ("reply_rules:\n  - otherwise: quiet", "rules.yaml:2: otherwise takes silent or a map"),
        (
            "reply_rules:\n  - otherwise: silent\n    after: 2s",
            "rules.yaml:3: after belongs inside otherwise",
        ),
        (
            "reply_rules:\n  - otherwise: silent\n    when: {nth: 1}",
            "rules.yaml:3: a rule has when or otherwise",
        ),
        ("reply_rules: silent", "rules.yaml:1: reply_rules takes a list, not 'silent'"),
        ("replyrules: []", "rules.yaml:1: there is no 'replyrules' here. Did you mean 'reply_rules'?"),
        ("version: 2\nreply_rules: []", "rules.yaml:1: version takes 1, not 2"),
        ("version: 1", "rules.yaml:1: there are no reply_rules"),
        ("", "rules.yaml:1: this takes a map of version, reply_rules, responder; not nothing"),
    ],
)
def test_a_mistake_is_refused_with_its_file_and_line(yaml: str, expected: str) -> None:
    assert refusal(yaml).startswith(expected)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/(late/", "text is no RE2 pattern: missing ): (late"),
        ("/(?=late)/", "(RE2 has no lookaround and no backreferences"),
        (r"/(a)\1/", "(RE2 has no lookaround and no backreferences"),
        ("/late/x", "text has 'x' after its last slash; flags are i, s and m"),
        ("/late/ii", "flags are i, s and m, each once"),
        ("//", "text is an empty pattern"),
        ("/late", "text begins with / and has no closing /"),
        ("/(.{1,1000}){1,1}q/", "instructions, and 5000 are allowed"),
        ("/(?P<sender>x)/", "the group 'sender' has a name that is taken"),
        ("/\ud800/", "it holds half of a surrogate pair"),
    ],
)
def test_a_pattern_that_re2_cannot_run_is_refused_with_the_reason(pattern: str, expected: str) -> None:
    message = json_refusal([{"say": "x"}, {"when": {"text": pattern}, "say": "x"}])
    assert message.startswith("reply_rules[1].when.text: ")
    assert expected in message


def test_a_text_with_slashes_inside_is_equality() -> None:
    assert read_rules([{"when": {"text": "and/or"}, "say": "x"}], where="r")[0].text == TextPattern("and/or")


def test_a_group_may_stand_in_one_pattern_of_a_rule_only() -> None:
    when = {"text": "/(?P<a>x)/", "subject": "/(?P<a>y)/"}
    assert "the group 'a' has a name that is taken" in json_refusal([{"when": when, "say": "{{ a }}"}])


@pytest.mark.parametrize(
    ("say", "expected"),
    [
        ("{{ sendr }}", "say names {{ sendr }}, which is unknown here. Did you mean 'sender'?"),
        ("{{ tim }}", "Did you mean 'time'?"),
        ("{{ sender.upper() }}", "say holds {{ that is not a name in double braces"),
        (
            "{{ ''.__class__ }}",
            "templates know {{ sender }}, {{ subject }}, {{ text }}, {{ time }} and nothing",
        ),
        ("{{ sender", "say holds {{ that"),
        ("{% for x in text %}", "say holds {% that"),
        (["fine", "{{ 7*7 }}"], "say 2 holds {{ that"),
    ],
)
def test_a_template_that_is_more_than_known_names_is_refused(say: object, expected: str) -> None:
    message = json_refusal([{"when": {"text": "/(?P<time>x)/"}, "say": say}])
    assert message.startswith("reply_rules[0].say")
    assert expected in message


def test_a_group_of_another_rule_is_unknown() -> None:
    rules = [{"when": {"text": "/(?P<time>x)/"}, "say": "{{ time }}"}, {"otherwise": {"say": "{{ time }}"}}]
    assert json_refusal(rules).startswith("reply_rules[1].otherwise.say: say names {{ time }}")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("silent", "reply_rules: this takes a list, not 'silent'"),
        ({}, "reply_rules: this takes a list, not a map"),
        ([3], "reply_rules[0]: item 1 takes a map of when, say"),
        ([{"say": None}], "reply_rules[0].say: say takes a text, not nothing"),
        (
            [{"say": "x", "after": True}],
            "reply_rules[0].after: after takes a duration such as 30s or 30s..2m",
        ),
        (
            [{"when": {"nth": True}, "say": "x"}],
            "reply_rules[0].when.nth: nth takes a whole number from 1, not true",
        ),
        (
            [{"when": {"text": 7}, "say": "x"}],
            "reply_rules[0].when.text: text takes a text, not 7; put it in quotes",
        ),
        ([{"say": "x"}] * 1001, "reply_rules: 1001 rules are too many; 1000 are allowed"),
        ([{"say": ["x"] * 101}], "reply_rules[0].say: say has 101 texts; 100 are allowed"),
        ([{"then": ["resolve"]}], "reply_rules[0].then: then takes resolve or reopen, not a list"),
    ],
)
def test_a_mistake_in_json_is_refused_with_its_path(data: object, expected: str) -> None:
    assert json_refusal(data).startswith(expected)


def test_a_rule_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    file = read_yaml(path)
    assert len(read_rule_file(file.data, where=file.place)) == 3
