"""What becomes of scenario files: their texts, their places, their encodings, and the folders they lie in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockmews_testkit.errors import ScenarioError, UsageError
from mockmews_testkit.scenario import document
from mockmews_testkit.scenario.document import Guest, GuestWrites, HotelReplies, Scenario, Step
from mockmews_testkit.scenario.loading import discover, load_file, load_text
from tests.testkit.scenario.corpus import BAD, GOOD, HEAD

SECOND = 10_000_000


def _scenario(text: str) -> Scenario:
    (scenario,) = load_text(text, "story.mews.yaml")
    return scenario


def _step(text: str) -> Step:
    return _scenario(f"{HEAD}  - {text}\n").steps[0]


def _said(text: str) -> str:
    step = _step(f"guest: {text}")
    assert isinstance(step, GuestWrites)
    return step.text


@pytest.mark.parametrize(
    "plain",
    ["No", "yes", "11:30", "007", "1e3", "2026-03-10", "~", "null", "0x1F", ".5", "=", "a#b", "C:\\x"],
)
def test_a_scalar_stays_what_was_written(plain: str) -> None:
    assert _said(plain) == plain


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("|\n      two\n      lines\n", "two\nlines"),
        ("|+\n      one\n\n", "one\n\n"),
        ("|-\n      one\n", "one"),
        (">\n      folded\n      line\n", "folded line"),
        ('"  blanks stay  "', "  blanks stay  "),
        (r'"\ud83d\ude00 \x41 \n"', "\U0001f600 A \n"),
        ("'it''s # no comment'", "it's # no comment"),
        ("Zoë 😀 ${text} {{ sender }}", "Zoë 😀 ${text} {{ sender }}"),
        ('"a\\\n        b"', "ab"),
    ],
)
def test_dialogue_is_kept_exactly(written: str, text: str) -> None:
    assert _said(written) == text


def test_steps_carry_all_their_options_and_their_places() -> None:
    scenario = _scenario(
        "# a comment\n"
        "scenario: T\n"
        "guests: {Max: {name: Max Stone, language: de}, Anna: }\n"
        "hotels: {Sea: {name: Sea View}}\n"
        "steps:\n"
        "  - guest: a\n    by: Anna\n    at: Sea\n    within: 2s\n    forwarded: false\n"
        "    at_once: true\n    as: own\n"
        "  - hotel: b\n    to: Max\n    after: 1m\n    as: x\n    within: 3s\n"
    )
    assert scenario.source.line == 2
    assert scenario.guests == (Guest("Max", "Max Stone", "de"), Guest("Anna", "Anna"))
    assert scenario.hotels == (document.Hotel("Sea", "Sea View"),)
    assert scenario.steps == (
        GuestWrites(
            text="a", by="Anna", at="Sea", within=2 * SECOND, forwarded=False, at_once=True, named="own"
        ),
        HotelReplies(text="b", to="Max", after=60 * SECOND, named="x", within=3 * SECOND),
    )
    assert [str(step.source) for step in scenario.steps] == ["story.mews.yaml:6:5", "story.mews.yaml:13:5"]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("app: a\n    within: 1s", "AppAnswers(expected=Exactly(text='a'), to=None, within=10000000)"),
        (
            "guest_sees: [a, {contains: b}]\n    order: any\n    only: true",
            (
                "GuestSees(expected=(Exactly(text='a'), Contains(part='b')), "
                "by=None, any_order=True, only=True, within=None)"
            ),
        ),
        ("deliver: all", "Deliver(bodies=None)"),
        ("clear_faults", "ClearFaults()"),
        ("clear_faults:", "ClearFaults()"),
        ("advance: 1h30m", "Advance(duration=54000000000)"),
        ("resolve", "Resolve(by=None)"),
        ("resolve: {by: Penelope}", "Resolve(by='Penelope')"),
        ("reopen:", "Reopen(by=None)"),
        ("restart_app", "RestartApp(down=None)"),
        ("restart_app: {down: 2s}", "RestartApp(down=20000000)"),
        (
            "guest: [a, b]",
            (
                "GuestWrites(text='a', more=('b',), by=None, at=None, within=None, forwarded=True, "
                "at_once=False, named=None)"
            ),
        ),
        ("wait: 2s", "Wait(duration=20000000)"),
        ("quiet: 150ms", "Quiet(duration=1500000)"),
        (
            "expect: {calls: {messages/add: 3..4}, pass: SEND-01, threads: 1, open_threads: 0..1}",
            (
                "Expect(calls=(('messages/add', NumberRange(low=3, high=4)),), passed=('SEND-01',), "
                "threads=NumberRange(low=1, high=1), open_threads=NumberRange(low=0, high=1))"
            ),
        ),
    ],
)
def test_each_step_becomes_its_noun(text: str, step: str) -> None:
    assert re.sub(r"(, )?source=Source\([^)]*\)", "", repr(_step(text))) == step


def test_names_of_replies_may_be_delivered_in_one_body() -> None:
    steps = "  - hotel: a\n    as: x\n  - hotel: b\n    as: y\n  - deliver: [[x, y], y]\n  - deliver: x\n"
    scenario = _scenario(HEAD + steps)
    assert [each.bodies for each in scenario.steps if isinstance(each, document.Deliver)] == [
        (("x", "y"), ("y",)),
        (("x",),),
    ]


def test_a_fault_is_handed_on_as_the_control_api_takes_it() -> None:
    step = _step("fault: {operation: messages/add, status: 429, retry_after: 2s, times: 2, delay: 1500ms}")
    assert isinstance(step, document.SetFault)
    assert step.fault.as_json() == {
        "operation": "messages/add", "times": 2, "delay": "1.5s", "status": 429, "retry_after": "2s",
    }  # fmt: skip


def test_options_of_the_world_are_typed() -> None:
    scenario = _scenario(
        "scenario: T\nmews:\n"
        "  {seed: 7, own_messages: no, lag: 90s..2m, rate_limit: off, clock: {rate: 60, behind: 5s},\n"
        "  faults: [{webhook: any, noise: Foo, probability: 0.5}],\n"
        "  reply_rules: [{say: Hi, once: true}], settings: {a: 1}}\n"
        "steps: [resolve]\n"
    )
    assert scenario.mews == {
        "seed": 7,
        "own_messages": False,
        "lag": "1m30s..2m",
        "rate_limit": None,
        "clock": {"rate": 60, "behind": "5s"},
        "faults": [{"webhook": "any", "noise": ["Foo"], "probability": 0.5}],
        "reply_rules": [{"say": ["Hi"], "once": True}],
        "settings": {"a": "1"},
    }


def test_every_document_of_a_file_is_a_scenario() -> None:
    first, second = load_text("scenario: A\nsteps: [resolve]\n---\nscenario: B\nsteps: [reopen]\n", "x")
    assert (first.name, second.name) == ("A", "B")
    assert second.source.line == 4


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(
            "scenario: A\nsteps:\n  - gest: a\n  - wait: soon\n---\nscenario: B\nsteps:\n  - guest: @\n", "x"
        )
    error = caught.value
    assert [(each.line, each.column) for each in (error, *error.more)] == [(3, 5), (4, 11), (8, 12)]
    assert str(error).splitlines()[:5] == [
        "x:3:5: unknown step 'gest'",
        "      - gest: a",
        "        ^",
        "  Did you mean 'guest'?",
        "x:4:11: 'soon' is not a duration",
    ]


@pytest.mark.parametrize(
    "content", ["\ufeff{}".encode(), "{}".replace("\n", "\r\n").encode(), b"\xef\xbb\xbf{}"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_marks_and_line_ends_of_every_system_are_read(tmp_path: Path, content: bytes, line_end: str) -> None:
    file = tmp_path / "a.mews.yaml"
    text = "scenario: T\nsteps:\n  - guest: |\n      a\n      b\n  - guest: c\n"
    file.write_bytes(content.replace(b"{}", text.replace("\n", line_end).encode()))
    (scenario,) = load_file(file)
    assert scenario.steps[0] == GuestWrites(text="a\nb")
    assert (scenario.source.column, scenario.steps[1].source.line) == (1, 6)
    assert scenario.source.file == str(file)


@pytest.mark.parametrize(
    ("content", "line", "column", "problem"),
    [
        (b"scenario: T\nsteps:\n- guest: caf\xe9\n", 3, 13, "byte 0xe9 is not UTF-8"),
        (b"\xef\xbb\xbf\xff", 1, 1, "byte 0xff is not UTF-8"),
        ("scenario: T".encode("utf-16"), 1, 1, "the file is UTF-16"),
    ],
)
def test_what_is_not_utf8_is_refused(
    tmp_path: Path, content: bytes, line: int, column: int, problem: str
) -> None:
    file = tmp_path / "a.mews.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load_file(file)
    assert (caught.value.line, caught.value.column, caught.value.problem) == (line, column, problem)
    assert "UTF-8" in caught.value.advice


def test_aliases_cannot_unfold_to_endless_work() -> None:
    levels = "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    with pytest.raises(ScenarioError, match="aliases unfold"):
        load_text(f"scenario: T\nmews:\n  a0: &a0 [x]\n{levels}steps: [resolve]\n", "x")


_PIECES = st.lists(st.sampled_from([*GOOD, *(bad.text for bad in BAD)]), min_size=1, max_size=3)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(_PIECES, st.integers(0, 400), st.text("\t\n -#:{}[]&*!|>'\"%@`,?~<\\ux0\u2028😀", max_size=6))
def test_no_text_ends_in_a_traceback(pieces: list[str], at: int, noise: str) -> None:
    text = "---\n".join(pieces)
    try:
        load_text(text[:at] + noise + text[at:], "x")
    except ScenarioError as error:
        lines = (text[:at] + noise + text[at:]).split("\n")
        for each in (error, *error.more):
            assert 1 <= each.line <= len(lines)
            assert 1 <= each.column <= len(lines[each.line - 1]) + 1
            assert each.problem
            assert each.advice


def test_folders_are_searched_in_order_and_each_file_is_found_once(tmp_path: Path) -> None:
    for name in (
        "b/2.mews.yaml",
        "a/1.mews.yaml",
        "a/other.yaml",
        ".mockmews/failures/3.mews.yaml",
        "z.mews.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(GOOD[0], encoding="utf-8")
    names = ["b/2.mews.yaml", "a/1.mews.yaml", "z.mews.yaml"]
    assert discover([tmp_path / names[0], tmp_path]) == [tmp_path / name for name in names]
    saved = tmp_path / ".mockmews" / "failures"
    assert discover([str(saved)]) == [saved / "3.mews.yaml"]


@pytest.mark.parametrize("name", ["missing", "missing.mews.yaml"])
def test_a_missing_path_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} does not exist"):
        discover([tmp_path / name])


def test_a_folder_without_scenarios_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No \*.mews.yaml file is in the folder '"):
        discover([tmp_path])


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_file(tmp_path)
