"""Responders: the user's own function, from its name to what it decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews.durations import parse
from mockmews.engine.responders import ask, load_responder
from mockmews.errors import ConfigurationError
from mockmews.model.replies import Choice, MessageFacts

FACTS = MessageFacts("Penelope", "Stay", "Around 11pm", "7c1d0a4e-0000-4000-8000-ae5300dbaa93", 2, 0)


def answer(result: object, fraction: float = 0.0) -> Choice:
    return ask(lambda facts: result, FACTS, fraction, name="desk:answer")


def test_a_responder_is_loaded_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "desk_loaded.py").write_text(
        "class Desk:\n    @staticmethod\n    def answer(facts):\n        return f'Hello {facts.sender}'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    choice = ask(load_responder("desk_loaded:Desk.answer"), FACTS, 0.0, name="desk_loaded:Desk.answer")
    assert choice.texts == ("Hello Penelope",)


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("", "desk_a", "'desk_a' is no responder; write package.module:function"),
        ("", "desk_a:", "'desk_a:' is no responder"),
        ("", "../desk_a:answer", "is no responder"),
        ("", "desk_missing:answer", "there is no module 'desk_missing'; run where it can be imported"),
        ("", "desk_missing.inner:answer", "there is no module 'desk_missing'"),
        ("def other(facts): ...", "desk_b:answer", "desk_b has no 'answer'"),
        ("answer = 5", "desk_c:answer", "is int and cannot be called"),
        ("async def answer(facts): ...", "desk_d:answer", "is asynchronous; a responder is a plain def"),
        (
            "import nowhere_to_be_found",
            "desk_e:answer",
            "desk_e imports 'nowhere_to_be_found', which is missing",
        ),
        ("1/0", "desk_f:answer", "importing desk_f failed with ZeroDivisionError: division by zero"),
    ],
)
def test_a_responder_that_cannot_be_loaded_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, name: str, expected: str
) -> None:
    (tmp_path / f"{name.partition(':')[0].rpartition('/')[2]}.py").write_text(source) if source else None
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError) as caught:
        load_responder(name)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("result", "texts", "reason"),
    [
        (None, (), "responder desk:answer answers: silent"),
        ("Hi", ("Hi",), "responder desk:answer answers: 1 text, after 0s"),
        (["A", "{{ text }}"], ("A", "{{ text }}"), "responder desk:answer answers: 2 texts, after 0s"),
        ({}, (), "responder desk:answer answers: silent, after 0s"),
    ],
)
def test_a_responder_answers_with_nothing_a_text_or_several(
    result: object, texts: tuple[str, ...], reason: str
) -> None:
    assert answer(result) == Choice(texts=texts, reasons=(reason,))


def test_a_responder_may_delay_and_resolve() -> None:
    choice = answer({"say": "Bye", "after": "2s..4s", "then": "resolve"}, fraction=0.5)
    assert (choice.texts, choice.after, choice.then) == (("Bye",), parse("3s"), "resolve")
    assert choice.reasons == ("responder desk:answer answers: 1 text, resolve, after 3s",)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (5, "returned int; wanted is None, a text, a list of texts, or a dict of say, after, then"),
        (["A", 11], "returned a list with int in it"),
        ({"text": "Around 11pm"}, "returned a dict with other keys than say, after, then"),
        ({"say": "x", "after": "Around 11pm"}, "returned an after that is no duration"),
        ({"say": "x", "then": "Around 11pm"}, "returned a then that is not resolve or reopen"),
    ],
)
def test_a_wrong_result_is_silence_with_a_reason_and_without_the_guests_words(
    result: object, expected: str
) -> None:
    choice = answer(result)
    assert choice.texts == ()
    assert expected in choice.reasons[0]
    assert "11pm" not in choice.reasons[0]


def test_a_blank_text_is_left_out() -> None:
    choice = answer(["A", " "])
    assert choice.texts == ("A",)
    assert (
        choice.reasons[1]
        == "responder desk:answer: blank texts are left out, since Mews has no blank messages"
    )


def test_an_error_in_a_responder_is_silence_with_its_place() -> None:
    def fails(facts: MessageFacts) -> object:
        return int(facts.text)

    choice = ask(fails, FACTS, 0.0, name="desk:fails")
    assert choice.texts == ()
    line = fails.__code__.co_firstlineno + 1
    assert choice.reasons == (f"responder desk:fails raised ValueError (test_responders.py:{line}): silent",)


def test_a_coroutine_that_slips_through_is_silence_with_a_reason() -> None:
    async def late(facts: MessageFacts) -> str:
        return "x"

    assert "returned coroutine" in ask(lambda facts: late(facts), FACTS, 0.0, name="desk:late").reasons[0]
