"""An app that is an object of the user's, in the place of one that an app file describes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from mockmews_testkit.durations import TICKS_PER_SECOND
from mockmews_testkit.errors import TestkitError, UsageError
from mockmews_testkit.integration.adapter import Adapter, Caller, described
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.connection import Connection
from mockmews_testkit.integration.contract import Hotel, Person, Place, RunningApp, Said, Shown
from mockmews_testkit.integration.description import HearPython
from mockmews_testkit.integration.variables import parse

Make = Callable[[Connection], Any]

_WITHIN = 5  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnApp(AppFile):
    """`make` is given the connection and returns an object with `say(guest, text)` and `shown(guest)`.

    Optional are `restart()` and `close()`; each may be asynchronous. The plain ones are called by `call`. Where the
    object `announces` itself it tells Mews by the connection where its webhooks go; else its `webhook_url` says so.
    """

    make: Make
    call: Caller | None = None
    announces: bool = True

    @classmethod
    def made_by(cls, make: Make, *, name: str, within: int, **more: Any) -> OwnApp:
        """An app of this name, which may take so many ticks for a line; `more` are fields of an app file."""
        return cls(**undescribed(name), patience=within, make=make, **more)

    @classmethod
    def of(cls, app: object, *, call: Caller) -> OwnApp:
        """An app that is there already, and that somebody else ends."""
        return cls(**undescribed(type(app).__name__), make=lambda _: app, call=call, announces=False)

    def open(self, place: Place) -> RunningApp:
        """Make it. Raises what `make` raises, and TestkitError where what it returns is no app."""
        return ObjectApp(self, place)


def undescribed(name: str) -> dict[str, Any]:
    """What an app file would say of an app that has none."""
    return {
        "path": Path(name),
        "name": name,
        "cwd": parse("."),
        "webhook": parse(""),
        "guest_id": parse("guest-${guest.number}"),
        "hear": HearPython(name),
        "world": "each",
    }


def own_app_in(file: Path, name: str) -> OwnApp:
    """The app that a Python file makes: a function, or a class with a method `make_app`; each given the connection.

    Raises UsageError where there is none, TestkitError where the file cannot be loaded.
    """
    place = f"{file}:{name}"
    found: Any = _loaded(file)
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise UsageError(f"{place}: there is no such function or class in that file.")
    make = found
    if isinstance(found, type):
        if not callable(getattr(found, "make_app", None)):
            raise UsageError(f"{place} has no make_app(mews) that returns your app.")
        make = lambda mews: found().make_app(mews)  # noqa: E731 - one line says it
    within = getattr(found, "within", _WITHIN)
    ticks = (
        round(within * TICKS_PER_SECOND) if isinstance(within, int | float) else _WITHIN * TICKS_PER_SECOND
    )
    return replace(OwnApp.made_by(make, name=name.rpartition(".")[2], within=ticks), path=Path(place))


def _loaded(file: Path) -> ModuleType:
    """A file as a module of its own, which may import what stands beside it and at the root of its project."""
    if not file.is_file():
        raise UsageError(f"{file} does not exist. Name the Python file that makes your app.")
    root = file.resolve().parent
    while (root / "__init__.py").is_file():
        root = root.parent
    for folder in (str(Path.cwd()), str(root)):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    name = f"mockmews_own_app_{abs(hash(file.resolve()))}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise TestkitError(f"{file} is no Python file.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise TestkitError(f"{file} cannot be loaded: {described(error)}.") from error
    return module


class ObjectApp:
    """See RunningApp for what its methods promise. Nothing of it is a process that the kit could watch."""

    exact = True
    inexact_reason = ""

    def __init__(self, described: OwnApp, place: Place) -> None:
        if place.set_webhook is None:
            raise TestkitError("This bench cannot be told where webhooks go.")
        self._described = described
        self._closed = False
        self._connection = Connection(place, place.set_webhook)
        made = described.make(self._connection)
        self._adapter = Adapter(made, name=described.name, call=described.call)
        if not callable(getattr(made, "say", None)):
            raise TestkitError(f"{described.name} has no say(guest, text) that hands a text to your app.")
        url = getattr(made, "webhook_url", None)
        self._url = url if isinstance(url, str) else ""
        if described.announces and self._connection.webhook_url is None:
            self.close()
            raise TestkitError(
                f"{described.name} has not said where Mews sends its webhooks. Call mews.webhook_to(url) "
                "with the address of your app before you return it."
            )
        self.waits = self._adapter.waits
        self.look_every = self._adapter.look_every
        self.log_path = place.run_dir / "app.log"
        self.notes: list[str] = []
        self.last_answer = ""

    @property
    def webhook_url(self) -> str:
        return self._connection.webhook_url or self._url

    @property
    def can_restart(self) -> bool:
        return self._adapter.can_restart

    @property
    def left_behind(self) -> list[str]:
        return []

    def person(self, name: str, number: int) -> Person:
        known = {"guest.name": name, "guest.number": str(number)}
        return Person(name, number, self._described.guest_id.fill(known))

    def say(self, person: Person, text: str, hotel: Hotel | None = None) -> Said:
        return self._adapter.say(person, text)

    def shown(self, person: Person) -> list[Shown]:
        return self._adapter.shown(person)

    def check_alive(self) -> None:
        """It lives as long as the test does."""

    def output_tail(self, lines: int = 20) -> str:
        return ""

    def stop(self) -> None:
        raise self._indivisible()

    def go(self) -> None:
        raise self._indivisible()

    def restart(self) -> None:
        self._adapter.restart()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._adapter.close()

    def _indivisible(self) -> TestkitError:
        return TestkitError(
            f"{self._described.name} is an object of a test: it can be restarted, but not be stopped and started in "
            "two steps. Describe it by an app file for that."
        )
