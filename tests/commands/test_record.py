"""`mockmews serve --record FILE`: the conversation so far, as scenarios that the kit plays again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mockmews_testkit.scenario.loading import load_file
from tests.cli.process import Serving, mockmews
from tests.config.test_serving import say

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


def recorded(file: Path, part: str) -> str:
    """The recording, once it holds this."""
    text = ""
    while part not in text:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    return text


@posix
def test_what_is_written_is_recorded_at_once_and_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "talk.mews.yaml"
    with Serving(tmp_path, "--record", str(file), "--replies", "none") as fake:
        key = fake.ready["access_token"]
        thread = say(
            fake, fake.control("GET", f"/integrations/{key}")[1], 'Hi! "Late" tonight\n# not a comment'
        )
        recorded(file, "Late")
        fake.control("POST", f"/integrations/{key}/messages", {"text": "Hello Ms Ann!"})
        fake.control("POST", f"/integrations/{key}/threads/{thread}/resolve")
        other = fake.control("GET", "/integrations")[1]["integrations"][1]
        say(fake, other, "Another hotel")
        assert fake.stop() == 0
    first, second = load_file(file)
    assert [type(step).__name__ for step in first.steps] == ["GuestWrites", "HotelReplies", "Resolve"]
    assert first.steps[0].text == 'Hi! "Late" tonight\n# not a comment'  # type: ignore[union-attr]
    assert second.steps[0].text == "Another hotel"  # type: ignore[union-attr]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["talk.mews.yaml"]


@posix
def test_an_earlier_recording_stays_until_somebody_writes(tmp_path: Path) -> None:
    file = tmp_path / "talk.mews.yaml"
    file.write_text("scenario: Earlier\n")
    with Serving(tmp_path, "--record", str(file)) as fake:
        assert fake.stop() == 0
    assert file.read_text() == "scenario: Earlier\n"


@posix
def test_a_reset_begins_another_scenario(tmp_path: Path) -> None:
    file = tmp_path / "talk.mews.yaml"
    with Serving(tmp_path, "--record", str(file), "--replies", "none") as fake:
        key = fake.ready["access_token"]
        world = fake.control("GET", f"/integrations/{key}")[1]
        say(fake, world, "Before")
        fake.control("POST", f"/integrations/{key}/reset")
        say(fake, world, "After")
        fake.stop()
    assert [len(each.steps) for each in load_file(file)] == [1, 1]


@pytest.mark.parametrize("place", ["nowhere/talk.yaml", "."])
def test_a_recording_that_cannot_be_written_is_refused(tmp_path: Path, place: str) -> None:
    ended = mockmews("serve", "--port", "0", "--record", str(tmp_path / place))
    assert ended.returncode == 2
    assert "--record" in ended.stderr
    assert "cannot be written" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
