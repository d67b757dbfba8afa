"""The sample app as a process: start, stop, settings, and what it must never print."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from mockmews_testkit.sample_app.settings import Settings, SettingsError
from tests.testkit.sample_app.guest_app import (
    ACCESS_TOKEN,
    CLIENT_TOKEN,
    KIT,
    WEBHOOK_TOKEN,
    GuestApp,
    eventually,
)
from tests.testkit.sample_app.stub_mews import Fault, StubMews

REQUIRED = {
    "MEWS_URL": "http://m/",
    "MEWS_CLIENT_TOKEN": "c1",
    "MEWS_ACCESS_TOKEN": "a1",
    "WEBHOOK_TOKEN": "w1",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end in order by")
def test_app_answers_health_and_ends_in_order(app: GuestApp) -> None:
    assert app.health() == 200
    assert app.stop() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end in order by")
def test_app_ends_though_mews_does_not_answer(app: GuestApp, mews: StubMews) -> None:
    mews.fail("messages/add", Fault(hang=True, work_done=True))
    app.say("g1", "one")
    eventually(lambda: mews.texts() == ["one"])
    assert app.stop() == 0
    app.start()
    app.say("g1", "two")
    eventually(lambda: mews.texts() == ["one", "two"])


def test_app_does_not_print_tokens(start_app: Callable[..., GuestApp], mews: StubMews) -> None:
    app = start_app()
    mews.fail("messageThreads/add", Fault(status=401), Fault(status=500), Fault(cut=True))
    app.say("g1", "one")
    app.hook(tokens=("wrong",))
    app.say("g1", "two")
    eventually(lambda: mews.texts() == ["two"])
    log = app.log.read_text()
    assert "401" in log
    assert not any(token in log for token in (CLIENT_TOKEN, ACCESS_TOKEN, WEBHOOK_TOKEN, "webhook+token"))


def test_app_without_settings_says_which_and_exits_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mockmews_testkit.sample_app"],
        env={"PYTHONPATH": str(KIT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "MEWS_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_keep_secrets_out_of_their_repr() -> None:
    settings = Settings.from_environment(REQUIRED)
    assert not any(secret in repr(settings) for secret in ("c1", "a1", "w1"))
    assert (settings.mews_url, settings.database, settings.chat_callback) == ("http://m", ":memory:", None)


def test_settings_refuse_what_is_no_number() -> None:
    with pytest.raises(SettingsError, match="BACKOFF_BASE is 'soon'"):
        Settings.from_environment({**REQUIRED, "BACKOFF_BASE": "soon"})
