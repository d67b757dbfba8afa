"""A program in another language speaks and hears, by lines of JSON."""

from __future__ import annotations

import shutil

import pytest

from mockmews_testkit.errors import AppStartError, Failure
from mockmews_testkit.integration.command import CommandEar
from mockmews_testkit.integration.running import OpenedApp
from mockmews_testkit.waiting import until
from tests.testkit.integration.conftest import APPS, Open

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")


@pytest.fixture
def guest(open_app: Open, server: object) -> OpenedApp:
    return open_app(
        f'webhook: "${{mews.url}}/hooks"\nhear: {{command: [node, {APPS / "guest.js"}, "${{mews.url}}"]}}\n'
    )


TEXTS = ['He said "hi" {x} ${text}\n\u2028', "\N{WAVING HAND SIGN}", "x" * 10_000]


def test_command_speaks_and_hears(guest: OpenedApp) -> None:
    ann, bob = guest.person("Ann", 1), guest.person("Bob", 2)
    for text in TEXTS:
        assert guest.say(ann, text).error is None
    assert until(lambda: len(guest.shown(ann)) == 3, 10)
    assert [each.text for each in guest.shown(ann)] == [f"Ann: {text}" for text in TEXTS]
    assert [each.id for each in guest.shown(ann)] == ["1", "2", "3"]
    assert guest.shown(bob) == []
    assert guest.exact
    guest.check_alive()


def test_command_reports_errors_as_notes(guest: OpenedApp) -> None:
    person = guest.person("Ann", 1)
    guest.say(person, "fail")
    guest.say(person, "babble")
    assert until(lambda: len(guest.notes) == 2, 10)
    assert guest.notes[0] == "the command of `hear` reported: the app answered 500"
    assert "printed 'what?'; wanted is" in guest.notes[1]


def test_command_that_ends_is_a_failure_with_its_last_output(guest: OpenedApp) -> None:
    person = guest.person("Ann", 1)
    guest.say(person, "die")
    ear = guest._ear
    with pytest.raises(Failure, match="ended with exit code 3") as caught:
        until(lambda: guest.check_alive(), 10)
    assert "dying as told" in str(caught.value)
    assert ear is not None
    said = guest.say(person, "Hi")
    assert said.error is not None
    assert "has ended" in said.error


def test_command_ends_with_the_app(guest: OpenedApp) -> None:
    ear = guest._ear
    assert isinstance(ear, CommandEar)
    guest.close()
    assert ear._program.exit_code is not None
    assert not ear._reader.is_alive()


def test_command_that_the_shell_does_not_know_cannot_be_started(open_app: Open) -> None:
    opened = open_app('webhook: "${mews.url}/hooks"\nhear: {command: "no-such-program ${mews.url}"}\n')

    def tried() -> AppStartError | None:
        try:
            opened.check_alive()
        except AppStartError as error:
            return error
        return None

    error = until(tried, 10)
    assert error is not None
    assert error.exit_code == 127
    assert "no-such-program" in str(error)
