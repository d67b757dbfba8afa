"""What all ways of hearing an app have in common."""

from __future__ import annotations

from typing import Protocol

from mockmews_testkit.integration.contract import Person, Said, Shown


class Ear(Protocol):
    """One way of hearing what an app shows its guests."""

    inexact_reason: str
    """Why shown twice cannot be told from looked at twice; empty where it can."""
    look_every: float
    """Seconds between two looks."""

    def shown(self, person: Person) -> list[Shown]:
        """All that was shown to this guest so far, in order."""

    def close(self) -> None:
        """Nothing is heard any more."""


class SpeakingEar(Ear, Protocol):
    """A way of hearing that also speaks as the guest."""

    def say(self, person: Person, text: str) -> Said:
        """The guest writes."""
