"""A machine for the right app, and one for each flaw; stories that they save name them as their app."""

from __future__ import annotations

from typing import Any, ClassVar

from mockmews_testkit.strategies import ConversationMachine
from tests.integrations.machine import flaws
from tests.integrations.machine.concierge import Concierge


class Right(ConversationMachine):
    """Holds."""

    within: ClassVar[float] = 2.0
    App: ClassVar[type[Concierge]] = Concierge

    def make_app(self, mews: Any) -> Concierge:
        return self.App(mews)


class Flawed(Right):
    """Right, but for its app; one second is long enough to know that something never comes."""

    within = 1.0


class LastId(Flawed):
    App = flaws.RemembersTheLastId


class EqualText(Flawed):
    App = flaws.ShowsAnEqualTextOnce


class Limited(Flawed):
    App = flaws.LosesWhatWasLimited


class Twice(Flawed):
    App = flaws.AddsTwice


class Own(Flawed):
    App = flaws.ShowsItsOwn


class Mixed(Flawed):
    App = flaws.MixesTwoGuests


class Arrival(Flawed):
    App = flaws.OrdersByArrival


class Forgetful(Flawed):
    App = flaws.ForgetsOnRestart


class OnePage(Flawed):
    App = flaws.ReadsOnePage
