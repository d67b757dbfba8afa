"""The noun of the app file: everything that it says about an app."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mockmews_testkit.durations import TICKS_PER_SECOND, Duration
from mockmews_testkit.integration.contract import Hotel, Person
from mockmews_testkit.integration.paths import JsonPath
from mockmews_testkit.integration.requests import Absent, Join, Request
from mockmews_testkit.integration.variables import Template, Values, parse
from mockmews_testkit.reading.matchers import Exactly, Matches

Command = Template | tuple[Template, ...]
"""A line for the platform's shell, or words to execute."""

_ANY_TEXT = parse("${text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How one sees that the app is ready: an address that answers, or a line in its output."""

    get: Template | None = None
    log: Matches | None = None
    within: Duration = 20 * TICKS_PER_SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkAnswer:
    """What a channel says to the app that posted something to be shown."""

    status: int = 200
    headers: Mapping[str, Template] = field(default_factory=dict)
    json: Any = Absent
    text: Template | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HearSink:
    """The app POSTs what it shows. Without `guest` the guest's id stands in the path."""

    text: JsonPath
    guest: JsonPath | None = None
    id: JsonPath | None = None
    answer: SinkAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HearPoll:
    """The app is asked what it shows. `position`: items are told apart by their place in the list."""

    request: Request
    items: JsonPath
    text: JsonPath
    id: JsonPath | Literal["position"] | None = None
    every: Duration = TICKS_PER_SECOND // 10


@dataclass(frozen=True, slots=True)
class HearPython:
    """An object in Python: `package.module:name`."""

    place: str


@dataclass(frozen=True, slots=True)
class HearCommand:
    """A program in any language that speaks lines of JSON."""

    command: Command


Hear = HearSink | HearPoll | HearPython | HearCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedMews:
    """A fake that runs already, or tokens that the app has already."""

    url: str | None = None
    client_token: str | None = None
    access_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a text the channel takes, and what becomes of a longer one: it is split or refused."""

    text: int
    longer: Literal["split", "refuse"] = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """An app under test, as its app file describes it.

    `serves_hotels`: it is told which hotel is meant. `tells_namesakes_apart`: it is told more of a guest than a name.
    """

    path: Path
    name: str
    version: str = ""
    url: Template | None = None
    start: Command | None = None
    cwd: Template
    ready: Readiness | None = None
    env: Mapping[str, Template] = field(default_factory=dict)
    webhook: Template
    guest_id: Template
    join: tuple[Join, ...] = ()
    say: Request | None = None
    hear: Hear
    html: bool = False
    world: Literal["each", "shared"]
    mews: FixedMews | None = None
    integration_webhook: Template | None = None
    restart: Command | None = None
    stop: Command | None = None
    go: Command | None = None
    dress_to_mews: Template = _ANY_TEXT
    dress_to_guest: Template = _ANY_TEXT
    ignore: tuple[Exactly | Matches, ...] = ()
    limits: Limits | None = None
    ca: Path | None = None
    patience: Duration = 5 * TICKS_PER_SECOND
    waive: Mapping[str, str] = field(default_factory=dict)
    uses_port: bool = False
    serves_hotels: bool = False
    tells_namesakes_apart: bool = False

    @property
    def folder(self) -> Path:
        """What the paths in the file are relative to."""
        return self.path.parent

    @property
    def within(self) -> float:
        """Seconds that a line of a conversation may take where nothing else is said."""
        return self.patience / TICKS_PER_SECOND

    @property
    def parallel(self) -> bool:
        """Whether several conversations may have worlds of their own at a time.

        Either the kit starts a copy for each, on its own port, or the app runs already and is told of each.
        """
        if self.start is None:
            return self.integration_webhook is not None and self.world == "each"
        return self.uses_port

    @property
    def can_go_down(self) -> bool:
        """Whether it says how the app goes down, and how it comes up again."""
        return self.start is not None or (self.stop is not None and self.go is not None)

    @property
    def orders_freely(self) -> bool:
        """Whether the order of replies is waived."""
        return "ORDER-01" in self.waive

    def to_mews(self, text: str, person: Person | None = None) -> str:
        """How a guest's text stands in Mews."""
        return self.dress_to_mews.fill(_dressing(text, person))

    def to_guest(self, text: str, person: Person | None = None) -> str:
        """How a reply of the hotel is shown."""
        return self.dress_to_guest.fill(_dressing(text, person))

    def ignores(self, text: str) -> bool:
        """Whether a shown text is the app's own, which no hotel wrote."""
        return any(each.accepts(text) for each in self.ignore)

    def same(self, shown: str, wanted: str) -> bool:
        """Whether a text was shown unchanged: up to HTML escaping where the app file says so."""
        return shown == wanted or (self.html and html.unescape(shown) == wanted)


def _dressing(text: str, person: Person | None) -> Values:
    return {"text": text, **(guest_values(person) if person else {})}


def hotel_values(hotel: Hotel) -> Values:
    """What templates may say of the hotel that a guest writes to."""
    return {"hotel.id": hotel.id, "hotel.name": hotel.name, "hotel.number": str(hotel.number)}


def guest_values(person: Person) -> Values:
    """What templates may say of a guest."""
    kept = {f"guest.{name}": value for name, value in person.kept.items()}
    return {
        **kept,
        "guest.id": person.id,
        "guest.name": person.name,
        "guest.number": str(person.number),
    }
