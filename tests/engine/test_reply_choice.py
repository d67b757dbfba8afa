"""Which rule answers, with what, and what the journal is told about the others."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from mockmews.durations import parse
from mockmews.engine.front_desk import DEMO_RULES
from mockmews.engine.reply_choice import choose
from mockmews.engine.templates import fill
from mockmews.model.replies import Choice, MessageFacts, ReplyRule
from mockmews.wire.reply_rules import read_rules

FACTS = MessageFacts(
    sender="Penelope",
    subject="Stay in March",
    text="Hi! I just wanted to let you know I will be arriving late tonight",
    thread_id="7c1d0a4e-0000-4000-8000-ae5300dbaa93",
    nth=1,
    at=0,
)


def rules(*data: object) -> tuple[ReplyRule, ...]:
    return read_rules(list(data), where="reply_rules")


def chosen(
    *data: object, used: frozenset[int] = frozenset(), fraction: float = 0.0, **facts: object
) -> Choice:
    return choose(rules(*data), replace(FACTS, **facts), used, fraction)


def test_the_first_rule_that_matches_answers_and_the_others_say_why_not() -> None:
    choice = chosen(
        {"when": {"text": "/early/i"}, "say": "No."},
        {
            "when": {"text": "/LATE|arriv/i", "thread": "new"},
            "say": "Hello Ms {{ sender }}!",
            "after": "30s..2m",
        },
        {"when": {"sender": "Penelope"}, "say": "Never."},
        {"otherwise": "silent"},
        fraction=0.5,
    )
    assert choice == Choice(
        rule=2,
        texts=("Hello Ms Penelope!",),
        after=parse("75s"),
        reasons=(
            "rule 1: text does not match /early/i",
            "rule 2 answers: 1 text, after 1m15s",
            "rules 3 to 4: not tried, since the first match wins",
        ),
    )


def test_a_text_without_slashes_must_be_equal() -> None:
    rule = {"when": {"text": "Hi"}, "say": "x"}
    assert chosen(rule, text="Hi").rule == 1
    assert chosen(rule, text="Hi!").reasons == ("rule 1: text is not 'Hi'", "no rule matches: silent")
    assert chosen(rule, text="hi").rule is None


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("/LATE/", "late", False),
        ("/LATE/i", "late", True),
        ("/a.b/", "a\nb", False),
        ("/a.b/s", "a\nb", True),
        ("/^b$/", "a\nb\nc", False),
        ("/^b$/m", "a\nb\nc", True),
        ("/^A.C$/ism", "x\na\nc\ny", True),
        ("/é+t/i", "ÉT\u00c9 et été", True),
    ],
)
def test_flags_of_a_pattern_do_what_they_say(pattern: str, text: str, *, matches: bool) -> None:
    assert (chosen({"when": {"text": pattern}, "say": "x"}, text=text).rule == 1) is matches


def test_sender_and_subject_are_matched_like_the_text() -> None:
    rule = {"when": {"sender": "/^pen/i", "subject": "Stay in March"}, "say": "x"}
    assert chosen(rule).rule == 1
    assert chosen(rule, sender="Max").reasons[0] == "rule 1: sender does not match /^pen/i"
    assert chosen(rule, subject="Other").reasons[0] == "rule 1: subject is not 'Stay in March'"


def test_the_number_of_the_guests_message_is_a_condition() -> None:
    new, second = {"when": {"thread": "new"}, "say": "x"}, {"when": {"nth": 2}, "say": "y"}
    assert chosen(new, second, nth=1).rule == 1
    assert chosen(new, second, nth=2).rule == 2
    assert chosen(new, second, nth=3).reasons == (
        "rule 1: wants a new thread, and this is the guest's message no. 3 in it",
        "rule 2: wants the guest's message no. 2 in the thread, and this is no. 3",
        "no rule matches: silent",
    )


def test_a_rule_that_serves_once_is_reported_and_then_passed_over() -> None:
    once, then = {"say": "First.", "once": True}, {"otherwise": {"say": "Again."}}
    first = chosen(once, then)
    assert (first.rule, first.spent) == (1, 1)
    second = chosen(once, then, used=frozenset({1}))
    assert (second.rule, second.spent, second.texts) == (2, None, ("Again.",))
    assert second.reasons[0] == "rule 1: has served once already"


def test_used_numbers_mean_nothing_to_rules_without_once() -> None:
    assert chosen({"say": "x"}, used=frozenset({1})).rule == 1


def test_several_texts_and_what_follows_them_are_all_chosen() -> None:
    choice = chosen(
        {
            "when": {"text": r"/(?P<time>\d{1,2}\s?(am|pm))/i"},
            "say": ["Your room will be ready around {{ time }}.", "Travel safely!"],
            "then": "resolve",
        },
        text="Around 11PM. Please hold my room.",
    )
    assert choice.texts == ("Your room will be ready around 11PM.", "Travel safely!")
    assert choice.then == "resolve"
    assert choice.reasons == ("rule 1 answers: 2 texts, resolve, after 0s",)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"otherwise": "silent"}, "rule 1 answers: silent"),
        ({"when": {"thread": "new"}, "silent": True}, "rule 1 answers: silent"),
        ({"then": "reopen", "after": "2s"}, "rule 1 answers: reopen, after 2s"),
    ],
)
def test_a_rule_may_answer_without_a_text(rule: object, reason: str) -> None:
    choice = chosen(rule)
    assert (choice.rule, choice.texts, choice.reasons) == (1, (), (reason,))


def test_no_rules_mean_silence() -> None:
    assert chosen() == Choice(reasons=("there are no reply rules: silent",))


def test_the_delay_stays_within_its_range() -> None:
    rule = {"say": "x", "after": "30s..2m"}
    assert chosen(rule, fraction=0.0).after == parse("30s")
    assert parse("119s") < chosen(rule, fraction=0.999999).after < parse("2m")


def test_what_the_guest_wrote_is_never_read_as_a_template() -> None:
    nasty = "{{ sender }} {% for x in y %} {{ 7*7 }} \\1 \\g<0> ${text} %s {0}"
    rule = {"when": {"text": "/(?P<all>.*)/s"}, "say": "{{ text }}|{{all}}|{{ subject }}"}
    choice = chosen(rule, text=nasty, subject="{{ text }}")
    assert choice.texts == (f"{nasty}|{nasty}|{{{{ text }}}}",)


def test_a_group_that_took_no_part_is_empty() -> None:
    choice = chosen({"when": {"text": "/Hi(?P<more> there)?/"}, "say": "Hello{{ more }}."}, text="Hi")
    assert choice.texts == ("Hello.",)


def test_a_text_that_would_be_blank_is_left_out_with_its_reason() -> None:
    choice = chosen({"when": {"text": "/Hi(?P<more> there)?/"}, "say": ["{{ more }}", "Bye."]}, text="Hi")
    assert choice.texts == ("Bye.",)
    assert (
        choice.reasons[-1] == "rule 1: text 1 is left out: it would be blank, and Mews has no blank messages"
    )


def test_a_text_that_would_grow_without_bounds_is_left_out() -> None:
    choice = chosen({"say": "{{ text }}" * 1000}, text="x" * 10_000)
    assert choice.texts == ()
    assert choice.reasons[-1] == "rule 1: text 1 is left out: it would be longer than 1,000,000 characters"


def test_a_template_keeps_everything_that_is_no_name() -> None:
    assert fill('{"a": {}} }} { {x} {{ sender }}{{sender}}', {"sender": "P"}) == '{"a": {}} }} { {x} PP'


def test_reasons_never_repeat_the_guest() -> None:
    secret = "1234-secret"
    choice = chosen(
        {"when": {"text": "/(?P<card>nothing)/"}, "say": "{{ card }}"},
        {"when": {"sender": "Max"}, "say": "x"},
        {"when": {"subject": "/(?P<card>secret)/"}, "say": ["{{ card }}", "{{ text }}" * 100_000]},
        text=secret, sender=secret, subject=secret,
    )  # fmt: skip
    assert choice.rule == 3
    assert "secret" not in " ".join(choice.reasons).replace("(?P<card>secret)", "")


def test_long_patterns_are_cut_in_reasons() -> None:
    choice = chosen({"when": {"text": f"/{'x' * 500}/"}, "say": "x"})
    assert len(choice.reasons[0]) < 120


@pytest.mark.parametrize("pattern", ["/(x+x+)+y/", "/^(x|xx|x?)*$/", "/(.*)(.*)(.*)(.*)(.*)z/s"])
def test_a_pattern_that_ruins_backtracking_engines_is_decided(pattern: str) -> None:
    # A backtracking engine would need longer than the universe has been; RE2 needs milliseconds.
    assert chosen({"when": {"text": pattern}, "say": "x"}, text="x" * 100_000 + "!").rule is None


def test_a_text_too_long_for_a_pattern_is_not_looked_at() -> None:
    rule = {"when": {"text": "/(a?){900}a{900}$/"}, "say": "x"}
    assert chosen(rule, text="a" * 1_000).rule == 1
    choice = chosen(rule, text="a" * 100_000)
    assert choice.reasons[0] == "rule 1: text is too long (100,000 characters) for /(a?){900}a{900}$/"


def test_the_demo_desk_holds_the_conversation_of_the_guide() -> None:
    first = choose(DEMO_RULES, FACTS, frozenset(), 0.5)
    assert first.texts == (
        "Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?",
    )
    assert first.after == parse("2s")
    late = replace(FACTS, text="Around 11pm. Please hold my room, thank you.", nth=2)
    second = choose(DEMO_RULES, late, frozenset(), 0.5)
    assert second.texts == (
        "Your room will be ready for you, travel safely and we look forward to welcoming you around 11pm.",
    )
    assert second.after == parse("2s")
    last = choose(DEMO_RULES, replace(FACTS, text="Thank you!", nth=3), frozenset(), 0.5)
    assert (last.rule, last.texts) == (3, ())


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("at 23:30", "23:30"),
        ("11:30 PM", "11:30 PM"),
        ("about 7.15am!", "7.15am"),
        ("room 2311", None),
        ("1234pm", None),
    ],
)
def test_the_demo_desk_knows_a_time_when_it_sees_one(text: str, time: str | None) -> None:
    texts = choose(DEMO_RULES, replace(FACTS, text=text, nth=2), frozenset(), 0.0).texts
    assert (texts[0].endswith(f"around {time}.") if texts else None) is (True if time else None)


def test_choices_rest_on_what_is_handed_in_alone() -> None:
    for one, other in pairwise(chosen({"say": "x", "after": "1s..9s"}, fraction=0.3) for _ in range(3)):
        assert one == other
