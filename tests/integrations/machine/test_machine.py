"""ConversationMachine finds each planted bug, makes it a short story, and saves that as a file that replays."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import seed
from hypothesis import settings as profile
from hypothesis.stateful import run_state_machine_as_test

from mockmews_testkit.generation.playing import BrokenError
from mockmews_testkit.run_command import run
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.loading import load_file
from mockmews_testkit.strategies import ConversationMachine
from tests.integrations.machine import machines

MACHINES = Path(machines.__file__)

# Which of these checks tells of a flaw depends on the story that shrinking ends at.
BUGS = {
    "LastId": {"SHOW-03", "SHOW-01"},
    "EqualText": {"SHOW-04"},
    "Limited": {"RATE-02", "SEND-01", "ERR-01"},
    "Twice": {"SEND-03"},
    "Own": {"LOOP-01"},
    "Mixed": {"THREAD-02"},
    "Arrival": {"ORDER-01", "ORDER-02", "RATE-02"},
    "Forgetful": {"THREAD-01", "SHOW-03", "SHOW-01"},
    "OnePage": {"PAGE-01", "SHOW-01"},
}
TOGETHER = """
scenario: two at once
mews: {payload: entities}
guests: {Penelope: {}, Max: {}}
steps:
  - fault: {operation: messageThreads/add, delay: 100ms, times: 1}
  - guest: "Hi!"
    at_once: true
  - guest: "Is it far?"
    by: Max
  - expect: {pass: THREAD-02}
"""
QUICK = ("Own",)


def _machine(name: str, folder: Path) -> type[ConversationMachine]:
    found: type[ConversationMachine] = getattr(machines, name)
    # A class of the same name at the same place, so that the story names the one in the file.
    return type(name, (found,), {"failures": folder, "__module__": found.__module__, "__qualname__": name})


def play(machine: type[ConversationMachine], examples: int, *, number: int | None = None) -> None:
    """The same conversations each time, others for another `number`."""
    settings = profile(
        machine.TestCase.settings, max_examples=examples, database=None, derandomize=number is None,
        print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(machine if number is None else seed(number)(machine), settings=settings)


def _found(name: str, folder: Path) -> tuple[BrokenError, Path]:
    with pytest.raises(BrokenError) as caught:
        play(_machine(name, folder), 300)
    (file,) = folder.iterdir()
    return caught.value, file


def _replayed(file: Path, *more: str) -> str:
    told = CliRunner().invoke(run, [str(file), "--saved", *more])
    return told.output


def _assert_found(name: str, folder: Path) -> None:
    error, file = _found(name, folder)
    assert error.check in BUGS[name], str(error)
    assert f"mockmews run {Path('stories') / file.name}" in str(error)
    (scenario,) = load_file(file)
    assert isinstance(scenario, Scenario)
    assert len(scenario.steps) <= 14, file.read_text()
    assert f"STILL FAILS  {file}" in _replayed(file), file.read_text()
    assert f"FIXED  {file}" in _replayed(file, "--app", f"{MACHINES}:Right"), file.read_text()


@pytest.mark.parametrize("name", QUICK)
def test_machine_finds_a_planted_bug_and_its_story_replays(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _assert_found(name, tmp_path / "stories")


@pytest.mark.soak(seconds=60)
@pytest.mark.parametrize("name", [each for each in BUGS if each not in QUICK])
def test_machine_finds_every_planted_bug(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _assert_found(name, tmp_path / "stories")


def test_machine_holds_for_a_right_app(tmp_path: Path) -> None:
    play(_machine("Right", tmp_path), 20)
    assert not list(tmp_path.iterdir())


@pytest.mark.soak
def test_machine_holds_for_a_right_app_ten_times(tmp_path: Path) -> None:
    for number in range(10):
        play(_machine("Right", tmp_path), 10, number=number)


def test_guests_who_write_at_once_show_an_app_that_mixes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "together.mews.yaml"
    file.write_text(TOGETHER, encoding="utf-8")
    told = [
        CliRunner().invoke(run, [str(file), "--app", f"{MACHINES}:{name}"]) for name in ("Mixed", "Right")
    ]
    assert [each.exit_code for each in told] == [1, 0], told[0].output + told[1].output
    assert "Max's text went into the thread of Penelope" in told[0].output or "THREAD-02" in told[0].output


@pytest.mark.soak
def test_machine_tells_the_same_story_each_time(tmp_path: Path) -> None:
    texts = [_found("Own", tmp_path / place)[1].read_text() for place in ("one", "two")]
    assert texts[0] == texts[1]


def test_machine_without_an_app_says_what_it_needs() -> None:
    class Empty(ConversationMachine):
        """Gives no app."""

    with pytest.raises(NotImplementedError, match=r"Empty needs make_app\(mews\)"):
        play(Empty, 1)
