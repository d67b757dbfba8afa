"""The small nouns of a scenario: matchers, number ranges, durations, errors, and the bundled files."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockmews import durations as of_the_fake
from mockmews_testkit import bundled, durations
from mockmews_testkit.errors import Evidence, Failure, ScenarioError
from mockmews_testkit.reading.matchers import Contains, Exactly, Matcher, Matches
from mockmews_testkit.scenario.document import GuestWrites, HotelReplies, NumberRange
from mockmews_testkit.scenario.loading import discover, load_file


@pytest.mark.parametrize(
    ("matcher", "shown", "accepted"),
    [
        (Exactly("Hi"), "Hi", True),
        (Exactly("Hi"), "Hi ", False),
        (Contains("11pm"), "around 11pm!", True),
        (Contains("11pm"), "around 11PM!", False),
        (Matches("11 ?pm"), "around 11 pm!", True),
        (Matches("^11 ?pm"), "around 11 pm!", False),
        (Matches("/11 ?pm/i"), "around 11PM!", True),
        (Matches("/a.b/s"), "a\nb", True),
        (Matches("/a"), "x/ay", True),
        (Matches("//"), "a//b", True),
        (Matches("."), "\ud83d", True),
    ],
)
def test_a_matcher_accepts_what_it_says(matcher: Matcher, shown: str, *, accepted: bool) -> None:
    assert matcher.accepts(shown) is accepted


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'\\(' is not a pattern"):
        Matches("(")


def test_a_matcher_says_what_it_wants() -> None:
    assert str(Contains("a")) == 'a text that contains "a"'
    assert str(Matches("/a/i")) == "a text that matches /a/i"


def test_a_number_range_holds_both_ends() -> None:
    assert [number in NumberRange(3, 4) for number in (2, 3, 4, 5)] == [False, True, True, False]
    assert (str(NumberRange(3, 4)), str(NumberRange(3, 3))) == ("3..4", "3")


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 366 * 86_400 * 10_000_000))
def test_a_duration_is_read_as_it_was_written(ticks: int) -> None:
    assert durations.parse(durations.render(ticks)) == ticks


@pytest.mark.parametrize(
    "text", ["500ms", "30s", "2m", "1h30m", "2d", "1.5h", "0", "0s", "0.25s", "1d2h3m4s5ms"]
)
def test_the_kit_and_the_fake_read_a_duration_alike(text: str) -> None:
    assert durations.parse(text) == of_the_fake.parse(text)
    assert of_the_fake.parse(durations.render(durations.parse(text))) == durations.parse(text)


@pytest.mark.parametrize(
    "text", ["", "s", "1", "-1s", "1 s", "1s1m", "1m1m", "1.s", "367d", "٣s", "1e3s", "1µs"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration|longer than a year"):
        durations.parse(text)


def test_a_range_of_durations_has_two_ends() -> None:
    span = durations.parse_range("30s..2m")
    assert (durations.seconds(span.low), durations.seconds(span.high)) == (30, 120)
    assert durations.render_range(span) == "30s..2m"
    assert durations.render_range(durations.parse_range("30s")) == "30s"


def test_an_error_points_at_its_place() -> None:
    error = ScenarioError("a.mews.yaml", 3, 5, "it is wrong", "Do this.", source_line="\t- \x1b[31m!")
    assert str(error) == "a.mews.yaml:3:5: it is wrong\n    \t- \ufffd[31m!\n    \t   ^\n  Do this."


def test_an_error_in_a_long_line_shows_the_part_around_it() -> None:
    error = ScenarioError("a", 1, 1001, "it is wrong", "Do this.", source_line="x" * 1000 + "!" + "y" * 1000)
    _, line, caret, _ = str(error).splitlines()
    assert len(line) < 120
    assert line[caret.index("^")] == "!"


def test_very_many_errors_are_counted() -> None:
    more = [ScenarioError("a", line, 1, "wrong", "Do.") for line in range(2, 32)]
    text = str(ScenarioError("a", 1, 1, "wrong", "Do.", more=more))
    assert text.count("wrong") == 20
    assert text.endswith("... and 11 more")


def test_a_failure_tells_its_evidence() -> None:
    failure = Failure(
        "the guest never saw it",
        evidence=[Evidence("Transcript", "Penelope: Hi\nHotel: Hello")],
        source="a.mews.yaml:3:5",
        check="SHOW-01",
        remedy="Show each reply once.",
    )
    assert isinstance(failure, AssertionError)
    assert str(failure) == (
        "a.mews.yaml:3:5: the guest never saw it\n"
        "Transcript:\n  Penelope: Hi\n  Hotel: Hello\n"
        "Likely: SHOW-01 Show each reply once.\n"
        "More: mockmews certify --explain SHOW-01"
    )
    assert str(Failure("alone")) == "alone"


def test_the_bundled_scenarios_load() -> None:
    files = discover([bundled.scenario_folder()])
    assert all(load_file(file) for file in files)
    names = {file.relative_to(bundled.scenario_folder()).as_posix() for file in files}
    assert {
        "messaging/penelope-arrives-late.mews.yaml",
        "webhooks/twice-and-in-the-wrong-order.mews.yaml",
        "faults/429-in-the-middle.mews.yaml",
    } <= names


def test_penelope_speaks_the_lines_of_the_guide() -> None:
    (scenario,) = load_file(bundled.scenario_folder() / "messaging" / "penelope-arrives-late.mews.yaml")
    assert scenario.name == "Penelope arrives late"
    assert scenario.steps == (
        GuestWrites(text="Hi! I just wanted to let you know I will be arriving late tonight"),
        HotelReplies(
            text="Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?"
        ),
        GuestWrites(text="Around 11pm. Please hold my room, thank you."),
        HotelReplies(
            text="Your room will be ready for you, travel safely "
            "and we look forward to welcoming you around 11pm."
        ),
    )
