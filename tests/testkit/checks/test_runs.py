"""The checks in runs of a small app: right, or with a flaw that its check must name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockmews import MockMewsServer
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.scenario.events import ScenarioFinished
from mockmews_testkit.scenario.loading import load_file
from mockmews_testkit.scenario.runner import run

ROOT = Path(__file__).parents[3]
APP = """
version: 1
env:
  MEWS_URL: "${{mews.url}}"
  CLIENT_TOKEN: "${{mews.client_token}}"
  ACCESS_TOKEN: "${{mews.access_token}}"
  FLAW: "{flaw}"
webhook: "${{app.url}}/hooks?Token=${{webhook_token}}"
world: each
within: {within}
hear: {{python: "tests.testkit.checks.small_app:SmallApp"}}
"""
STORY = """
scenario: two guests
guests: {Penelope: {}, Max: {}}
steps:
  - guest: "Hi!"
  - hotel: "Hello Ms Penelope!"
  - guest: "Is it far?"
    by: Max
  - hotel: "Not at all."
"""
EXPECTED = "  - expect: {{pass: [{ids}]}}\n"


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    with MockMewsServer() as server:
        yield Fake.of(server)


def _finished(
    fake: Fake, folder: Path, *, flaw: str = "", ids: str = "", within: str = "5s"
) -> ScenarioFinished:
    (folder / "mews-app.yaml").write_text(APP.format(flaw=flaw, within=within), "utf-8")
    story = folder / "story.mews.yaml"
    story.write_text(STORY + (EXPECTED.format(ids=ids) if ids else ""), "utf-8")
    (scenario,) = load_file(story)
    with Bench(fake, AppFile.load(folder), payload="ids_only", world=scenario.mews) as bench:
        *_, last = run(scenario, bench)
    assert isinstance(last, ScenarioFinished)
    return last


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


def test_a_right_app_fails_nothing_and_passes_what_is_expected(fake: Fake, tmp_path: Path) -> None:
    ids = "REQ-01, REQ-02, REQ-03, SEND-01, SHOW-01, SHOW-02, THREAD-02, HOOK-01, HOOK-04, LOOP-01, LOOP-02"
    finished = _finished(fake, tmp_path, ids=ids)
    assert finished.failure is None
    assert [each.id for each in finished.results if each.outcome == "fail"] == []
    assert {each.id for each in finished.results if each.outcome == "pass"} >= set(ids.split(", "))


@pytest.mark.parametrize(
    ("flaw", "check"),
    [
        ("adds_twice", "SEND-01"),
        ("shows_own", "LOOP-01"),
        ("one_thread", "THREAD-02"),
        ("shows_again", "SHOW-01"),
    ],
)
def test_a_flaw_of_the_conversation_fails_the_run_and_is_named(
    fake: Fake, tmp_path: Path, flaw: str, check: str
) -> None:
    finished = _finished(fake, tmp_path, flaw=flaw)
    assert finished.failure is not None
    assert finished.failure.check == check
    assert "story.mews.yaml" in finished.failure.source


@pytest.mark.parametrize(("flaw", "check"), [("answers_500", "HOOK-01"), ("no_client", "REQ-02")])
def test_a_flaw_that_the_conversation_survives_is_seen_by_its_check(
    fake: Fake, tmp_path: Path, flaw: str, check: str
) -> None:
    finished = _finished(fake, tmp_path, flaw=flaw)
    assert check in [each.id for each in finished.results if each.outcome == "fail"]


def test_an_expected_check_that_fails_or_was_not_exercised_fails_its_line(fake: Fake, tmp_path: Path) -> None:
    finished = _finished(fake, tmp_path, ids="RATE-01", within="1s")
    assert finished.failure is not None
    assert "RATE-01 was not exercised: no call was answered 429" in str(finished.failure)
    finished = _finished(fake, tmp_path, flaw="answers_500", ids="HOOK-01")
    assert finished.failure is not None
    assert finished.failure.check == "HOOK-01"
    assert "answered 500" in str(finished.failure)
    assert "story.mews.yaml:10" in finished.failure.source
