"""What the kit asks of an app under test, and the nouns that both sides speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hotel:
    """An enterprise that the app serves: its id and name in Mews, and the access token for it."""

    id: str
    name: str
    number: int
    access_token: str = field(repr=False)
    integration_id: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A guest of one run. `id` is how the app knows the guest, `kept` what it said when the guest joined."""

    name: str
    number: int
    id: str
    kept: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """One showing of a text to a guest. `at` is in seconds of the fake's journal, where that is known."""

    text: str
    id: str | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What came of saying something to the app: its HTTP status, or why there was no answer.

    `cause` is what the user's own object raised.
    """

    status: int | None
    milliseconds: float
    error: str | None = None
    response: str = ""
    cause: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an app stands in one run: the fake, its tokens, and a fresh folder.

    `hotels` are its enterprises, one where nothing else was asked for. `read_sinks` returns the new journal
    entries of kind `sink`. `integration` is what the control API said when it made the world; `answer_sinks`
    tells the fake how its sinks answer, `set_webhook` where its webhooks go (None: it cannot be told).
    """

    mews_url: str
    control_url: str
    client_token: str
    access_token: str
    webhook_token: str
    sink_url: str
    run_dir: Path
    read_sinks: Callable[[], list[Json]]
    hotels: tuple[Hotel, ...] = ()
    integration: Mapping[str, Any] = field(default_factory=dict)
    answer_sinks: Callable[[Json], object] | None = None
    set_webhook: Callable[[str], object] | None = None


class RunningApp(Protocol):
    """An app under test that answers. Every method but `say` returns at once or in bounded time."""

    @property
    def webhook_url(self) -> str:
        """Where Mews sends its webhooks, filled."""

    @property
    def exact(self) -> bool:
        """Whether something shown twice can be told from something looked at twice."""

    @property
    def inexact_reason(self) -> str:
        """Why it cannot; empty where it can."""

    @property
    def look_every(self) -> float:
        """Seconds between two looks at what is shown."""

    @property
    def notes(self) -> list[str]:
        """What went oddly while hearing the app, in order: evidence for a line that was not seen."""

    @property
    def last_answer(self) -> str:
        """What the app last said when it was asked what it shows, bounded; empty where it is not asked."""

    @property
    def log_path(self) -> Path:
        """The file with everything that the app printed."""

    def person(self, name: str, number: int) -> Person:
        """A guest, who has joined the app. Raises Failure where the app refuses, TestkitError unreachable."""

    def say(self, person: Person, text: str, hotel: Hotel | None = None) -> Said:
        """The guest writes a text in the app, to a hotel (None: the first); returns what it answered."""

    def shown(self, person: Person) -> list[Shown]:
        """All that the app has shown this guest so far, in order."""

    def check_alive(self) -> None:
        """Raises Failure with its last output where the app has ended by itself."""

    def output_tail(self, lines: int = 20) -> str:
        """The last lines that the app printed."""

    @property
    def left_behind(self) -> list[str]:
        """Processes that it started and did not end with itself, by their command lines; they are ended too."""

    @property
    def can_restart(self) -> bool:
        """Whether the kit knows how it is restarted."""

    def stop(self) -> None:
        """The app goes down, as in a deployment."""

    def go(self) -> None:
        """It comes up again, with the same address and the same `run.dir`; returns once it is ready."""

    def restart(self) -> None:
        """Down and up again."""

    def close(self) -> None:
        """End everything that was started. May be called twice."""
