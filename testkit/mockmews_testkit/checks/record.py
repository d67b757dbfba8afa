"""The record of one finished run: all that the laws may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Showing:
    """One text that the app showed a guest.

    `elapsed` is in seconds of the journal where the channel tells it, `seen` the newest journal entry when
    the kit looked. `own`: the app's own words, which an `app` step awaits or the app file ignores.
    """

    text: str
    id: str | None = None
    elapsed: float | None = None
    seen: int = 0
    own: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest who took part. `shown` is in the order of showing."""

    key: str
    name: str
    shown: tuple[Showing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestText:
    """A text that a guest wrote in the app.

    `text` is how it shall stand in Mews, `said` what the guest wrote. `since` is the newest journal entry
    when it was spoken, and `elapsed` the journal's seconds. `taken`: the app answered 2xx. With `forwarded`
    false a bot answers it. `hotel` is the enterprise id that it is meant for, where there are several.
    """

    guest: str
    text: str
    said: str = ""
    since: int = 0
    elapsed: float = 0.0
    source: str = ""
    taken: bool = True
    forwarded: bool = True
    hotel: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A token that nobody may see. `of_webhook`: the one in the webhook's URL."""

    name: str
    value: str = field(repr=False)
    of_webhook: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """The app was down, in seconds of the journal; `ended` is None where it never came up again."""

    began: float
    ended: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run. Times are seconds of the journal (`elapsed`), numbers are those of journal entries.

    `entries` is the journal of the integration as the control API shows it, `strays` are requests of this
    run that belong to no integration. `settings` are the integration's. `shown_as` says how a message is
    shown where it is dressed, `sources` where its line stands, both by message id; `source` is where
    the story begins. `exact` is false where
    shown twice cannot be told from looked at twice, with the reason. `html`, `limit` and `splits` say how
    the channel shows texts. `cleared` is when all faults were cleared. `output` is what the app printed,
    None where nobody captured it. `patience` is how many seconds the app may take for a line. `names_told`
    is false where the app never hears the name of a guest, `several_hotels` true where it serves more than
    one. `tokens` is how many AccessTokens it has, `dropped` how many entries were gone before they were read.
    """

    payload: str
    entries: tuple[Json, ...]
    strays: tuple[Json, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    guests: tuple[Guest, ...] = ()
    texts: tuple[GuestText, ...] = ()
    shown_as: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    exact: bool = True
    inexact_reason: str = ""
    html: bool = False
    limit: int | None = None
    splits: bool = False
    outages: tuple[Outage, ...] = ()
    cleared: tuple[float, ...] = ()
    alive: bool = True
    output: str | None = None
    secrets: tuple[Secret, ...] = ()
    tokens: int = 1
    patience: float = 5.0
    ended: float = 0.0
    dropped: int = 0
    names_told: bool = True
    several_hotels: bool = False
    waivers: Mapping[str, str] = field(default_factory=dict)
