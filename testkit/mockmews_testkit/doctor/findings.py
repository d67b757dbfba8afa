"""What an examination tells: the steps that passed, and the obstacle where it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockmews_testkit.reading.findings import Source

READ, FAKE, START, JOIN, SAY, MEWS, WEBHOOK, HEAR, IDS_ONLY, QUIET = STEPS = (
    "read", "fake", "start", "join", "say", "mews", "webhook", "hear", "ids_only", "quiet",
)  # fmt: skip
"""The steps of an examination, in order."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that went well, and what was seen."""

    step: str
    seen: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a misconfiguration: its `id` in the catalogue, and the facts.

    `parts` fill the `{names}` in the catalogue's advice. `key` is the place in the app file, where another
    than the catalogue's is better. `output` is what the app printed last.
    """

    id: str
    seen: str
    parts: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    output: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Where an examination ended: what was seen, what was wanted, and what to change.

    `source` is the line of the app file that it is about, `line` that line as it stands there.
    """

    id: str
    step: str
    seen: str
    wanted: str
    change: str
    source: Source | None = None
    line: str = ""
    output: str = ""


Finding = Passed | Obstacle
