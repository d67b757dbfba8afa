"""Who speaks in a running scenario, and the lines that were spoken."""

from __future__ import annotations

from dataclasses import dataclass, field

from mockmews_testkit.integration.contract import Hotel, Person
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.scenario.document import Guest


@dataclass(frozen=True, slots=True)
class Line:
    """A line of dialogue that was spoken: what must be in Mews, or on a guest's screen, exactly once."""

    speaker: str
    guest: str
    text: str
    source: Source
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a guest wrote, whatever became of it. `seconds` are those of the watch, `since` its last entry.

    `hotel` is the enterprise that it is meant for, where there are several.
    """

    guest: str
    said: str
    text: str
    source: Source
    since: int
    seconds: float
    taken: bool
    forwarded: bool
    hotel: str | None = None


@dataclass(slots=True)
class Cast:
    """A guest at work: the person the app knows, the threads in Mews, and the hotel last written to."""

    guest: Guest
    person: Person
    threads: list[str] = field(default_factory=list)
    hotel: Hotel | None = None

    @property
    def thread(self) -> str | None:
        """The thread that the guest's last message went to."""
        return self.threads[-1] if self.threads else None

    def wrote_in(self, thread: str) -> None:
        """A message of this guest arrived in that thread."""
        if thread in self.threads:
            self.threads.remove(thread)
        self.threads.append(thread)
