"""Apps of a test: an app file that is opened in a test, and none yet."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mockmews_testkit.errors import TestkitError, UsageError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.contract import Hotel, Person, Place, RunningApp, Said, Shown
from mockmews_testkit.integration.own_app import undescribed
from mockmews_testkit.integration.variables import Template
from mockmews_testkit.testing.waiters import in_a_thread, refuse_in_coroutine

_FIXTURE = "mews_app"
_LOOK_EVERY = 0.05


class NoApp:
    """Nobody speaks and nothing is shown; see RunningApp."""

    webhook_url = ""
    inexact_reason = ""
    exact = True
    look_every = _LOOK_EVERY
    last_answer = ""
    log_path = Path("app.log")

    @property
    def notes(self) -> list[str]:
        return []

    @property
    def can_restart(self) -> bool:
        return False

    @property
    def left_behind(self) -> list[str]:
        return []

    def person(self, name: str, number: int) -> Person:
        return Person(name, number, f"guest-{number}")

    def say(self, person: Person, text: str, hotel: Hotel | None = None) -> Said:
        raise _nobody()

    def shown(self, person: Person) -> list[Shown]:
        return []

    def check_alive(self) -> None:
        """There is nothing that could have ended."""

    def output_tail(self, lines: int = 20) -> str:
        return ""

    def stop(self) -> None:
        raise _nobody()

    def go(self) -> None:
        raise _nobody()

    def restart(self) -> None:
        raise _nobody()

    def close(self) -> None:
        """Nothing was started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody(AppFile):
    """What an app file would say where no app takes part (yet)."""

    @classmethod
    def instead_of(cls, app_file: AppFile | None = None) -> Self:
        """Nobody, under the name of an app."""
        blank = undescribed(_FIXTURE)
        if app_file is None:
            return cls(**{**blank, "name": ""})
        return cls(**{**blank, "path": app_file.path, "name": app_file.name, "version": app_file.version})

    def open(self, place: Place) -> RunningApp:
        return NoApp()


class AppUnderTest:
    """An app as an app file describes it. It is started for the test, and ended with it.

    `restart()`, `stop()` and `go()` are what happens to apps in reality: `run.dir` and the address stay. `aio` has
    the same waiters for coroutines: `await mews_app.aio.restart()`.
    """

    def __init__(self, described: AppFile) -> None:
        self.described = described
        self.aio = AioApp(self)
        self._running: RunningApp | None = None

    @property
    def name(self) -> str:
        """What the app file calls it."""
        return self.described.name

    @property
    def webhook_url(self) -> str:
        """Where Mews sends its webhooks."""
        return self._app.webhook_url

    @property
    def output(self) -> str:
        """The last lines that it printed."""
        return self._app.output_tail()

    def say(self, guest: Person, text: str) -> int | None:
        """A guest writes; returns the HTTP status, where there is one. Raises TestkitError unanswered."""
        refuse_in_coroutine("mews_app.say()", "mews_app.aio.say(...)")
        said = self._app.say(guest, text)
        if said.error is not None:
            raise TestkitError(f"{self.name} did not take the text: {said.error}.")
        return said.status

    def shown(self, guest: Person) -> list[str]:
        """All that it has shown a guest."""
        refuse_in_coroutine("mews_app.shown()", "mews_app.aio.shown(...)")
        return [each.text for each in self._app.shown(guest)]

    def restart(self) -> None:
        """Down and up again; returns once it is ready."""
        refuse_in_coroutine("mews_app.restart()", "mews_app.aio.restart()")
        self._app.restart()

    def stop(self) -> None:
        """Down; returns once it has ended."""
        refuse_in_coroutine("mews_app.stop()", "mews_app.aio.stop()")
        self._app.stop()

    def go(self) -> None:
        """Up again; returns once it is ready."""
        refuse_in_coroutine("mews_app.go()", "mews_app.aio.go()")
        self._app.go()

    def close(self) -> None:
        """End it. Otherwise it ends with the test, or with the world that it stands on."""
        if self._running is not None:
            self._running.close()

    def runs_as(self, app: RunningApp) -> None:
        """It was started."""
        self._running = app

    @property
    def is_running(self) -> bool:
        """Whether it was started."""
        return self._running is not None

    @property
    def _app(self) -> RunningApp:
        if self._running is None:
            raise UsageError(
                f"{self.name} was not started yet: return it from your fixture {_FIXTURE}, and ask for "
                "mews_guest in the test."
            )
        return self._running

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AioApp:
    """What an app does that takes time, for coroutines."""

    def __init__(self, app: AppUnderTest) -> None:
        self._app = app

    def say(self, guest: Person, text: str) -> Coroutine[Any, Any, int | None]:
        """See AppUnderTest.say."""
        return in_a_thread(self._app.say, guest, text)

    def shown(self, guest: Person) -> Coroutine[Any, Any, list[str]]:
        """See AppUnderTest.shown."""
        return in_a_thread(self._app.shown, guest)

    def restart(self) -> Coroutine[Any, Any, None]:
        """See AppUnderTest.restart."""
        return in_a_thread(self._app.restart)

    def stop(self) -> Coroutine[Any, Any, None]:
        """See AppUnderTest.stop."""
        return in_a_thread(self._app.stop)

    def go(self) -> Coroutine[Any, Any, None]:
        """See AppUnderTest.go."""
        return in_a_thread(self._app.go)


def app_file(path: str | PathLike[str], env: Mapping[str, str] | None = None) -> AppUnderTest:
    """An app by its app file, for a fixture `mews_app` of your own; `sample` is the bundled app.

    `env` is added to what the file says under `env`. The app is started where the test's guests need it.
    Raises AppFileError where the file cannot be read, UsageError where there is none.
    """
    described = AppFile.load(path)
    given = {name: Template((str(value),)) for name, value in (env or {}).items()}
    return AppUnderTest(replace(described, env={**described.env, **given}))


def _nobody() -> TestkitError:
    return UsageError(
        f"No app takes part in this test. Ask for mews_guest, or for {_FIXTURE}: a mews-app.yaml says how to "
        "start yours and how its guests write."
    )
